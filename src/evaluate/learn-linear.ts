import type { Linear } from '../nl2sql/learning.ts'
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
  const moved = new Int32Array(classes.length)
  const slopes = new Float64Array(classes.length)
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    for (const at of order) step(examples[at]!, classes.length, { weights, bias, speed, biasSpeed, scores, moved, slopes })
  }
  return packed(classes, size, weights, bias)
}

type State = Readonly<{
  weights: Float32Array
  bias: Float32Array
  speed: Float32Array
  biasSpeed: Float32Array
  scores: Float64Array
  moved: Int32Array
  slopes: Float64Array
}>

function step(example: Marked, classes: number, { weights, bias, speed, biasSpeed, scores, moved, slopes }: State): void {
  const { marks } = example
  let most = -Infinity
  for (let c = 0; c < classes; c++) scores[c] = bias[c]!
  for (let k = 0; k < marks.length; k++) {
    const at = marks[k]! * classes
    for (let c = 0; c < classes; c++) scores[c]! += weights[at + c]!
  }
  for (let c = 0; c < classes; c++) if (scores[c]! > most) most = scores[c]!
  let all = 0
  for (let c = 0; c < classes; c++) {
    scores[c] = Math.exp(scores[c]! - most)
    all += scores[c]!
  }
  let some = 0
  for (let c = 0; c < classes; c++) {
    const slope = ((c === example.class ? 1 : 0) - scores[c]! / all) * (example.weight ?? 1)
    if (Math.abs(slope) < SLOPE_MIN) continue
    biasSpeed[c]! += slope * slope
    bias[c]! += (RATE * slope) / Math.sqrt(biasSpeed[c]!)
    moved[some] = c
    slopes[some++] = slope
  }
  for (let k = 0; k < marks.length; k++) {
    const at = marks[k]! * classes
    for (let m = 0; m < some; m++) {
      const slot = at + moved[m]!
      const slope = slopes[m]!
      speed[slot]! += slope * slope
      weights[slot]! += (RATE * slope) / Math.sqrt(speed[slot]!) - DECAY * weights[slot]!
    }
  }
}
/** A class that is judged so nearly right teaches nothing new. */
const SLOPE_MIN = 1e-3

function packed(classes: readonly string[], size: number, weights: Float32Array, bias: Float32Array): Linear {
  const count = classes.length
  const bytes = new Int8Array(weights.length)
  const scales = new Float32Array(count).fill(1e-6)
  weights.forEach((weight, at) => {
    scales[at % count] = Math.max(scales[at % count]!, Math.abs(weight))
  })
  for (let c = 0; c < count; c++) scales[c]! /= 127
  for (let at = 0; at < weights.length; at++) bytes[at] = Math.round(weights[at]! / scales[at % count]!)
  return { classes, size, weights: bytes, scales, bias }
}
