import type { Call } from '../call.ts'
import type { Details } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Grant, TableGrant } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Principal } from '../principal.ts'
import type { Schema, Table } from '../schema.ts'
import type { Source } from '../source/sources.ts'
import { intend, recorded, short } from './recorded.ts'
import { storedInstead } from './stored.ts'

/** One table as its grant shows it: hidden columns do not exist. `name` is how a statement names it. */
export type Visible = Readonly<{ name: string; table: Table; grant: TableGrant }>

/** A source as one caller sees it. */
export type Look = Readonly<{
  source: Source
  grant: Grant
  schema: Schema
  visible: readonly Visible[]
  /** Undefined where they were not asked for, or the connector tells none. */
  details: Details | undefined
  /** ISO time of what the registry knew, where the source does not answer and that has to do. */
  asOf?: string
}>

/**
 * Grant, quota, source and schema of one source, cut to what the grant shows. What is not `enough` may be newer than the schema, which is
 * then read again, once.
 */
export async function lookInto(
  name: string,
  call: Call,
  principal: Principal,
  parts: Parts,
  enough: (visible: readonly Visible[]) => boolean = () => true,
  closely = false,
  storedToo = false,
): Promise<Look> {
  const grant = await parts.policy.grant(principal, name)
  const leave = parts.quota.enter(grant)
  let source: Source | undefined
  try {
    source = await parts.sources.get(name)
    const schema = await source.schema(call.signal)
    const known = enough(visibleTables(schema, grant)) ? schema : await source.schema(call.signal, true)
    const details = closely ? await source.details(call.signal, known !== schema) : undefined
    return { source, grant, schema: known, visible: visibleTables(known, grant), details }
  } catch (failure) {
    const stored = source && storedToo ? await storedInstead(name, failure, parts) : undefined
    if (!source || !stored) throw failure
    return { source, grant, ...stored, visible: visibleTables(stored.schema, grant) }
  } finally {
    leave()
  }
}

type Doing<T> = (look: Look) => T | Promise<T>

/** Does something with the look into the call's source, as one recorded call; `tables` are the names that the caller gave. */
export const looking = <T>(call: Call, tables: readonly string[], told: (done: T) => number, parts: Parts, doing: Doing<T>): Promise<T> =>
  recordedLook(call, tables, told, parts, doing, false)

/** The same with what the source tells beside its schema. */
export const lookingClosely = <T>(
  call: Call,
  tables: readonly string[],
  told: (done: T) => number,
  parts: Parts,
  doing: Doing<T>,
): Promise<T> => recordedLook(call, tables, told, parts, doing, true)

/** What an answer says that comes from the registry because its source does not answer. */
export type AsOf = Readonly<{ as_of?: string }>

/** The same for what may also be told of a source that does not answer, as the registry knows it; the answer then says as of when. */
export const lookingBack = <T extends object>(
  call: Call,
  tables: readonly string[],
  told: (done: T) => number,
  parts: Parts,
  doing: Doing<T>,
  closely = false,
): Promise<T & AsOf> => recordedLook(call, tables, told, parts, async (look) => dated(await doing(look), look), closely, true)

const dated = <T extends object>(done: T, { asOf }: Look): T & AsOf => (asOf === undefined ? done : { ...done, as_of: asOf })

const recordedLook = <T>(
  call: Call,
  tables: readonly string[],
  told: (done: T) => number,
  parts: Parts,
  doing: Doing<T>,
  closely: boolean,
  storedToo = false,
): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    await intend(entry, principal, call, tables)
    const known = (visible: readonly Visible[]) => tables.every((name) => find(name, visible) !== undefined)
    return doing(await lookInto(call.source, call, principal, parts, known, closely, storedToo))
  })

