import type { Scope } from './evidence.ts'
import { type Forest, judgeAll } from './forest.ts'
import type { StandsOut } from './nearness.ts'
import { termCover } from './table-signs.ts'

/** One of several sources, looked into for the same question. `near` is what else speaks for its tables and columns, and is not in the odds yet. */
export type Looked = Readonly<{
  scope: Scope
  odds: Readonly<{ tables: Float32Array; columns: Float32Array }>
  near?: Readonly<{ out: StandsOut; weight: number }>
}>

/** How rare each term and each span is among the sources: what every source has, tells none from another. */
export type Rarity = Readonly<{ terms: Float32Array; spans: Float32Array }>

const figures = 22
const relative = 8
export const SOURCE_SIGNS = figures + relative

/** The figures by which sources are told apart, one row a source. */
export function sourceSigns(looked: readonly Looked[], rarity: Rarity): Float32Array {
  const rows = looked.map((one) => figuresOf(one, rarity))
  const out = new Float32Array(looked.length * SOURCE_SIGNS)
  rows.forEach((row, i) => {
    const beside = Array.from({ length: relative }, (_, k) => {
      const others = rows.reduce((most, other, j) => (j === i ? most : Math.max(most, other[k]!)), -20)
      return row[k]! - others
    })
    out.set([...row, ...beside], i * SOURCE_SIGNS)
  })
  return out
}

/** Log odds that each source is the one that is asked. */
export const judgeSources = (forests: readonly Forest[], signs: Float32Array): Float32Array => judgeAll(forests, signs, SOURCE_SIGNS)

/** The first `relative` figures are also held against those of the other sources. */
function figuresOf({ scope, odds }: Looked, rarity: Rarity): readonly number[] {
  const cover = termCover(scope)
  const terms = scope.question.terms.length
  const order = [...odds.tables.keys()].sort((a, b) => odds.tables[b]! - odds.tables[a]!)
  const columns = [...odds.columns].sort((a, b) => b - a)
  const best = (q: number, tables: readonly number[]) => tables.reduce((most, t) => Math.max(most, cover[t * terms + q]!), 0)
  const three = order.slice(0, 3)
  const sum = (of: (q: number) => number, rare = true) => {
    let all = 0
    let whole = 0
    scope.question.terms.forEach(({ weight }, q) => {
      const worth = weight * (rare ? rarity.terms[q]! : 1)
      all += worth
      whole += worth * of(q)
    })
    return all === 0 ? 0 : whole / all
  }
  const hardest = (q: number) => {
    let most = 0
    for (const word of scope.match.touched[q]!) most = Math.max(most, scope.match.hard[q * scope.match.words + word]!)
    return most
  }
  const unmet = Math.max(0, ...scope.question.terms.map(({ weight }, q) => weight * (1 - best(q, order))))
  const [valued, spread] = valuesOf(scope, rarity)
  return [
    ...[sum((q) => best(q, three)), sum((q) => best(q, order)), sum(hardest), sum((q) => scope.tableClaims.top[q] ?? 0), valued],
    ...[odds.tables[order[0] ?? 0] ?? -8, columns[0] ?? -8, sum((q) => best(q, three), false)],
    ...[odds.tables[order[1] ?? 0] ?? -8, odds.tables[order[2] ?? 0] ?? -8, columns[1] ?? -8, columns[2] ?? -8, columns[4] ?? -8],
    ...[sum((q) => best(q, order.slice(0, 1))), unmet, spread, sum(hardest, false), scope.tables.length, scope.columns.length],
    ...[terms, odds.tables.reduce((all, one) => all + 1 / (1 + Math.exp(-one)), 0), sum((q) => scope.tableClaims.top[q] ?? 0, false)],
  ]
}

function valuesOf({ question, values }: Scope, rarity: Rarity): readonly [number, number] {
  let best = 0
  let sum = 0
  const places = new Set<number>()
  values.place.forEach((from, i) => {
    if (from < 0 || places.has(from)) return
    places.add(from)
    const at = question.spans.findIndex((span) => span.from === from && span.to === values.end[i])
    const worth = values.strength[i]! * (rarity.spans[at] ?? 0)
    best = Math.max(best, worth)
    sum += worth
  })
  return [best, sum]
}
