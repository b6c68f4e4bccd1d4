import { setTimeout as after } from 'node:timers/promises'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Searchable } from '../explore.ts'
import type { DialectName } from '../facts.ts'
import { run } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import { type ValueIndex, valueIndexOf } from '../nl2sql/nl2sql.ts'
import { search } from '../search/search.ts'
import { kept } from './kept.ts'
import type { Asking } from './mode.ts'
import { ENDS } from './tries.ts'

/** A column whose values may be looked for: its place in the index, and how a statement names it. */
export type TextColumn = Readonly<{ place: number; table: string; column: string }>

/** What is known of the values of one source under one grant; `before` is what was known before it grew old. */
type Known = {
  readonly at: number
  readonly values: Map<number, readonly string[]>
  readonly before: ValueIndex | undefined
  index: ValueIndex | undefined
  reading: Promise<void> | undefined
}

const COLUMNS_ALL = 120
const COLUMNS_KEPT = 480
const TABLES_NEAR = 12
const COLUMNS_AT_ONCE = 12
const VALUES_EACH = 1_000
/** Rows of a table that are looked at: enough for what has kinds, little for what has millions. */
const ROWS_LOOKED_AT = 20_000
const CHARS_MAX = 80
const BYTES_MAX = 4 * 1024 * 1024
const STATEMENT_MS = 3_000
const READING_MS = 15_000
/** The first question waits so long for values; those that come later serve the next. */
const WAIT_MS = 2_000
const AGE_MS = 10 * 60_000
const ENTRIES_MAX = 32
/** A caller with few queries a minute must not spend all of them on values. */
const SHARE = 10

/** Of all entries of a gateway together. */
const VALUES_MAX = 400_000

/** By the gateway, which its finder stands for: two in one process share nothing. */
const known = new WeakMap<object, Map<string, Known>>()

/**
 * The values of columns of text that the asker may see unmasked, read through the gateway as the asker, in bounded pieces, and kept for who has
 * the same grant. Of a source with many columns only those near to the question are read.
 */
export async function valuesFor(asking: Asking, seen: Searchable): Promise<ValueIndex | undefined> {
  const { asked } = asking
  const entry = entryFor(asking)
  const missing = wantedColumns(asked.question, seen).filter(({ place }) => !entry.values.has(place))
  if (missing.length > 0) {
    entry.reading ??= readAll(missing, entry, asking).finally(() => {
      entry.reading = undefined
      entry.index = undefined
      makeRoom(asking)
    })
    // What has grown old serves until the new is there.
    if (entry.before) return entry.before
    await Promise.race([entry.reading, after(WAIT_MS, undefined, { signal: asked.signal, ref: false })])
  }
  if (entry.values.size === 0) return undefined
  entry.index ??= valueIndexOf(
    [...entry.values].map(([column, values]) => ({ column, values })),
    seen.index.lexicon,
  )
  return entry.index
}

/** Values that were read for earlier questions of who sees the same; nothing is read for it. */
export const keptValues = (by: Pick<Asking, 'look' | 'principal' | 'parts'>): ValueIndex | undefined => entriesOf(by).get(keyOf(by))?.index

/** Two grants of one version see the same rows, unless the source itself knows its callers by name. */
const keyOf = ({ look, principal }: Pick<Asking, 'look' | 'principal'>): string =>
  [look.source.name, look.grant.version, look.schema.version, look.grant.identity ? principal.name : ''].join('\0')

function entriesOf({ parts }: Pick<Asking, 'parts'>): Map<string, Known> {
  const entries = known.get(parts.finder) ?? new Map<string, Known>()
  known.set(parts.finder, entries)
  return entries
}

function entryFor(asking: Asking): Known {
  const entries = entriesOf(asking)
  const key = keyOf(asking)
  const old = entries.get(key)
  if (old && performance.now() - old.at < AGE_MS) return old
  entries.delete(key)
  if (entries.size >= ENTRIES_MAX) entries.delete(entries.keys().next().value!)
  const made: Known = { at: performance.now(), values: new Map(), before: old?.index, index: undefined, reading: undefined }
  entries.set(key, made)
  return made
}

/** The oldest go first; the newest stays however much it holds, for it has bounds of its own. */
function makeRoom(asking: Asking): void {
  const entries = entriesOf(asking)
  const counted = ({ values }: Known) => [...values.values()].reduce((sum, one) => sum + one.length, 0)
  let all = [...entries.values()].reduce((sum, one) => sum + counted(one), 0)
  for (const [key, one] of entries) {
    if (all <= VALUES_MAX || entries.size === 1) return
    entries.delete(key)
    all -= counted(one)
  }
}

/** Every column of text that is seen and not masked, or those of the tables that fit the question best. */
export function wantedColumns(question: string, { index, model, cut, places }: Searchable): readonly TextColumn[] {
  const all = [...places.keys()].flatMap((place) => columnsIn(place, { index, places }))
  if (all.length <= COLUMNS_ALL) return all
  return search(question, index, model, TABLES_NEAR, cut)
    .flatMap(({ place }) => columnsIn(place, { index, places }))
    .slice(0, COLUMNS_ALL)
}

