/** A forest as `src/search` reads it. */
export type Fitted = Readonly<{ roots: Uint16Array; figure: Int16Array; value: Float32Array; left: Uint16Array; base: number }>

/** `groups` are where lists begin, and their end: then what is learnt is which of each list are the right ones, not how likely each is by itself. */
export type Examples = Readonly<{ rows: Float32Array; figures: number; labels: Uint8Array; weights?: Float32Array; groups?: Uint32Array }>
export type Settings = Readonly<{
  trees: number
  depth: number
  rate: number
  rowsShare: number
  figuresShare: number
  leafMin: number
  seed: number
}>

const BINS = 64
const SMOOTH = 2

/** Gradient-boosted trees with the logistic loss. The same examples and settings give the same forest on every machine. */
export function boost(examples: Examples, settings: Settings): Fitted {
  const count = examples.labels.length
  const { edges, bins } = binned(examples)
  const random = randomOf(settings.seed)
  const positive = examples.labels.reduce((sum, label) => sum + label, 0)
  const base = examples.groups ? 0 : Math.log((positive + 1) / (count - positive + 1))
  const odds = new Float32Array(count).fill(base)
  const slope = new Float32Array(count)
  const bend = new Float32Array(count)
  const grown = new Grown(base)
  for (let tree = 0; tree < settings.trees; tree++) {
    const chosen = new Uint32Array(count)
    let size = 0
    if (examples.groups) listSlopes(examples, examples.groups, odds, slope, bend)
    else oddsSlopes(examples, odds, slope, bend)
    for (let i = 0; i < count; i++) if (random() < settings.rowsShare) chosen[size++] = i
    const figures: number[] = []
    for (let f = 0; f < examples.figures; f++) if (random() < settings.figuresShare) figures.push(f)
    grow({ bins, edges, slope, bend, width: examples.figures, figures, settings, grown }, chosen.subarray(0, size))
    const root = grown.roots.at(-1)!
    for (let i = 0; i < count; i++) odds[i]! += grown.judge(root, bins, i * examples.figures)
  }
  return grown.forest()
}

function oddsSlopes({ labels, weights }: Examples, odds: Float32Array, slope: Float32Array, bend: Float32Array): void {
  for (let i = 0; i < labels.length; i++) {
    const chance = 1 / (1 + Math.exp(-odds[i]!))
    const weight = weights?.[i] ?? 1
    slope[i] = weight * (labels[i]! - chance)
    bend[i] = weight * chance * (1 - chance)
  }
}

/** The loss of a list is how little of its chance the right ones have together (softmax); a list without any right one teaches nothing. */
function listSlopes({ labels, weights }: Examples, groups: Uint32Array, odds: Float32Array, slope: Float32Array, bend: Float32Array): void {
  for (let g = 0; g + 1 < groups.length; g++) {
    const [from, to] = [groups[g]!, groups[g + 1]!]
    let most = -Infinity
    for (let i = from; i < to; i++) most = Math.max(most, odds[i]!)
    let all = 0
    let right = 0
    for (let i = from; i < to; i++) {
      const share = Math.exp(odds[i]! - most)
      all += share
      if (labels[i] === 1) right += share
    }
    for (let i = from; i < to; i++) {
      const share = Math.exp(odds[i]! - most)
      const chance = share / all
      const weight = right === 0 ? 0 : (weights?.[i] ?? 1)
      slope[i] = weight * ((labels[i] === 1 ? share / right : 0) - chance)
      bend[i] = weight * Math.max(1e-4, chance * (1 - chance))
    }
  }
}

/** Numbers from 0 to 1 that look like chance and are the same each time (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Each figure as one of up to 64 steps, row by row, so that trees are grown over bytes. */
function binned({ rows, figures, labels }: Examples) {
  const count = labels.length
  const bins = new Uint8Array(count * figures)
  const edges: Float32Array[] = []
  const step = Math.max(1, Math.floor(count / 20_000))
  for (let f = 0; f < figures; f++) {
    const sample: number[] = []
    for (let i = 0; i < count; i += step) sample.push(rows[i * figures + f]!)
    const sorted = Float32Array.from(sample).sort()
    const distinct = [...new Set(sorted)]
    const cuts: number[] = []
    if (distinct.length <= BINS) for (let k = 0; k + 1 < distinct.length; k++) cuts.push((distinct[k]! + distinct[k + 1]!) / 2)
    else {
      for (let k = 1; k < BINS; k++) {
        const cut = sorted[Math.floor((k * sorted.length) / BINS)]!
        if (cut !== cuts.at(-1)) cuts.push(cut)
      }
    }
    const own = Float32Array.from(cuts)
    edges.push(own)
    for (let i = 0; i < count; i++) {
      const value = rows[i * figures + f]!
      let low = 0
      let high = own.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (own[middle]! < value) low = middle + 1
        else high = middle
      }
      bins[i * figures + f] = low
    }
  }
  return { edges, bins }
}

type Growing = Readonly<{
  bins: Uint8Array
  edges: readonly Float32Array[]
  slope: Float32Array
  bend: Float32Array
  width: number
  figures: readonly number[]
  settings: Settings
  grown: Grown
}>

