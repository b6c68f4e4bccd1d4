import { type Forest, judgeAll, packForests, unpackForests } from '../search/search.ts'
import type { Candidate, Judged, Outcome, Reading } from './nl2sql.ts'
import { FIRST_SIGNS, firstRows, outcomeRows, secondWidth, TRUST_SIGNS, trustRow } from './rank-signs.ts'

/**
 * What was learnt about choosing: `first` chooses by the signs of candidates, `second` when some have been run, `trust` how far the chosen one is right;
 * `curve` are pairs of odds and chances, rising, by which the odds of trust are read.
 */
export type Ranking = Readonly<{
  signs: number
  first: readonly Forest[]
  second: readonly Forest[]
  trust: readonly Forest[]
  curve: Float32Array
  /** Words that point at nothing in any source. */
  harmless: ReadonlySet<string>
}>

/** From this chance on an answer is given as one. Chosen so that of questions that cannot be answered one in a hundred is. */
export const ANSWER_MIN = 0.78
/** Below this nothing is proposed either. */
const PROPOSE_MIN = 0.12
/** A reading that is so much less likely than the best is no choice. */
const CHOICE_SHARE = 0.25
const CHOICES_MAX = 4

/** The candidates, best first, by what can be told before any is run. Without a ranking they go by their own scores. */
export function orderCandidates(candidates: readonly Candidate[], ranking: Ranking | undefined): readonly Candidate[] {
  const odds = firstOdds(candidates, ranking)
  const order = [...candidates.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b)
  return order.map((i) => candidates[i]!)
}

/** Log odds of each candidate by its signs, good for comparing those of one question. */
export function firstOdds(candidates: readonly Candidate[], ranking: Ranking | undefined): Float32Array {
  if (!ranking || candidates.length === 0) return Float32Array.from(candidates, ({ score }) => score)
  return judgeAll(ranking.first, firstRows(candidates), ranking.signs + FIRST_SIGNS)
}

/** One reading among those that were run: all candidates that come to the same rows. */
export type Cluster = Readonly<{ best: number; members: readonly number[]; chance: number; digest: string }>

/** Chances of what was run, candidates with the same rows taken together, best first. Those that failed are none. */
export function clusters(candidates: readonly Candidate[], outcomes: readonly Outcome[], ranking: Ranking | undefined): readonly Cluster[] {
  const run = Math.min(outcomes.length, candidates.length)
  const first = firstOdds(candidates, ranking)
  const some = candidates.slice(0, run)
  const odds = ranking && run > 0 ? judgeAll(ranking.second, outcomeRows(some, outcomes, first), secondWidth(ranking.signs)) : first
  const chances = softmax(run > 0 ? odds.subarray(0, run) : first)
  const byRows = Map.groupBy([...chances.keys()], (i) => {
    const outcome = outcomes[i]
    return outcome === undefined ? `not run ${i}` : outcome.failed !== undefined ? `failed ${i}` : outcome.digest
  })
  return [...byRows]
    .filter(([digest]) => !digest.startsWith('failed '))
    .map(([digest, members]) => {
      const best = members.reduce((a, b) => (odds[b]! > odds[a]! ? b : a))
      return { digest, members, best, chance: members.reduce((sum, i) => sum + chances[i]!, 0) }
    })
    .sort((a, b) => b.chance - a.chance || a.best - b.best)
}

export function softmax(odds: Float32Array): Float32Array {
  const most = odds.reduce((a, b) => Math.max(a, b), -Infinity)
  const shares = odds.map((one) => Math.exp(one - most))
  const all = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / (all || 1))
}

