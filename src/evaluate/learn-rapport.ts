import { RAPPORT_BITS, type Rapport, slotOf } from '../nl2sql/learning.ts'
import { randomOf } from './fit.ts'

/** A question by its marks, its candidates by their parts, and which of them are right. */
export type RapportLesson = Readonly<{ marks: Uint32Array; parts: readonly Uint16Array[]; right: Uint8Array }>

const ROUNDS = 4
const RATE = 0.06
const DECAY = 2e-6

/** Learns which words go with which parts: of each question the right candidates against the others (softmax), AdaGrad, always the same way. */
export function learnRapport(lessons: readonly RapportLesson[], seed = 21): Rapport {
  const weights = new Float32Array(1 << RAPPORT_BITS)
  const speed = new Float32Array(1 << RAPPORT_BITS).fill(0.5)
  const random = randomOf(seed)
  const order = Uint32Array.from(lessons.keys())
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    for (const at of order) step(lessons[at]!, weights, speed)
  }
  const most = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6)
  return { weights: Int8Array.from(weights, (one) => Math.round((127 * one) / most)), scale: most / 127 }
}

function step({ marks, parts, right }: RapportLesson, weights: Float32Array, speed: Float32Array): void {
  const distinct = [...new Set(parts.flatMap((own) => [...own]))]
  const score = new Map(
    distinct.map((part) => {
      let sum = 0
      for (const mark of marks) sum += weights[slotOf(mark, part)]!
      return [part, sum]
    }),
  )
  const odds = parts.map((own) => own.reduce((sum, part) => sum + score.get(part)!, 0))
  const most = Math.max(...odds)
  const shares = odds.map((one) => Math.exp(one - most))
  const all = shares.reduce((sum, share) => sum + share, 0)
  const good = shares.reduce((sum, share, i) => sum + (right[i] === 1 ? share : 0), 0)
  if (good === 0) return
  const slopes = new Map<number, number>()
  parts.forEach((own, i) => {
    const slope = (right[i] === 1 ? shares[i]! / good : 0) - shares[i]! / all
    if (Math.abs(slope) > 1e-4) for (const part of own) slopes.set(part, (slopes.get(part) ?? 0) + slope)
  })
  for (const [part, slope] of slopes) {
    if (Math.abs(slope) < 1e-3) continue
    for (const mark of marks) {
      const slot = slotOf(mark, part)
      speed[slot]! += slope * slope
      weights[slot]! += (RATE * slope) / Math.sqrt(speed[slot]!) - DECAY * weights[slot]!
    }
  }
}