class Grown {
  readonly roots: number[] = []
  readonly figure: number[] = []
  readonly value: number[] = []
  readonly left: number[] = []
  readonly step: number[] = []
  readonly base: number
  constructor(base: number) {
    this.base = base
  }
  add(): number {
    this.figure.push(-1)
    this.value.push(0)
    this.left.push(0)
    this.step.push(0)
    return this.figure.length - 1
  }
  judge(root: number, bins: Uint8Array, at: number): number {
    let node = root
    for (let f = this.figure[node]!; f >= 0; f = this.figure[node]!)
      node = bins[at + f]! <= this.step[node]! ? this.left[node]! : this.left[node]! + 1
    return this.value[node]!
  }
  forest(): Fitted {
    return {
      roots: Uint16Array.from(this.roots),
      figure: Int16Array.from(this.figure),
      value: Float32Array.from(this.value),
      left: Uint16Array.from(this.left),
      base: this.base,
    }
  }
}

/** For each step of each figure: the sum of slopes, of bends, and the count. */
type Histogram = Float64Array
type Node = { id: number; rows: Uint32Array; histogram: Histogram; depth: number }

function grow(growing: Growing, rows: Uint32Array): void {
  const { grown, settings } = growing
  const root = grown.add()
  grown.roots.push(root)
  const open: Node[] = [{ id: root, rows, histogram: histogramOf(growing, rows), depth: 0 }]
  for (let node = open.pop(); node; node = open.pop()) {
    const split = node.depth < settings.depth ? bestSplit(growing, node.histogram) : undefined
    if (!split) {
      const [slope, bend] = sums(growing, node.rows)
      grown.value[node.id] = (settings.rate * slope) / (bend + SMOOTH)
      continue
    }
    const [low, high] = divide(growing, node.rows, split)
    const left = grown.add()
    const right = grown.add()
    grown.figure[node.id] = split.figure
    grown.value[node.id] = growing.edges[split.figure]![split.step]!
    grown.step[node.id] = split.step
    grown.left[node.id] = left
    const small = low.length < high.length ? low : high
    const counted = histogramOf(growing, small)
    const rest = minus(node.histogram, counted)
    open.push({ id: left, rows: low, histogram: small === low ? counted : rest, depth: node.depth + 1 })
    open.push({ id: right, rows: high, histogram: small === low ? rest : counted, depth: node.depth + 1 })
  }
}

function histogramOf({ bins, slope, bend, width, figures }: Growing, rows: Uint32Array): Histogram {
  const made = new Float64Array(figures.length * BINS * 3)
  const chosen = Uint16Array.from(figures)
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    const s = slope[row]!
    const b = bend[row]!
    const at = row * width
    for (let place = 0; place < chosen.length; place++) {
      const slot = (place * BINS + bins[at + chosen[place]!]!) * 3
      made[slot]! += s
      made[slot + 1]! += b
      made[slot + 2]!++
    }
  }
  return made
}

const minus = (whole: Histogram, part: Histogram): Histogram => {
  const rest = whole.slice()
  for (let i = 0; i < rest.length; i++) rest[i]! -= part[i]!
  return rest
}

function sums({ slope, bend }: Growing, rows: Uint32Array): readonly [number, number] {
  let a = 0
  let b = 0
  for (const row of rows) {
    a += slope[row]!
    b += bend[row]!
  }
  return [a, b]
}

type Split = Readonly<{ figure: number; step: number }>

function bestSplit({ figures, edges, settings }: Growing, histogram: Histogram): Split | undefined {
  let best: Split | undefined
  let most = 1e-3
  figures.forEach((figure, place) => {
    const at = place * BINS * 3
    let allSlope = 0
    let allBend = 0
    let all = 0
    for (let k = 0; k < BINS; k++) {
      allSlope += histogram[at + 3 * k]!
      allBend += histogram[at + 3 * k + 1]!
      all += histogram[at + 3 * k + 2]!
    }
    const whole = (allSlope * allSlope) / (allBend + SMOOTH)
    let s = 0
    let b = 0
    let n = 0
    for (let step = 0; step < edges[figure]!.length; step++) {
      s += histogram[at + 3 * step]!
      b += histogram[at + 3 * step + 1]!
      n += histogram[at + 3 * step + 2]!
      if (n < settings.leafMin || all - n < settings.leafMin) continue
      const gain = (s * s) / (b + SMOOTH) + (allSlope - s) ** 2 / (allBend - b + SMOOTH) - whole
      if (gain > most) {
        most = gain
        best = { figure, step }
      }
    }
  })
  return best
}

function divide({ bins, width }: Growing, rows: Uint32Array, { figure, step }: Split): readonly [Uint32Array, Uint32Array] {
  const low = new Uint32Array(rows.length)
  const high = new Uint32Array(rows.length)
  let a = 0
  let b = 0
  for (const row of rows) {
    if (bins[row * width + figure]! <= step) low[a++] = row
    else high[b++] = row
  }
  return [low.slice(0, a), high.slice(0, b)]
}