/** What the grant shows of a schema. Remembered by schema and grant version: the same question of the same caller then costs no second look at thousands of tables. */
export function visibleTables(schema: Schema, grant: Grant): readonly Visible[] {
  const key = `${grant.source}\n${schema.version}\n${grant.version}`
  const known = seen.get(key)
  if (known?.schema === schema) return known.visible
  const nameOf = namesIn(schema)
  const visible = schema.tables.flatMap((table): Visible[] => {
    if (table.system || table.kind === 'sequence') return []
    const granted = grant.table({ schema: table.schema, name: table.name, names: table.columns.map((column) => column.name) })
    if (!granted) return []
    const columns = table.columns.filter((column) => granted.columns.includes(column.name))
    return [{ name: nameOf(table), table: { ...table, columns }, grant: granted }]
  })
  if (seen.size >= SEEN_MAX) seen.delete(seen.keys().next().value!)
  seen.set(key, { schema, visible })
  return visible
}
const SEEN_MAX = 64
/** The schema itself is kept too: one that was read again has newer estimates under the same version. */
const seen = new Map<string, Readonly<{ schema: Schema; visible: readonly Visible[] }>>()

/** Without its schema where the source would find this very table without. */
function namesIn({ searchPath, tables }: Schema): (table: Table) => string {
  const places = new Set(searchPath)
  const first = new Map<string, string>()
  for (const { schema, name } of tables) {
    const known = first.get(name)
    if (places.has(schema) && (known === undefined || searchPath.indexOf(schema) < searchPath.indexOf(known))) first.set(name, schema)
  }
  return (table) => (first.get(table.name) === table.schema ? table.name : fullName(table))
}

/** A name as a statement may write it: exact first, then without regard to case, when only one fits. */
export function find(name: string, visible: readonly Visible[]): Visible | undefined {
  const plain = name.replace(/["`[\]]/g, '')
  // What is written without quotes may hold some as a part of its name.
  const exactly = (text: string) => visible.find((one) => one.name === text) ?? visible.find((one) => fullName(one.table) === text)
  const exact = exactly(name) ?? exactly(plain)
  if (exact) return exact
  const lower = plain.toLowerCase()
  const loose = visible.filter((one) => one.name.toLowerCase() === lower || fullName(one.table).toLowerCase() === lower)
  return loose.length === 1 ? loose[0] : undefined
}

type Named = Readonly<{ exact: ReadonlyMap<string, Visible>; loose: ReadonlyMap<string, Visible> }>
const named = new WeakMap<readonly Visible[], Named>()

/** The table that the source itself calls `schema.name`; sources whose names do not differ by case may spell it otherwise. */
export function bySourceName(name: string, visible: readonly Visible[]): Visible | undefined {
  const known = named.get(visible) ?? {
    exact: new Map(visible.map((one) => [fullName(one.table), one])),
    loose: new Map(visible.map((one) => [fullName(one.table).toLowerCase(), one])),
  }
  named.set(visible, known)
  return known.exact.get(name) ?? known.loose.get(name.toLowerCase())
}

/** Throws `table_unknown`, with the nearest names that the caller may see. */
export function mustFind(name: string, source: string, visible: readonly Visible[]): Visible {
  const one = find(name, visible)
  if (one) return one
  const near = didYouMean(
    name,
    visible.map((table) => table.name),
  )
  throw new SluiceError('table_unknown', `There is no table ${short(name)} in ${source}.${near}`)
}

export const fullName = ({ schema, name }: Readonly<{ schema: string; name: string }>): string =>
  schema === '' ? name : `${schema}.${name}`

export const maskOf = (grant: TableGrant, column: string) => {
  const mask = grant.masks.get(column)
  return mask ? { masked: mask.kind } : {}
}

const grouped = new WeakMap<object, ReadonlyMap<string, readonly unknown[]>>()

/** What the details tell of one table. Each list is sorted into its tables once, for there may be thousands of both. */
export function toldOf<T extends Readonly<{ schema: string; table: string }>>(
  list: readonly T[] | undefined,
  { table }: Visible,
): readonly T[] {
  if (!list) return []
  const groups = grouped.get(list) ?? Map.groupBy(list, (one) => fullName({ schema: one.schema, name: one.table }))
  grouped.set(list, groups)
  return (groups.get(fullName(table)) ?? []) as readonly T[]
}

/** Figures that count rows are told only where no rule hides rows. */
export const countable = ({ grant }: Visible): boolean => grant.rows.length === 0
