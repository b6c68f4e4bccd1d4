import fs from 'node:fs'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exits } from '../../src/cli/cli.ts'
import { paramOf } from '../../src/cli/query.ts'
import { widthOf } from '../../src/cli/table.ts'
import { SluiceError } from '../../src/error.ts'
import { type Place, place, run } from './run.ts'

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())
const query = (sql: string, args: string[] = [], setting = {}) =>
  run(['query', ...args, '--config', here.config, ...(sql === '' ? [] : [sql])], setting)

describe('formats', () => {
  it('prints one JSON document when piped, numbers unrounded', async () => {
    const { code, out, err } = await query('SELECT n, big FROM numbers ORDER BY n LIMIT 2')
    expect(code).toBe(0)
    expect(err).toBe('')
    const answer = JSON.parse(out)
    expect(answer.columns.map(({ name }: { name: string }) => name)).toEqual(['n', 'big'])
    expect(answer.rows).toEqual([
      [1, '9007199254740993'],
      [2, '9007199254740993'],
    ])
    expect(answer.truncated).toBe(false)
    expect(answer.receipt).toMatchObject({ source: 'shop', rows: 2, from: 'live' })
  })
  it('is one JSON document for no rows and for thousands', async () => {
    expect(JSON.parse((await query('SELECT n FROM numbers WHERE n < 0')).out).rows).toEqual([])
    const { rows, truncated } = JSON.parse((await query('SELECT n FROM numbers ORDER BY n')).out)
    expect(rows.length).toBe(3000)
    expect(rows.at(-1)).toEqual([3000])
    expect(truncated).toBe(false)
  })
  it('says exactly when rows were cut off', async () => {
    expect(JSON.parse((await query('SELECT n FROM numbers', ['--limit', '2999'])).out).truncated).toBe(true)
    expect(JSON.parse((await query('SELECT n FROM numbers', ['--limit', '3000'])).out).truncated).toBe(false)
    expect((await query('SELECT n FROM numbers', ['--limit', '5', '--format', 'csv'])).err).toContain('truncated')
    // Unasked a terminal gets what the role shows unasked, and says so.
    expect((await query('SELECT n FROM numbers', [], { tty: true })).out).toMatch(/1000 rows \(truncated/)
  })
  it('prints NDJSON with a name for each cell, also when two columns share one', async () => {
    const { out, err } = await query('SELECT id, name, id FROM people ORDER BY id LIMIT 2', ['--format', 'ndjson'])
    const lines = out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { id: 1, name: 'Ana', id_2: 1 },
      { id: 2, name: 'NULL', id_2: 2 },
    ])
    expect(err).toMatch(/2 rows .* audit/)
  })
  it('prints CSV in which NULL is nothing and the empty text is quoted', async () => {
    const { out } = await query('SELECT name, email, born FROM people ORDER BY id', ['--format', 'csv'])
    expect(out).toBe('name,email,born\r\nAna,ana@example.com,1990-05-01\r\nNULL,,""\r\n"Bo ""x"", y",bo@example.com,\r\n')
  })
  it('prints an aligned table on a terminal, with NULL told from the text NULL', async () => {
    const { out } = await query('SELECT id, name, email FROM people ORDER BY id', [], { tty: true, env: { NO_COLOR: '1' } })
    const lines = out.split('\n')
    expect(lines[0]).toBe('id │ name      │ email')
    expect(lines[1]).toMatch(/^─+┼─+┼─+$/)
    expect(lines[2]).toBe(' 1 │ Ana       │ ana@example.com')
    expect(lines[3]).toBe(" 2 │ 'NULL'    │ NULL")
    expect(lines[5]).toMatch(/^3 rows · [\d.]+ ms · live from shop · audit \S+$/)
  })
  it('fits the table into the terminal and never lets data command it', async () => {
    const sql = "SELECT 'a' || char(27) || '[2J' || char(10) || 'b' AS x, printf('%.300c', 'y') AS long, '数据库' AS wide"
    const { out } = await query(sql, [], { tty: true, columns: 60, env: { NO_COLOR: '1' } })
    expect(out).not.toContain('\x1b')
    const rows = out.split('\n').slice(0, 3)
    expect(rows[2]).toContain('\\u001b[2J⏎b')
    expect(rows[2]).toContain('…')
    for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(60)
  })
})

