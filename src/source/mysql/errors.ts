import { type Code, SluiceError } from '../../error.ts'

/** What the server said in an ERR packet. */
export class MysqlError extends Error {
  readonly errno: number
  readonly sqlState: string

  constructor(errno: number, sqlState: string, message: string) {
    super(message)
    this.name = 'MysqlError'
    this.errno = errno
    this.sqlState = sqlState
  }
}

/** Reads the ERR packet in `bytes[at, end)`: 0xff, the number, `#` and five characters of SQLSTATE, the message. */
export function readError(bytes: Buffer, at: number, end: number): MysqlError {
  const errno = bytes.readUInt16LE(at + 1)
  const marked = bytes[at + 3] === 0x23
  const state = marked ? bytes.toString('latin1', at + 4, at + 9) : 'HY000'
  return new MysqlError(errno, state, bytes.toString('utf8', at + (marked ? 9 : 3), end))
}

const byCode: Partial<Record<Code, readonly number[]>> = {
  table_unknown: [1046, 1146, 1049, 1051, 1109, 4161],
  column_unknown: [1054, 1052, 1110],
  function_unknown: [1305, 1630, 1128],
  sql_empty: [1065],
  sql_too_large: [1153],
  sql_too_deep: [1436, 1437],
  parameter_count: [1210, 1582],
  sql_syntax: [1064, 1055, 1056, 1066, 1111, 1140, 1149, 1191, 1221, 1222, 1235, 1241, 1248, 1250, 3593, 3637, 4015, 4016],
  value_invalid: [
    1139, 1242, 1264, 1265, 1267, 1270, 1271, 1292, 1364, 1365, 1366, 1367, 1406, 1411, 1416, 1441, 1525, 1690, 3140, 3141, 3143, 3144,
    3146, 3157, 3854, 4037, 4038, 4042, 4044,
  ],
  statement_refused: [1148, 3948, 1792, 1290, 1223, 1295, 1836, 1568],
  source_denied: [1044, 1045, 1142, 1143, 1227, 1370, 1410, 1698, 1356, 1827, 3118, 4151],
  query_timeout: [1969, 3024],
  query_cancelled: [1317],
  source_busy: [1205, 1213, 1461],
  source_unavailable: [
    1040, 1042, 1043, 1053, 1077, 1079, 1129, 1130, 1152, 1158, 1159, 1160, 1161, 1203, 1226, 1927, 2006, 2013, 3169, 4031,
  ],
}
const codes = new Map(Object.entries(byCode).flatMap(([code, numbers]) => numbers.map((errno) => [errno, code as Code] as const)))

/** Our code for an error number of the server; undefined when we know nothing about it. */
export const codeOfNumber = (errno: number): Code | undefined => codes.get(errno)

/** Our error for what the server said, with its words where they can hold neither a value nor hidden data. */
export function failure(error: MysqlError): SluiceError {
  const code = codeOfNumber(error.errno) ?? 'source_failed'
  return new SluiceError(code, sentence(code, error), { cause: error })
}

const named: readonly Code[] = ['table_unknown', 'column_unknown', 'function_unknown', 'statement_refused', 'parameter_count']
/** From the first quote to the last, because what is quoted may hold quotes itself. */
const quotedText = /'.*'|".*"/s

function sentence(code: Code, { errno, message }: MysqlError): string {
  if (named.includes(code)) return `${message} (${errno})`
  // The server repeats the rest of the statement here, which may hold values that policy has put into it.
  if (errno === 1064) return `There is a syntax error${/ near '/.test(message) ? ` near ${firstWord(message)}` : ''} (1064)`
  // What stands in quotes is the value itself, which may come from a row that the caller must not see.
  if (code === 'value_invalid' || code === 'sql_syntax') return `${message.replace(quotedText, "'…'")} (${errno})`
  if (code === 'query_timeout') return `The server ended the query because it ran for too long (${errno})`
  if (code === 'query_cancelled') return `The query was ended in the server (${errno})`
  if (code === 'source_denied') return `The server refused what the user of this source asked for (${errno})`
  if (code === 'source_unavailable' || code === 'source_busy') return `The server cannot serve this query now (${errno})`
  return `The server reported an error of its own (${errno})`
}

function firstWord(message: string): string {
  const word = /near '([\w`.]{0,40}|.)/s.exec(message)?.[1] ?? ''
  return word === '' ? 'the end' : `"${word}"`
}
