import type { Scope } from './evidence.ts'
import { flag } from './index.ts'
import { SIGNS } from './question.ts'

/** The figures by which a table is judged at first sight, in the order of `tableSigns`. */
export const tableSignNames = [
  ...[
    'hard',
    'mix',
    'near',
    'wordHard',
    'wordSoft',
    'wordNear',
    'words',
    'unsaid',
    'termWeight',
    'termPlace',
    'claim',
    'isTop',
    'ties',
    'margin',
  ],
  ...['columnClaim', 'columnTop', 'columnCover', 'ownCover', 'ownNear', 'hardCover', 'mixCover', 'alone', 'shared', 'value', 'valueShared'],
  ...[
    'columns',
    'tables',
    'out',
    'in',
    'keys',
    'noteHard',
    'noteMix',
    'noted',
    'bestOther',
    'gap',
    'contained',
    'covered',
    'columnsTop',
    'valueCount',
  ],
  ...Array.from({ length: SIGNS }, (_, i) => `ask${i}`),
] as const

export const TABLE_SIGNS = tableSignNames.length

/** Writes the figures of every table of the scope, one row a table. */
export function tableSigns(scope: Scope): Float32Array {
  const out = new Float32Array(scope.tables.length * TABLE_SIGNS)
  const cover = termCover(scope)
  const joins = joinCounts(scope)
  const sums = scope.tables.map((_, t) => weighted(scope, (q) => cover[t * scope.question.terms.length + q]!))
  scope.tables.forEach((_, t) => {
    const others = sums.reduce((most, sum, i) => (i === t ? most : Math.max(most, sum)), 0)
    const row = [
      ...nameFigures(scope, t),
      ...columnFigures(scope, t, cover),
      ...[scope.first[t + 1]! - scope.first[t]!, Math.min(40, scope.tables.length), joins[2 * t]!, joins[2 * t + 1]!, keyShare(scope, t)],
      ...[scope.tableNoteCover.hard[t]!, scope.tableNoteCover.mix[t]!, scope.tableNoteCover.count[t]! > 0 ? 1 : 0],
      ...[others, sums[t]! - others, ...containment(scope, t), ...tally(scope, t)],
      ...scope.question.signs,
    ]
    out.set(row, t * TABLE_SIGNS)
  })
  return out
}

const wordsOf = ({ index, tables }: Scope, t: number): Uint32Array => {
  const { starts, items } = index.tableWords
  return items.subarray(starts[tables[t]!], starts[tables[t]! + 1])
}

/** The sum over the terms by their weight, 0 to 1. */
export function weighted({ question }: Scope, of: (term: number) => number): number {
  let sum = 0
  let all = 0
  question.terms.forEach(({ weight }, q) => {
    all += weight
    sum += weight * of(q)
  })
  return all === 0 ? 0 : sum / all
}

/** How well each table answers each term by its own name or by one of its columns. */
export function termCover({ question, tables, columns, tableAt, columnClaims, tableClaims }: Scope): Float32Array {
  const terms = question.terms.length
  const cover = Float32Array.from(tableClaims.of)
  columns.forEach((_, i) => {
    for (let q = 0; q < terms; q++) {
      const at = tableAt[i]! * terms + q
      cover[at] = Math.max(cover[at]!, columnClaims.of[i * terms + q]!)
    }
  })
  return tables.length === 0 ? new Float32Array() : cover
}

function nameFigures(scope: Scope, t: number): readonly number[] {
  const { match, tableCover, tableWeights, tableClaims, question } = scope
  const words = wordsOf(scope, t)
  let hard = 0
  let soft = 0
  let near = 0
  let unsaid = 0
  for (const word of words) {
    hard = Math.max(hard, match.bestHard[word]! * tableWeights[word]!)
    soft = Math.max(soft, match.bestSoft[word]! * tableWeights[word]!)
    near = Math.max(near, match.bestNear[word]! * tableWeights[word]!)
    if (match.bestMix[word]! < 0.5) unsaid++
  }
  const terms = question.terms.length
  let best = -1
  for (let q = 0; q < terms; q++) {
    const claim = tableClaims.of[t * terms + q]!
    if (claim > 0 && (best < 0 || claim > tableClaims.of[t * terms + best]!)) best = q
  }
  const names = [tableCover.hard[t]!, tableCover.mix[t]!, tableCover.near[t]!, hard, soft, near, words.length, unsaid]
  if (best < 0) return [...names, 0, -1, 0, 0, 0, -1]
  const claim = tableClaims.of[t * terms + best]!
  const isTop = claim >= tableClaims.top[best]! - 1e-6 ? 1 : 0
  const ties = tableClaims.ties[best]!
  const margin = isTop ? (ties > 1 ? 0 : claim - tableClaims.second[best]!) : claim - tableClaims.top[best]!
  const { weight, place } = question.terms[best]!
  return [...names, weight, place / Math.max(1, question.length), claim, isTop, isTop ? ties : 0, margin]
}

