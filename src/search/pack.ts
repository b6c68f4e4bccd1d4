import type { Table } from '../schema.ts'
import { type SearchIndex, stemsOf } from './index.ts'
import type { Lexicon } from './lexicon.ts'
import type { Lists } from './lists.ts'

const MAGIC = 0x31584953
const FORMAT = 1
const arrays = ['firstColumn', 'tableOf', 'joins', 'valueHashes', 'valueColumns'] as const
const bytes = ['kind', 'flags'] as const
const lists = [
  ...([
    'tableWords',
    'columnWords',
    'tableNotes',
    'columnNotes',
    'wordTables',
    'wordColumns',
    'wordNoteTables',
    'wordNoteColumns',
  ] as const),
  'tableJoins',
] as const

/** What a kept index was made of: the version that it is good for, and its names with their words for the next one. */
export type Kept = Readonly<{
  version: string
  index(tables: readonly Table[], lexicon: Lexicon): SearchIndex
  names(): ReadonlyMap<string, readonly string[]>
}>

/** The index as bytes. `version` says for what it is good; the tables themselves are not in it, their names are. */
export function packIndex(index: SearchIndex, version: string): Uint8Array {
  const text = new TextEncoder()
  const names = JSON.stringify(index.tables.map(({ name, columns }) => [name, ...columns.map((column) => column.name)]))
  const parts: Uint8Array[] = [text.encode(version), text.encode(index.words.join('\n')), text.encode(names)]
  const view = (array: Uint32Array | Uint8Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  for (const name of arrays) parts.push(view(index[name]))
  for (const name of bytes) parts.push(view(index[name]))
  for (const name of lists) parts.push(view(index[name].starts), view(index[name].items))
  const head = Uint32Array.of(MAGIC, FORMAT, parts.length, ...parts.map((part) => part.length))
  const padded = (length: number) => Math.ceil(length / 4) * 4
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + padded(part.length), head.byteLength))
  whole.set(view(head))
  let at = head.byteLength
  for (const part of parts) {
    whole.set(part, at)
    at += padded(part.length)
  }
  return whole
}

/** Reads what `packIndex` wrote; undefined when it is not that, or not whole. */
export function unpackIndex(file: Uint8Array): Kept | undefined {
  const buffer = file.slice().buffer
  if (buffer.byteLength < 12) return undefined
  const [magic, format, count] = new Uint32Array(buffer, 0, 3) as unknown as [number, number, number]
  const expected = 3 + arrays.length + bytes.length + 2 * lists.length
  if (magic !== MAGIC || format !== FORMAT || count !== expected || buffer.byteLength < 12 + 4 * count) return undefined
  const lengths = new Uint32Array(buffer, 12, count)
  const starts: number[] = []
  let at = 12 + 4 * count
  for (const length of lengths) {
    starts.push(at)
    at += Math.ceil(length / 4) * 4
  }
  if (at !== buffer.byteLength) return undefined
  const text = (part: number) => new TextDecoder().decode(new Uint8Array(buffer, starts[part]!, lengths[part]!))
  const words = (part: number) => new Uint32Array(buffer, starts[part]!, lengths[part]! / 4)
  return {
    version: text(0),
    index: (tables, lexicon) => readParts(tables, lexicon, text(1), words, (part) => new Uint8Array(buffer, starts[part]!, lengths[part]!)),
    names: () => namesOf(text(1).split('\n'), JSON.parse(text(2)) as readonly (readonly string[])[], words),
  }
}

function readParts(
  tables: readonly Table[],
  lexicon: Lexicon,
  text: string,
  numbers: (part: number) => Uint32Array,
  small: (part: number) => Uint8Array,
): SearchIndex {
  let part = 3
  const words = text === '' ? [] : text.split('\n')
  const [firstColumn, tableOf, joins, valueHashes, valueColumns] = arrays.map(() => numbers(part++)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  const [kind, flags] = bytes.map(() => small(part++)) as [Uint8Array, Uint8Array]
  const read = Object.fromEntries(lists.map((name) => [name, { starts: numbers(part++), items: numbers(part++) }])) as Record<
    (typeof lists)[number],
    Lists
  >
  const wordOf = new Map(words.map((word, id) => [word, id]))
  const found = { firstColumn, tableOf, joins, valueHashes, valueColumns, kind, flags, ...read }
  return { tables, words, wordOf, stems: stemsOf(words), lexicon, ...found }
}

/** The words of each name, so that only names that are new have to be taken apart. */
function namesOf(words: readonly string[], tables: readonly (readonly string[])[], numbers: (part: number) => Uint32Array) {
  const from = 3 + arrays.length + bytes.length
  const [tableStarts, tableItems, columnStarts, columnItems] = [from, from + 1, from + 2, from + 3].map(numbers) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  const names = new Map<string, readonly string[]>()
  const list = (starts: Uint32Array, items: Uint32Array, i: number) =>
    Array.from(items.subarray(starts[i], starts[i + 1]), (id) => words[id]!)
  let column = 0
  tables.forEach(([table, ...columns], t) => {
    names.set(table!, list(tableStarts, tableItems, t))
    for (const name of columns) names.set(name, list(columnStarts, columnItems, column++))
  })
  return names
}
