import type { Reader } from '../reader/reader.ts'
import { asciiLower } from '../reader/token.ts'
import { call } from './call.ts'
import { isQuery, moreOfQuery, query, queryTail } from './query.ts'
import { cases, convert, interval, match, odbc, systemVariable } from './special.ts'
import { bareFunctions, isCallable, isIdentifier } from './words.ts'

const comparing = ['=', '<=>', '<>', '!=', '<', '<=', '>', '>=']
const joining = ['AND', '&&', 'OR', '||', 'XOR']
const computing = ['+', '-', '*', '/', '%', 'DIV', 'MOD', '^', '&', '|', '<<', '>>', '->', '->>']
const matching = ['LIKE', 'REGEXP', 'RLIKE']

/**
 * One expression. Operators are read as a flat chain, which accepts all that the servers accept and a little more: precedence
 * says what is computed, not what is named. `without` stops the chain before an operator, as `IN` in `POSITION(a IN b)`.
 */
export function expression(r: Reader, without?: string): void {
  const before = r.columns
  operand(r)
  chain(r, before, without)
}

/** The operators that follow an operand; `before` is the number of columns in front of it. */
function chain(r: Reader, before: number, without?: string): void {
  const run = { from: before }
  while (!(without && r.at(without)) && moreOfChain(r, run));
}

/** Takes one more operator with its operand. `run` is where the operands that are computed together began. */
function moreOfChain(r: Reader, run: { from: number }): boolean {
  if (r.ends()) return false
  if (r.take(...computing)) {
    operand(r)
    r.risk(run.from)
    return true
  }
  run.from = r.columns
  if (r.take(...joining)) operand(r)
  else if (r.take(...comparing)) {
    if (r.peek(1).word === '(') r.take('ALL', 'ANY', 'SOME')
    operand(r)
  } else if (r.take('IS')) {
    r.take('NOT')
    if (!r.take('NULL', 'TRUE', 'FALSE', 'UNKNOWN')) r.fail('NULL, TRUE, FALSE or UNKNOWN')
  } else if (r.take('COLLATE')) collation(r)
  else if (r.at(':=')) r.refuse('A statement that only reads cannot set a variable.')
  else return moreOfPredicate(r, run)
  return true
}

function collation(r: Reader): void {
  if (r.take('BINARY', 'DEFAULT')) return
  if (!isIdentifier(r.peek()) && r.peek().kind !== 'string') r.fail('a collation')
  r.next()
}

function moreOfPredicate(r: Reader, run: { from: number }): boolean {
  const negated = r.take('NOT')
  if (r.take('IN')) membership(r)
  else if (r.take('BETWEEN')) between(r, run)
  else if (r.take('LIKE')) {
    operand(r)
    if (r.take('COLLATE')) collation(r)
    if (r.take('ESCAPE')) operand(r)
  } else if (r.take(...matching) || r.takeAll('SOUNDS', 'LIKE')) {
    r.risk()
    operand(r)
  } else if (r.at('MEMBER') && (r.peek(1).word === 'OF' || r.peek(1).word === '(')) {
    r.expect('MEMBER')
    r.take('OF')
    r.risk()
    r.brackets(() => expression(r))
  } else if (negated) r.fail('IN, LIKE, REGEXP or BETWEEN after NOT')
  else return false
  return true
}

/** The lower bound may be a chain of operators that bind more closely than AND. */
function between(r: Reader, run: { from: number }): void {
  operand(r)
  while (!r.at('AND')) if (!moreOfChain(r, run)) r.fail('AND')
  r.expect('AND')
  run.from = r.columns
  operand(r)
}

function membership(r: Reader): void {
  if (r.at('(')) bracketed(r)
  else r.fail('(')
}

