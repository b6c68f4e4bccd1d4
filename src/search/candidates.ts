import type { Cut } from './evidence.ts'
import { columnsWith, hashOf, type SearchIndex } from './index.ts'
import type { Lists } from './lists.ts'
import type { Match } from './match.ts'
import type { Question } from './question.ts'

/** A source with no more tables is looked at as a whole. */
const WHOLE_MAX = 40
/** So many tables of a larger one are looked at closely. */
const CLOSELY_MAX = 20
const NEIGHBOURS_OF = 6
const WORDS_A_TERM = 32
const FIT_MIN = 0.45
const worth = { tableName: 1, columnName: 0.7, note: 0.5, value: 0.9 } as const

/** The tables that are worth a closer look, in rising order. Tables of which the caller sees nothing are none. */
export function candidates(question: Question, index: SearchIndex, match: Match, cut: Cut | undefined): readonly number[] {
  const seen = (table: number): boolean => {
    if (!cut) return true
    for (let c = index.firstColumn[table]!; c < index.firstColumn[table + 1]!; c++) if (cut.columns[c] === 1) return true
    return false
  }
  if (index.tables.length <= WHOLE_MAX) return [...index.tables.keys()].filter(seen)
  const points = pointsOf(question, index, match, cut)
  const order = topOf(points, ORDERED_MAX)
  const chosen = new Set<number>()
  const near = CLOSELY_MAX - Math.floor(CLOSELY_MAX / 5)
  for (const table of order) {
    if (chosen.size >= near) break
    if (seen(table)) chosen.add(table)
  }
  for (const table of order.slice(0, NEIGHBOURS_OF)) {
    for (const next of joinedTo(index, table)) if (chosen.size < CLOSELY_MAX && seen(next)) chosen.add(next)
  }
  return [...chosen].sort((a, b) => a - b)
}

const ORDERED_MAX = 256

/** The places of the highest points, highest first. What is below a step that leaves enough of them is never sorted. */
function topOf(points: Float32Array, count: number): readonly number[] {
  let most = 0
  for (let table = 0; table < points.length; table++) if (points[table]! > most) most = points[table]!
  if (most === 0) return []
  const steps = new Uint32Array(STEPS + 1)
  const scale = STEPS / most
  for (let table = 0; table < points.length; table++) if (points[table]! > 0) steps[Math.floor(points[table]! * scale)]!++
  let least = STEPS
  for (let held = steps[least]!; least > 0 && held < count; held += steps[least]!) least--
  const found: number[] = []
  for (let table = 0; table < points.length; table++) {
    if (points[table]! > 0 && Math.floor(points[table]! * scale) >= least) found.push(table)
  }
  return found.sort((a, b) => points[b]! - points[a]! || a - b)
}
const STEPS = 200

function pointsOf(question: Question, index: SearchIndex, match: Match, cut: Cut | undefined): Float32Array {
  const tables = index.tables.length
  const points = new Float32Array(tables)
  const best = new Float32Array(tables)
  let touched: number[] = []
  const raise = (table: number, fit: number) => {
    if (best[table] === 0) touched.push(table)
    if (fit > best[table]!) best[table] = fit
  }
  const seen = (column: number) => !cut || cut.columns[column] === 1
  const settle = (weight: number) => {
    for (const table of touched) {
      points[table]! += weight * best[table]!
      best[table] = 0
    }
    touched = []
  }
  question.terms.forEach(({ weight }, q) => {
    for (const [word, fit] of fitting(match, q)) {
      const rare = (lists: Lists, all: number) =>
        Math.log((all + 1) / (lists.starts[word + 1]! - lists.starts[word]! + 0.5)) / Math.log(all + 2)
      const inTables = fit * worth.tableName * Math.max(0.1, rare(index.wordTables, tables))
      each(index.wordTables, word, (table) => raise(table, inTables))
      const inColumns = fit * worth.columnName * Math.max(0.1, rare(index.wordColumns, index.tableOf.length))
      each(index.wordColumns, word, (column) => seen(column) && raise(index.tableOf[column]!, inColumns))
      each(index.wordNoteTables, word, (table) => raise(table, fit * worth.note))
      each(index.wordNoteColumns, word, (column) => seen(column) && raise(index.tableOf[column]!, fit * worth.note * 0.7))
    }
    settle(0.3 + weight)
  })
  if (index.valueHashes.length > 0) {
    for (const span of question.spans) {
      columnsWith(index, hashOf(span.key), (column) => {
        if (seen(column) && (!cut || cut.values[column] === 1)) raise(index.tableOf[column]!, worth.value)
      })
      settle(span.marked >= 2 ? 1 : span.rare ? 0.5 : 0.2)
    }
  }
  return points
}

/** The words of the index that a term fits best. */
function fitting(match: Match, q: number): readonly (readonly [number, number])[] {
  const at = q * match.words
  const found: [number, number][] = []
  for (const word of match.touched[q]!) {
    const fit = match.mix[at + word]!
    if (fit >= FIT_MIN) found.push([word, fit])
  }
  return found.length <= WORDS_A_TERM ? found : found.sort((a, b) => b[1] - a[1]).slice(0, WORDS_A_TERM)
}

function each({ starts, items }: Lists, list: number, visit: (item: number) => void): void {
  for (let i = starts[list]!; i < starts[list + 1]!; i++) visit(items[i]!)
}

function joinedTo(index: SearchIndex, table: number): readonly number[] {
  const found: number[] = []
  each(index.tableJoins, table, (join) => {
    const [from, to] = [index.tableOf[index.joins[2 * join]!]!, index.tableOf[index.joins[2 * join + 1]!]!]
    found.push(from === table ? to : from)
  })
  return found
}
