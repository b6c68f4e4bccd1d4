import { type Code, SluiceError } from '../error.ts'
import type { Connection, WriteSession, WriteSetting } from '../source/source.ts'
import { type LoadSetting, type Pending, put } from './load.ts'

/** Failures that lie in the rows, and not in the source or the way to it. */
const inRows: ReadonlySet<Code> = new Set(['constraint_violated', 'value_invalid', 'change_refused', 'source_failed', 'change_invalid'])

/**
 * Finds the row that a batch failed for, by writing parts of it in transactions that are rolled back, and answers the failure with its number.
 * A row that only fails beside earlier ones of the content, because it repeats one of their keys, is told as somewhere in the batch.
 */
export async function blamed(
  error: SluiceError,
  { columns, rows, first }: Pending,
  setting: LoadSetting,
  connection: Connection,
  writing: WriteSetting,
  signal: AbortSignal,
): Promise<SluiceError> {
  if (!inRows.has(error.code) || signal.aborted) return error
  const last = first + rows.length - 1
  if (rows.length > 1 && refersToItself(setting)) return told(error, `One of the rows ${first} to ${last}`)
  const tried = (work: (session: WriteSession) => Promise<unknown>) => written(connection, writing, signal, work)
  const part = (from: number, to: number) => ({ columns, rows: rows.slice(from, to) })

  const whole = rows.length > 1 ? await tried((session) => put({ columns, rows }, setting, session)) : error
  if (whole === undefined) return told(error, `One of the rows ${first} to ${last}, together with an earlier one`)
  // The first `good` rows can be written together, the first `bad` cannot.
  let good = 0
  let bad = rows.length
  let cause = whole
  while (bad - good > 1) {
    let next = good
    const failure = await tried(async (session) => {
      if (good > 0) await put(part(0, good), setting, session)
      while (bad - good > 1) {
        next = good + Math.floor((bad - good) / 2)
        await put(part(good, next), setting, session)
        good = next
      }
    })
    // What could be written a moment ago cannot any more: others are writing too.
    if (failure && next === good) return error
    if (failure) [bad, cause] = [next, failure]
  }
  return told(cause, `Row ${first + good}`)
}

/** Rows that may point at rows of earlier batches, which a part of a batch does not find. */
const refersToItself = ({ target: { table } }: LoadSetting): boolean =>
  table.foreignKeys?.some((key) => key.table === table.name || key.table.endsWith(`.${table.name}`)) ?? false

/** What went wrong; undefined when nothing did. Nothing stays either way. */
async function written(
  connection: Connection,
  writing: WriteSetting,
  signal: AbortSignal,
  work: (session: WriteSession) => Promise<unknown>,
): Promise<SluiceError | undefined> {
  try {
    await connection.write!(
      writing,
      async (session) => {
        await work(session)
        return { keep: false, value: undefined }
      },
      signal,
    )
    return undefined
  } catch (error) {
    if (error instanceof SluiceError && inRows.has(error.code)) return error
    throw error
  }
}

function told({ code, message, hint, cause }: SluiceError, which: string): SluiceError {
  const ours = code === 'value_invalid' || code === 'source_failed' ? 'import_invalid' : code
  return new SluiceError(ours, `${which}: ${message.replace(/\.$/, '')}. Nothing was imported.`, {
    cause,
    ...(ours === code ? { hint } : {}),
  })
}
