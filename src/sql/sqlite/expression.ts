import type { Reader } from '../reader/reader.ts'
import { asciiLower } from '../reader/token.ts'
import { isQuery, query } from './query.ts'
import { isIdentifier, isName, likeWords, quiet, timeWords } from './words.ts'

const comparing = ['=', '==', '<>', '!=', '<', '<=', '>', '>=', 'AND', 'OR']
const computing = ['+', '-', '*', '/', '%', '&', '|', '<<', '>>', '||', '->', '->>']

/**
 * One expression. Operators are read as a flat chain, for which SQLite accepts the same texts: precedence says what is
 * computed, not what is named.
 */
export function expression(r: Reader): void {
  const run = { from: r.columns }
  operand(r)
  while (moreOfChain(r, run));
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
  if (r.take(...comparing)) operand(r)
  else if (r.take('ISNULL', 'NOTNULL') || r.takeAll('NOT', 'NULL')) return true
  else if (r.take('IS')) {
    r.take('NOT')
    if (r.take('DISTINCT')) r.expect('FROM')
    operand(r)
  } else if (r.take('COLLATE')) collation(r)
  else {
    if (r.at('NOT') && !['BETWEEN', 'IN', ...likeWords].includes(r.peek(1).word)) r.fail('IN, LIKE, GLOB, MATCH or BETWEEN after NOT')
    const negated = r.take('NOT')
    if (r.take('IN')) membership(r)
    else if (r.take('BETWEEN')) between(r, run)
    else if (r.at(...likeWords)) like(r)
    else return negated
  }
  return true
}

function collation(r: Reader): void {
  if (!isName(r.peek())) r.fail('a collation')
  r.next()
}

function like(r: Reader): void {
  if (r.next().word !== 'LIKE') r.risk()
  operand(r)
  if (r.take('ESCAPE')) operand(r)
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
  if (r.at('(')) {
    r.brackets(() => {
      if (isQuery(r)) query(r)
      else if (!r.at(')')) r.list(() => expression(r))
    })
    return
  }
  const from = r.position
  const parts = [nameHere(r, 'a table or (')]
  if (r.take('.')) parts.push(nameHere(r, 'a table'))
  if (r.at('(')) {
    const args = r.brackets(() => (r.at(')') ? 0 : r.list(() => expression(r))))
    r.function(asciiLower(parts[parts.length - 1]!), args)
  } else r.table(parts, 'in', { from, to: r.position })
}

export function nameHere(r: Reader, expected: string): string {
  if (!isName(r.peek())) r.fail(expected)
  return r.next().value
}

function operand(r: Reader): void {
  const before = r.columns
  let isComputed = false
  for (; r.at('NOT', '+', '-', '~'); r.next()) isComputed ||= r.at('-', '~')
  one(r)
  if (isComputed) r.risk(before)
}

function one(r: Reader): void {
  const token = r.peek()
  if (token.kind === 'number' || token.kind === 'blob' || (token.kind === 'string' && r.peek(1).word !== '.')) r.next()
  else if (token.kind === 'parameter') parameter(r)
  else if (token.word === '(') bracketed(r)
  else if (token.word === 'NULL' || (timeWords.includes(token.word) && r.peek(1).word !== '.')) r.next()
  else if (token.word === 'CASE') cases(r)
  else if (token.word === 'CAST') cast(r)
  else if (token.word === 'RAISE') r.refuse('RAISE is only for triggers.')
  else if (r.take('EXISTS')) r.brackets(() => query(r))
  else if (isIdentifier(token) && r.peek(1).word === '(') call(r)
  else if (isName(token)) column(r)
  else r.fail('an expression')
}

/** Numbers parameters as SQLite does: `?` and a new name count on from the highest number. Names are printed as numbers. */
function parameter(r: Reader): void {
  const from = r.position
  const { text } = r.next()
  const known = r.parameters.get(text)
  const number = known ?? (/^\?\d/.test(text) ? Number(text.slice(1)) : r.params + 1)
  if (number < 1 || number > 32766) r.fail('a parameter between ?1 and ?32766')
  r.params = Math.max(r.params, number)
  if (text.startsWith('?')) return
  r.parameters.set(text, number)
  r.edits.push({ span: { from, to: from + 1 }, text: `?${number}` })
}

