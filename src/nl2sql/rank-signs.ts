import { DOUBTS } from './doubts.ts'
import type { Candidate, Outcome, Reading } from './nl2sql.ts'
import type { Cluster } from './rank.ts'

/** How many figures the ranking adds to a candidate's own signs: before it is run, after, and of what is chosen in the end. */
export const FIRST_SIGNS = 4
export const OUTCOME_SIGNS = 17
export const TRUST_SIGNS = 22 + DOUBTS
export const secondWidth = (signs: number): number => signs + FIRST_SIGNS + OUTCOME_SIGNS

const widthOf = (candidates: readonly Candidate[]): number => candidates[0]!.signs.length

/** A row of figures for each candidate: its signs and how it stands among the others. */
export function firstRows(candidates: readonly Candidate[]): Float32Array {
  const own = widthOf(candidates)
  const width = own + FIRST_SIGNS
  const rows = new Float32Array(candidates.length * width)
  const best = candidates.reduce((most, { score }) => Math.max(most, score), -Infinity)
  candidates.forEach(({ signs, score, query }, i) => {
    const at = i * width
    rows.set(signs, at)
    rows[at + own] = score
    rows[at + own + 1] = best - score
    rows[at + own + 2] = candidates.length
    rows[at + own + 3] = query.tables.length
  })
  return rows
}

/** The same with what running came to; `first` are the odds before. The candidates are those that were run. */
export function outcomeRows(candidates: readonly Candidate[], outcomes: readonly Outcome[], first: Float32Array): Float32Array {
  const before = firstRows(candidates)
  const own = widthOf(candidates) + FIRST_SIGNS
  const width = own + OUTCOME_SIGNS
  const rows = new Float32Array(candidates.length * width)
  const shares = sharesOf(first.subarray(0, candidates.length))
  const ranks = [...candidates.keys()].sort((a, b) => first[b]! - first[a]! || a - b)
  const top = first[ranks[0]!]!
  const filled = outcomes.filter((one) => one.failed === undefined && one.rows > 0).length / candidates.length
  candidates.forEach((_, i) => {
    rows.set(before.subarray(i * own, (i + 1) * own), i * width)
    const outcome = outcomes[i]!
    const same = [...candidates.keys()].filter((j) => outcomes[j]!.failed === undefined && outcomes[j]!.digest === outcome.digest)
    const likelier = same.reduce((most, j) => Math.max(most, first[j]!), -Infinity)
    const figures = [
      first[i]!,
      top - first[i]!,
      shares[i]!,
      ranks.indexOf(i),
      outcome.failed === undefined ? 0 : 1,
      outcome.failed === undefined && outcome.rows === 0 ? 1 : 0,
      outcome.allNull ? 1 : 0,
      outcome.rows === 1 ? 1 : 0,
      Math.log2(1 + outcome.rows),
      outcome.columns,
      outcome.failed === undefined ? same.length : 0,
      same.reduce((sum, j) => sum + shares[j]!, 0),
      likelier === -Infinity ? -20 : likelier - top,
      filled,
      outcome.rows > 0 && outcome.failed === undefined ? 1 - filled : -filled,
      sameShape(outcomes, outcome),
      outcome.rows === outcomes[ranks[0]!]!.rows ? 1 : 0,
    ]
    rows.set(figures, i * width + own)
  })
  return rows
}

const sameShape = (outcomes: readonly Outcome[], { columns, rows }: Outcome): number =>
  outcomes.filter((one) => one.columns === columns && one.rows === rows).length / outcomes.length

function sharesOf(odds: Float32Array): Float32Array {
  const most = odds.reduce((a, b) => Math.max(a, b), -Infinity)
  const shares = odds.map((one) => Math.exp(one - most))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / (all || 1))
}

/** Figures by which the chosen one is trusted or not. */
export function trustRow(reading: Reading, outcomes: readonly Outcome[], found: readonly Cluster[]): Float32Array {
  const { candidates, unlinked, understood, doubts } = reading
  const [top, second, third] = found
  const chosen = candidates[top!.best]!
  const own = chosen.signs.length
  const row = new Float32Array(own + TRUST_SIGNS)
  row.set(chosen.signs)
  const outcome = outcomes[top!.best]
  const words = understood.split(/\s+/).length
  const entropy = found.reduce((sum, { chance }) => sum - (chance > 0 ? chance * Math.log(chance) : 0), 0)
  const ran = Math.max(1, outcomes.length)
  const { query } = chosen
  row.set(
    [
      top!.chance,
      Math.log((top!.chance + 1e-3) / ((second?.chance ?? 0) + 1e-3)),
      second?.chance ?? 0,
      third?.chance ?? 0,
      entropy,
      found.length,
      top!.members.length / ran,
      top!.best,
      unlinked.length,
      unlinked.length / Math.max(1, words),
      words,
      outcome === undefined ? 1 : 0,
      outcome?.rows === 0 ? 1 : 0,
      outcome?.allNull ? 1 : 0,
      Math.log2(1 + (outcome?.rows ?? 0)),
      outcomes.filter(({ failed }) => failed !== undefined).length / ran,
      outcomes.filter(({ failed, rows }) => failed === undefined && rows === 0).length / ran,
      candidates.length,
      query.tables.length,
      query.where.length,
      query.select.length,
      chosen.score,
    ],
    own,
  )
  row.set(doubts.subarray(0, DOUBTS), own + TRUST_SIGNS - DOUBTS)
  return row
}
