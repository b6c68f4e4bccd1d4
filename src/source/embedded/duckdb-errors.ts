import { type Code, SluiceError } from '../../error.ts'
import { EngineError } from './engine.ts'

/** Our codes for what DuckDB says, in the order in which they are tried; the kind of error stands in front of its messages. */
const said: readonly (readonly [RegExp, Code])[] = [
  [/^Only /, 'statement_refused'],
  [/^The statement has \d+ parameters/, 'parameter_count'],
  [/^Catalog Error: .*already exists|^Catalog Error: (Cannot|Could not)|^Dependency Error/, 'change_invalid'],
  [/^Catalog Error: (Scalar |Aggregate |Table |Macro |Window )*Function with name/, 'function_unknown'],
  [/^Catalog Error: (Table|View|Schema|Index|Sequence) with name|^Catalog Error: .*does not exist/, 'table_unknown'],
  [/^Binder Error: Referenced table|^Binder Error: Catalog "/, 'table_unknown'],
  [/^Binder Error: (No function matches|Could not choose a best candidate function)/, 'function_unknown'],
  [/^Binder Error: .*(columns but|Duplicate column|ON CONFLICT|Conflict target|generated column)/i, 'change_invalid'],
  [/^Binder Error: .*(column|Column|reference|Could not find key)/, 'column_unknown'],
  [/^(Parser|Syntax|Binder|Catalog) Error/, 'sql_syntax'],
  [/^Constraint Error|^TransactionContext Error: Failed to commit: .*constraint/i, 'constraint_violated'],
  [/^TransactionContext Error: .*[Cc]onflict/, 'change_conflict'],
  [/^(Conversion|Out of Range|Invalid Input|Invalid type|Invalid|Mismatch Type|Expression) (Error|Exception)/i, 'value_invalid'],
  [/^Permission Error/, 'feature_refused'],
  [/^Not implemented Error/i, 'feature_refused'],
  [/^INTERRUPT/, 'query_cancelled'],
  [/^Out of Memory/, 'result_too_large'],
  [/^(IO|HTTP|Connection) Error/, 'source_unavailable'],
]

export function duckdbCodeOf(error: unknown): Code | undefined {
  if (!(error instanceof EngineError)) return undefined
  return said.find(([pattern]) => pattern.test(error.message))?.[1]
}

/** True when another process has the file open in a way that keeps us from opening it. */
export const heldByOther = (error: unknown): boolean => error instanceof EngineError && /Could not set lock on file/.test(error.message)

/** True when a file may not be opened for writing by the user that Sluice runs as. */
const mayNotWrite = (error: unknown): boolean =>
  error instanceof EngineError && /Cannot open file.*(Permission denied|Read-only file system)|read-only mode/.test(error.message)

const namesOnly: ReadonlySet<Code | undefined> = new Set([
  'sql_syntax',
  'table_unknown',
  'column_unknown',
  'function_unknown',
  'change_invalid',
])
/** Messages that DuckDB wrote; the text of others can be anything, because `error()` says what it is given. */
const plainMessages =
  /^(Conversion|Out of Range|Parser|Permission|Not implemented|Out of Memory|INTERRUPT) Error|^Invalid Input Error: (Could not|Failed to|Malformed JSON|Cannot)|^(Only|The statement)/i

/** What a violated constraint means; DuckDB's own words hold the value. */
const constraints: readonly (readonly [RegExp, string])[] = [
  [/duplicate key/i, 'another row has this key'],
  [/NOT NULL constraint failed/, 'NOT NULL: a value is missing'],
  [/CHECK constraint failed/, 'CHECK: a check of the table does not hold'],
  [/still referenced/, 'FOREIGN KEY: other rows refer to this one'],
  [/foreign key/i, 'FOREIGN KEY: a row refers to one that is not there'],
]

/**
 * The first line only: what follows are suggestions, which name tables and columns that the caller may not see. Where a value went wrong
 * it is left out, from the first quote to the last, because a value may hold quotes itself; and so is whatever looks like a file.
 */
export function duckdbMessageOf(error: EngineError): string {
  const line = error.message.split('\n')[0]!.slice(0, 300)
  const code = duckdbCodeOf(error)
  if (code === 'constraint_violated') {
    return `DuckDB: ${constraints.find(([pattern]) => pattern.test(line))?.[1] ?? 'a constraint of the table does not hold'}.`
  }
  const names = namesOnly.has(code)
  if (!names && !plainMessages.test(line)) return `DuckDB: ${line.split(':')[0]}.`
  const text = names ? line : line.replace(/['"].*['"]|['"].*$|\b\d[\d.]*\b/g, '…')
  return `DuckDB: ${text.replace(/(?:\/[\w.@ -]+){2,}|[A-Za-z]:\\[^\s"']+/g, '…')}`
}

/** Why the source could not be opened; `file` is its name without the folder. */
export function whyNotOpened(error: unknown, file: string): SluiceError {
  if (error instanceof SluiceError) return error
  if (heldByOther(error)) return new SluiceError('source_busy', `Another program has the database ${file} open.`, { cause: error })
  if (mayNotWrite(error)) {
    return new SluiceError('source_denied', `The database ${file} may not be written to by the user that Sluice runs as.`, { cause: error })
  }
  return new SluiceError('source_unavailable', `The source ${file} cannot be opened.`, { cause: error })
}
