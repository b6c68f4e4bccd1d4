import type { Call } from '../call.ts'
import { type Code, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { ColumnType } from '../result.ts'
import { type Ranked, rankAcross } from './rank.ts'
import { intend, recorded } from './recorded.ts'
import { type Look, lookInto, maskOf } from './visible.ts'

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
    const looks = await Promise.all(names.map((name) => lookAt(name, names.length > 1, call, principal, parts)))
    const ranked = await rankAcross(
      question,
      looks.flatMap((one) => one ?? []),
      limit,
      parts,
    )
    return { tables: ranked.map(({ name, ranked: one }) => foundOf(name, one)), silent: names.filter((_, i) => looks[i] === undefined) }
  })
}

type Silent = undefined
type Within = Readonly<{ name: string; look: Look }>

/** Undefined when the source, one `among` several, does not answer. */
async function lookAt(name: string, among: boolean, call: Call, principal: Principal, parts: Parts): Promise<Within | Silent> {
  try {
    return { name, look: await lookInto(name, call, principal, parts) }
  } catch (error) {
    // One source that does not answer must not hide what the others hold; a source asked for by name must say why.
    if (!among || call.signal.aborted || !(error instanceof SluiceError) || !SILENT.has(error.code)) throw error
    parts.log.failed(call.id, name, error)
    return undefined
  }
}

function foundOf(source: string, { one, why, columns }: Ranked): FoundTable {
  const { table, grant } = one
  const fitting = columns.map(({ column }) => column.name)
  const rest = table.columns.map(({ name }) => name).filter((name) => !fitting.includes(name))
  const shown = [...fitting, ...rest].slice(0, COLUMNS_SHOWN).map((name) => table.columns.find((column) => column.name === name)!)
  return {
    source,
    table: one.name,
    kind: table.kind,
    why,
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    columns: shown.map((column) => ({ name: column.name, type: column.type, ...maskOf(grant, column.name) })),
    more_columns: table.columns.length - shown.length,
  }
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
