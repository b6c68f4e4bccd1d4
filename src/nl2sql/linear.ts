/** Weights of a choice between classes by which marks are there: `class * size + mark`, each row scaled. Softmax over the classes. */
export type Linear = Readonly<{ classes: readonly string[]; size: number; weights: Int8Array; scales: Float32Array; bias: Float32Array }>

/** Logs of the chances of each class. */
export function chances({ classes, size, weights, scales, bias }: Linear, marks: Uint32Array): Float32Array {
  const out = new Float32Array(classes.length)
  for (let c = 0; c < classes.length; c++) {
    let sum = 0
    const at = c * size
    for (let k = 0; k < marks.length; k++) sum += weights[at + marks[k]!]!
    out[c] = bias[c]! + sum * scales[c]!
  }
  return logSoftmax(out)
}

export function logSoftmax(values: Float32Array): Float32Array {
  let most = -Infinity
  for (const value of values) if (value > most) most = value
  let sum = 0
  for (const value of values) sum += Math.exp(value - most)
  const log = most + Math.log(sum)
  return values.map((value) => value - log)
}
