import { describe, expect, test } from 'vitest'
import { aside } from '../../src/prepare/aside.ts'
import { check, explained, prepare } from '../../src/prepare.ts'
import { grantFor, KEY, prepared, readers, schemaFor } from './house.ts'

const long = `/* ${'x'.repeat(20_000)} */ SELECT `

describe.each(['sqlite', 'postgres', 'mysql', 'duckdb'] as const)('%s: keys of hash masks', (dialect) => {
  test('are in what runs, and never in what is shown', async () => {
    const { sql, shown, secrets, masked } = await prepared(dialect, 'hashed', 'SELECT email FROM users')
    expect(secrets.length).toBeGreaterThan(0)
    expect(masked).toEqual(['users.email'])
    for (const secret of secrets) {
      expect(sql).toContain(secret)
      expect(shown).not.toContain(secret)
    }
    expect(shown).not.toMatch(/[0-9a-f]{32}/i)
    expect(sql).not.toContain(KEY)
  })
  test('differ from column to column and depend on the configured key', async () => {
    const one = await prepared(dialect, 'hashed', 'SELECT email FROM users')
    const other = await prepared(dialect, 'hashed', 'SELECT email FROM users_old')
    expect(one.secrets.filter((secret) => other.secrets.includes(secret))).toEqual([])
    const reader = await readers(dialect)
    const setting = { dialect: reader, grant: await grantFor(dialect, 'hashed'), schema: schemaFor(dialect), rowsMax: 10 }
    const changed = await prepare('SELECT email FROM users', { ...setting, maskKey: () => 'aa'.repeat(32) })
    expect(changed.secrets.filter((secret) => one.secrets.includes(secret))).toEqual([])
  })
  test('are not asked for without need', async () => {
    const reader = await readers(dialect)
    const setting = { dialect: reader, grant: await grantFor(dialect, 'hashed'), schema: schemaFor(dialect), rowsMax: 10 }
    const maskKey = () => {
      throw new Error('asked')
    }
    await expect(prepare('SELECT id FROM orders', { ...setting, maskKey })).resolves.toBeDefined()
  })
})

test('what the receipt tells', async () => {
  const { policies, masked, tables, params, kind } = await prepared('sqlite', 'filtered', 'SELECT * FROM orders WHERE id = ?')
  expect({ policies, masked, tables, params, kind }).toEqual({
    policies: ['row rule on orders: tenant_id = 1', 'row rule on orders: amount > 0'],
    masked: [],
    tables: ['main.orders'],
    params: 1,
    kind: 'read',
  })
})

test('a statement of one dialect is refused in another', async () => {
  await expect(prepared('sqlite', 'open', 'SELECT TOP 5 name FROM [products')).rejects.toMatchObject({ code: 'sql_syntax' })
})

describe('a long statement is read in a thread', () => {
  test.each(['sqlite', 'postgres', 'mysql'] as const)('%s: with the same outcome as a short one', async (dialect) => {
    for (const role of ['filtered', 'hashed', 'masked', 'open']) {
      const short = await prepared(dialect, role, 'SELECT id, email FROM users')
      expect(await prepared(dialect, role, `${long}id, email FROM users`)).toEqual(short)
    }
  })
  test('refusals keep code, hint and reason', async () => {
    await expect(prepared('sqlite', 'denied', `${long}* FROM api_keys`)).rejects.toMatchObject({
      code: 'table_unknown',
      hint: expect.any(String),
    })
    await expect(prepared('sqlite', 'missing', `${long}* FROM users`)).rejects.toThrow('needs the attribute nothing')
    await expect(prepared('sqlite', 'broken', `${long}* FROM users`)).rejects.toMatchObject({ code: 'config_invalid' })
    await expect(prepared('sqlite', 'open', `${long}FROM`)).rejects.toMatchObject({ code: 'sql_syntax' })
  })
  test('one that takes too long is ended, and the next ones are read', async () => {
    const reader = await readers('postgres')
    const list = `SELECT id FROM products WHERE id IN (${Array.from({ length: 30_000 }, (_, i) => i).join(', ')})`
    const setting = {
      dialect: reader,
      grant: await grantFor('postgres', 'open'),
      schema: schemaFor('postgres'),
      maskKey: () => KEY,
      rowsMax: 10,
    }
    const late = aside({ want: 'prepare', text: list, setting }, 1)
    const others = [1, 2, 3].map((n) => aside({ want: 'prepare', text: `${long}${n}`, setting }))
    await expect(late).rejects.toMatchObject({ code: 'sql_too_slow' })
    expect((await Promise.all(others)).map(({ sql }) => sql)).toEqual(['SELECT 1 LIMIT 11', 'SELECT 2 LIMIT 11', 'SELECT 3 LIMIT 11'])
  })
})

