import { columnsWith, hashOf, type SearchIndex } from './index.ts'
import type { Lists } from './lists.ts'
import type { Match } from './match.ts'
import type { Question } from './question.ts'

/** What one caller may see of an index: 1 for each table and column that is there for them, and for each column whose values may be looked into. */
export type Cut = Readonly<{ tables: Uint8Array; columns: Uint8Array; values: Uint8Array; tableCount: number; columnCount: number }>

/** A question held against some tables of an index, those that are worth a closer look. Columns are told by their place in `columns`. */
export type Scope = Readonly<{
  index: SearchIndex
  question: Question
  match: Match
  tables: readonly number[]
  columns: readonly number[]
  /** The columns of the table at place `i`: from `first[i]` to `first[i + 1]`. */
  first: readonly number[]
  /** The place of each column's table in `tables`. */
  tableAt: Int32Array
  placeOfColumn: ReadonlyMap<number, number>
  /** Joins between these tables, as pairs of places in `columns`. */
  joins: Uint32Array
  tableWeights: Float32Array
  columnWeights: Float32Array
  tableCover: Cover
  columnCover: Cover
  /** What of a column's name its table's name does not say already. */
  ownCover: Cover
  noteCover: Cover
  tableNoteCover: Cover
  /** How well each column, and each table, answers each term. */
  columnClaims: Claims
  tableClaims: Claims
  values: ValueHits
}>

/** How much of a name is in the question: by letters, by letters or meaning, by letters, meaning or use. */
export type Cover = Readonly<{ hard: Float32Array; mix: Float32Array; near: Float32Array; count: Float32Array }>
export type Claims = Readonly<{ of: Float32Array; top: Float32Array; second: Float32Array; ties: Float32Array }>
export type ValueHits = Readonly<{ strength: Float32Array; shared: Float32Array; place: Int32Array; end: Int32Array }>

export function scopeOf(index: SearchIndex, question: Question, match: Match, tables: readonly number[], cut: Cut | undefined): Scope {
  const columns: number[] = []
  const first = [0]
  const at: number[] = []
  tables.forEach((table, place) => {
    for (let c = index.firstColumn[table]!; c < index.firstColumn[table + 1]!; c++) {
      if (cut && cut.columns[c] === 0) continue
      columns.push(c)
      at.push(place)
    }
    first.push(columns.length)
  })
  const { tableWords, columnWords, tableNotes, columnNotes } = index
  const placeOfColumn = new Map(columns.map((c, i) => [c, i]))
  const names = columns.map((c) => columnWords.items.subarray(columnWords.starts[c], columnWords.starts[c + 1]))
  const tableNames = tables.map((t) => tableWords.items.subarray(tableWords.starts[t], tableWords.starts[t + 1]))
  const seenTables = (word: number) => (cut ? shownTables(index, word, cut) : lengthOf(index.wordTables, word))
  const weights = {
    columns: weightsOf(names, cut?.columnCount ?? index.tableOf.length, match.words, (word) => seenColumns(index, word, cut)),
    tables: weightsOf(tableNames, cut?.tableCount ?? index.tables.length, match.words, seenTables),
  }
  const own = names.map((words, i) => words.filter((word) => !tableNames[at[i]!]!.includes(word)))
  const cover = (lists: readonly Uint32Array[], of: Float32Array) => coverOf(lists, of, match)
  const columnCover = cover(names, weights.columns)
  const tableCover = cover(tableNames, weights.tables)
  const terms = question.terms.length
  return {
    index,
    question,
    match,
    tables,
    columns,
    first,
    tableAt: Int32Array.from(at),
    placeOfColumn,
    joins: joinsWithin(index, tables, placeOfColumn),
    tableWeights: weights.tables,
    columnWeights: weights.columns,
    tableCover,
    columnCover,
    ownCover: cover(
      own.map((words, i) => (words.length === 0 ? names[i]! : words)),
      weights.columns,
    ),
    noteCover: noteCover(columns, columnNotes, match, question),
    tableNoteCover: noteCover(tables, tableNotes, match, question),
    columnClaims: claimsOf(names, columnCover, match, terms),
    tableClaims: claimsOf(tableNames, tableCover, match, terms),
    values: valueHits(index, question, match, placeOfColumn, cut),
  }
}

function joinsWithin(index: SearchIndex, tables: readonly number[], places: ReadonlyMap<number, number>): Uint32Array {
  const pairs: number[] = []
  const seen = new Set<number>()
  for (const table of tables) {
    for (let i = index.tableJoins.starts[table]!; i < index.tableJoins.starts[table + 1]!; i++) {
      const join = index.tableJoins.items[i]!
      const from = places.get(index.joins[2 * join]!)
      const to = places.get(index.joins[2 * join + 1]!)
      if (from === undefined || to === undefined || seen.has(join)) continue
      seen.add(join)
      pairs.push(from, to)
    }
  }
  return Uint32Array.from(pairs)
}

/** How much each word of some names tells: one that every name has, nothing. Only what the caller sees is counted. */
function weightsOf(lists: readonly Uint32Array[], all: number, words: number, count: (word: number) => number): Float32Array {
  const weights = new Float32Array(words)
  for (const list of lists) {
    for (const word of list) {
      if (weights[word] === 0) weights[word] = Math.max(0.1, Math.log((all + 1) / (count(word) + 0.5)) / Math.log(all + 2))
    }
  }
  return weights
}

