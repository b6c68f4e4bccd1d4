import { type Code, SluiceError } from '../../error.ts'

/** What the server said in an ErrorResponse, with every field that it sent. */
export class PostgresError extends Error {
  readonly code: string
  readonly severity: string
  /** Characters from 1 in the statement as sent; 0 when the server named no place. */
  readonly position: number
  readonly fields: Readonly<Record<string, string>>

  constructor(fields: Readonly<Record<string, string>>) {
    super(fields.M ?? 'The server reported an error without a text.')
    this.name = 'PostgresError'
    this.code = fields.C ?? 'XX000'
    this.severity = fields.V ?? fields.S ?? 'ERROR'
    this.position = Number(fields.P ?? 0)
    this.fields = fields
  }
}

/** The fields of an ErrorResponse whose body is `buf[at, end)`. */
export function readError(buf: Buffer, at: number, end: number): PostgresError {
  const fields: Record<string, string> = {}
  while (at < end && buf[at] !== 0) {
    const zero = buf.indexOf(0, at + 1)
    if (zero < 0 || zero > end) break
    fields[String.fromCharCode(buf[at]!)] = buf.toString('utf8', at + 1, zero)
    at = zero + 1
  }
  return new PostgresError(fields)
}

/** SQLSTATE to code. Classes (two letters) are looked up when the state itself is not listed. */
const states: Readonly<Record<string, Code>> = {
  '42P01': 'table_unknown',
  '42703': 'column_unknown',
  '42P10': 'column_unknown',
  '42883': 'function_unknown',
  '42601': 'sql_syntax',
  '42P18': 'parameter_invalid',
  '08P01': 'parameter_count',
  '3F000': 'table_unknown',
  42501: 'source_denied',
  42: 'sql_syntax',
  22: 'value_invalid',
  23: 'value_invalid',
  21: 'value_invalid',
  25006: 'statement_refused',
  25: 'statement_refused',
  '0A': 'feature_refused',
  57014: 'query_timeout',
  28: 'source_denied',
  '3D000': 'source_unavailable',
  '08': 'source_unavailable',
  53: 'source_unavailable',
  54: 'sql_too_deep',
  '57P': 'source_unavailable',
  '55P03': 'source_busy',
  40: 'source_busy',
}

/** Our code for a SQLSTATE; undefined when we know nothing about it. */
export function codeOfState(state: string): Code | undefined {
  return states[state] ?? states[state.slice(0, 3)] ?? states[state.slice(0, 2)]
}

/** Our error for what the server said, with its words where they can hold neither a value nor hidden data. `sql` is the statement as sent. */
export function failure(error: PostgresError, sql = ''): SluiceError {
  const code = error.code === '57014' ? stoppedBy(error) : (codeOfState(error.code) ?? 'source_failed')
  const position = error.position > 0 ? unitsBefore(sql, error.position - 1) : undefined
  return new SluiceError(code, sentence(error), { cause: error, ...(position === undefined ? {} : { position }) })
}

/** Our error for a server that does not let its user act for a caller. The names of roles and settings are the operator's matter. */
export const notAllowed = (error: PostgresError): SluiceError =>
  new SluiceError('source_denied', `PostgreSQL does not let the user of this source act as the identity of this caller (${error.code})`, {
    cause: error,
  })

/** One SQLSTATE stands for the server's time limit and for somebody who has cancelled; only the words differ. */
const stoppedBy = ({ message }: PostgresError): Code => (/user request/.test(message) ? 'query_cancelled' : 'query_timeout')

function sentence({ code, message, position }: PostgresError): string {
  const about = /^(42|3F|0A)/.test(code)
  // With a place in the text it speaks of a name there; without one it may be a cast of a value to regclass that has failed.
  if (about && position > 0) return `PostgreSQL: ${message} (${code})`
  // From the first quote to the last stands the value itself, which may hold quotes and come from a row that the caller must not see.
  if (about || /^(2[1235]|54)/.test(code)) return `PostgreSQL: ${message.replace(/".*"/s, '"…"')} (${code})`
  if (code === '57014') return `PostgreSQL ended the query: ${message} (57014)`
  if (code.startsWith('28')) return `PostgreSQL refused the login of this source's user (${code})`
  if (code === '3D000') return 'PostgreSQL has no database of the configured name (3D000)'
  if (/^(08|53|57)/.test(code)) return `PostgreSQL cannot serve queries now: ${message} (${code})`
  return `PostgreSQL reported an error of its own (SQLSTATE ${code})`
}

/** UTF-16 units before the character with this number, counted from 0. */
function unitsBefore(sql: string, characters: number): number {
  let units = 0
  for (let i = 0; i < characters && units < sql.length; i++) units += sql.codePointAt(units)! > 0xffff ? 2 : 1
  return units
}
