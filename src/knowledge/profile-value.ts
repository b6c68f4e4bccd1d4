import { hash } from 'node:crypto'
import type { Call } from '../call.ts'
import { countable, fullName, looking, mustFind, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import type { ProfileKept, Store } from '../store/store.ts'
import { byFullName } from './objects.ts'

/** What the values of one column are like. `closed` columns tell counts only. */
export type ColumnProfile = Readonly<{
  name: string
  nulls?: number
  null_share?: number
  distinct?: number
  unique?: boolean
  min?: string
  max?: string
  length?: Readonly<{ min: number; max: number }>
  frequent?: readonly Readonly<{ value: string; count: number }>[]
  patterns?: readonly Readonly<{ pattern: string; share: number }>[]
  /** Share of its values, from 0 to 1, that the key of another table has. */
  found_in?: readonly Readonly<{ table: string; column: string; share: number }>[]
  /** No value of it is kept: it is masked, or seems to hold personal data. */
  closed?: 'masked' | 'personal'
}>

/** What the values of a table are like. `rows` were looked at; `sampled` when there may be more. */
export type TableProfile = Readonly<{
  rows: number
  sampled: boolean
  rows_estimate?: number
  columns: readonly ColumnProfile[]
  /** Which rows were seen: a digest of the row rules that held and of whom the source took the caller for; empty for all rows. */
  scope: string
}>

export type ProfileTold = Readonly<{ table: string; role: string; at: string } & Omit<TableProfile, 'scope'>>

const CHARS_MAX = 100

/** Which rows of a table a grant shows; empty where it shows them all. */
export function scopeOf({ grant }: Visible, { identity }: Grant): string {
  if (grant.rows.length === 0 && identity === undefined) return ''
  return hash('sha256', JSON.stringify([grant.rows, identity?.role, identity?.settings, identity?.login?.user]), 'hex').slice(0, 32)
}

/** A value as text, short; undefined for what is none or cannot be shown as text. */
export function valueText(value: unknown): string | undefined {
  if (value === null || value === undefined || value instanceof Uint8Array || typeof value === 'object') return undefined
  const text = String(value)
  return text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text
}

/** Values that are there, as texts; bytes are left out, documents are told as JSON. */
export const textsOf = (values: readonly unknown[]): readonly string[] =>
  values.flatMap((value) => {
    if (value === null || value === undefined || value instanceof Uint8Array) return []
    return [typeof value === 'object' ? JSON.stringify(value) : String(value)]
  })

/**
 * A profile as somebody may know it: only where they see all the rows that were looked at, and of columns that are masked for them nothing.
 * `all` is true for who sees every row anyway.
 */
export function profileFor(kept: Parsed, one: Visible, grant: Grant): ProfileTold | undefined {
  const { scope, columns, rows_estimate, ...profile } = kept.profile
  const all = countable(one) && grant.identity === undefined
  if (!all && scope !== scopeOf(one, grant)) return undefined
  const shown = columns.flatMap((column) => {
    if (!one.table.columns.some(({ name }) => name === column.name)) return []
    return one.grant.masks.has(column.name) && column.closed !== 'masked' ? [{ name: column.name, closed: 'masked' as const }] : [column]
  })
  const estimate = rows_estimate === undefined || !countable(one) ? {} : { rows_estimate }
  return { table: one.name, role: kept.role, at: kept.at, ...profile, ...estimate, columns: shown }
}

type Parsed = Omit<ProfileKept, 'profile'> & Readonly<{ profile: TableProfile }>
const parsed = (kept: ProfileKept): Parsed => ({ ...kept, profile: JSON.parse(kept.profile) as TableProfile })

type Kept = Readonly<{ mark: string; profiles: readonly Parsed[] }>
const kept = new WeakMap<Store, Map<string, Kept>>()

/** Every profile of a source without values, kept for as long as none is made: what joins need of them. */
async function figuresOf(source: string, store: Store): Promise<readonly Parsed[]> {
  const bySource = kept.get(store) ?? new Map<string, Kept>()
  kept.set(store, bySource)
  const mark = await store.profiles.mark(source)
  const known = bySource.get(source)
  if (known?.mark === mark) return known.profiles
  const profiles = (await store.profiles.of(source)).map((one) => withoutValues(parsed(one)))
  bySource.set(source, { mark, profiles })
  return profiles
}

const withoutValues = ({ profile, ...one }: Parsed): Parsed => ({
  ...one,
  profile: { ...profile, columns: profile.columns.map(({ min: _, max: __, frequent: ___, patterns: ____, ...column }) => column) },
})

/** The newest profile of each table that a grant lets be known, by the table's full name; without values. */
export async function profilesFor(
  source: string,
  visible: readonly Visible[],
  grant: Grant,
  parts: Pick<Parts, 'storeIfAny'>,
): Promise<ReadonlyMap<string, ProfileTold>> {
  const store = await parts.storeIfAny()
  return store ? newestOf(await figuresOf(source, store), visible, grant) : new Map()
}

function newestOf(profiles: readonly Parsed[], visible: readonly Visible[], grant: Grant): ReadonlyMap<string, ProfileTold> {
  const tables = byFullName(visible)
  const told = new Map<string, ProfileTold>()
  for (const one of profiles) {
    const table = tables.get(one.table)
    const profile = table && profileFor(one, table, grant)
    if (profile && (told.get(one.table)?.at ?? '') < profile.at) told.set(one.table, profile)
  }
  return told
}

/** Profiles that were made, of one table or of all, as the caller may know them. Throws `table_unknown`. */
export const listProfiles = (
  call: Call,
  table: string | undefined,
  parts: Parts,
): Promise<Readonly<{ source: string; profiles: readonly ProfileTold[] }>> =>
  looking(
    call,
    table === undefined ? [] : [table],
    ({ profiles }) => profiles.length,
    parts,
    async ({ visible, grant }) => {
      const wanted = table === undefined ? undefined : fullName(mustFind(table, call.source, visible).table)
      const store = await parts.storeIfAny()
      const profiles = store ? (await store.profiles.of(call.source, wanted)).map(parsed) : []
      return { source: call.source, profiles: [...newestOf(profiles, visible, grant).values()].map((one) => withSeenTables(one, visible)) }
    },
  )

/** Without tables that this caller may not see in what was found of others. */
export function withSeenTables(profile: ProfileTold, visible: readonly Visible[]): ProfileTold {
  const tables = byFullName(visible)
  const columns = profile.columns.map(({ found_in, ...column }) => {
    const seen = found_in?.flatMap(({ table, column: key, share }) => {
      const other = tables.get(table)
      return other?.table.columns.some(({ name }) => name === key) ? [{ table: other.name, column: key, share }] : []
    })
    return seen && seen.length > 0 ? { ...column, found_in: seen } : column
  })
  return { ...profile, columns }
}
