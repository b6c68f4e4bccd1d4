import type { Facts, Kind } from '../../facts.ts'
import { Reader, refusedStatement } from '../reader/reader.ts'
import type { NameRules } from '../reader/scope.ts'
import type { Token } from '../reader/token.ts'
import type { Tree } from '../reader/tree.ts'
import { isQuery, query } from './query.ts'
import { show, tableName } from './show.ts'
import { isIdentifier } from './words.ts'

/** Whether names differ by case or accents depends on the server and its file system; then it is not clear what they mean. */
const names: NameRules = {
  canon: (name) => name,
  fold: (name) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase(),
}

const kinds: readonly (readonly [Kind, string])[] = [
  ['write', 'INSERT REPLACE UPDATE DELETE LOAD IMPORT'],
  ['ddl', 'CREATE ALTER DROP RENAME TRUNCATE'],
  ['session', 'SET USE PREPARE DEALLOCATE HANDLER'],
  ['transaction', 'START BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE LOCK UNLOCK XA END'],
  ['call', 'CALL DO EXECUTE IF CASE LOOP REPEAT WHILE FOR DECLARE RETURN SIGNAL RESIGNAL GET'],
  [
    'admin',
    'GRANT REVOKE FLUSH RESET KILL CHANGE PURGE INSTALL UNINSTALL OPTIMIZE REPAIR CHECK CACHE SHUTDOWN RESTART CLONE BINLOG STOP BACKUP DELIMITER',
  ],
]
const kindOf = new Map(kinds.flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind] as const)))

type Read = { tree: Tree; facts: Facts }

/** Reads one statement whose separators were taken away. */
export function statement(tokens: readonly Token[]): Read {
  const r = new Reader(tokens, names)
  const first = r.peek().word
  if (r.at('EXPLAIN', 'DESCRIBE', 'DESC')) return explain(r)
  if (first === 'ANALYZE') return analyze(r)
  if (first === 'SHOW') return showing(r)
  if (first === 'CHECKSUM' || first === 'HELP') return telling(r, first)
  const kind = kindOf.get(first)
  if (kind) return refusedStatement(tokens, kind, first)
  if (!isQuery(r) && first !== '(') r.fail('SELECT, WITH, VALUES, TABLE, EXPLAIN or SHOW')
  r.limit = query(r)
  return end(r, 'read', first === '(' ? 'SELECT' : first)
}

function end(r: Reader, kind: Kind, words: string): Read {
  if (r.peek().kind !== 'end') r.fail('the end of the statement')
  return r.finish(kind, words)
}

/** EXPLAIN of a query, or DESCRIBE of a table. */
function explain(r: Reader): Read {
  const first = r.next().word
  if (r.at('ANALYZE')) return analyze(r)
  if (r.at('FOR')) return refusedStatement(r.tokens, 'admin', `${first} FOR CONNECTION`)
  const format = planFormat(r)
  if (isQuery(r) || r.at('(')) return planned(r, `${first} `, format)
  const kind = kindOf.get(r.peek().word)
  if (kind) return refusedStatement(r.tokens, kind, `${first} ${r.peek().word}`)
  tableName(r)
  if (r.peek().kind === 'string' || isIdentifier(r.peek())) r.next()
  return end(r, 'show', first)
}

/** ANALYZE runs the query and tells how it went; ANALYZE TABLE writes statistics. */
function analyze(r: Reader): Read {
  r.expect('ANALYZE')
  if (r.at('TABLE', 'TABLES', 'LOCAL', 'NO_WRITE_TO_BINLOG')) return refusedStatement(r.tokens, 'admin', 'ANALYZE TABLE')
  const format = planFormat(r)
  if (!isQuery(r) && !r.at('(')) return refusedStatement(r.tokens, kindOf.get(r.peek().word) ?? 'admin', `ANALYZE ${r.peek().word}`)
  return planned(r, 'ANALYZE ', format)
}

/** The word after FORMAT, TRADITIONAL where there is none. */
function planFormat(r: Reader): string {
  const isOption =
    r.peek(1).word === '(' || ['SELECT', 'WITH', 'VALUES', 'TABLE', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE'].includes(r.peek(1).word)
  if (isOption && r.take('EXTENDED', 'PARTITIONS')) return 'TRADITIONAL'
  if (!r.atAll('FORMAT', '=')) return 'TRADITIONAL'
  r.expect('FORMAT', '=')
  return r.next().value.toUpperCase()
}

function planned(r: Reader, words: string, format: string): Read {
  if (format !== 'TRADITIONAL') {
    const what = `A plan in the format ${format} would show how hidden data is kept from you.`
    r.sealed = { code: 'feature_refused', what, hint: 'Use EXPLAIN without FORMAT.' }
  }
  const first = r.at('(') ? 'SELECT' : r.peek().word
  query(r)
  return end(r, 'explain', words + first)
}

function showing(r: Reader): Read {
  r.expect('SHOW')
  const words = `SHOW ${r.peek().word}`
  if (!show(r)) return refusedStatement(r.tokens, 'admin', words, 'SHOW TABLES, SHOW COLUMNS and their kin run here.')
  return end(r, 'show', words)
}

function telling(r: Reader, first: string): Read {
  r.next()
  if (first === 'HELP') r.next()
  else {
    if (!r.take('TABLE', 'TABLES')) r.fail('TABLE')
    r.list(() => tableName(r))
    r.take('QUICK', 'EXTENDED')
  }
  return end(r, 'show', first)
}
