import type { Facts, Kind } from '../../facts.ts'
import { Reader, refusedStatement } from '../reader/reader.ts'
import { asciiLower, type Token } from '../reader/token.ts'
import type { Tree } from '../reader/tree.ts'
import { nameHere } from './expression.ts'
import { isQuery, query } from './query.ts'

/** SQLite compares names without regard to the case of the letters A to Z. */
const names = { canon: asciiLower, fold: asciiLower }

const kinds: Readonly<Record<string, Kind>> = {
  INSERT: 'write',
  REPLACE: 'write',
  UPDATE: 'write',
  DELETE: 'write',
  CREATE: 'ddl',
  ALTER: 'ddl',
  DROP: 'ddl',
  REINDEX: 'ddl',
  ANALYZE: 'ddl',
  VACUUM: 'admin',
  ATTACH: 'session',
  DETACH: 'session',
  BEGIN: 'transaction',
  COMMIT: 'transaction',
  END: 'transaction',
  ROLLBACK: 'transaction',
  SAVEPOINT: 'transaction',
  RELEASE: 'transaction',
}

/** Reads one statement whose separators were taken away. */
export function statement(tokens: readonly Token[]): { tree: Tree; facts: Facts } {
  const r = new Reader(tokens, names)
  const first = r.peek().word
  if (kinds[first]) return refusedStatement(tokens, kinds[first], first)
  if (first === 'PRAGMA') return pragma(r)
  let words = ''
  if (r.take('EXPLAIN')) {
    words = r.takeAll('QUERY', 'PLAN') ? 'EXPLAIN QUERY PLAN ' : 'EXPLAIN '
    if (kinds[r.peek().word] || r.at('PRAGMA')) return refusedStatement(tokens, kinds[r.peek().word] ?? 'session', words + r.peek().word)
    if (words === 'EXPLAIN ') {
      const what = 'EXPLAIN would show how hidden data is kept from you.'
      r.sealed = { code: 'feature_refused', what, hint: 'Use EXPLAIN QUERY PLAN.' }
    }
  }
  if (!isQuery(r)) r.fail('SELECT, WITH, VALUES, EXPLAIN or PRAGMA')
  const limit = query(r)
  if (r.peek().kind !== 'end') r.fail('the end of the statement')
  if (!words) r.limit = limit
  return r.finish(words ? 'explain' : 'read', words + r.tokens[words.split(' ').length - 1]!.word)
}

/** Settings that are told, and not acted upon, when no value is given. */
const settings = new Set(
  `application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill cell_size_check checkpoint_fullfsync compile_options
  count_changes data_version defer_foreign_keys empty_result_callbacks encoding foreign_keys freelist_count full_column_names fullfsync
  hard_heap_limit ignore_check_constraints journal_mode journal_size_limit legacy_alter_table legacy_file_format locking_mode max_page_count
  mmap_size page_count page_size query_only read_uncommitted recursive_triggers reverse_unordered_selects schema_version secure_delete
  short_column_names soft_heap_limit synchronous temp_store threads trusted_schema user_version wal_autocheckpoint writable_schema`.split(
    /\s+/,
  ),
)
/** Tell about one table when it is named, else about all. */
const aboutTables = new Set(['foreign_key_check', 'integrity_check', 'quick_check', 'table_list'])
/** Tell about the one table that is named. */
const aboutTable = new Set(['table_info', 'table_xinfo', 'index_list', 'foreign_key_list'])
/** Tell about the engine. */
const aboutEngine = new Set(['collation_list', 'database_list', 'function_list', 'module_list', 'pragma_list'])

function pragma(r: Reader): { tree: Tree; facts: Facts } {
  const from = r.position
  r.expect('PRAGMA')
  const first = nameHere(r, 'a pragma')
  const name = asciiLower(r.take('.') ? nameHere(r, 'a pragma') : first)
  const schema = r.tokens[from + 2]?.word === '.' ? [first] : []
  const value = pragmaValue(r)
  if (r.peek().kind !== 'end') r.fail('the end of the statement')
  const isCount = value?.kind === 'number' && name !== 'table_list'
  const span = { from, to: r.position }
  if (value && !isCount && (aboutTable.has(name) || aboutTables.has(name))) r.table([...schema, value.value], 'named', span)
  else if (aboutTables.has(name)) r.table([...schema, 'sqlite_schema'], 'named', span)
  else if (value || !(settings.has(name) || aboutEngine.has(name))) {
    const hint = 'Settings can only be told, not changed; call describe_table for the columns of a table.'
    return refusedStatement(r.tokens, 'session', `PRAGMA ${name}`, hint)
  }
  return r.finish('show', `PRAGMA ${name}`)
}

function pragmaValue(r: Reader): Token | undefined {
  if (r.take('(')) {
    const token = signedValue(r)
    r.expect(')')
    return token
  }
  return r.take('=') ? signedValue(r) : undefined
}

function signedValue(r: Reader): Token {
  r.take('+', '-')
  return r.next()
}
