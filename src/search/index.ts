import { joinGraph } from '../graph/graph.ts'
import type { Table } from '../schema.ts'
import type { Lexicon } from './lexicon.ts'
import { type Lists, listsOf, turned } from './lists.ts'
import { nameWords } from './names.ts'
import { stemOf, wordsOf } from './words.ts'

/** A table with what people wrote about it. `notes` and `values` are by the name of a column; the table's own note is under ''. */
export type Known = Readonly<{
  table: Table
  /** Descriptions, tags and terms, as one text. */
  notes?: ReadonlyMap<string, string>
  /** Distinct values of columns of text. What is in here can be found by everybody who sees table and column as they are. */
  values?: ReadonlyMap<string, readonly string[]>
}>

/** What a search needs to know of the tables of a source, in arrays of numbers. Columns are numbered through, table by table. */
export type SearchIndex = Readonly<{
  tables: readonly Table[]
  /** The first column of each table, and one more. */
  firstColumn: Uint32Array
  tableOf: Uint32Array
  kind: Uint8Array
  flags: Uint8Array
  words: readonly string[]
  wordOf: ReadonlyMap<string, number>
  stems: ReadonlyMap<string, readonly number[]>
  tableWords: Lists
  columnWords: Lists
  tableNotes: Lists
  columnNotes: Lists
  /** The other way: the tables and columns that a word is in. */
  wordTables: Lists
  wordColumns: Lists
  wordNoteTables: Lists
  wordNoteColumns: Lists
  /** Foreign keys and likely relations as pairs of columns, from and to. */
  joins: Uint32Array
  /** The joins of each table, by their place in `joins` halved. */
  tableJoins: Lists
  /** Hashes of values in rising order, and the column of each. */
  valueHashes: Uint32Array
  valueColumns: Uint32Array
  lexicon: Lexicon
}>

/** Kinds of columns, as the ranking tells them apart. */
export const kinds = { text: 0, number: 1, date: 2, bool: 3, other: 4 } as const
/** Bits of `flags`. */
export const flag = { primary: 1, foreign: 2, referenced: 4 } as const

const NOTE_WORDS_MAX = 60
const NOTE_CHARS_MAX = 1_000
const NAME_WORDS_MAX = 16
const VALUE_CHARS_MAX = 60

/**
 * The index of some tables. Pure; the same tables in the same order give the same index. `before` holds names with their words as an earlier
 * index had them, so that only new ones have to be taken apart.
 */
export function buildIndex(
  known: readonly Known[],
  lexicon: Lexicon,
  before: ReadonlyMap<string, readonly string[]> = new Map(),
): SearchIndex {
  const nameOf = namer(lexicon, before)
  const words = new Words()
  const parts = { tableWords: [], tableNotes: [], columnWords: [], columnNotes: [] } as Record<string, number[][]>
  const columns = known.reduce((sum, { table }) => sum + table.columns.length, 0)
  const firstColumn = new Uint32Array(known.length + 1)
  const tableOf = new Uint32Array(columns)
  const kind = new Uint8Array(columns)
  const flags = new Uint8Array(columns)
  let at = 0
  known.forEach(({ table, notes }, t) => {
    firstColumn[t] = at
    parts.tableWords!.push(words.all(nameOf(table.name)))
    parts.tableNotes!.push(words.all(noteWords(table.comment, notes?.get(''), lexicon)))
    for (const column of table.columns) {
      tableOf[at] = t
      kind[at] = kindOf(column.type)
      if (table.primaryKey?.includes(column.name)) flags[at]! |= flag.primary
      parts.columnWords!.push(words.all(nameOf(column.name)))
      parts.columnNotes!.push(words.all(noteWords(column.comment, notes?.get(column.name), lexicon)))
      at++
    }
  })
  firstColumn[known.length] = at
  const joins = joinsOf(known, firstColumn)
  for (let i = 0; i < joins.length; i += 2) {
    flags[joins[i]!]! |= flag.foreign
    flags[joins[i + 1]!]! |= flag.referenced
  }
  const count = words.list.length
  const [tableWords, tableNotes, columnWords, columnNotes] = ['tableWords', 'tableNotes', 'columnWords', 'columnNotes'].map((name) =>
    listsOf(parts[name]!),
  ) as [Lists, Lists, Lists, Lists]
  return {
    tables: known.map(({ table }) => table),
    firstColumn,
    tableOf,
    kind,
    flags,
    words: words.list,
    wordOf: words.ids,
    stems: stemsOf(words.list),
    tableWords,
    columnWords,
    tableNotes,
    columnNotes,
    wordTables: turned(tableWords, count),
    wordColumns: turned(columnWords, count),
    wordNoteTables: turned(tableNotes, count),
    wordNoteColumns: turned(columnNotes, count),
    joins,
    tableJoins: joinsByTable(joins, tableOf, known.length),
    ...valuesOf(known, firstColumn),
    lexicon,
  }
}

