import type { Call } from '../call.ts'
import { named, SluiceError } from '../error.ts'
import { fullName, intend, type Look, lookInto, mustFind, recorded, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Mask } from '../grant.ts'
import { type Detector, detector, kinds, maskFor } from '../pii/pii.ts'
import type { Principal } from '../principal.ts'
import type { Decision, FindingKept } from '../store/store.ts'
import { type Asking, askingAs, inTurn, type NewId } from './as-role.ts'
import { byFullName, isVisible, mustAdminister, type Named, namesOf, placeOf, tablesOf, type Wanted } from './objects.ts'
import type { Progress } from './profile.ts'
import { filledSql, type Naming, sampleSql } from './profile-sql.ts'
import { textsOf } from './profile-value.ts'

/** Personal data that was found in a column, with what was decided about it. */
export type PersonalTold = Readonly<{
  table: string
  column: string
  kind: string
  title: string
  confidence: number
  reason: string
  suggested_mask: Mask
  state: 'undecided' | Decision
  decided_by?: string
  decided_at?: string
  found_at: string
  /** Whether it is masked now for everybody who does not administer the source. */
  masked: boolean
}>

export type PersonalList = Readonly<{ source: string; masked_until_decided: boolean; findings: readonly PersonalTold[] }>

export type Scanned = Readonly<{
  source: string
  tables: number
  columns: number
  found: number
  /** Of which nobody knew before. */
  fresh: number
  failed: readonly Readonly<{ table: string; code: string }>[]
}>

const SAMPLE_ROWS = 200
/** Columns with fewer values than this in the first rows are asked once more for those that are filled. */
const FEW = 20
const FILLED_ROWS = 50
const TIMEOUT_MS = 15_000
const AT_ONCE = 4

/**
 * Looks through tables for personal data: names of columns, and a few values, which are read with the rights of an operator, looked at here, and
 * neither kept nor told. Decisions stay as they are. Needs the action `admin` on the source. Throws `action_refused`, `table_unknown`.
 */
export const scanPersonal = (
  call: Call,
  tables: Wanted,
  newId: NewId,
  parts: Parts,
  progress: Progress = () => undefined,
): Promise<Scanned> =>
  administering(call, namesOf(tables), parts, async (look, principal) => {
    const wanted = tablesOf(tables, look)
    // What a role masks must be looked at as well, or it would never be found.
    const ask = askingAs({ ...principal, roles: ['admin'] }, principal, call, newId, TIMEOUT_MS, parts)
    const dialect = await parts.dialects(look.source.dialect)
    const finder = await detector()
    const { findings } = await parts.store()
    const known = new Set((await findings.of(call.source)).map(({ table, column }) => `${table}\0${column}`))
    const failed: { table: string; code: string }[] = []
    let [done, columns, found, fresh] = [0, 0, 0, 0]
    await inTurn(wanted, AT_ONCE, async (one) => {
      call.signal.throwIfAborted()
      try {
        const some = await lookAt(one, { dialect, table: one.table }, finder, ask)
        await findings.looked(call.source, fullName(one.table), some)
        columns += one.table.columns.length
        found += some.length
        fresh += some.filter(({ table, column }) => !known.has(`${table}\0${column}`)).length
        // Masked as soon as it is found: a long search must not leave open what it found first.
        if (some.length > 0) parts.findings.changed()
      } catch (caught) {
        const { code } = named(caught, call.signal)
        if (call.signal.aborted || code === 'registry_unavailable' || code === 'audit_unavailable') throw caught
        failed.push({ table: one.name, code })
      }
      progress(++done, wanted.length, one.name)
    })
    parts.findings.changed()
    return { source: call.source, tables: wanted.length - failed.length, columns, found, fresh, failed }
  })

