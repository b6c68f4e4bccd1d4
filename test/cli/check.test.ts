import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exits } from '../../src/cli/cli.ts'
import { limits } from '../../src/limits.ts'
import { type Place, place, run } from './run.ts'

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())

type Verdict = { id: unknown; verdict: string; kind: string; code: string | null; reason: string | null; tables: string[] }
const check = (...args: string[]) => run(['check', '--config', here.config, ...args])
const file = (name: string, content: string | Buffer) => {
  const at = path.join(here.folder, name)
  fs.writeFileSync(at, content)
  return at
}
async function batch(content: string | Buffer, ...args: string[]): Promise<Verdict[]> {
  const at = file(args.includes('gz') ? 'batch.jsonl.gz' : 'batch.jsonl', content)
  const { code, out, err } = await check('--batch', at, ...args.filter((arg) => arg !== 'gz'))
  expect([code, err]).toEqual([0, ''])
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)
}
const lines = (...rows: unknown[]) => rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('')

describe('one statement', () => {
  it('is allowed with exit code 0 and refused with 1', async () => {
    const allowed = await check('--dialect', 'sqlite', 'SELECT 1')
    expect(allowed.code).toBe(0)
    expect(JSON.parse(allowed.out)).toMatchObject({ verdict: 'allow', kind: 'read', code: null })
    const refused = await check('--dialect', 'sqlite', 'DROP TABLE people')
    expect(refused.code).toBe(exits.failed.code)
    expect(JSON.parse(refused.out)).toMatchObject({ verdict: 'refuse', code: 'statement_refused' })
  })
  it('is judged by the tables of a source and by a role', async () => {
    const verdict = async (...args: string[]) => JSON.parse((await check('--source', 'shop', ...args)).out) as Verdict
    expect((await verdict('--role', 'read_only', 'SELECT * FROM nowhere')).code).toBe('table_unknown')
    expect((await verdict('SELECT * FROM secrets')).verdict).toBe('allow')
    expect((await verdict('--role', 'masked', 'SELECT * FROM secrets')).verdict).toBe('refuse')
    expect((await verdict('--role', 'masked', 'SELECT * FROM people')).verdict).toBe('allow')
  })
  it('is judged by the role of a policy file', async () => {
    const policy = file('policy.yaml', 'roles:\n  few: { extends: [read_only], sources: { "*": { tables: { allow: [people] } } } }\n')
    const verdict = async (sql: string) => JSON.parse((await check('--source', 'shop', '--policy', policy, sql)).out) as Verdict
    expect((await verdict('SELECT * FROM people')).verdict).toBe('allow')
    expect((await verdict('SELECT * FROM numbers')).verdict).toBe('refuse')
  })
  it.each([
    [['SELECT 1'], 'needs --dialect DIALECT or --source NAME'],
    [['--dialect', 'sqlite'], 'needs either a statement or --batch'],
    [['--dialect', 'sqlite', '--batch', 'x', 'SELECT 1'], 'needs either a statement or --batch'],
    [['--dialect', 'postgre', 'SELECT 1'], 'Did you mean postgres?'],
    [['--source', 'shop', '--dialect', 'mysql', 'SELECT 1'], 'speaks sqlite, not mysql'],
    [['--dialect', 'sqlite', '--role', 'maskd', 'SELECT 1'], 'Did you mean masked?'],
    [['--dialect', 'sqlite', '--batch', '/nowhere/at/all.jsonl'], 'cannot be read (ENOENT)'],
  ])('%j is a usage error', async (args, says) => {
    const { code, err } = await check(...args)
    expect(err).toContain(says)
    expect(code).toBe(exits.usage.code)
  })
  it('is an unknown source with its own code', async () => {
    expect((await check('--source', 'nowhere', 'SELECT 1')).err).toContain('source_unknown')
  })
})

