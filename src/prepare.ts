import { SluiceError } from './error.ts'
import type { DialectName } from './facts.ts'
import { limits } from './limits.ts'
import { aside } from './prepare/aside.ts'
import { type Checked, type CheckSetting, checkHere, type Prepared, type PrepareSetting, prepareHere, refusal } from './prepare/here.ts'
import type { Dialect } from './sql/sql.ts'

export { explained } from './prepare/explain.ts'
export type { Checked, CheckSetting, Prepared, PrepareSetting } from './prepare/here.ts'

/**
 * Reads, guards, rewrites and prints one statement; throws SluiceError with the reason for a refusal. A long text is read in a
 * thread with a deadline, so that no text can hold up the calls of others.
 */
export async function prepare(text: string, setting: PrepareSetting): Promise<Prepared> {
  try {
    return await (needsDeadline(text, setting.dialect) ? aside({ want: 'prepare', text, setting }) : prepareHere(text, setting))
  } catch (error) {
    throw error instanceof SluiceError && error.code === 'sql_syntax' ? unreadable(error, setting.dialect) : error
  }
}

/** A text that cannot be read is often one of another dialect. */
function unreadable({ code, message, position, cause }: SluiceError, { name }: Dialect): SluiceError {
  const hint = `Correct the statement; this source speaks ${titles[name]}.`
  return new SluiceError(code, message, { cause, hint, ...(position === undefined ? {} : { position }) })
}
const titles: Readonly<Record<DialectName, string>> = { postgres: 'PostgreSQL', mysql: 'MySQL', sqlite: 'SQLite', duckdb: 'DuckDB' }

/** Whether a statement would be let through. Never throws SluiceError: that it cannot be read is a verdict, too. */
export function check(text: string, setting: CheckSetting): Promise<Checked> {
  // A grant can be sent to the thread only as its answers for the tables of a schema.
  const canBeSent = setting.grant === undefined || setting.schema !== undefined
  return canBeSent && needsDeadline(text, setting.dialect)
    ? aside({ want: 'check', text, setting }).catch(refusal())
    : checkHere(text, setting)
}

/** DuckDB reads in a process of its own, which has its own deadline. */
const needsDeadline = (text: string, { name }: Dialect): boolean =>
  name !== 'duckdb' && text.length > limits.sqlInlineBytesMax && Buffer.byteLength(text) <= limits.sqlBytesMax
