import type { Reader } from '../reader/reader.ts'
import type { Span } from '../reader/tree.ts'
import { expression, name } from './expression.ts'
import { isQuery, moreOfQuery, query, queryTail } from './query.ts'
import { jsonTable } from './special.ts'
import { isBareAlias, isIdentifier } from './words.ts'

/** The items of a FROM clause with every kind of join; ON and USING may come late, after inner joins. */
export function joins(r: Reader): void {
  factor(r)
  moreJoins(r)
}

function moreJoins(r: Reader): void {
  for (;;) {
    if (r.take('ON')) r.predicate(() => expression(r))
    else if (r.take('USING')) r.brackets(() => r.list(() => name(r, 'a column')))
    else if (r.take(',') || joinWords(r)) factor(r)
    else return
  }
}

function joinWords(r: Reader): boolean {
  if (r.take('JOIN', 'STRAIGHT_JOIN')) return true
  const from = r.position
  if (r.take('NATURAL') && r.take('STRAIGHT_JOIN')) return true
  if (r.take('LEFT', 'RIGHT')) r.take('OUTER')
  else r.take('INNER', 'CROSS')
  if (r.take('JOIN')) return true
  if (r.position > from) r.fail('JOIN')
  return false
}

/** One table, derived table, table function or bracket of joins. */
function factor(r: Reader): void {
  if (r.at('(')) {
    if (bracket(r)) derivedAlias(r)
  } else if (r.take('{')) {
    r.nest(() => {
      name(r, 'OJ')
      joins(r)
    })
    r.expect('}')
  } else if (r.at('LATERAL') && r.peek(1).word === '(') {
    r.next()
    r.brackets(() => query(r))
    derivedAlias(r)
  } else if (r.atAll('JSON_TABLE', '(')) {
    r.next()
    jsonTable(r)
    alias(r)
  } else table(r)
}

/** `( … )` in a FROM clause; answers whether it holds a query, which still wants its alias. No place is read twice. */
function bracket(r: Reader): boolean {
  return r.brackets(() => {
    if (isQuery(r)) {
      query(r)
      return true
    }
    if (!r.at('(')) {
      joins(r)
      return false
    }
    if (bracket(r)) {
      if (moreOfQuery(r)) {
        queryTail(r)
        return true
      }
      if (r.at(')')) return true
      derivedAlias(r)
    }
    moreJoins(r)
    return false
  })
}

/** `[AS] name [(columns)]` */
function derivedAlias(r: Reader): void {
  alias(r)
  if (r.at('(')) r.brackets(() => r.list(() => name(r, 'a column')))
}

function alias(r: Reader): string | undefined {
  if (r.take('AS')) return r.peek().kind === 'string' ? r.next().value : name(r, 'an alias')
  return isBareAlias(r.peek()) ? r.next().value : undefined
}

function table(r: Reader): void {
  const from = r.position
  const parts = [tableName(r)]
  if (r.take('.')) parts.push(name(r, 'a table'))
  const span = { from, to: r.position }
  if (r.at('(')) r.refuse('A function cannot be used as a table.')
  const bound = boundClause(r)
  const aliased = alias(r)
  const hints = indexHints(r)
  if (r.at('TABLESAMPLE')) r.refuse('TABLESAMPLE is not read.')
  r.table(parts, 'from', span, { hints, bound, ...(aliased === undefined ? {} : { alias: aliased }) })
}

function tableName(r: Reader): string {
  if (!isIdentifier(r.peek())) r.fail('a table')
  return r.next().value
}

/** `PARTITION (…)` and `FOR SYSTEM_TIME …` choose rows of a real table. */
function boundClause(r: Reader): string | undefined {
  let bound: string | undefined
  if (r.atAll('PARTITION', '(')) {
    r.next()
    r.brackets(() => r.list(() => name(r, 'a partition')))
    bound = 'PARTITION'
  }
  if (!r.takeAll('FOR', 'SYSTEM_TIME')) return bound
  if (r.takeAll('AS', 'OF')) time(r)
  else if (r.take('BETWEEN')) {
    time(r, 'AND')
    r.expect('AND')
    time(r)
  } else if (r.take('FROM')) {
    time(r)
    r.expect('TO')
    time(r)
  } else if (r.take('BEFORE')) time(r)
  else r.expect('ALL')
  return 'FOR SYSTEM_TIME'
}

function time(r: Reader, without?: string): void {
  if (r.peek(1).kind !== 'string' || !r.at('TIMESTAMP')) r.take('TIMESTAMP', 'TRANSACTION')
  expression(r, without)
}

/** `USE INDEX FOR JOIN (a, b), IGNORE KEY (c)` */
function indexHints(r: Reader): readonly Span[] {
  const hints: Span[] = []
  while (r.at('USE', 'FORCE', 'IGNORE')) {
    const from = r.position
    r.next()
    if (!r.take('INDEX', 'KEY')) r.fail('INDEX')
    if (r.take('FOR') && !r.take('JOIN') && !r.takeAll('ORDER', 'BY')) r.expect('GROUP', 'BY')
    r.brackets(() => {
      if (!r.at(')')) r.list(() => (r.take('PRIMARY') ? '' : name(r, 'an index')))
    })
    if (r.at(',') && ['USE', 'FORCE', 'IGNORE'].includes(r.peek(1).word)) r.next()
    hints.push({ from, to: r.position })
  }
  return hints
}
