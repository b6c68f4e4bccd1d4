/** Regression trees whose sum is the log of the odds. Node `i` goes to `left[i]` when its figure is at most the threshold, else to the next. */
export type Forest = Readonly<{
  roots: Uint16Array
  /** The figure that is looked at; -1 in a leaf. */
  figure: Int16Array
  /** The threshold, or the value of a leaf. */
  value: Float32Array
  left: Uint16Array
  base: number
}>

/** The mean of what several forests say of each row. Tree by tree: a tree fits the nearest cache, all of them do not. */
export function judgeAll(forests: readonly Forest[], rows: Float32Array, figures: number): Float32Array {
  const count = figures === 0 ? 0 : rows.length / figures
  const out = new Float32Array(count)
  for (const forest of forests) {
    const { ints, floats } = nodesOf(forest)
    for (const root of forest.roots) {
      for (let i = 0, at = 0; i < count; i++, at += figures) {
        let node = root
        let head = ints[2 * node]!
        while ((head & LEAF) !== LEAF) {
          node = (head >>> 16) + (rows[at + (head & LEAF)]! <= floats[2 * node + 1]! ? 0 : 1)
          head = ints[2 * node]!
        }
        out[i]! += floats[2 * node + 1]!
      }
    }
    for (let i = 0; i < count; i++) out[i]! += forest.base
  }
  for (let i = 0; i < count; i++) out[i]! /= forests.length
  return out
}

const LEAF = 0xffff
const packed = new WeakMap<Forest, Readonly<{ ints: Int32Array; floats: Float32Array }>>()

/** Both halves of a node next to each other: where to go, with the figure that decides, and the threshold or value. */
function nodesOf(forest: Forest): Readonly<{ ints: Int32Array; floats: Float32Array }> {
  const known = packed.get(forest)
  if (known) return known
  const buffer = new ArrayBuffer(8 * forest.figure.length)
  const nodes = { ints: new Int32Array(buffer), floats: new Float32Array(buffer) }
  forest.figure.forEach((figure, i) => {
    nodes.ints[2 * i] = (figure < 0 ? LEAF : figure) | (forest.left[i]! << 16)
    nodes.floats[2 * i + 1] = forest.value[i]!
  })
  packed.set(forest, nodes)
  return nodes
}

export function packForests(forests: readonly Forest[]): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(MAGIC, forests.length).buffer)]
  for (const { roots, figure, value, left, base } of forests) {
    const pad = (array: Uint16Array | Int16Array) => {
      const bytes = new Uint8Array(Math.ceil(array.byteLength / 4) * 4)
      bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      return bytes
    }
    parts.push(new Uint8Array(Uint32Array.of(roots.length, figure.length).buffer), new Uint8Array(Float32Array.of(base).buffer))
    parts.push(pad(roots), pad(figure), pad(left), new Uint8Array(value.slice().buffer))
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
const MAGIC = 0x31464c53

/** Throws an Error when the bytes are no forests of this version. */
export function unpackForests(bytes: Uint8Array): readonly Forest[] {
  const buffer = bytes.slice().buffer
  const view = new DataView(buffer)
  if (view.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error('The model of the search is not one of this version.')
  let at = 8
  return Array.from({ length: view.getUint32(4, true) }, () => {
    const trees = view.getUint32(at, true)
    const nodes = view.getUint32(at + 4, true)
    const base = view.getFloat32(at + 8, true)
    at += 12
    const take = (count: number, width: number) => {
      const from = at
      at += Math.ceil((count * width) / 4) * 4
      return from
    }
    const roots = new Uint16Array(buffer, take(trees, 2), trees)
    const figure = new Int16Array(buffer, take(nodes, 2), nodes)
    const left = new Uint16Array(buffer, take(nodes, 2), nodes)
    const value = new Float32Array(buffer, take(nodes, 4), nodes)
    return { roots, figure, value, left, base }
  })
}
