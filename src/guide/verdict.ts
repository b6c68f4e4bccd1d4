import type { Call } from '../call.ts'
import { type Code, SluiceError } from '../error.ts'
import { type Look, looking } from '../explore.ts'
import { type Parts, run } from '../gateway.ts'
import { type Prepared, prepare } from '../prepare.ts'
import { type Batch, type Column, cells, type Sink } from '../result.ts'

/** Whether a statement would run for this caller, and what would become of it. */
export type Verdict = Readonly<{
  valid: boolean
  /** `source` when the source has read the statement too, so that its columns and types are known to fit; else only the guard has. */
  checked_by: 'guard' | 'source'
  code?: Code
  reason?: string
  hint?: string
  /** Where in the statement, counted in UTF-16 units from 0. */
  position?: number
  kind?: string
  tables: readonly string[]
  /** `table.column` of what would be masked. */
  masked: readonly string[]
  /** What would be filtered or hidden, one sentence each. */
  policies: readonly string[]
  /** How many values the placeholders want. */
  params: number
  /** As it would run. */
  sql?: string
}>

const EXPLAIN_MS_MAX = 10_000

/**
 * Judges the text of a call under the caller's grant as the gateway would, and has the source explain it where that is allowed; it is never
 * run. `newId` names the call that asks the source.
 */
export const verdict = (call: Call, newId: () => string, parts: Parts): Promise<Verdict> =>
  looking(
    call,
    [],
    () => 1,
    parts,
    (look) => verdictWithin(look, call, newId, parts),
  )

/** The same within a look that is recorded already. */
export async function verdictWithin(look: Look, call: Call, newId: () => string, parts: Parts): Promise<Verdict> {
  const judged = await judge(call, look, parts)
  if (!judged.valid || judged.params !== call.params.length || judged.kind !== 'read') return judged
  const plan = await planOf(call, newId(), parts)
  if (plan.error === undefined) return { ...judged, checked_by: 'source' }
  if (!SAYS_WRONG.has(plan.error.code)) return judged
  return { ...judged, ...said(plan.error), valid: false, checked_by: 'source' }
}

/** Failures to explain that speak against the statement itself; what else fails may be the source's or the limits' fault. */
const SAYS_WRONG: ReadonlySet<Code> = new Set([
  'sql_syntax',
  'column_unknown',
  'table_unknown',
  'function_unknown',
  'value_invalid',
  'parameter_invalid',
  'source_failed',
])

/** The guard's word. What is unknown may be newer than the schema, which is then read again, once. */
export async function judge(call: Call, look: Look, parts: Parts): Promise<Verdict> {
  const { source, grant, schema } = look
  const dialect = await parts.dialects(source.dialect)
  const rowsMax = Math.min(call.rowsMax ?? grant.limits.rowsDefault, grant.limits.rows)
  const planned = (known: typeof schema) => prepare(call.text, { dialect, grant, schema: known, maskKey: parts.maskKey, rowsMax })
  try {
    const plan = await planned(schema).catch(async (error: unknown) => {
      if (!(error instanceof SluiceError) || !STALE.has(error.code)) throw error
      const fresh = await source.schema(call.signal, true)
      if (fresh.version === schema.version) throw error
      return planned(fresh)
    })
    return allowed(plan, look)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { valid: false, checked_by: 'guard', ...said(error), tables: [], masked: [], policies: [], params: 0 }
  }
}

const STALE: ReadonlySet<string> = new Set(['table_unknown', 'column_unknown', 'function_unknown'])

function allowed({ kind, tables, masked, policies, params, shown }: Prepared, { source, grant }: Look): Verdict {
  const told = { checked_by: 'guard', kind, tables, masked, policies, params, sql: shown } as const
  const action = kind === 'explain' ? 'explain' : 'read'
  if (grant.actions.has(action)) return { valid: true, ...told }
  return {
    valid: false,
    ...said(new SluiceError('action_refused', `Your roles do not allow the action "${action}" on "${source.name}".`)),
    ...told,
  }
}

const said = ({ code, message, hint, position }: SluiceError) => ({
  code,
  reason: message,
  hint,
  ...(position === undefined ? {} : { position }),
})

const PLAN_ROWS_MAX = 500
const PLAN_CHARS_MAX = 8_000

/** The source's plan for a statement, as lines, or why there is none. It goes the way of every call. */
export async function planOf(call: Call, id: string, parts: Parts): Promise<Readonly<{ lines: readonly string[]; error?: SluiceError }>> {
  let columns: readonly Column[] = []
  const lines: string[] = []
  let room = PLAN_CHARS_MAX
  const sink: Sink = {
    columns(given) {
      columns = given
    },
    batch(batch: Batch) {
      for (const row of cells(batch, columns)) {
        const line = row
          .filter((cell) => cell !== null)
          .map(String)
          .join(' | ')
        room -= line.length
        if (room >= 0) lines.push(line)
      }
    },
  }
  const timeoutMs = Math.min(call.timeoutMs ?? EXPLAIN_MS_MAX, EXPLAIN_MS_MAX)
  try {
    await run({ ...call, id, action: 'explain', rowsMax: PLAN_ROWS_MAX, timeoutMs }, sink, parts)
    return { lines }
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return { lines: [], error }
  }
}