function namer(lexicon: Lexicon, before: ReadonlyMap<string, readonly string[]>): (name: string) => readonly string[] {
  const made = new Map<string, readonly string[]>()
  return (name) => {
    const known = before.get(name) ?? made.get(name)
    if (known) return known
    const words = nameWords(name, lexicon, NAME_WORDS_MAX)
    made.set(name, words)
    return words
  }
}

class Words {
  readonly list: string[] = []
  readonly ids = new Map<string, number>()
  all(words: readonly string[]): number[] {
    return words.map((word) => {
      const known = this.ids.get(word)
      if (known !== undefined) return known
      this.ids.set(word, this.list.length)
      return this.list.push(word) - 1
    })
  }
}

const noteWords = (comment: string | undefined, note: string | undefined, lexicon: Lexicon): readonly string[] =>
  comment === undefined && note === undefined
    ? []
    : nameWords(`${comment ?? ''} ${note ?? ''}`.slice(0, NOTE_CHARS_MAX), lexicon, NOTE_WORDS_MAX)

export function stemsOf(words: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const stems = new Map<string, number[]>()
  words.forEach((word, id) => {
    const stem = stemOf(word)
    const known = stems.get(stem)
    if (known) known.push(id)
    else stems.set(stem, [id])
  })
  return stems
}

function kindOf(type: string): number {
  if (type === 'text' || type === 'uuid' || type === 'json') return kinds.text
  if (type === 'int' || type === 'float' || type === 'decimal') return kinds.number
  if (type === 'bool') return kinds.bool
  return ['date', 'time', 'timestamp', 'timestamptz', 'interval'].includes(type) ? kinds.date : kinds.other
}

/** Weaker relations than this are too often a play of names. */
const STRENGTH_MIN = 0.5

/** Foreign keys, and relations that names and types make likely where the source has none. */
function joinsOf(known: readonly Known[], firstColumn: Uint32Array): Uint32Array {
  const graph = joinGraph({ version: '', searchPath: [], functions: [], tables: known.map(({ table }) => table) })
  const places = new Map(graph.tables.map((name, i) => [name, i]))
  const plain = known.flatMap(({ table }, t) => (table.system || table.kind === 'sequence' ? [] : [t]))
  const pairs: number[] = []
  const columnOf = (name: string, column: string) => {
    const t = plain[places.get(name)!]!
    const lower = column.toLowerCase()
    const i = known[t]!.table.columns.findIndex((one) => one.name.toLowerCase() === lower)
    return i < 0 ? undefined : firstColumn[t]! + i
  }
  for (const { from, to, columns, references, strength } of graph.relations) {
    if (strength < STRENGTH_MIN) continue
    columns.forEach((column, i) => {
      const own = columnOf(from, column)
      const other = columnOf(to, references[i] ?? known[plain[places.get(to)!]!]!.table.primaryKey?.[i] ?? column)
      if (own !== undefined && other !== undefined && own !== other) pairs.push(own, other)
    })
  }
  return Uint32Array.from(pairs)
}

function joinsByTable(joins: Uint32Array, tableOf: Uint32Array, tables: number): Lists {
  const lists: number[][] = Array.from({ length: tables }, () => [])
  for (let i = 0; i < joins.length; i += 2) {
    const [from, to] = [tableOf[joins[i]!]!, tableOf[joins[i + 1]!]!]
    lists[from]!.push(i / 2)
    if (to !== from) lists[to]!.push(i / 2)
  }
  return listsOf(lists)
}

/** How a value is looked for: its words in lower case, one or many of it being the same. */
export const valueKey = (value: string): string => wordsOf(value).map(stemOf).join(' ')

export function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function valuesOf(known: readonly Known[], firstColumn: Uint32Array) {
  const hashes: number[] = []
  const columns: number[] = []
  known.forEach(({ table, values }, t) => {
    if (!values) return
    table.columns.forEach((column, i) => {
      const seen = new Set<number>()
      for (const value of values.get(column.name) ?? []) {
        if (value.length > VALUE_CHARS_MAX) continue
        const key = valueKey(value)
        if (key === '') continue
        const hash = hashOf(key)
        if (seen.has(hash)) continue
        seen.add(hash)
        hashes.push(hash)
        columns.push(firstColumn[t]! + i)
      }
    })
  })
  const order = Uint32Array.from(hashes.keys()).sort((a, b) => hashes[a]! - hashes[b]! || columns[a]! - columns[b]!)
  return { valueHashes: Uint32Array.from(order, (i) => hashes[i]!), valueColumns: Uint32Array.from(order, (i) => columns[i]!) }
}

/** Calls `each` with every column that holds a value of this hash. */
export function columnsWith(index: SearchIndex, hash: number, each: (column: number) => void): void {
  let low = 0
  let high = index.valueHashes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (index.valueHashes[middle]! < hash) low = middle + 1
    else high = middle
  }
  for (; low < index.valueHashes.length && index.valueHashes[low] === hash; low++) each(index.valueColumns[low]!)
}
