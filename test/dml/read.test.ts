import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import type { Dml } from '../../src/dml/dml.ts'
import { readStatement } from '../../src/dml/read.ts'
import { SluiceError } from '../../src/error.ts'
import type { DialectName } from '../../src/facts.ts'
import { duckdbParser } from '../../src/source/duckdb.ts'
import { dialects } from '../../src/sql/sql.ts'

const readers = dialects(duckdbParser)
const all = ['postgres', 'mysql', 'sqlite', 'duckdb'] as const
const read = async (dialect: DialectName, sql: string, ...params: Value[]) => readStatement(sql, params, await readers(dialect))
const refusal = (dialect: DialectName, sql: string, ...params: Value[]) =>
  read(dialect, sql, ...params).then(
    (dml) => JSON.stringify(dml, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    (error) => {
      expect(error).toBeInstanceOf(SluiceError)
      expect(error.hint.length).toBeGreaterThan(10)
      return error.code as string
    },
  )

describe.each(all)('%s', (dialect) => {
  it('reads INSERT … VALUES into rows', async () => {
    expect(await read(dialect, "INSERT INTO t (a, b) VALUES (1, 'x''y'), (-2, NULL);")).toEqual<Dml>({
      kind: 'insert',
      table: 't',
      rows: [
        { a: 1, b: "x'y" },
        { a: -2, b: null },
      ],
    })
    expect(await read(dialect, 'insert into s.t (a) values (9223372036854775807)')).toEqual({
      kind: 'insert',
      table: 's.t',
      rows: [{ a: 9223372036854775807n }],
    })
    expect(await read(dialect, 'INSERT INTO t (a, b) VALUES (1, DEFAULT)')).toMatchObject({ rows: [{ a: 1 }] })
  })

  it('keeps expressions as text, within a SELECT', async () => {
    expect(await read(dialect, "INSERT INTO t (a, b) VALUES (1, lower('X'))")).toEqual({
      kind: 'insert_select',
      table: 't',
      columns: ['a', 'b'],
      select: "SELECT 1, lower('X')",
      params: [],
    })
    expect(await read(dialect, 'INSERT INTO t (a) SELECT x /* why */ FROM u WHERE y > 3 -- all\n')).toMatchObject({
      kind: 'insert_select',
      select: 'SELECT x FROM u WHERE y > 3',
    })
  })

  it('reads UPDATE', async () => {
    expect(await read(dialect, "UPDATE t SET a = b + 1, c = 'it''s', d = 0.10 WHERE id IN (1, 2) AND c <> ';'")).toEqual({
      kind: 'update',
      table: 't',
      set: { a: { expression: 'b + 1', params: [] }, c: { value: "it's" }, d: { value: dialect === 'sqlite' ? 0.1 : '0.10' } },
      where: { predicate: "id IN (1, 2) AND c <> ';'", params: [] },
    })
    expect(await read(dialect, 'UPDATE t SET a = 1')).toMatchObject({ where: { equal: {} } })
    expect(await read(dialect, 'UPDATE t AS x SET a = x.b * (2 + x.c) WHERE x.d = 1 AND x.e = 2')).toMatchObject({
      set: { a: { expression: 'b * (2 + c)' } },
      where: { predicate: 'd = 1 AND e = 2' },
    })
  })

  it('reads DELETE and TRUNCATE', async () => {
    expect(await read(dialect, 'DELETE FROM t WHERE a = (SELECT max(a) FROM t) ;')).toEqual({
      kind: 'delete',
      table: 't',
      where: { predicate: 'a = (SELECT max(a) FROM t)', params: [] },
    })
    expect(await read(dialect, 'DELETE FROM t')).toEqual({ kind: 'delete', table: 't', where: { equal: {} } })
    expect(await refusal(dialect, 'TRUNCATE TABLE t')).toBe(dialect === 'sqlite' ? 'statement_refused' : '{"kind":"truncate","table":"t"}')
  })

  it('gives each piece its own values', async () => {
    const two = dialect === 'postgres' ? ['$2', '$1', '$2'] : dialect === 'sqlite' ? ['?2', '?1', '?2'] : ['?', '?', '?']
    const given: Value[] = two[0] === '?' ? ['two', 'one', 'two'] : ['one', 'two']
    const sql = `UPDATE t SET a = ${two[0]}, b = concat('x', ${two[1]}) WHERE c = ${two[2]}`
    expect(await read(dialect, sql, ...given)).toEqual({
      kind: 'update',
      table: 't',
      set: { a: { value: 'two' }, b: { expression: `concat('x', ${dialect === 'postgres' ? '$1' : '?'})`, params: ['one'] } },
      where: { predicate: `c = ${dialect === 'postgres' ? '$1' : '?'}`, params: ['two'] },
    })
    expect(await refusal(dialect, sql, ...given, 'more')).toBe('parameter_count')
    expect(await refusal(dialect, sql)).toBe('parameter_count')
  })

  it('answers read for what reads', async () => {
    for (const sql of [
      'SELECT 1',
      'WITH a AS (SELECT 1 AS x) SELECT x FROM a',
      "SELECT 'INSERT INTO t (a) VALUES (1)'",
      'EXPLAIN SELECT 1',
    ]) {
      expect(await refusal(dialect, sql), sql).toBe(sql.startsWith('EXPLAIN') && dialect === 'sqlite' ? '"read"' : '"read"')
    }
  })

  it.each([
    'INSERT INTO t VALUES (1)',
    'INSERT INTO t (a) VALUES (1) RETURNING a',
    'INSERT INTO t (a) SELECT a FROM u RETURNING a',
    'INSERT INTO t (a, a) VALUES (1, 2)',
    'INSERT INTO t (a) VALUES (1, 2)',
    'INSERT INTO t (a, b) VALUES (1)',
    'INSERT INTO t AS x (a) VALUES (1)',
    'INSERT INTO t (a) VALUES (1); DELETE FROM t',
    'UPDATE t SET a = 1 FROM u WHERE t.id = u.id',
    'UPDATE t, u SET a = 1',
    'UPDATE t JOIN u ON t.id = u.id SET a = 1',
    'UPDATE t SET a = 1 RETURNING a',
    'UPDATE t SET a = 1 WHERE b = 2 RETURNING a',
    'UPDATE t SET a = 1 WHERE b = 2 LIMIT 1',
    'UPDATE t SET a = 1 ORDER BY b',
    'UPDATE t SET a = 1, a = 2',
    'UPDATE t SET (a, b) = (1, 2)',
    'UPDATE t SET a = DEFAULT',
    'UPDATE t SET u.a = 1',
    'UPDATE t SET a = 1) WHERE (b = 2',
    'UPDATE t SET a = 1 WHERE (b = 2',
    'UPDATE t SET a = 1 WHERE b = 2)',
    'UPDATE t SET a = [1) WHERE b = 2',
    'UPDATE t SET a = 1 WHERE',
    'UPDATE t SET a = WHERE b = 1',
    'UPDATE t AS x SET a = (SELECT max(u.b) FROM u WHERE u.id = x.id)',
    'UPDATE t AS x SET a = to_json(x)',
    'DELETE t FROM t JOIN u',
    'DELETE FROM t USING u WHERE t.id = u.id',
    'DELETE FROM t, u WHERE t.id = u.id',
    'DELETE FROM t ORDER BY a LIMIT 1',
    'DELETE FROM t WHERE a = 1 ORDER BY a',
    'DELETE FROM t WHERE CURRENT OF c',
    'DELETE FROM t WHERE a = 1; DROP TABLE t',
    'WITH x AS (SELECT 1) DELETE FROM t',
    'WITH x AS (SELECT 1) INSERT INTO t (a) SELECT 1',
    'REPLACE INTO t (a) VALUES (1)',
    'TRUNCATE TABLE t, u',
    'TRUNCATE TABLE t CASCADE',
    'MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE',
    'CREATE TABLE t (a int)',
    'DROP TABLE t',
    'BEGIN',
    'COMMIT',
    'CALL f()',
    "INSERT INTO t (a) VALUES ('x",
    'INSERT INTO t (a) VALUES (1) /* open',
    '',
    ';;',
    'DELETE FROM t WHERE a = \u0000',
  ])('refuses %s', async (sql) => {
    const code = await refusal(dialect, sql)
    expect(code).toMatch(/^(sql_\w+|statement_\w+|feature_refused|parameter_count)$/)
  })

  it('refuses upserts that do more than write anew', async () => {
    for (const tail of [
      'ON CONFLICT DO NOTHING',
      'ON CONFLICT (a) DO NOTHING',
      'ON CONFLICT (a) DO UPDATE SET b = 1',
      'ON CONFLICT (a) DO UPDATE SET b = excluded.a',
      'ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.a = 1',
      'ON DUPLICATE KEY UPDATE b = b + 1',
      'ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES(b)',
    ]) {
      expect(await refusal(dialect, `INSERT INTO t (a, b) VALUES (1, 2) ${tail}`), tail).toMatch(/^(sql_\w+|feature_refused)$/)
      expect(await refusal(dialect, `INSERT INTO t (a, b) SELECT 1, 2 ${tail}`), tail).toMatch(/^(sql_\w+|feature_refused)$/)
    }
    expect(await refusal(dialect, 'INSERT INTO t (a, b, c) VALUES (1, 2, 3) ON CONFLICT (a) DO UPDATE SET b = excluded.b')).toMatch(
      /^(sql_\w+|feature_refused)$/,
    )
  })
})

it('reads upserts as each dialect writes them', async () => {
  const upsert = { kind: 'upsert', table: 't', rows: [{ a: 1, b: 'x' }], key: ['a'] }
  for (const dialect of ['postgres', 'sqlite', 'duckdb'] as const) {
    const sql = "INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = excluded.b"
    expect(await read(dialect, sql)).toEqual(upsert)
  }
  expect(await read('mysql', "INSERT INTO t (a, b) VALUES (1, 'x') ON DUPLICATE KEY UPDATE b = VALUES(b)")).toEqual(upsert)
  expect(await read('mysql', "INSERT INTO t (a, b) VALUES (1, 'x') AS new ON DUPLICATE KEY UPDATE b = new.b")).toEqual(upsert)
})

it('reads the literals of each dialect', async () => {
  const value = async (dialect: DialectName, literal: string) => {
    const dml = await read(dialect, `UPDATE t SET a = ${literal}`)
    return (dml as Extract<Dml, { kind: 'update' }>).set.a
  }
  expect(await value('mysql', String.raw`'a\'b\n\\\%''"'`)).toEqual({ value: `a'b\n\\\\%'"` })
  expect(await value('mysql', `"a""b'"`)).toEqual({ value: `a"b'` })
  expect(await value('mysql', "x'0aFF'")).toEqual({ value: new Uint8Array([10, 255]) })
  expect(await value('mysql', "_latin1'x'")).toMatchObject({ expression: "_latin1'x'" })
  expect(await value('mysql', "'a' 'b'")).toMatchObject({ expression: "'a' 'b'" })
  expect(await value('sqlite', "x'0a'")).toEqual({ value: new Uint8Array([10]) })
  expect(await value('sqlite', String.raw`'a\'`)).toEqual({ value: 'a\\' })
  expect(await value('postgres', "$x$it's $y$ fine$x$")).toEqual({ value: "it's $y$ fine" })
  expect(await value('postgres', String.raw`E'a\'b\n'`)).toEqual({ value: "a'b\n" })
  expect(await value('postgres', String.raw`E'\u0041'`)).toMatchObject({ expression: String.raw`E'\u0041'` })
  expect(await value('postgres', String.raw`'a\'`)).toEqual({ value: 'a\\' })
  expect(await value('postgres', '1e3')).toEqual({ value: 1000 })
  expect(await value('postgres', '99999999999999999999.5')).toEqual({ value: '99999999999999999999.5' })
  expect(await value('postgres', "DATE '2024-01-01'")).toMatchObject({ expression: "DATE '2024-01-01'" })
  expect(await value('postgres', "tags ? 'a'")).toMatchObject({ expression: "tags ? 'a'" })
  expect(await value('duckdb', "{'a': [1, 2]}")).toMatchObject({ expression: "{'a': [1, 2]}" })
})

it.each(['\u00a0', '\u2003', '\u200b', '\u3000', '\ufeff', '\u2028'])('refuses a blank that is none to everybody: %j', async (blank) => {
  for (const dialect of ['postgres', 'duckdb'] as const) {
    expect(await refusal(dialect, `UPDATE t SET a = b${blank}WHERE${blank}c = 1`)).toMatch(/^sql_/)
    expect(await read(dialect, `UPDATE t SET a = '${blank}'`)).toMatchObject({ set: { a: { value: blank } } })
  }
})

it('refuses texts side by side, of which the second may be read as the first began', async () => {
  for (const dialect of ['postgres', 'duckdb'] as const) {
    expect(await refusal(dialect, "UPDATE t SET a = E'x'\n'y\\' WHERE b = 1 -- ' WHERE c = 2")).toBe('sql_syntax')
    expect(await refusal(dialect, "UPDATE t SET a = 'x'\n'y'")).toBe('sql_syntax')
  }
})

it('folds names as each dialect does', async () => {
  expect(await read('postgres', 'UPDATE "My.Table" SET Ab = 1, "Cd" = 2')).toMatchObject({
    table: '"My.Table"',
    set: { ab: { value: 1 }, Cd: { value: 2 } },
  })
  expect(await read('mysql', 'UPDATE `a b` SET `c``d` = 1')).toMatchObject({ table: 'a b', set: { 'c`d': { value: 1 } } })
  expect(await read('sqlite', 'UPDATE [a b] SET [c] = 1')).toMatchObject({ table: 'a b', set: { c: { value: 1 } } })
})

it('knows what a dialect reads in its own way', async () => {
  // In MySQL two dashes without a blank are two minus signs, and a backslash hides a quote.
  expect(await read('mysql', 'UPDATE t SET a = 3--1 WHERE b = 2')).toMatchObject({ set: { a: { expression: '3- -1' } } })
  expect(await read('postgres', 'UPDATE t SET a = 3--1 WHERE b = 2\nWHERE c = 4')).toMatchObject({ where: { predicate: 'c = 4' } })
  expect(await read('mysql', String.raw`UPDATE t SET a = 'x\' WHERE b = 1 -- ' WHERE c = 2`)).toMatchObject({
    where: { predicate: 'c = 2' },
  })
  expect(await refusal('mysql', 'UPDATE t SET a = 1 /*! WHERE b = 2 */')).toBe('sql_comment')
  expect(await read('postgres', 'UPDATE t SET a = 1 /* /* */ WHERE b = 2 */ WHERE c = 3')).toMatchObject({ where: { predicate: 'c = 3' } })
  expect(await refusal('sqlite', 'UPDATE t SET a = 1 /* /* */ WHERE b = 2 */ WHERE c = 3')).toBe('sql_syntax')
  expect(await refusal('mysql', 'UPDATE t SET a = 1, b = a + 1')).toBe('feature_refused')
  expect(await refusal('sqlite', 'INSERT OR REPLACE INTO t (a) VALUES (1)')).toBe('feature_refused')
  expect(await refusal('mysql', 'INSERT IGNORE INTO t (a) VALUES (1)')).toBe('feature_refused')
  expect(await refusal('postgres', 'UPDATE ONLY t SET a = 1')).toBe('feature_refused')
  expect(await read('postgres', 'UPDATE t SET a =-1')).toMatchObject({ set: { a: { value: -1 } } })
})
