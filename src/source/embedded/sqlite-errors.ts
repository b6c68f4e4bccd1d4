import { type Code, SluiceError } from '../../error.ts'
import { EngineError } from './engine.ts'

/** Our codes for what SQLite says when it refuses a text, in the order in which they are tried. */
const saidByText: readonly (readonly [RegExp, Code])[] = [
  [/^no such table|^no such view|^no such index|^no such trigger/, 'table_unknown'],
  [/^no such column|^ambiguous column|has no column named/, 'column_unknown'],
  [/^not authorized to use function/, 'function_refused'],
  [/^no such function|^wrong number of arguments to function/, 'function_unknown'],
  [/^access to .* is prohibited/, 'table_refused'],
  [/^not authorized|^more than one statement/, 'statement_refused'],
  [/^The statement has \d+ parameters/, 'parameter_count'],
  [/already exists|^there is already |^duplicate column name|^use DROP /i, 'change_invalid'],
  [/^table .* has \d+ columns? but|^\d+ values? for \d+ column|^all VALUES must have/, 'change_invalid'],
  [
    /^cannot (modify|UPDATE|INSERT|DELETE|drop|rename|add)|^error in (view|trigger|index|table)|may not be (modified|altered|dropped|indexed)/i,
    'change_invalid',
  ],
  [/^ON CONFLICT clause does not match|^foreign key mismatch/, 'change_invalid'],
  [/syntax error|^unrecognized token|^incomplete input|^parser stack/, 'sql_syntax'],
]

/** By SQLite's primary result code. */
const saidByCode: Readonly<Record<number, Code>> = {
  5: 'source_busy',
  6: 'source_busy',
  7: 'result_too_large',
  8: 'statement_refused',
  9: 'query_cancelled',
  10: 'source_unavailable',
  11: 'source_failed',
  13: 'source_unavailable',
  14: 'source_unavailable',
  18: 'result_too_large',
  19: 'constraint_violated',
  20: 'value_invalid',
  23: 'statement_refused',
  25: 'parameter_count',
  26: 'source_unavailable',
}

/** A STRICT table refuses a value of another type; SQLite counts that among its constraints. */
const wrongTypeCode = 3091
/** A reader found the journal of a writer that was killed, and may not roll it back. */
const journalLeftCodes: ReadonlySet<number> = new Set([776, 264])

const codesOf = ({ engineCode }: EngineError): Readonly<{ code: number; phase: string | undefined; extended: number }> => {
  const [code, phase, extended] = String(engineCode).split(' ')
  return { code: Number(code), phase, extended: Number(extended) }
}

export function sqliteCodeOf(error: unknown): Code | undefined {
  if (!(error instanceof EngineError)) return undefined
  const { code, phase, extended } = codesOf(error)
  if (code === 19) return extended === wrongTypeCode ? 'value_invalid' : 'constraint_violated'
  const byText = saidByText.find(([pattern]) => pattern.test(error.message))?.[1]
  const byCode = saidByCode[code]
  if (byText || byCode) return byText ?? byCode
  if (code !== 1) return undefined
  return phase === 'prepare' ? 'sql_syntax' : 'value_invalid'
}

/** True when the file must first be opened by one who may write. */
export const journalLeft = (error: unknown): boolean => error instanceof EngineError && journalLeftCodes.has(codesOf(error).extended)

/** The kinds of constraint that SQLite tells apart; what a trigger raises is a text of its own making. */
const constraints: readonly (readonly [RegExp, string])[] = [
  [/^(UNIQUE constraint failed|PRIMARY KEY constraint failed): ([\w$., ]+)$/, 'another row has this key'],
  [/^(NOT NULL constraint failed): ([\w$., ]+)$/, 'a value is missing'],
  [/^(CHECK constraint failed): ([\w$]+)$/, 'a check of the table does not hold'],
  [/^(FOREIGN KEY constraint failed)()$/, 'a row refers to one that is not there'],
]

/** What SQLite said, without any value. */
export function sqliteMessageOf(error: EngineError): string {
  const { code, extended } = codesOf(error)
  if (extended === wrongTypeCode) return 'SQLite: a value does not have the type of its STRICT column.'
  if (code !== 19) return `SQLite: ${error.message.split('\n')[0]}.`
  for (const [pattern, meaning] of constraints) {
    const [, kind, where] = pattern.exec(error.message) ?? []
    if (kind) return `SQLite: ${kind}${where ? ` (${where})` : ''}: ${meaning}.`
  }
  return 'SQLite: a constraint of the table does not hold.'
}

/** Why a writing session could not begin. */
export function whyNotWritable(error: unknown, file: string): unknown {
  if (!(error instanceof EngineError)) return error
  const { code } = codesOf(error)
  if (code === 5 || code === 6) {
    return new SluiceError('source_busy', `Another program is writing to the database ${file}.`, { cause: error })
  }
  if (code === 8)
    return new SluiceError('source_denied', `The database ${file} may not be written to by the user that Sluice runs as.`, { cause: error })
  return new SluiceError('source_unavailable', `The database ${file} cannot be opened for writing.`, { cause: error })
}
