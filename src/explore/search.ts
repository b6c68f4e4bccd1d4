import type { Call } from '../call.ts'
import { type Code, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { ColumnType } from '../result.ts'
import { search } from '../search/search.ts'
import { intend, recorded } from './recorded.ts'
import { lookInto, maskOf } from './visible.ts'

export type FoundTable = Readonly<{
  source: string
  table: string
  kind: string
  why: string
  comment?: string
  columns: readonly Readonly<{ name: string; type: ColumnType; masked?: string }>[]
  /** Columns of the table that are not in `columns` above. */
  more_columns: number
}>

/** `silent` names the sources that did not answer, so that nobody takes what they hold for missing. */
export type Found = Readonly<{ tables: readonly FoundTable[]; silent: readonly string[] }>

const COLUMNS_SHOWN = 12

/** The tables that fit a question, in the call's source or, when it names none, in every granted one; best first. */
export async function searchSchema(call: Call, question: string, limit: number, parts: Parts): Promise<Found> {
  const told = ({ tables }: Found) => tables.length
  return await recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, [])
    const names = call.source === '' ? parts.policy.sources(principal) : [call.source]
    const found = await Promise.all(names.map((name) => searchOne(name, names.length > 1, call, question, limit, principal, parts)))
    const hits = found.flatMap((one) => one ?? [])
    hits.sort((a, b) => b.score - a.score)
    return { tables: hits.slice(0, limit).map((one) => one.hit), silent: names.filter((_, i) => found[i] === undefined) }
  })
}

/** Undefined when the source, one `among` several, does not answer. */
async function searchOne(name: string, among: boolean, call: Call, question: string, limit: number, principal: Principal, parts: Parts) {
  const seen = await lookInto(name, call, principal, parts).catch((error: unknown) => {
    // One source that does not answer must not hide what the others hold; a source asked for by name must say why.
    if (!among || call.signal.aborted || !(error instanceof SluiceError) || !SILENT.has(error.code)) throw error
    parts.log.failed(call.id, name, error)
    return undefined
  })
  if (!seen) return undefined
  const byTable = new Map(seen.visible.map((one) => [one.table, one]))
  return search(question, [...byTable.keys()], limit).map((hit) => {
    const one = byTable.get(hit.table)!
    const shown = [...hit.columns, ...hit.table.columns.filter((column) => !hit.columns.includes(column))].slice(0, COLUMNS_SHOWN)
    const found: FoundTable = {
      source: name,
      table: one.name,
      kind: hit.table.kind,
      why: hit.why,
      ...(hit.table.comment === undefined ? {} : { comment: hit.table.comment }),
      columns: shown.map((column) => ({ name: column.name, type: column.type, ...maskOf(one.grant, column.name) })),
      more_columns: hit.table.columns.length - shown.length,
    }
    return { score: hit.score, hit: found }
  })
}

/** How a source fails by itself. */
const SILENT: ReadonlySet<Code> = new Set([
  'source_unavailable',
  'source_denied',
  'source_failed',
  'source_busy',
  'query_timeout',
  'concurrency_limited',
  'rate_limited',
])
