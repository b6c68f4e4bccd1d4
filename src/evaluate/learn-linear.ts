import type { Linear } from '../nl2sql/linear.ts'
import { randomOf } from './fit.ts'

export type Marked = Readonly<{ marks: Uint32Array; class: number; weight?: number }>

/** How often everything is looked at, and how fast it is learnt from. */
const ROUNDS = 8
const RATE = 0.15
const DECAY = 1e-6

/** Learns which class goes with which marks: softmax, AdaGrad, always in the same order for the same examples. */
export function learnLinear(examples: readonly Marked[], classes: readonly string[], size: number, seed = 5): Linear {
  const weights = new Float32Array(classes.length * size)
  const bias = new Float32Array(classes.length)
  const speed = new Float32Array(classes.length * size).fill(0.1)
  const biasSpeed = new Float32Array(classes.length).fill(0.1)
  const order = Uint32Array.from(examples.keys())
  const random = randomOf(seed)
  const scores = new Float64Array(classes.length)
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    for (const at of order) step(examples[at]!, classes.length, size, { weights, bias, speed, biasSpeed, scores })
  }
  return packed(classes, size, weights, bias)
}

type State = Readonly<{ weights: Float32Array; bias: Float32Array; speed: Float32Array; biasSpeed: Float32Array; scores: Float64Array }>

function step(example: Marked, classes: number, size: number, { weights, bias, speed, biasSpeed, scores }: State): void {
  const { marks } = example
  let most = -Infinity
  for (let c = 0; c < classes; c++) {
    let sum = bias[c]!
    const at = c * size
    for (let k = 0; k < marks.length; k++) sum += weights[at + marks[k]!]!
    scores[c] = sum
    if (sum > most) most = sum
  }
  let all = 0
  for (let c = 0; c < classes; c++) {
    scores[c] = Math.exp(scores[c]! - most)
    all += scores[c]!
  }
  for (let c = 0; c < classes; c++) {
    const slope = ((c === example.class ? 1 : 0) - scores[c]! / all) * (example.weight ?? 1)
    if (Math.abs(slope) < 1e-3) continue
    const square = slope * slope
    biasSpeed[c]! += square
    bias[c]! += (RATE * slope) / Math.sqrt(biasSpeed[c]!)
    const at = c * size
    for (let k = 0; k < marks.length; k++) {
      const slot = at + marks[k]!
      speed[slot]! += square
      weights[slot]! += (RATE * slope) / Math.sqrt(speed[slot]!) - DECAY * weights[slot]!
    }
  }
}

function packed(classes: readonly string[], size: number, weights: Float32Array, bias: Float32Array): Linear {
  const bytes = new Int8Array(weights.length)
  const scales = new Float32Array(classes.length)
  classes.forEach((_, c) => {
    let most = 1e-6
    for (let i = c * size; i < (c + 1) * size; i++) most = Math.max(most, Math.abs(weights[i]!))
    scales[c] = most / 127
    for (let i = c * size; i < (c + 1) * size; i++) bytes[i] = Math.round(weights[i]! / scales[c]!)
  })
  return { classes, size, weights: bytes, scales, bias }
}
