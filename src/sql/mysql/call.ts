import type { Reader } from '../reader/reader.ts'
import { asciiLower } from '../reader/token.ts'
import { expression, operand, orderBy } from './expression.ts'
import { charset, jsonOnEmpty, type, windowSpec } from './special.ts'
import { isIdentifier, quiet, touching, units } from './words.ts'

/** Functions whose arguments are not a plain list; each answers how many there are. */
const special: Readonly<Record<string, (r: Reader) => number>> = {
  extract: (r) => {
    if (!r.take(...units)) r.fail('a unit of time')
    r.expect('FROM')
    expression(r)
    return 2
  },
  position: (r) => {
    expression(r, 'IN')
    r.expect('IN')
    expression(r)
    return 2
  },
  trim: (r) => {
    const isSided = r.take('BOTH', 'LEADING', 'TRAILING')
    if (!r.at('FROM')) expression(r)
    if (r.take('FROM')) expression(r)
    else if (isSided) r.fail('FROM')
    return 1
  },
  substring,
  substr: substring,
  mid: substring,
  timestampadd: unitFirst,
  timestampdiff: unitFirst,
  get_format: (r) => {
    if (!r.take('DATE', 'TIME', 'DATETIME', 'TIMESTAMP')) r.fail('DATE, TIME or DATETIME')
    r.expect(',')
    expression(r)
    return 2
  },
  char: (r) => {
    const args = r.list(() => expression(r))
    if (r.take('USING')) charset(r)
    return args
  },
  weight_string: (r) => {
    expression(r)
    if (r.take('AS')) type(r)
    if (r.take('LEVEL')) while (!r.at(')')) r.next()
    return 1 + (r.take(',') ? r.list(() => expression(r)) : 0)
  },
  json_value: (r) => {
    const args = r.list(() => expression(r))
    if (r.take('RETURNING')) type(r)
    jsonOnEmpty(r)
    return args
  },
}

function substring(r: Reader): number {
  expression(r)
  if (!r.take('FROM')) return 1 + (r.take(',') ? r.list(() => expression(r)) : 0)
  expression(r)
  if (!r.take('FOR')) return 2
  expression(r)
  return 3
}

function unitFirst(r: Reader): number {
  if (!r.take(...units, 'FRAC_SECOND')) r.fail('a unit of time')
  r.expect(',')
  return 1 + r.list(() => expression(r))
}

const dynamicColumns = new Set(['column_create', 'column_add', 'column_get'])

/** `name( … )` with what may follow it. `schema` is the schema that was written before the name. */
export function call(r: Reader, schema?: string): void {
  const before = r.columns
  const token = r.next()
  const name = asciiLower(token.value)
  if (schema === undefined && (token.kind === 'name' || (touching.has(name) && r.peek().gap !== ''))) {
    const hint = `Write ${name}( without backticks and without a blank before the bracket.`
    r.problem('function_refused', `Written so, "${name}" is a function that someone stored in the database.`, hint)
  }
  const read = schema === undefined ? special[name] : undefined
  const args = r.brackets(() => (r.at(')') ? 0 : read ? read(r) : plainArguments(r, dynamicColumns.has(name))))
  if (name === 'last_insert_id' && args > 0) r.problem('function_refused', 'LAST_INSERT_ID with a value changes the session.')
  r.function(name, args, schema)
  if (schema !== undefined || !quiet.has(name)) r.risk(before)
  afterCall(r)
}

function plainArguments(r: Reader, isTyped: boolean): number {
  if (r.take('*')) return 0
  r.take('DISTINCT', 'ALL')
  const args = r.list(() => {
    expression(r)
    if (isTyped && r.take('AS')) type(r)
  })
  if (r.at('ORDER')) orderBy(r)
  if (r.take('SEPARATOR')) operand(r)
  if (r.take('LIMIT')) {
    operand(r)
    if (r.take(',', 'OFFSET')) operand(r)
  }
  return args
}

function afterCall(r: Reader): void {
  if (r.at('FROM') && ['FIRST', 'LAST'].includes(r.peek(1).word) && ['OVER', 'RESPECT', 'IGNORE'].includes(r.peek(2).word)) {
    if (r.peek(2).word === 'OVER' || r.peek(3).word === 'NULLS') {
      r.next()
      r.next()
    }
  }
  if (!r.takeAll('RESPECT', 'NULLS')) r.takeAll('IGNORE', 'NULLS')
  if (r.takeAll('WITHIN', 'GROUP')) r.brackets(() => orderBy(r))
  if (r.at('OVER') && (r.peek(1).word === '(' || isIdentifier(r.peek(1)))) {
    r.expect('OVER')
    windowSpec(r)
  }
}