const lengthOf = ({ starts }: Lists, list: number): number => starts[list + 1]! - starts[list]!

function seenColumns({ wordColumns }: SearchIndex, word: number, cut: Cut | undefined): number {
  if (!cut) return lengthOf(wordColumns, word)
  let seen = 0
  for (let i = wordColumns.starts[word]!; i < wordColumns.starts[word + 1]!; i++) seen += cut.columns[wordColumns.items[i]!]!
  return seen
}

function shownTables({ wordTables }: SearchIndex, word: number, cut: Cut): number {
  let seen = 0
  for (let i = wordTables.starts[word]!; i < wordTables.starts[word + 1]!; i++) seen += cut.tables[wordTables.items[i]!]!
  return seen
}

function coverOf(lists: readonly Uint32Array[], weights: Float32Array, match: Match): Cover {
  const size = lists.length
  const cover = { hard: new Float32Array(size), mix: new Float32Array(size), near: new Float32Array(size), count: new Float32Array(size) }
  lists.forEach((words, i) => {
    let sum = 0
    for (const word of words) {
      const weight = weights[word]!
      sum += weight
      cover.hard[i]! += weight * match.bestHard[word]!
      cover.mix[i]! += weight * match.bestMix[word]!
      cover.near[i]! += weight * Math.max(match.bestHard[word]!, match.bestSoft[word]!, match.bestNear[word]!)
    }
    cover.count[i] = words.length
    if (sum === 0) return
    cover.hard[i]! /= sum
    cover.mix[i]! /= sum
    cover.near[i]! /= sum
  })
  return cover
}

/** A note is longer than a name and is never said whole: what counts is how much of the question it holds. */
function noteCover(of: readonly number[], notes: Lists, match: Match, question: Question): Cover {
  const size = of.length
  const cover = { hard: new Float32Array(size), mix: new Float32Array(size), near: new Float32Array(size), count: new Float32Array(size) }
  const all = question.terms.reduce((sum, { weight }) => sum + weight, 0) || 1
  of.forEach((one, i) => {
    const from = notes.starts[one]!
    const to = notes.starts[one + 1]!
    cover.count[i] = to - from
    if (from === to) return
    question.terms.forEach(({ weight }, q) => {
      let hard = 0
      let mix = 0
      for (let k = from; k < to; k++) {
        hard = Math.max(hard, match.hard[q * match.words + notes.items[k]!]!)
        mix = Math.max(mix, match.mix[q * match.words + notes.items[k]!]!)
      }
      cover.hard[i]! += (hard * weight) / all
      cover.mix[i]! += (mix * weight) / all
    })
    cover.near[i] = cover.mix[i]!
  })
  return cover
}

function claimsOf(names: readonly Uint32Array[], cover: Cover, match: Match, terms: number): Claims {
  const of = new Float32Array(names.length * terms)
  const top = new Float32Array(terms)
  const second = new Float32Array(terms)
  const ties = new Float32Array(terms)
  names.forEach((words, i) => {
    const whole = 0.4 + 0.6 * cover.mix[i]!
    for (let q = 0; q < terms; q++) {
      let claim = 0
      for (const word of words) claim = Math.max(claim, match.mix[q * match.words + word]!)
      claim *= whole
      of[i * terms + q] = claim
      if (claim === 0) continue
      if (claim > top[q]! + 1e-6) {
        second[q] = top[q]!
        top[q] = claim
        ties[q] = 1
      } else if (claim > top[q]! - 1e-6) ties[q]!++
      else if (claim > second[q]!) second[q] = claim
    }
  })
  return { of, top, second, ties }
}

function valueHits(
  index: SearchIndex,
  question: Question,
  match: Match,
  places: ReadonlyMap<number, number>,
  cut: Cut | undefined,
): ValueHits {
  const size = places.size
  const hits = {
    strength: new Float32Array(size),
    shared: new Float32Array(size),
    place: new Int32Array(size).fill(-1),
    end: new Int32Array(size),
  }
  if (index.valueHashes.length === 0) return hits
  const taken: [number, number][] = []
  // Longer ones first: in `New York City` the city is meant, not the state that its first words name.
  const spans = [...question.spans].sort((a, b) => b.to - b.from - (a.to - a.from))
  for (const span of spans) {
    if (taken.some(([from, to]) => span.from >= from && span.to <= to)) continue
    const holders: number[] = []
    let all = 0
    columnsWith(index, hashOf(span.key), (column) => {
      if (cut && (cut.columns[column] === 0 || cut.values[column] === 0)) return
      all++
      const place = places.get(column)
      if (place !== undefined) holders.push(place)
    })
    if (all === 0) continue
    taken.push([span.from, span.to])
    const words = span.to - span.from
    const named = words === 1 && match.bestHard[index.stems.get(span.key)?.[0] ?? -1]! >= 0.9
    const strength = [span.rare ? 0.5 : 0.25, 0.55, 0.8, 1][span.marked]! + 0.1 * Math.min(3, words - 1)
    for (const place of holders) {
      const here = named && span.marked < 2 ? strength * 0.4 : strength
      if (here <= hits.strength[place]!) continue
      hits.strength[place] = here
      hits.shared[place] = all
      hits.place[place] = span.from
      hits.end[place] = span.to
    }
  }
  return hits
}