async function lookAt(one: Visible, naming: Naming, finder: Detector, ask: Asking): Promise<readonly FindingKept[]> {
  const { columns } = one.table
  if (columns.length === 0) return []
  const { rows } = await ask(sampleSql(columns, SAMPLE_ROWS, naming), SAMPLE_ROWS)
  const foundAt = new Date().toISOString()
  const found: FindingKept[] = []
  for (const [i, column] of columns.entries()) {
    let values = textsOf(rows.map((row) => row[i]))
    if (values.length < FEW && rows.length === SAMPLE_ROWS) {
      const more = await ask(filledSql(column, FILLED_ROWS, naming), FILLED_ROWS).catch(() => undefined)
      values = more ? textsOf(more.rows.map((row) => row[0])) : values
    }
    const finding = finder.detect({ name: column.name, type: column.type, values, table: one.table.name })
    if (!finding) continue
    const mask = JSON.stringify(maskFor(finding.kind, column.type))
    found.push({
      table: fullName(one.table),
      column: column.name,
      kind: finding.kind,
      confidence: finding.confidence,
      reason: finding.reason,
      mask,
      foundAt,
    })
  }
  return found
}

/** What was found in what the caller may see and nobody has decided about, or all of it, the surest first. Needs the action `admin`. */
export const listPersonal = (
  call: Call,
  filter: Readonly<{ table?: string | undefined; all?: boolean | undefined }>,
  parts: Parts,
): Promise<PersonalList> =>
  administering(call, filter.table === undefined ? [] : [filter.table], parts, async (look) => {
    const table = filter.table === undefined ? undefined : fullName(mustFind(filter.table, call.source, look.visible).table)
    const tables = byFullName(look.visible)
    const kept = (await (await parts.store()).findings.of(call.source)).filter(
      (one) =>
        isVisible(one, tables) && (table === undefined || one.table === table) && (filter.all === true || one.decision === undefined),
    )
    const findings = kept.map((one) => told(one, look, parts)).sort((a, b) => b.confidence - a.confidence || (a.table < b.table ? -1 : 1))
    return { source: call.source, masked_until_decided: parts.findings.masked, findings }
  })

/** Writes down what somebody decides about a finding. Needs the action `admin`. Throws `action_refused`, `column_unknown`. */
export const decidePersonal = (call: Call, object: Named, decision: Decision, parts: Parts): Promise<PersonalTold> =>
  administering(call, object.table === undefined ? [] : [object.table], parts, async (look, principal) => {
    const place = placeOf(object, look)
    const { findings } = await parts.store()
    const decided = await findings.decide(call.source, place, decision, principal.name, new Date().toISOString())
    const now = decided
      ? (await findings.of(call.source)).find(({ table, column }) => table === place.table && column === place.column)
      : undefined
    if (!now)
      throw new SluiceError('column_unknown', 'Nothing was found in this column, so there is nothing to decide.', {
        hint: 'find_personal_data lists what was found; a role can mask any column.',
      })
    parts.findings.changed()
    return told(now, look, parts)
  })

function told(one: FindingKept, { visible }: Look, { findings }: Parts): PersonalTold {
  const { decision, decidedBy, decidedAt } = one
  return {
    table: byFullName(visible).get(one.table)?.name ?? one.table,
    column: one.column,
    kind: one.kind,
    title: Object.hasOwn(kinds, one.kind) ? kinds[one.kind as keyof typeof kinds].title : one.kind,
    confidence: one.confidence,
    reason: one.reason,
    suggested_mask: JSON.parse(one.mask) as Mask,
    state: decision ?? 'undecided',
    ...(decidedBy === undefined ? {} : { decided_by: decidedBy }),
    ...(decidedAt === undefined ? {} : { decided_at: decidedAt }),
    found_at: one.foundAt,
    masked: findings.masked && (decision === undefined || decision === 'mask'),
  }
}

const administering = <T>(
  call: Call,
  tables: readonly string[],
  parts: Parts,
  doing: (look: Look, principal: Principal) => Promise<T>,
): Promise<T> =>
  recorded(
    call,
    parts,
    () => 1,
    async (entry, principal) => {
      await intend(entry, principal, call, tables)
      const look = await lookInto(call.source, call, principal, parts)
      mustAdminister(look.grant, call)
      return doing(look, principal)
    },
  )