/** `( … )` where an expression may stand; answers whether it holds a query. No place is read twice. */
export function bracketed(r: Reader): boolean {
  return r.brackets(() => {
    if (isQuery(r)) {
      query(r)
      return true
    }
    if (!r.at('(')) expression(r)
    else {
      const before = r.columns
      const isSubquery = bracketed(r)
      if (isSubquery && moreOfQuery(r)) {
        queryTail(r)
        return true
      }
      if (isSubquery && r.at(')')) return true
      chain(r, before)
    }
    while (r.take(',')) expression(r)
    return false
  })
}

export function operand(r: Reader): void {
  const before = r.columns
  let isComputed = false
  for (; r.at('NOT', '!', '+', '-', '~', 'BINARY'); r.next()) isComputed ||= r.at('-', '~')
  one(r)
  if (isComputed) r.risk(before)
}

function one(r: Reader): void {
  const token = r.peek()
  if (token.kind === 'string') strings(r)
  else if (token.kind === 'number' || token.kind === 'blob') r.next()
  else if (token.kind === 'parameter') {
    r.next()
    r.params++
  } else if (token.kind === 'variable') variable(r)
  else if (token.word === '(') bracketed(r)
  else if (token.word === '{') odbc(r)
  else if (token.word && keyword(r)) return
  else if (isCallable(token) && r.peek(1).word === '(') call(r)
  else if (bareFunctions.has(token.word)) r.function(asciiLower(r.next().text), 0)
  else if (isIdentifier(token)) column(r)
  else r.fail('an expression')
}

/** What a word begins that is not a name; false when it begins nothing of its own. */
function keyword(r: Reader): boolean {
  const { word } = r.peek()
  const following = r.peek(1)
  if (word === 'NULL' || word === 'TRUE' || word === 'FALSE') r.next()
  else if (word === 'EXISTS') {
    r.next()
    r.brackets(() => query(r))
  } else if (word === 'CASE') cases(r)
  else if (word === 'INTERVAL') interval(r)
  else if (word === 'MATCH') match(r)
  else if ((word === 'CAST' && following.word === '(' && following.gap === '') || word === 'CONVERT') convert(r)
  else if (word === 'ROW' && following.word === '(') {
    r.next()
    bracketed(r)
  } else if ((word === 'DEFAULT' || word === 'VALUES' || word === 'VALUE') && following.word === '(') {
    r.next()
    r.brackets(() => column(r))
  } else if ((word === 'NEXT' || word === 'PREVIOUS') && following.word === 'VALUE')
    r.refuse('Sequences cannot be used by a statement that only reads.')
  else if (following.kind === 'string' && (word === 'DATE' || word === 'TIME' || word === 'TIMESTAMP')) {
    r.next()
    r.next()
  } else if (word.startsWith('_') && (following.kind === 'string' || following.kind === 'blob' || /^0[xb]/.test(following.text))) {
    r.next()
    if (r.peek().kind === 'string') strings(r)
    else r.next()
  } else return false
  return true
}

/** Strings side by side are one. */
function strings(r: Reader): void {
  while (r.peek().kind === 'string') r.next()
}

function variable(r: Reader): void {
  const { text } = r.next()
  if (text.startsWith('@@')) systemVariable(r, text)
  if (r.at(':=')) r.refuse('A statement that only reads cannot set a variable.')
}

/** `a`, `t.a`, `s.t.a`, or a function of a schema. */
export function column(r: Reader): void {
  r.columns++
  const from = r.position
  const parts = [name(r, 'a column')]
  while (parts.length < 3 && r.take('.')) {
    if (parts.length === 1 && isIdentifier(r.peek()) && r.peek(1).word === '(') {
      call(r, parts[0])
      return
    }
    parts.push(name(r, 'a column'))
  }
  if (parts.length === 3) r.qualifiers.push({ span: { from, to: from + 2 }, table: parts[1]! })
}

export function name(r: Reader, expected: string): string {
  if (!isIdentifier(r.peek())) r.fail(expected)
  return r.next().value
}

export function orderBy(r: Reader): void {
  r.expect('ORDER', 'BY')
  r.list(() => {
    expression(r)
    r.take('ASC', 'DESC')
  })
}
