/**
 * Weights of a choice between classes by which marks are there: `mark * classes + class`, so that what one mark says lies together; each class has a
 * scale. Softmax over the classes.
 */
export type Linear = Readonly<{ classes: readonly string[]; size: number; weights: Int8Array; scales: Float32Array; bias: Float32Array }>

/** Logs of the chances of each class. */
export function chances({ classes, weights, scales, bias }: Linear, marks: Uint32Array): Float32Array {
  const count = classes.length
  const sums = new Int32Array(count)
  for (let k = 0; k < marks.length; k++) {
    const at = marks[k]! * count
    for (let c = 0; c < count; c++) sums[c]! += weights[at + c]!
  }
  return logSoftmax(bias.map((one, c) => one + sums[c]! * scales[c]!))
}

export function logSoftmax(values: Float32Array): Float32Array {
  let most = -Infinity
  for (const value of values) if (value > most) most = value
  let sum = 0
  for (const value of values) sum += Math.exp(value - most)
  const log = most + Math.log(sum)
  return values.map((value) => value - log)
}
