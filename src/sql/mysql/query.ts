import type { Reader } from '../reader/reader.ts'
import type { Scope } from '../reader/scope.ts'
import type { LimitMark } from '../reader/tree.ts'
import { expression, name, operand, orderBy } from './expression.ts'
import { joins } from './from.ts'
import { windowSpec } from './special.ts'
import { isBareAlias, isIdentifier } from './words.ts'

/** True when the next words begin a query; a bracket may also hold one, which is told by reading it. */
export const isQuery = (r: Reader): boolean => r.at('SELECT', 'WITH', 'VALUES') || (r.at('TABLE') && isIdentifier(r.peek(1)))

const setOperators = ['UNION', 'EXCEPT', 'INTERSECT']

/** True when a query goes on after one of its arms in brackets. */
export const moreOfQuery = (r: Reader): boolean => r.at(...setOperators, 'ORDER', 'LIMIT', 'OFFSET', 'FETCH')

/** `[WITH …] arm {UNION arm} [ORDER BY …] [LIMIT …]`; answers where its row limit is. */
export function query(r: Reader): LimitMark {
  const outer = r.scope
  if (r.at('WITH')) withClause(r)
  const last = queryTail(r, arm(r))
  r.scope = outer
  return last
}

/** What may follow the first arm of a query. */
export function queryTail(r: Reader, first?: LimitMark): LimitMark {
  let limit = first
  while (r.take(...setOperators)) {
    r.take('ALL', 'DISTINCT')
    limit = arm(r)
  }
  if (r.at('ORDER')) {
    orderBy(r)
    limit = { kind: 'add', token: r.position }
  }
  if (r.at('LIMIT', 'OFFSET', 'FETCH')) limit = limitClause(r)
  refuseEnd(r)
  return limit
}

/** Without RECURSIVE a query sees those before it; with it, itself too, and servers differ on those after it. */
function withClause(r: Reader): void {
  r.expect('WITH')
  const isRecursive = r.take('RECURSIVE')
  const bodies: Scope[] = []
  r.list(() => {
    r.withQuery()
    const called = name(r, 'a name for the WITH query')
    const seen = r.opened()
    seen.add(called)
    if (isRecursive) {
      for (const body of bodies) body.addLater(called)
      bodies.push(seen)
      r.scope = seen
    }
    if (r.at('(')) r.brackets(() => r.list(() => name(r, 'a column')))
    r.expect('AS')
    r.brackets(() => query(r))
    r.scope = seen
    if (r.take('CYCLE')) {
      r.list(() => name(r, 'a column'))
      r.expect('RESTRICT')
    }
  })
  if (r.at('INSERT', 'REPLACE', 'UPDATE', 'DELETE')) r.refuseStatement(`WITH … ${r.peek().word}`)
}

/** One SELECT, VALUES, TABLE or query in brackets. */
function arm(r: Reader): LimitMark {
  if (r.at('(')) {
    r.brackets(() => query(r))
    return { kind: 'add', token: r.position }
  }
  if (r.take('VALUES')) r.list(() => row(r))
  else if (r.at('TABLE')) tableStatement(r)
  else {
    r.expect('SELECT')
    select(r)
  }
  if (r.at('ORDER')) orderBy(r)
  const limit: LimitMark = r.at('LIMIT', 'OFFSET', 'FETCH') ? limitClause(r) : { kind: 'add', token: r.position }
  refuseEnd(r)
  return limit
}

function row(r: Reader): void {
  const { inside } = r
  r.inside = 'VALUES'
  r.take('ROW')
  if (r.atAll('(', ')')) r.expect('(', ')')
  else if (r.at('(')) r.brackets(() => r.list(() => (r.take('DEFAULT', 'IGNORE') ? undefined : expression(r))))
  else r.fail('(')
  r.inside = inside
}

/** `TABLE t`, which MySQL reads as `SELECT * FROM t`. */
function tableStatement(r: Reader): void {
  const from = r.position
  r.expect('TABLE')
  const parts = [name(r, 'a table')]
  if (r.take('.')) parts.push(name(r, 'a table'))
  r.table(parts, 'statement', { from, to: r.position })
}