/** Chooses by what the first candidates came to; `outcomes` stand in their order. */
export function judgeWith(reading: Reading, outcomes: readonly Outcome[], ranking: Ranking | undefined): Judged {
  const { candidates } = reading
  if (reading.sure !== undefined && candidates[0]) {
    const failed = outcomes[0]?.failed !== undefined
    return { status: failed ? 'refused' : 'answered', best: candidates[0], confidence: failed ? 0 : reading.sure, choices: [] }
  }
  const found = clusters(candidates, outcomes, ranking)
  const [top] = found
  if (top === undefined || reading.intent !== 'read') return { status: 'refused', confidence: 0, choices: [] }
  const best = candidates[top.best]!
  const confidence = ranking ? trusted(ranking, trustRow(reading, outcomes, found)) : 0.5 * top.chance
  const choices = found
    .filter(({ chance }) => chance >= CHOICE_SHARE * top.chance)
    .slice(0, CHOICES_MAX)
    .map(({ best: one }) => candidates[one]!)
  if (confidence >= ANSWER_MIN) return { status: 'answered', best, confidence, choices: [] }
  // A word that nothing answers to is no choice between readings.
  if (confidence < PROPOSE_MIN || choices.length < 2 || reading.unlinked.length > 0)
    return { status: 'refused', best, confidence, choices: [] }
  return { status: 'ask_back', best, confidence, choices }
}

function trusted({ trust, curve }: Ranking, row: Float32Array): number {
  const odds = judgeAll(trust, row, row.length)[0]!
  return chanceAt(curve, odds)
}

/** Reads a rising curve of pairs of odds and chances, straight between them. */
export function chanceAt(curve: Float32Array, odds: number): number {
  if (curve.length < 2) return 1 / (1 + Math.exp(-odds))
  if (odds <= curve[0]!) return curve[1]!
  for (let i = 2; i < curve.length; i += 2) {
    if (odds > curve[i]!) continue
    const share = (odds - curve[i - 2]!) / (curve[i]! - curve[i - 2]! || 1)
    return curve[i - 1]! + share * (curve[i + 1]! - curve[i - 1]!)
  }
  return curve.at(-1)!
}

/** The ranking as bytes, and back. Throws an Error when the bytes are none of this version. */
export function packRanking({ signs, first, second, trust, curve, harmless }: Ranking): Uint8Array {
  const words = [...harmless].sort().join(' ')
  // Spaces at the end keep what follows at a multiple of four.
  const text = new TextEncoder().encode(words.padEnd(Math.ceil(words.length / 4) * 4))
  const parts = [
    new Uint8Array(Uint32Array.of(MAGIC, signs, first.length, second.length, trust.length, curve.length, text.length).buffer),
    new Uint8Array(curve.slice().buffer),
    text,
    packForests([...first, ...second, ...trust]),
  ]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function unpackRanking(bytes: Uint8Array): Ranking {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wrong = () => new Error('The ranking of questions is not one of this version.')
  if (bytes.byteLength < HEAD_BYTES || view.getUint32(0, true) !== MAGIC) throw wrong()
  const [signs, first, second, trust, points, letters] = Array.from({ length: 6 }, (_, i) => view.getUint32(4 + 4 * i, true)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const textAt = HEAD_BYTES + 4 * points
  const at = textAt + letters
  if (at > bytes.byteLength) throw wrong()
  const curve = Float32Array.from({ length: points }, (_, i) => view.getFloat32(HEAD_BYTES + 4 * i, true))
  const harmless = new Set(
    new TextDecoder()
      .decode(bytes.subarray(textAt, at))
      .split(' ')
      .filter((word) => word !== ''),
  )
  // A copy of its own: what is read from a file may lie within a greater piece of memory.
  const forests = unpackForests(new Uint8Array(bytes.subarray(at)))
  const widths = Object.values(rankingWidths(signs))
  const parts = [forests.slice(0, first), forests.slice(first, first + second), forests.slice(first + second)] as const
  const fits =
    forests.length === first + second + trust &&
    parts.every((part, i) => part.every(({ figure }) => figure.every((one) => one < widths[i]!)))
  if (!fits) throw wrong()
  return { signs, first: parts[0], second: parts[1], trust: parts[2], curve, harmless }
}
/** How many figures each step looks at, for candidates with so many signs. */
export const rankingWidths = (signs: number) => ({ first: signs + FIRST_SIGNS, second: secondWidth(signs), trust: signs + TRUST_SIGNS })

/** The steps of the ranking one by one, for whoever teaches it. */
export const ranked = { firstRows, outcomeRows, clusters, trustRow } as const

const MAGIC = 0x31524c53
const HEAD_BYTES = 28
