import { describe, expect, it } from 'vitest'
import type { Tree } from '../../src/sql/reader/tree.ts'
import type { Parsed } from '../../src/sql/sql.ts'
import { dialects, refusal } from './reading.ts'

const refused: readonly (readonly [sql: string, code: string])[] = [
  ['', 'sql_empty'],
  [';', 'sql_empty'],
  ['-- nothing', 'sql_empty'],
  ['SELECT 1; DELETE FROM users', 'statement_many'],
  ['SELECT 1;DELETE FROM orders--', 'statement_many'],
  ["SELECT 'a\\'; DELETE FROM orders; -- '", 'statement_many'],
  ['SELECT 1;;SELECT 2', 'statement_many'],
  ['INSERT INTO t VALUES (1)', 'statement_refused'],
  ['REPLACE INTO t VALUES (1)', 'statement_refused'],
  ['UPDATE t SET a = 1', 'statement_refused'],
  ['DELETE FROM t', 'statement_refused'],
  ['WITH x AS (SELECT 1) DELETE FROM t', 'statement_refused'],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'statement_refused'],
  ['WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', 'sql_syntax'],
  ['CREATE TABLE t(a)', 'statement_refused'],
  ['CREATE TEMP TABLE t AS SELECT 1', 'statement_refused'],
  ['DROP TABLE t', 'statement_refused'],
  ['ALTER TABLE t ADD COLUMN b', 'statement_refused'],
  ['REINDEX', 'statement_refused'],
  ['ANALYZE', 'statement_refused'],
  ['VACUUM', 'statement_refused'],
  ["VACUUM INTO '/tmp/x'", 'statement_refused'],
  ["ATTACH '/tmp/x' AS y", 'statement_refused'],
  ['DETACH y', 'statement_refused'],
  ['BEGIN', 'statement_refused'],
  ['COMMIT', 'statement_refused'],
  ['END', 'statement_refused'],
  ['ROLLBACK', 'statement_refused'],
  ['SAVEPOINT a', 'statement_refused'],
  ['RELEASE a', 'statement_refused'],
  ['EXPLAIN DELETE FROM t', 'statement_refused'],
  ['EXPLAIN COMMIT', 'statement_refused'],
  ['EXPLAIN QUERY PLAN INSERT INTO t VALUES (1)', 'statement_refused'],
  ['EXPLAIN PRAGMA user_version = 1', 'statement_refused'],
  ['PRAGMA foreign_keys = OFF', 'statement_refused'],
  ['PRAGMA foreign_keys(0)', 'statement_refused'],
  ['/**/PRAGMA/**/user_version/**/=/**/96', 'statement_refused'],
  ['PRAGMA writable_schema = 1', 'statement_refused'],
  ['PRAGMA incremental_vacuum', 'statement_refused'],
  ['PRAGMA incremental_vacuum(5)', 'statement_refused'],
  ['PRAGMA optimize', 'statement_refused'],
  ['PRAGMA wal_checkpoint', 'statement_refused'],
  ['PRAGMA shrink_memory', 'statement_refused'],
  ["PRAGMA temp_store_directory = '/tmp'", 'statement_refused'],
  ['PRAGMA table_info', 'statement_refused'],
  ['PRAGMA table_info(users) ; PRAGMA x', 'statement_many'],
  ['PRAGMA user_version 5', 'sql_syntax'],
  ['SELECT * FROM pragma_function_list', 'function_refused'],
  ['SELECT * FROM pragma_table_info(?)', 'function_refused'],
  ["SELECT * FROM pragma_table_info('us' || 'ers')", 'function_refused'],
  ['SELECT * FROM main.pragma_user_version', 'function_refused'],
  ["SELECT RAISE(ABORT, 'x')", 'feature_refused'],
  ['SELECT', 'sql_syntax'],
  ['SELECT FROM t', 'sql_syntax'],
  ['SELECT * FROM', 'sql_syntax'],
  ['SELECT a FROM t WHERE', 'sql_syntax'],
  ['SELECT a b c FROM t', 'sql_syntax'],
  ['SELECT a, FROM t', 'sql_syntax'],
  ['SELECT * FROM t LEFT b', 'sql_syntax'],
  ['SELECT * FROM t LIMIT', 'sql_syntax'],
  ['SELECT (1', 'sql_syntax'],
  ['SELECT 1)', 'sql_syntax'],
  ['SELECT CASE END', 'sql_syntax'],
  ['SELECT 1 NOT 2', 'sql_syntax'],
  ['SELECT a BETWEEN 1', 'sql_syntax'],
  ['SELECT 1 INTO x', 'sql_syntax'],
  ["SELECT * INTO OUTFILE '/tmp/x' FROM t", 'sql_syntax'],
  ['SELECT 1 FOR UPDATE', 'sql_syntax'],
  ['SELECT * FROM t TABLESAMPLE BERNOULLI (1)', 'sql_syntax'],
  ['SELECT a::int FROM t', 'sql_syntax'],
  ['SELECT "a FROM t', 'sql_syntax'],
  ["SELECT 'a FROM t", 'sql_syntax'],
  ['SELECT [a FROM t', 'sql_syntax'],
  ['SELECT `a FROM t', 'sql_syntax'],
  ['SELECT 1 /* open', 'sql_syntax'],
  ["SELECT x'0'", 'sql_syntax'],
  ["SELECT x'zz'", 'sql_syntax'],
  ['SELECT 12abc', 'sql_syntax'],
  ['SELECT 1__0', 'sql_syntax'],
  ['SELECT 0x', 'sql_syntax'],
  ['SELECT 1e', 'sql_syntax'],
  ['SELECT #1', 'sql_syntax'],
  ['SELECT $a(b)', 'sql_syntax'],
  ['SELECT ?0', 'sql_syntax'],
  ['SELECT ?99999', 'sql_syntax'],
  ['SELECT 1 \u000b', 'sql_syntax'],
  ['SELECT 1\ufeff', 'sql_syntax'],
  ['SELECT a\ufeffb FROM t', 'sql_syntax'],
  ['SELECT \\N', 'sql_syntax'],
  ['SELECT 1 \0', 'sql_character'],
  ["SELECT '\ud800'", 'sql_character'],
  ['SELECT 1 ! 2', 'sql_syntax'],
  ['SHOW TABLES', 'sql_syntax'],
  ['.tables', 'sql_syntax'],
  ['anything at all', 'sql_syntax'],
]

describe('SQLite refuses', () => {
  it.each(refused)('%j', (sql, code) => {
    expect(refusal('sqlite', sql)).toBe(code)
  })

  it('names the kind of what it refuses', () => {
    const kind = (sql: string): string => (dialects.sqlite.parse(sql) as { facts: { kind: string } }).facts.kind
    expect(kind('DELETE FROM t')).toBe('write')
    expect(kind('DROP TABLE t')).toBe('ddl')
    expect(kind('PRAGMA foreign_keys = 1')).toBe('session')
    expect(kind('ROLLBACK')).toBe('transaction')
  })

  it('never prints what it refuses', () => {
    const { tree } = dialects.sqlite.parse('DELETE FROM t') as Parsed<Tree>
    expect(() => dialects.sqlite.print(tree)).toThrow('DELETE does not only read.')
  })

  it('tells where a statement breaks and what was expected, without the literals of the caller', () => {
    expect(() => dialects.sqlite.parse("SELECT a FROM t WHERE b = 1 'secret'")).toThrow(/position 29, near a string: expected the end/)
  })
})
