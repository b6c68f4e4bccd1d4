import type { Scope } from './evidence.ts'
import { termCover } from './table-signs.ts'

/** How well joined tables answer a question together. */
export type Covering = Readonly<{
  /** For each table: what the best joined tables with it among them are worth. */
  worth: Float32Array
  /** 1 for each table of the best ones, and for each column that joins them. */
  tables: Uint8Array
  columns: Uint8Array
  best: number
  size: number
}>

type Join = readonly [own: number, other: number, table: number]

/** What each table must bring to be worth its join. */
const PRICE = 0.05
const STEPS_MAX = 3
const GROWTH_MAX = 4

/** Looks for the joined tables that answer most of a question with the fewest of them, greedily from every table. */
export function covering(scope: Scope, joins: readonly (readonly Join[])[]): Covering {
  const count = scope.tables.length
  const { cover, weights, terms } = asksOf(scope)
  const worth = new Float32Array(count)
  const from = joins.map((_, start) => stepsFrom(start, joins))
  let best: Readonly<{ worth: number; tables: readonly number[] }> = { worth: Number.NEGATIVE_INFINITY, tables: [] }
  for (let start = 0; start < count; start++) {
    const found = growFrom(start, cover, weights, terms, from)
    worth[start] = found.worth
    if (found.worth > best.worth + 1e-6) best = found
  }
  const tables = new Uint8Array(count)
  for (const t of best.tables) tables[t] = 1
  const columns = new Uint8Array(scope.columns.length)
  for (const t of best.tables) {
    for (const [own, other, far] of joins[t]!) {
      if (tables[far] === 0) continue
      columns[own] = 1
      columns[other] = 1
    }
  }
  return { worth, tables, columns, best: count === 0 ? 0 : best.worth, size: best.tables.length }
}

/** What the question asks for: its terms, and each value that some column holds. */
function asksOf(scope: Scope) {
  const { question, values, tables, tableAt } = scope
  const places = [...new Set([...values.place].filter((place) => place >= 0))]
  const own = question.terms.length
  const terms = own + places.length
  const cover = new Float32Array(tables.length * terms)
  const weights = new Float32Array(terms)
  const plain = termCover(scope)
  question.terms.forEach(({ weight }, q) => {
    weights[q] = 0.1 + weight
  })
  tables.forEach((_, t) => {
    cover.set(plain.subarray(t * own, (t + 1) * own), t * terms)
  })
  values.place.forEach((place, i) => {
    if (place < 0) return
    const q = own + places.indexOf(place)
    cover[tableAt[i]! * terms + q] = 1
    weights[q] = Math.max(weights[q]!, values.strength[i]!)
  })
  const all = weights.reduce((sum, weight) => sum + weight, 0) || 1
  return { cover, weights: weights.map((weight) => weight / all), terms }
}

type Steps = Readonly<{ far: Int32Array; before: Int32Array }>

function stepsFrom(start: number, joins: readonly (readonly Join[])[]): Steps {
  const far = new Int32Array(joins.length).fill(-1)
  const before = new Int32Array(joins.length).fill(-1)
  far[start] = 0
  const open = [start]
  for (let i = 0; i < open.length; i++) {
    const table = open[i]!
    if (far[table]! >= STEPS_MAX) continue
    for (const [, , next] of joins[table]!) {
      if (far[next] !== -1) continue
      far[next] = far[table]! + 1
      before[next] = table
      open.push(next)
    }
  }
  return { far, before }
}

function growFrom(start: number, cover: Float32Array, weights: Float32Array, terms: number, from: readonly Steps[]) {
  const has = new Float32Array(terms)
  const tables: number[] = []
  let worth = 0
  const take = (table: number) => {
    tables.push(table)
    worth -= PRICE
    for (let q = 0; q < terms; q++) {
      const more = cover[table * terms + q]! - has[q]!
      if (more <= 0) continue
      worth += weights[q]! * more
      has[q] = cover[table * terms + q]!
    }
  }
  take(start)
  for (let growth = 0; growth < GROWTH_MAX; growth++) {
    let goal = -1
    let root = -1
    let most = 1e-6
    for (const inside of tables) {
      const { far } = from[inside]!
      for (let table = 0; table < far.length; table++) {
        if (far[table]! <= 0 || tables.includes(table)) continue
        let gain = -PRICE * far[table]!
        for (let q = 0; q < terms; q++) gain += weights[q]! * Math.max(0, cover[table * terms + q]! - has[q]!)
        if (gain > most) {
          most = gain
          goal = table
          root = inside
        }
      }
    }
    if (goal < 0) break
    for (let at = goal; at !== root; at = from[root]!.before[at]!) if (!tables.includes(at)) take(at)
  }
  return { worth, tables }
}
