import type { Reader } from '../reader/reader.ts'
import { expression, name } from './expression.ts'

const variables = 'SYSTEM_VARIABLES'

/** Patterns under which there are only variables about the query and the session, and none about how the server is kept. */
const plainVariables =
  /^(version|collation|sql_mode|time_zone|system_time_zone|max|character_set_(client|connection|database|filesystem|results|server|system)$|autocommit$|group_concat_max_len$|lower_case_table_names$|(tx|transaction)_isolation$|(wait|interactive|net_read|net_write)_timeout$)/i

/** SHOW statements about everything of a kind, with the system table that tells the same, by which the guard decides. */
const lists: readonly (readonly [words: string, table: string | undefined])[] = [
  ['TABLES', 'TABLES'],
  ['TABLE STATUS', 'TABLES'],
  ['OPEN TABLES', 'TABLES'],
  ['TRIGGERS', 'TRIGGERS'],
  ['EVENTS', 'EVENTS'],
  ['DATABASES', 'SCHEMATA'],
  ['SCHEMAS', 'SCHEMATA'],
  ['PROCEDURE STATUS', 'ROUTINES'],
  ['FUNCTION STATUS', 'ROUTINES'],
  ['PACKAGE STATUS', 'ROUTINES'],
  ['PACKAGE BODY STATUS', 'ROUTINES'],
  ['CHARACTER SET', undefined],
  ['CHARSET', undefined],
  ['COLLATION', undefined],
  ['ENGINES', undefined],
  ['STORAGE ENGINES', undefined],
  ['STATUS', 'SESSION_STATUS'],
  ['GLOBAL STATUS', 'GLOBAL_STATUS'],
  ['SESSION STATUS', 'SESSION_STATUS'],
  ['LOCAL STATUS', 'SESSION_STATUS'],
  ['VARIABLES', variables],
  ['GLOBAL VARIABLES', variables],
  ['SESSION VARIABLES', variables],
  ['LOCAL VARIABLES', variables],
  ['PRIVILEGES', undefined],
  ['PLUGINS', 'PLUGINS'],
  ['AUTHORS', undefined],
  ['CONTRIBUTORS', undefined],
]

/** Reads what follows SHOW; false when it is not one of the statements that are known to be harmless. */
export function show(r: Reader): boolean {
  if (r.at('FULL', 'EXTENDED')) {
    r.next()
    r.take('FULL')
    if (!r.at('COLUMNS', 'FIELDS', 'TABLES', 'TRIGGERS', 'INDEX', 'INDEXES', 'KEYS')) return false
  }
  if (r.take('COLUMNS', 'FIELDS', 'INDEX', 'INDEXES', 'KEYS')) {
    if (!r.take('FROM', 'IN')) r.fail('FROM')
    tableOf(r)
  } else if (r.take('CREATE')) return create(r)
  else {
    const found = lists.find(([words]) => r.takeAll(...words.split(' ')))
    if (!found) return false
    const from = r.position - 1
    if (r.take('FROM', 'IN')) name(r, 'a database')
    const plain = found[1] === variables && r.at('LIKE') && plainVariables.test(r.peek(1).value.replaceAll('\\', ''))
    if (found[1] && !plain) r.table(['information_schema', found[1]], 'named', { from, to: r.position })
  }
  if (r.take('LIKE')) {
    if (r.next().kind !== 'string') r.fail('a pattern')
  } else if (r.take('WHERE')) expression(r)
  return true
}

/** `SHOW CREATE TABLE t` and its kin; code of routines is told by the catalog of routines. */
function create(r: Reader): boolean {
  if (r.take('TABLE', 'VIEW', 'SEQUENCE')) {
    tableName(r)
    return true
  }
  const from = r.position
  const isRoutine = r.take('EVENT', 'FUNCTION', 'PROCEDURE', 'TRIGGER') || (r.take('PACKAGE') && (r.take('BODY') || true))
  if (!isRoutine && !r.take('DATABASE', 'SCHEMA')) return false
  if (r.take('IF')) r.expect('NOT', 'EXISTS')
  name(r, 'a name')
  if (r.take('.')) name(r, 'a name')
  r.table(['information_schema', isRoutine ? 'ROUTINES' : 'SCHEMATA'], 'named', { from, to: r.position })
  return true
}

/** `t`, `s.t` or `t FROM s` */
function tableOf(r: Reader): void {
  const from = r.position
  const parts = [name(r, 'a table')]
  if (r.take('.')) parts.push(name(r, 'a table'))
  if (r.take('FROM', 'IN')) {
    const schema = name(r, 'a database')
    parts.splice(0, parts.length - 1, schema)
  }
  r.table(parts, 'named', { from, to: r.position })
}

/** A table that the statement tells about. */
export function tableName(r: Reader): void {
  const from = r.position
  const parts = [name(r, 'a table')]
  if (r.take('.')) parts.push(name(r, 'a table'))
  r.table(parts, 'named', { from, to: r.position })
}