function columnsIn(place: number, { index, places }: Pick<Searchable, 'index' | 'places'>): TextColumn[] {
  const one = places.get(place)
  if (!one || one.table.system) return []
  const shown = new Set(one.grant.columns)
  // Of the index, not of what is seen: a hidden column before others must not shift them.
  return index.tables[place]!.columns.flatMap(({ name, type }, i) =>
    type === 'text' && shown.has(name) && !one.grant.masks.has(name)
      ? [{ place: index.firstColumn[place]! + i, table: one.name, column: name }]
      : [],
  )
}

async function readAll(columns: readonly TextColumn[], entry: Known, asking: Asking): Promise<void> {
  const until = performance.now() + READING_MS
  const all = Array.from({ length: Math.ceil(columns.length / COLUMNS_AT_ONCE) }, (_, i) =>
    columns.slice(i * COLUMNS_AT_ONCE, (i + 1) * COLUMNS_AT_ONCE),
  )
  const pieces = all.slice(0, Math.max(1, Math.floor(asking.look.grant.limits.perMinute / SHARE)))
  const { signal } = asking.call
  while (pieces.length > 0 && performance.now() < until) {
    const piece = pieces.shift()!
    const found = await readPiece(piece, asking)
    // Who has left, or may ask no more just now, has learnt nothing about these columns.
    if (found === 'ended' || signal.aborted) return
    // One column that cannot be read must not cost the others.
    if (!found && piece.length > 1) pieces.unshift(piece.slice(0, piece.length >> 1), piece.slice(piece.length >> 1))
    for (const { place } of piece) if (found || piece.length === 1) entry.values.set(place, found?.get(place) ?? [])
    while (entry.values.size > COLUMNS_KEPT) entry.values.delete(entry.values.keys().next().value!)
  }
}

/** The values of some columns by one statement; undefined when it fails, `ended` when the next would, too. */
async function readPiece(
  piece: readonly TextColumn[],
  asking: Asking,
): Promise<ReadonlyMap<number, readonly string[]> | 'ended' | undefined> {
  const { call, look, parts, newId } = asking
  const each = valuesEach(piece.length, look.grant)
  if (each < 1) return new Map()
  const { quoteName } = await parts.dialects(look.source.dialect)
  const text = valuesSql(piece, each, look.source.dialect, (name) => namedIn(name, asking, quoteName), quoteName)
  const rowsMax = each * piece.length
  const rows = kept(rowsMax, BYTES_MAX)
  const statement: Call = {
    ...call,
    id: newId(),
    text,
    rowsMax,
    timeoutMs: STATEMENT_MS,
    signal: AbortSignal.any([call.signal, AbortSignal.timeout(STATEMENT_MS * 2)]),
  }
  try {
    await run(statement, rows, parts)
  } catch (error) {
    return error instanceof SluiceError && ENDS.has(error.code) ? 'ended' : undefined
  }
  const found = new Map<number, string[]>()
  for (const [at, value] of rows.cells()) {
    const column = piece[Number(at)]
    if (!column || typeof value !== 'string') continue
    const values = found.get(column.place) ?? []
    if (values.length === 0) found.set(column.place, values)
    values.push(value)
  }
  return found
}

/** A quarter of what the caller may read in a minute, at most. */
const valuesEach = (columns: number, { limits }: Grant): number =>
  Math.min(VALUES_EACH, Math.floor(Math.min(limits.rows, (limits.rowsPerMinute ?? Infinity) / 4) / columns))

/** `schema.table` with quotes; `name` is as the look names the table. */
function namedIn(name: string, { look }: Asking, quoteName: (name: string) => string): string {
  const { table } = look.visible.find((one) => one.name === name)!
  return table.schema === '' || name === table.name ? quoteName(table.name) : `${quoteName(table.schema)}.${quoteName(table.name)}`
}

const texts: Readonly<Record<DialectName, Readonly<{ type: string; length: string }>>> = {
  postgres: { type: 'text', length: 'length' },
  mysql: { type: 'char', length: 'char_length' },
  sqlite: { type: 'text', length: 'length' },
  duckdb: { type: 'varchar', length: 'length' },
}

/** One statement that gives the distinct short values of several columns, each with the place of its column in the list. */
export function valuesSql(
  columns: readonly TextColumn[],
  each: number,
  dialect: DialectName,
  tableText: (name: string) => string,
  quoteName: (name: string) => string,
): string {
  const { type, length } = texts[dialect]
  return columns
    .map(({ table, column }, i) => {
      const value = `CAST(${quoteName(column)} AS ${type})`
      const looked = `SELECT ${value} AS v FROM ${tableText(table)} WHERE ${quoteName(column)} IS NOT NULL AND ${length}(${value}) <= ${CHARS_MAX} LIMIT ${ROWS_LOOKED_AT}`
      return `SELECT ${i} AS c, y.v AS v FROM (SELECT DISTINCT x.v AS v FROM (${looked}) AS x LIMIT ${each}) AS y`
    })
    .join(' UNION ALL ')
}