describe('a batch', () => {
  it('answers each line in order, whatever stands in it', async () => {
    const verdicts = await batch(
      lines(
        { id: 'a', sql: 'SELECT 1' },
        { id: 2, sql: 'DELETE FROM people' },
        'not json',
        '',
        '   ',
        '[1]',
        'null',
        { id: 'no-sql' },
        { id: 'number', sql: 5 },
        { sql: 'SELECT 1' },
        { id: { deep: true }, sql: '' },
        { id: 'nul', sql: 'SELECT \u0000' },
        { id: 'surrogate', sql: 'SELECT "\ud800"' },
        { id: 'many', sql: 'SELECT 1; SELECT 2' },
        { id: 'last', sql: 'SELECT 2' },
      ).trimEnd(),
      '--dialect',
      'sqlite',
    )
    expect(verdicts.map(({ id, verdict, code }) => [id, verdict, code])).toEqual([
      ['a', 'allow', null],
      [2, 'refuse', 'statement_refused'],
      [null, 'refuse', 'body_unreadable'],
      [null, 'refuse', 'field_invalid'],
      [null, 'refuse', 'field_invalid'],
      ['no-sql', 'refuse', 'field_missing'],
      ['number', 'refuse', 'field_invalid'],
      [null, 'allow', null],
      [{ deep: true }, 'refuse', 'sql_empty'],
      ['nul', 'refuse', 'sql_character'],
      ['surrogate', 'refuse', 'sql_character'],
      ['many', 'refuse', 'statement_many'],
      ['last', 'allow', null],
    ])
    expect(verdicts.every(({ verdict, reason }) => (verdict === 'allow') === (reason === null))).toBe(true)
  })
  it('survives bytes that are no text, a line without end, and statements that are too large or too deep', async () => {
    const huge = { id: 'huge', sql: `SELECT '${'x'.repeat(limits.sqlBytesMax)}'` }
    const deep = { id: 'deep', sql: `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}` }
    const long = 'y'.repeat(limits.bodyBytesMax + 10)
    const text = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from(lines(huge, deep, long, { id: 'end', sql: 'SELECT 1' })),
    ])
    const verdicts = await batch(text, '--dialect', 'sqlite')
    expect(verdicts.map(({ id, code }) => [id, code])).toEqual([
      [null, 'body_unreadable'],
      ['huge', 'sql_too_large'],
      ['deep', 'sql_too_deep'],
      [null, 'body_too_large'],
      ['end', null],
    ])
  })
  it('names the tables, and knows the source', async () => {
    const text = lines({ id: 1, sql: 'SELECT * FROM people JOIN numbers ON n = id' }, { id: 2, sql: 'SELECT * FROM nowhere' })
    const [first, second] = await batch(text, '--source', 'shop', '--role', 'read_only')
    expect(first!.tables.map((name) => name.replace(/^main\./, '')).sort()).toEqual(['numbers', 'people'])
    expect(second!.code).toBe('table_unknown')
  })
  it('reads compressed files and standard input', async () => {
    const text = lines({ id: 1, sql: 'SELECT 1' })
    expect(await batch(gzipSync(text), '--dialect', 'sqlite', 'gz')).toMatchObject([{ id: 1, verdict: 'allow' }])
    const { out } = await run(['check', '--dialect', 'sqlite', '--config', here.config, '--batch', '-'], { input: text })
    expect(JSON.parse(out)).toMatchObject({ id: 1, verdict: 'allow' })
    expect((await check('--dialect', 'sqlite', '--batch', file('broken.gz', 'not gzip'))).code).toBe(exits.usage.code)
  })
  it('takes every dialect', async () => {
    for (const dialect of ['postgres', 'mysql', 'sqlite', 'duckdb']) {
      const verdicts = await batch(lines({ id: 1, sql: 'SELECT count(*) FROM t' }, { id: 2, sql: 'DROP TABLE t' }), '--dialect', dialect)
      expect([dialect, ...verdicts.map(({ verdict }) => verdict)]).toEqual([dialect, 'allow', 'refuse'])
    }
  })
})