describe('check', () => {
  test('needs neither schema nor grant', async () => {
    const dialect = await readers('postgres')
    expect(await check('SELECT * FROM anything', { dialect })).toEqual({
      verdict: 'allow',
      kind: 'read',
      code: null,
      reason: null,
      hint: null,
      tables: ['anything'],
    })
    expect(await check('DELETE FROM anything', { dialect })).toMatchObject({
      verdict: 'refuse',
      kind: 'write',
      code: 'statement_refused',
    })
    expect(await check('SELEC', { dialect })).toMatchObject({ verdict: 'refuse', kind: 'unknown', code: 'sql_syntax' })
    expect(await check('SELECT 1; SELECT 2', { dialect })).toMatchObject({ verdict: 'refuse', code: 'statement_many' })
  })
  test('judges names when only a grant is there', async () => {
    const dialect = await readers('sqlite')
    const grant = await grantFor('sqlite', 'denied')
    expect(await check('SELECT * FROM API_KEYS', { dialect, grant })).toMatchObject({ verdict: 'refuse', code: 'table_unknown' })
    expect(await check('SELECT * FROM other', { dialect, grant })).toMatchObject({ verdict: 'allow' })
    expect(await check(`${long}* FROM API_KEYS`, { dialect, grant })).toMatchObject({ verdict: 'refuse', code: 'table_unknown' })
  })
  test('does all that a call would with both', async () => {
    const dialect = await readers('sqlite')
    const setting = { dialect, grant: await grantFor('sqlite', 'masked'), schema: schemaFor('sqlite') }
    expect(await check('SELECT * FROM v_users', setting)).toMatchObject({ verdict: 'allow', tables: ['main.v_users'] })
    expect(await check('SELECT * FROM v_dark', setting)).toMatchObject({ verdict: 'refuse', code: 'table_refused' })
    expect(await check(`${long}* FROM v_dark`, setting)).toMatchObject({ verdict: 'refuse', code: 'table_refused' })
    expect(await check('SELECT * FROM none_such', setting)).toMatchObject({ verdict: 'refuse', code: 'table_unknown' })
  })
})

describe('plans are made from all rows, so they are told with care', () => {
  const plan = async (dialect: 'sqlite' | 'postgres' | 'mysql', role: string, sql = 'SELECT id FROM users') => {
    const reader = await readers(dialect)
    const outcome = prepared(dialect, role, sql).then((ready) => explained(ready, reader))
    return outcome.then(
      (ready) => ready.sql.replace(/ FROM .*/, ''),
      (error: { code: string }) => error.code,
    )
  }
  test('as they are where nothing of the tables is hidden', async () => {
    expect(await plan('postgres', 'open')).toBe('EXPLAIN (FORMAT TEXT) SELECT id')
    expect(await plan('postgres', 'filtered', 'SELECT id FROM products')).toBe('EXPLAIN (FORMAT TEXT) SELECT id')
    expect(await plan('mysql', 'filtered', 'SELECT id FROM products')).toMatch(/^EXPLAIN /)
  })
  test('without estimates, or not at all, where something is', async () => {
    expect(await plan('postgres', 'filtered')).toBe('EXPLAIN (COSTS OFF) SELECT id')
    expect(await plan('sqlite', 'filtered')).toBe('EXPLAIN QUERY PLAN SELECT id')
    expect(await plan('mysql', 'filtered')).toBe('feature_refused')
  })
  test('whoever wrote the EXPLAIN', async () => {
    expect(await plan('postgres', 'filtered', 'EXPLAIN (VERBOSE) SELECT id FROM users')).toBe('EXPLAIN (COSTS OFF) SELECT id')
    expect(await plan('postgres', 'filtered', 'EXPLAIN ANALYZE SELECT id FROM users')).toBe('feature_refused')
    expect(await plan('mysql', 'filtered', 'EXPLAIN SELECT id FROM users')).toBe('feature_refused')
    expect(await plan('sqlite', 'filtered', 'EXPLAIN QUERY PLAN SELECT id FROM users')).toBe('EXPLAIN QUERY PLAN SELECT id')
    expect(await plan('postgres', 'open', 'EXPLAIN SELECT id FROM users')).toMatch(/^EXPLAIN/)
  })
})