function columnFigures(scope: Scope, t: number, cover: Float32Array): readonly number[] {
  const { columnClaims, columnCover, ownCover, values, question, first, match, index } = scope
  const terms = question.terms.length
  let most = 0
  let own = 0
  let ownNear = 0
  let value = 0
  let shared = 0
  const claims = new Float32Array(terms)
  const hard = new Float32Array(terms)
  for (const word of wordsOf(scope, t)) for (let q = 0; q < terms; q++) hard[q] = Math.max(hard[q]!, match.hard[q * match.words + word]!)
  for (let i = first[t]!; i < first[t + 1]!; i++) {
    most = Math.max(most, columnCover.mix[i]!)
    own = Math.max(own, ownCover.mix[i]!)
    ownNear = Math.max(ownNear, ownCover.near[i]!)
    if (values.strength[i]! > value) {
      value = values.strength[i]!
      shared = values.shared[i]!
    }
    const { starts, items } = index.columnWords
    for (let q = 0; q < terms; q++) {
      claims[q] = Math.max(claims[q]!, columnClaims.of[i * terms + q]!)
      for (let k = starts[scope.columns[i]!]!; k < starts[scope.columns[i]! + 1]!; k++) {
        hard[q] = Math.max(hard[q]!, match.hard[q * match.words + items[k]!]!)
      }
    }
  }
  const top = weighted(scope, (q) => (claims[q]! > 0.3 && claims[q]! >= columnClaims.top[q]! - 1e-6 ? 1 : 0))
  const rival = (q: number) => {
    let best = 0
    scope.tables.forEach((_, other) => {
      if (other !== t) best = Math.max(best, cover[other * terms + q]!)
    })
    return best
  }
  const here = (q: number) => cover[t * terms + q]!
  const alone = weighted(scope, (q) => (here(q) > 0.4 && here(q) > rival(q) + 0.1 ? 1 : 0))
  const tied = weighted(scope, (q) => (here(q) > 0.4 && here(q) >= rival(q) - 1e-6 ? 1 : 0))
  const columns = weighted(scope, (q) => claims[q]!)
  return [
    columns,
    top,
    most,
    own,
    ownNear,
    weighted(scope, (q) => hard[q]!),
    weighted(scope, here),
    alone,
    tied,
    value,
    Math.min(20, shared),
  ]
}

/** Keys out of and into each table, within the scope. */
function joinCounts({ joins, tableAt, tables }: Scope): Float32Array {
  const counts = new Float32Array(2 * tables.length)
  for (let i = 0; i < joins.length; i += 2) {
    counts[2 * tableAt[joins[i]!]!]!++
    counts[2 * tableAt[joins[i + 1]!]! + 1]!++
  }
  return counts
}

function keyShare({ index, columns, first }: Scope, t: number): number {
  let keys = 0
  for (let i = first[t]!; i < first[t + 1]!; i++) if ((index.flags[columns[i]!]! & (flag.primary | flag.foreign)) !== 0) keys++
  return keys / Math.max(1, first[t + 1]! - first[t]!)
}

/** Whether another table's name says all of this one's and more that is asked for (`student address`), and the other way round. */
function containment(scope: Scope, t: number): readonly number[] {
  const own = wordsOf(scope, t)
  let longer = 0
  let shorter = 0
  scope.tables.forEach((_, other) => {
    if (other === t) return
    const theirs = wordsOf(scope, other)
    if (theirs.length > own.length && own.every((word) => theirs.includes(word))) longer = Math.max(longer, scope.tableCover.mix[other]!)
    if (theirs.length < own.length && theirs.every((word) => own.includes(word))) shorter = Math.max(shorter, scope.tableCover.mix[other]!)
  })
  return [longer, shorter]
}

function tally({ columnCover, values, first }: Scope, t: number): readonly number[] {
  let said = 0
  let held = 0
  for (let i = first[t]!; i < first[t + 1]!; i++) {
    if (columnCover.mix[i]! > 0.75) said++
    if (values.strength[i]! > 0.4) held++
  }
  return [said, held]
}