describe('parameters and input', () => {
  it('reads values as what they look like', () => {
    const given = ['5', '-5', '05', '"5"', '1.5', '1.50', 'null', 'true', 'x', '9007199254740993', '""', '"a', '1e3']
    expect(given.map(paramOf)).toEqual([5, -5, '05', '5', 1.5, '1.50', null, true, 'x', '9007199254740993', '', '"a', '1e3'])
  })
  it('passes parameters in order, also negative ones', async () => {
    const { out } = await query('SELECT ? AS a, ? AS b, ? AS c', ['-p', 'x', '--param', '-2', '--param=null'])
    expect(JSON.parse(out).rows).toEqual([['x', -2, null]])
    const wrong = await query('SELECT ? AS a', ['-p', 'the-secret', '-p', '2'])
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('parameter_count')
    expect(wrong.err).not.toContain('the-secret')
  })
  it('reads the statement from standard input', async () => {
    const { out } = await query('', [], { input: Readable.from([Buffer.from('SELECT 1 AS '), Buffer.from('one\n')]) })
    expect(JSON.parse(out).rows).toEqual([[1]])
  })
  it('says that the statement is missing, on a terminal and without', async () => {
    expect((await query('', [], { tty: true })).code).toBe(exits.usage.code)
    const empty = await query('')
    expect(empty.code).toBe(1)
    expect(empty.err).toContain('sql_empty')
  })
  it('shows a plan instead of rows with --explain', async () => {
    const { code, out } = await query('SELECT * FROM people WHERE id = 1', ['--explain'])
    expect(code).toBe(0)
    expect(out).toMatch(/SEARCH people/)
  })
})

describe('what must not pass', () => {
  it.each([
    ['DELETE FROM people', 'statement_refused'],
    ['SELECT 1; SELECT 2', 'statement_many'],
    ['SELECT * FROM nowhere', 'table_unknown'],
    ['SELEC 1', 'sql_syntax'],
    ['SELECT 1 FROM people WHERE born = "\0"', 'sql_character'],
  ])('%s', async (sql, expected) => {
    const { code, out, err } = await query(sql)
    expect(code).toBe(exits.failed.code)
    expect(err).toContain(`code: ${expected}`)
    expect(err).toMatch(/hint: \S+/)
    expect(out).toBe('')
  })
  it('names the sources when none was chosen and there are several', async () => {
    const other = place()
    try {
      const text = fs.readFileSync(other.config, 'utf8')
      fs.writeFileSync(other.config, text.replace('sources:', 'sources:\n  web: { connector: sqlite, path: shop.db }'))
      const { code, err } = await run(['query', 'SELECT 1', '--config', other.config])
      expect(code).toBe(exits.usage.code)
      expect(err).toMatch(/web, shop|shop, web/)
    } finally {
      other.remove()
    }
  })
  it('ends the query in its source when it is interrupted', async () => {
    const controller = new AbortController()
    const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r WHERE n < 0'
    const running = query(endless, [], { signal: controller.signal })
    const file = () => fs.readdirSync(here.audit).find((name) => name.includes('@'))
    const intended = () => fs.readFileSync(`${here.audit}/${file()}`, 'utf8').includes(endless.slice(0, 40))
    await expect.poll(() => file() !== undefined && intended(), { timeout: 10_000 }).toBe(true)
    controller.abort(new SluiceError('query_cancelled', 'Interrupted.'))
    const { code, err } = await running
    expect(code).toBe(exits.interrupted.code)
    expect(err).toContain('query_cancelled')
  })
  it('runs nothing when the audit log cannot be written', async () => {
    const other = place()
    try {
      fs.mkdirSync(`${other.folder}/state`)
      fs.writeFileSync(other.audit, 'in the way')
      const { code, err, out } = await run(['query', 'SELECT 1', '--config', other.config])
      expect([code, out]).toEqual([exits.audit.code, ''])
      expect(err).toContain('audit_unavailable')
    } finally {
      other.remove()
    }
  })
})