const modifiers = ['ALL', 'DISTINCT', 'DISTINCTROW', 'HIGH_PRIORITY', 'STRAIGHT_JOIN', 'SQL_SMALL_RESULT', 'SQL_BIG_RESULT']
const oftenModifiers = ['SQL_BUFFER_RESULT', 'SQL_CACHE', 'SQL_NO_CACHE', 'SQL_CALC_FOUND_ROWS']

function select(r: Reader): void {
  while (r.take(...modifiers, ...oftenModifiers));
  r.list(() => selectItem(r))
  refuseInto(r)
  if (r.take('FROM') && !r.take('DUAL')) joins(r)
  if (r.take('WHERE')) r.predicate(() => expression(r))
  if (r.take('GROUP')) groupBy(r)
  if (r.take('HAVING')) r.predicate(() => expression(r))
  if (r.at('QUALIFY')) r.refuse('QUALIFY is not read.')
  if (r.take('WINDOW')) {
    r.list(() => {
      name(r, 'a window')
      r.expect('AS')
      if (!r.at('(')) r.fail('(')
      windowSpec(r)
    })
  }
}

function groupBy(r: Reader): void {
  r.expect('BY')
  r.list(() => {
    expression(r)
    r.take('ASC', 'DESC')
  })
  r.takeAll('WITH', 'ROLLUP')
}

function selectItem(r: Reader): void {
  if (r.take('*')) return
  if (isIdentifier(r.peek()) && r.peek(1).word === '.' && star(r)) return
  const from = r.position
  expression(r)
  const to = r.position
  if (r.take('AS')) {
    if (!isIdentifier(r.peek()) && r.peek().kind !== 'string') r.fail('an alias')
    r.next()
  } else if (isBareAlias(r.peek()) || r.peek().kind === 'string') r.next()
  else r.unnamed.push({ from, to })
}

/** `t.*` or `s.t.*` */
function star(r: Reader): boolean {
  const from = r.position
  if (r.peek(2).word === '*') {
    r.next()
    r.expect('.', '*')
    return true
  }
  if (r.peek(3).word !== '.' || r.peek(4).word !== '*') return false
  r.next()
  r.expect('.')
  const table = name(r, 'a table')
  r.expect('.', '*')
  r.qualifiers.push({ span: { from, to: from + 2 }, table })
  return true
}

/** `LIMIT n`, `LIMIT m, n`, `LIMIT n OFFSET m`, `[OFFSET m ROWS] FETCH FIRST n ROWS ONLY`, MariaDB's `ROWS EXAMINED n`. */
function limitClause(r: Reader): LimitMark {
  let limit: LimitMark
  if (r.take('LIMIT')) {
    if (!r.at('ROWS')) limit = count(r)
    if (r.take(',')) limit = count(r)
    else if (r.take('OFFSET')) count(r)
    if (r.takeAll('ROWS', 'EXAMINED')) count(r)
    return limit
  }
  if (r.take('OFFSET')) {
    count(r)
    if (!r.take('ROW', 'ROWS')) r.fail('ROWS')
  }
  if (!r.take('FETCH')) return undefined
  if (!r.take('FIRST', 'NEXT')) r.fail('FIRST')
  if (!r.at('ROW', 'ROWS')) limit = count(r)
  if (!r.take('ROW', 'ROWS')) r.fail('ROWS')
  if (r.take('ONLY')) return limit
  r.expect('WITH', 'TIES')
  return undefined
}

function count(r: Reader): LimitMark {
  const token = r.position
  operand(r)
  return r.position === token + 1 && /^\d+$/.test(r.tokens[token]!.text) ? { kind: 'lower', token } : undefined
}

function refuseInto(r: Reader): void {
  if (r.at('INTO')) r.refuse('SELECT … INTO writes to a file or a variable.')
}

/** What may end a SELECT and does more than read. */
function refuseEnd(r: Reader): void {
  refuseInto(r)
  if (r.at('PROCEDURE')) r.refuse('SELECT … PROCEDURE is not read.')
  if (r.at('FOR')) r.refuse('SELECT … FOR UPDATE and FOR SHARE lock rows.')
  if (r.atAll('LOCK', 'IN')) r.refuse('SELECT … LOCK IN SHARE MODE locks rows.')
}
