import { counted, type Filter, hasRows, type Sort, windowed } from './browse/window.ts'
import type { Call } from './call.ts'
import type { DialectName } from './facts.ts'
import type { Parts } from './gateway.ts'
import type { Token } from './sql/sql.ts'

export { csvSink } from './browse/csv.ts'
export type { Bytes, FileSink } from './browse/file.ts'
export { linesSink } from './browse/lines.ts'
export { parquetSink } from './browse/parquet.ts'
export { type Filter, filterOps, type Sort } from './browse/window.ts'
export { xlsxSink } from './browse/xlsx.ts'

/** Which rows of a statement are wanted: those that pass every filter, in this order, after `offset` of them. */
export type Window = Readonly<{ sort: readonly Sort[]; filter: readonly Filter[]; offset: number }>

/**
 * The call for some rows of a statement. The first ones, as they come, are the statement itself; for others it stands in brackets in a statement of
 * ours, which takes the whole way of a query like every text. What cannot be read, or may not be asked, goes on as it is and is refused there.
 */
export async function windowCall(call: Call, window: Window, parts: Parts): Promise<Call> {
  if (window.offset === 0 && window.sort.length === 0 && window.filter.length === 0) return call
  const read = await reading(call, parts)
  return read ? { ...call, ...windowed({ ...read, params: call.params }, window) } : call
}

/** The call for how many rows a statement has. */
export async function countCall(call: Call, filter: readonly Filter[], parts: Parts): Promise<Call> {
  const read = await reading(call, parts)
  return read ? { ...call, ...counted({ ...read, params: call.params }, filter) } : call
}

type Read = Readonly<{ text: string; tokens: readonly Token[]; dialect: DialectName; quote(name: string): string }>

async function reading({ credential, source, text }: Call, parts: Parts): Promise<Read | undefined> {
  try {
    await parts.policy.grant(await parts.auth.identify(credential), source)
    const about = parts.sources.about(source)
    if (!about) return undefined
    const dialect = await parts.dialects(about.dialect)
    const tokens = dialect.tokens(text)
    if (!hasRows(tokens)) return undefined
    return { text, tokens, dialect: dialect.name, quote: (name) => dialect.quoteName(name) }
  } catch {
    return undefined
  }
}
