import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { run } from '../gateway.ts'
import { fix } from '../guide.ts'
import type { Receipt } from '../receipt.ts'
import { type Kept, kept } from './kept.ts'
import type { Asking } from './mode.ts'
import type { Tried } from './tries.ts'

/** The rows of an answer as they went out: `sql` as it was run, the first of them kept. */
export type Delivered = Readonly<{ sql: string; receipt: Receipt; kept: Kept }>

/** Enough for words and a chart. */
const SEEN_ROWS = 200
const SEEN_BYTES = 128 * 1024

/** Sends the rows of a statement to the asker. One that was tried and has no more rows than were kept is not run again. */
export async function deliver(sql: string, tried: Tried | undefined, asking: Asking): Promise<Delivered> {
  const { asked, call, look, sink, parts, newId } = asking
  const held = tried?.kept
  if (held?.whole && tried?.receipt && !tried.receipt.truncated && (asked.rowsMax ?? look.grant.limits.rowsDefault) >= held.rows) {
    await held.replay(sink)
    return { sql, receipt: tried.receipt, kept: held }
  }
  const rows = kept(SEEN_ROWS, SEEN_BYTES, sink)
  const statement: Call = {
    ...call,
    id: newId(),
    action: 'query',
    text: sql,
    ...(asked.rowsMax === undefined ? {} : { rowsMax: asked.rowsMax }),
  }
  return { sql, receipt: await run(statement, rows, parts), kept: rows }
}

/** Errors that another text may not have; what else fails would fail again. */
const MENDABLE: ReadonlySet<string> = new Set([
  'sql_syntax',
  'table_unknown',
  'column_unknown',
  'function_unknown',
  'function_refused',
  'feature_refused',
  'value_invalid',
  'source_failed',
])

/** The statement mended by what was wrong with it; undefined where nothing is known to help. */
export async function mended(sql: string, failed: unknown, { call, newId, parts }: Asking): Promise<string | undefined> {
  if (!(failed instanceof SluiceError) || !MENDABLE.has(failed.code)) return undefined
  const { fixed, sql: better } = await fix({ ...call, id: newId(), text: sql }, failed.message, newId, parts)
  return fixed && better !== sql ? better : undefined
}
