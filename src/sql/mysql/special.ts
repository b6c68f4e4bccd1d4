import type { Reader } from '../reader/reader.ts'
import { column, expression, name, operand } from './expression.ts'
import { isIdentifier, units } from './words.ts'

export function cases(r: Reader): void {
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

/** `INTERVAL n unit`, or the function `INTERVAL(n, n1, …)`. */
export function interval(r: Reader): void {
  r.expect('INTERVAL')
  const isCall = r.at('(')
  r.nest(() => expression(r))
  if (r.take(...units)) return
  if (!isCall) r.fail('a unit of time')
  r.function('interval', -1)
}

/** `MATCH (a, b) AGAINST ('text' IN BOOLEAN MODE)` */
export function match(r: Reader): void {
  r.expect('MATCH')
  r.risk()
  if (r.at('(')) r.brackets(() => r.list(() => column(r)))
  else r.list(() => column(r))
  r.expect('AGAINST')
  r.brackets(() => {
    expression(r, 'IN')
    if (!r.takeAll('IN', 'BOOLEAN', 'MODE')) r.takeAll('IN', 'NATURAL', 'LANGUAGE', 'MODE')
    r.takeAll('WITH', 'QUERY', 'EXPANSION')
  })
}

/** `CAST(a AS type)`, `CONVERT(a, type)`, `CONVERT(a USING charset)` */
export function convert(r: Reader): void {
  const isCast = r.next().word === 'CAST'
  const before = r.columns
  r.brackets(() => {
    expression(r)
    if (r.takeAll('AT', 'TIME', 'ZONE')) {
      r.take('INTERVAL')
      operand(r)
    }
    if (!isCast && r.take('USING')) charset(r)
    else {
      r.expect(isCast ? 'AS' : ',')
      type(r)
      if (r.take('FORMAT')) operand(r)
    }
  })
  r.risk(before)
}

export function charset(r: Reader): void {
  if (r.take('BINARY', 'DEFAULT')) return
  if (!isIdentifier(r.peek()) && r.peek().kind !== 'string') r.fail('a character set')
  r.next()
}

const afterType = ['PATH', 'EXISTS', 'FOR', 'ON', 'NULL', 'ERROR', 'DEFAULT', 'FORMAT', 'LEVEL']

/** A type in words, with lengths in brackets. Types only say how a value is read. */
export function type(r: Reader): void {
  if (r.peek().kind !== 'word') r.fail('a type')
  while (r.peek().kind === 'word' && !r.at(...afterType)) {
    const isSet = r.next().word === 'SET' || r.tokens[r.position - 1]!.word === 'CHARSET'
    if (isSet && r.peek().kind === 'string') r.next()
    if (r.takeAll('COLLATE', 'DEFAULT')) return
    if (r.at('(')) r.brackets(() => r.list(() => number(r)))
  }
}

function number(r: Reader): void {
  if (r.peek().kind !== 'number') r.fail('a number')
  r.next()
}

/** `{d '2020-01-01'}`, `{fn now()}` */
export function odbc(r: Reader): void {
  r.expect('{')
  r.nest(() => {
    name(r, 'd, t, ts or fn')
    expression(r)
  })
  r.expect('}')
}

/** `OVER w`, `OVER ( … )` */
export function windowSpec(r: Reader): void {
  if (!r.at('(')) {
    name(r, 'a window')
    return
  }
  r.brackets(() => {
    if (isIdentifier(r.peek()) && !r.at('GROUPS')) r.next()
    if (r.take('PARTITION')) {
      r.expect('BY')
      r.list(() => expression(r))
    }
    if (r.takeAll('ORDER', 'BY')) {
      r.list(() => {
        expression(r)
        r.take('ASC', 'DESC')
      })
    }
    if (r.take('ROWS', 'RANGE', 'GROUPS')) frame(r)
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
  if (!r.take('UNBOUNDED')) expression(r, 'AND')
  if (!r.take('PRECEDING', 'FOLLOWING')) r.fail('PRECEDING or FOLLOWING')
}

/** `JSON_TABLE(doc, path COLUMNS ( … ))` after its name. */
export function jsonTable(r: Reader): void {
  r.function('json_table', 2)
  r.brackets(() => {
    expression(r)
    r.expect(',')
    operand(r)
    jsonColumns(r)
  })
}

function jsonColumns(r: Reader): void {
  r.expect('COLUMNS')
  r.brackets(() => r.list(() => jsonColumn(r)))
}

function jsonColumn(r: Reader): void {
  if (r.at('NESTED') && (r.peek(1).word === 'PATH' || r.peek(1).kind === 'string')) {
    r.next()
    r.take('PATH')
    operand(r)
    jsonColumns(r)
    return
  }
  name(r, 'a column')
  if (r.takeAll('FOR', 'ORDINALITY')) return
  type(r)
  r.take('EXISTS')
  r.expect('PATH')
  operand(r)
  jsonOnEmpty(r)
}

/** `NULL ON EMPTY DEFAULT '1' ON ERROR` */
export function jsonOnEmpty(r: Reader): void {
  while (r.at('NULL', 'ERROR', 'DEFAULT')) {
    if (r.next().word === 'DEFAULT') operand(r)
    r.expect('ON')
    if (!r.take('EMPTY', 'ERROR')) r.fail('EMPTY or ERROR')
  }
}

/** Words in the names of variables that tell where the server keeps its files, keys and accounts, or how it is copied. */
const telling = new Set(
  `auth authentication basedir cert datadir dir file gtid host hostname keyring libdir master password path pid plugin plugins port proxy relay
  replica report secret secure slave socket ssl tls tmpdir uuid wsrep`.split(/\s+/),
)

export function systemVariable(r: Reader, text: string): void {
  const variable = text.slice(2).replaceAll('`', '').toLowerCase()
  const words = variable.split(/[._]/)
  if (words.some((word) => telling.has(word)) || /init_|log_bin|log_error|server_id/.test(variable)) {
    r.problem('feature_refused', `The variable ${text} tells how the server is kept.`)
  }
}
