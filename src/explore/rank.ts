import { hash } from 'node:crypto'
import type { Told } from '../finder/finder.ts'
import type { Parts } from '../gateway.ts'
import type { ColumnHit, Cut, Hit, Model, SearchIndex } from '../search/search.ts'
import type { Store } from '../store/store.ts'
import { nearnessTo } from './nearness.ts'
import { fullName, type Look, type Visible } from './visible.ts'

/** A table that fits a question, as the caller sees it. */
export type Ranked = Readonly<{ one: Visible; chance: number; why: string; columns: readonly ColumnHit[] }>

/** An index as one caller sees it; `places` are the tables of the caller by their places in it. */
export type Searchable = Readonly<{
  index: SearchIndex
  model: Model
  cut: Cut | undefined
  places: ReadonlyMap<number, Visible>
  /** What people say of tables and columns, all of it: not to be told to anybody uncut. */
  notes: Told['notes']
}>

const NOTHING: Told = { version: '', notes: new Map(), values: new Map() }
const TOLD_MS = 2_000
const told = new WeakMap<Store, Map<string, Readonly<{ at: number; told: Promise<Told> }>>>()

/** Loaded with the first question. */
const thinking = () => import('../search/search.ts')

/** The tables of a source that fit a question, best first, at most `limit`: only what the look shows is searched. */
export async function rankTables(question: string, look: Look, limit: number, parts: Parts): Promise<readonly Ranked[]> {
  const seen = await searchable(look, parts)
  const near = await nearnessTo(question, look.source.name, seen, parts)
  const { search } = await thinking()
  return search(question, seen.index, seen.model, limit, seen.cut, near).map((hit) => rankedOf(hit, seen.places))
}

/** The same over several sources; each answer says which. */
export async function rankAcross(
  question: string,
  looks: readonly Readonly<{ name: string; look: Look }>[],
  limit: number,
  parts: Parts,
): Promise<readonly Readonly<{ name: string; ranked: Ranked }>[]> {
  const all = await Promise.all(looks.map(({ look }) => searchable(look, parts)))
  if (all.length === 0) return []
  const near = await Promise.all(all.map((seen, i) => nearnessTo(question, looks[i]!.name, seen, parts)))
  const { searchAcross } = await thinking()
  const within = all.map(({ index, cut }, i) => ({ index, cut, near: near[i] }))
  return searchAcross(question, within, all[0]!.model, limit).map((hit) => ({
    name: looks[hit.source]!.name,
    ranked: rankedOf(hit, all[hit.source]!.places),
  }))
}

const rankedOf = ({ place, chance, why, columns }: Hit, places: ReadonlyMap<number, Visible>): Ranked => ({
  one: places.get(place)!,
  chance,
  why,
  columns,
})

/** The index of the source behind a look, and what of it the look shows. */
export async function searchable({ source, schema, visible }: Look, parts: Parts): Promise<Searchable> {
  const said = await toldOf(source.name, parts)
  const [index, { model }] = await Promise.all([parts.finder.index(source.name, schema, said), parts.finder.data()])
  return { index, model, notes: said.notes, ...cutOf(index, visible) }
}

type Seen = Pick<Searchable, 'cut' | 'places'>
const cuts = new WeakMap<SearchIndex, WeakMap<readonly Visible[], Seen>>()

/** Remembered by what is visible, which is itself remembered by schema and grant. */
function cutOf(index: SearchIndex, visible: readonly Visible[]): Seen {
  const byVisible = cuts.get(index) ?? new WeakMap<readonly Visible[], Seen>()
  cuts.set(index, byVisible)
  const known = byVisible.get(visible)
  if (known) return known
  const at = new Map(index.tables.map((table, place) => [fullName(table), place]))
  const places = new Map<number, Visible>()
  const cut = {
    tables: new Uint8Array(index.tables.length),
    columns: new Uint8Array(index.tableOf.length),
    values: new Uint8Array(index.tableOf.length),
    tableCount: 0,
    columnCount: 0,
  }
  for (const one of visible) {
    const place = at.get(fullName(one.table))
    if (place === undefined) continue
    places.set(place, one)
    cut.tables[place] = 1
    cut.tableCount++
    const shown = new Set(one.grant.columns)
    index.tables[place]!.columns.forEach(({ name }, i) => {
      if (!shown.has(name)) return
      const column = index.firstColumn[place]! + i
      cut.columns[column] = 1
      cut.columnCount++
      // A value that is found tells that it is there: only where all rows may be seen, unmasked.
      if (one.grant.rows.length === 0 && !one.grant.masks.has(name)) cut.values[column] = 1
    })
  }
  const seen = { cut, places }
  byVisible.set(visible, seen)
  return seen
}

/** Descriptions, tags and terms, and the frequent values that profiles found; nothing where there is no registry, or it does not answer. */
async function toldOf(source: string, parts: Parts): Promise<Told> {
  try {
    const store = await parts.storeIfAny()
    if (!store) return NOTHING
    const bySource = told.get(store) ?? new Map<string, Readonly<{ at: number; told: Promise<Told> }>>()
    told.set(store, bySource)
    const known = bySource.get(source)
    if (known && performance.now() - known.at < TOLD_MS) return await known.told
    const reading = readTold(store, source)
    reading.catch(() => bySource.delete(source))
    bySource.set(source, { at: performance.now(), told: reading })
    return await reading
  } catch (error) {
    parts.log.failed(undefined, source, error)
    return NOTHING
  }
}

/** As `knowledge` writes it; what it leaves out, such as the values of masked columns, is not searched. */
type Profile = Readonly<{
  scope?: string
  columns?: readonly Readonly<{ name: string; frequent?: readonly Readonly<{ value: string }>[] }>[]
}>

type Held = Readonly<{ scope: string; columns: readonly Readonly<{ name: string; values: readonly string[] }>[] }>

async function readTold(store: Store, source: string): Promise<Told> {
  const [all, profiles, held] = await Promise.all([store.notes.of(source), store.profiles.of(source), store.held.of(source)])
  const notes = new Map<string, Map<string, string>>()
  for (const { table, column, description, tags, terms } of all) {
    const text = [description, ...(tags ?? []), ...(terms ?? [])].filter((one) => one).join(' ')
    if (table === '' || text === '') continue
    const ofTable = notes.get(table) ?? new Map<string, string>()
    notes.set(table, ofTable.set(column, text))
  }
  const values = new Map<string, ReadonlyMap<string, readonly string[]>>()
  for (const { table, profile } of profiles) {
    const { scope, columns } = JSON.parse(profile) as Profile
    // What a role saw of some rows only is no value of the table for everybody.
    if (scope !== '') continue
    values.set(
      table,
      new Map((columns ?? []).flatMap(({ name, frequent }) => (frequent ? [[name, frequent.map(({ value }) => value)]] : []))),
    )
  }
  for (const { table, profile } of held) {
    const { scope, columns } = JSON.parse(profile) as Held
    if (scope !== '') continue
    const known = values.get(table) ?? new Map<string, readonly string[]>()
    const both = columns.map(({ name, values: own }) => [name, [...new Set([...(known.get(name) ?? []), ...own])]] as const)
    values.set(table, new Map([...known, ...both]))
  }
  const plain = [...notes].map(([table, said]) => [table, ...said])
  const valued = [...values].map(([table, said]) => [table, ...said])
  return {
    version: plain.length + valued.length === 0 ? '' : hash('sha256', JSON.stringify([plain, valued]), 'hex').slice(0, 16),
    notes,
    values,
  }
}