function bracketed(r: Reader): void {
  r.brackets(() => {
    if (isQuery(r)) query(r)
    else r.list(() => expression(r))
  })
}

function cases(r: Reader): void {
  r.nest(() => {
    r.expect('CASE')
    if (!r.at('WHEN')) expression(r)
    do {
      r.expect('WHEN')
      expression(r)
      r.expect('THEN')
      expression(r)
    } while (r.at('WHEN'))
    if (r.take('ELSE')) expression(r)
    r.expect('END')
  })
}

function cast(r: Reader): void {
  const before = r.columns
  r.expect('CAST')
  r.brackets(() => {
    expression(r)
    r.expect('AS')
    while (isName(r.peek())) r.next()
    if (r.at('(')) r.brackets(() => r.list(() => signed(r)))
  })
  r.risk(before)
}

function signed(r: Reader): void {
  r.take('+', '-')
  if (r.next().kind !== 'number') r.fail('a number')
}

function column(r: Reader): void {
  r.columns++
  const from = r.position
  const parts = [r.next().value]
  while (parts.length < 3 && r.take('.')) parts.push(nameHere(r, 'a column'))
  if (parts.length === 3) r.qualifiers.push({ span: { from, to: from + 2 }, table: parts[1]! })
}

function call(r: Reader): void {
  const before = r.columns
  const name = asciiLower(r.next().value)
  const args = r.brackets(() => callArguments(r))
  r.function(name, args)
  if (!quiet.has(name)) r.risk(before)
  if (r.atAll('WITHIN', 'GROUP')) {
    r.expect('WITHIN', 'GROUP')
    r.brackets(() => orderBy(r))
  }
  if (r.atAll('FILTER', '(')) {
    r.expect('FILTER')
    r.brackets(() => {
      r.expect('WHERE')
      expression(r)
    })
  }
  if (r.at('OVER') && (r.peek(1).word === '(' || isName(r.peek(1)))) {
    r.expect('OVER')
    if (r.at('(')) windowDefinition(r)
    else r.next()
  }
}

function callArguments(r: Reader): number {
  if (r.take('*')) return 0
  r.take('DISTINCT', 'ALL')
  const args = r.at(')', 'ORDER') ? 0 : r.list(() => expression(r))
  if (r.at('ORDER')) orderBy(r)
  return args
}

export function orderBy(r: Reader): void {
  r.expect('ORDER', 'BY')
  r.list(() => {
    expression(r)
    r.take('ASC', 'DESC')
    if (r.take('NULLS') && !r.take('FIRST', 'LAST')) r.fail('FIRST or LAST')
  })
}

/** `( [base] [PARTITION BY …] [ORDER BY …] [frame] )` */
export function windowDefinition(r: Reader): void {
  r.brackets(() => {
    const frames = ['RANGE', 'ROWS', 'GROUPS']
    if (!r.at('PARTITION', 'ORDER', ...frames) && isName(r.peek())) r.next()
    if (r.take('PARTITION')) {
      r.expect('BY')
      r.list(() => expression(r))
    }
    if (r.at('ORDER')) orderBy(r)
    if (r.take(...frames)) frame(r)
  })
}

function frame(r: Reader): void {
  if (r.take('BETWEEN')) {
    frameBound(r)
    r.expect('AND')
  }
  frameBound(r)
  if (!r.take('EXCLUDE')) return
  if (!r.takeAll('NO', 'OTHERS') && !r.takeAll('CURRENT', 'ROW') && !r.take('GROUP', 'TIES'))
    r.fail('NO OTHERS, CURRENT ROW, GROUP or TIES')
}

function frameBound(r: Reader): void {
  if (r.takeAll('CURRENT', 'ROW')) return
  if (!r.take('UNBOUNDED')) {
    const run = { from: r.columns }
    operand(r)
    while (!r.at('PRECEDING', 'FOLLOWING')) if (!moreOfChain(r, run)) break
  }
  if (!r.take('PRECEDING', 'FOLLOWING')) r.fail('PRECEDING or FOLLOWING')
}
