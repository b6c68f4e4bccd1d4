/** English words with their meaning as vectors and their relations in WordNet, read from `data/lexicon.bin`; words are told by number. */
export type Lexicon = Readonly<{
  /** The number of a word in lower case, -1 when it is not known. Lower numbers are commoner words. */
  idOf(word: string): number
  /** The class of the relation from one word to another, 0 for none. */
  relation(from: number, to: number): number
  /** Calls `each` for every related word. */
  related(from: number, each: (to: number, relation: number) => void): void
  /** How alike two words are used, -1 to 1. */
  cosine(a: number, b: number): number
  dimensions: number
  /** Adds the word's vector, of length one, to `sum`. */
  add(word: number, sum: Float32Array, weight: number): void
  /** 64 bits that are the more alike the more alike two words are. */
  signature(word: number): readonly [number, number]
  bytes: number
}>

/** What a relation is worth, by its class in the file: synonym, derived, late synonym, above, below, attribute, two above, alike. */
export const relationWorth: readonly number[] = [0, 1, 0.9, 0.8, 0.7, 0.65, 0.75, 0.45, 0.6]

const HEAD_BYTES = 20

/** Reads the file that `scripts/search-data.ts` wrote. Throws an Error when it is another. */
export function lexiconOf(file: Uint8Array): Lexicon {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.byteLength < HEAD_BYTES || view.getUint32(0, true) !== 0x31584c53) throw new Error('The lexicon is not one of this version.')
  const [count, dimensions, textBytes, relations] = [4, 8, 12, 16].map((at) => view.getUint32(at, true)) as [number, number, number, number]
  const startsAt = HEAD_BYTES + textBytes
  const edgesAt = startsAt + 4 * (count + 1)
  const vectorsAt = edgesAt + 4 * relations
  if (file.byteLength !== vectorsAt + count * dimensions) throw new Error('The lexicon is cut off.')
  const text = file.subarray(HEAD_BYTES, startsAt)
  const numbers = (at: number, length: number) =>
    new Uint32Array(file.buffer.slice(file.byteOffset + at, file.byteOffset + at + 4 * length))
  const starts = numbers(startsAt, count + 1)
  const edges = numbers(edgesAt, relations)
  const vectors = new Int8Array(file.buffer, file.byteOffset + vectorsAt, count * dimensions)
  const idOf = finder(text, count)
  const usual = usualOf(vectors, Math.min(count, USUAL_WORDS), dimensions)
  const norms = new Float32Array(count)
  const normOf = (word: number): number => {
    if (norms[word] === 0) {
      let sum = 0
      for (let i = word * dimensions, end = i + dimensions; i < end; i++) sum += vectors[i]! * vectors[i]!
      norms[word] = Math.sqrt(sum) || 1
    }
    return norms[word]!
  }
  return {
    idOf,
    dimensions,
    bytes: file.byteLength,
    relation(from, to) {
      let low = starts[from]!
      let high = starts[from + 1]!
      while (low < high) {
        const middle = (low + high) >> 1
        const edge = edges[middle]!
        if (edge >>> 4 === to) return edge & 15
        if (edge >>> 4 < to) low = middle + 1
        else high = middle
      }
      return 0
    },
    related(from, each) {
      for (let i = starts[from]!; i < starts[from + 1]!; i++) each(edges[i]! >>> 4, edges[i]! & 15)
    },
    cosine(a, b) {
      let sum = 0
      for (let i = a * dimensions, j = b * dimensions, end = i + dimensions; i < end; i++, j++) sum += vectors[i]! * vectors[j]!
      return sum / (normOf(a) * normOf(b))
    },
    add(word, sum, weight) {
      const scale = weight / normOf(word)
      for (let i = 0, j = word * dimensions; i < dimensions; i++, j++) sum[i]! += vectors[j]! * scale
    },
    signature: (word) => [bitsOf(vectors, word * dimensions, 0, usual), bitsOf(vectors, word * dimensions, 32, usual)],
  }
}

const USUAL_WORDS = 4_000

/** The mean of common words: what all of them share tells none from another. */
function usualOf(vectors: Int8Array, words: number, dimensions: number): Float32Array {
  const sum = new Float32Array(dimensions)
  for (let at = 0; at < words * dimensions; at += dimensions) for (let i = 0; i < dimensions; i++) sum[i]! += vectors[at + i]!
  return sum.map((value) => value / Math.max(1, words))
}

/** One bit a pair of components: which of both is greater. Pairs are spread, so that no component counts twice in a row. */
function bitsOf(vectors: Int8Array, at: number, from: number, usual: Float32Array): number {
  let bits = 0
  for (let i = 0; i < 32; i++) {
    const one = (from + i) % 100
    const other = (one * 7 + 31 + Math.floor((from + i) / 50)) % 100
    if (vectors[at + one]! - usual[one]! > vectors[at + other]! - usual[other]!) bits |= 1 << i
  }
  return bits
}

/** Finds words without making a string of each: a table of hashes over the text as it lies in the file. */
function finder(text: Uint8Array, count: number): (word: string) => number {
  const size = 1 << Math.ceil(Math.log2(count * 2 + 1))
  const slots = new Int32Array(size).fill(-1)
  const starts = new Uint32Array(count + 1)
  let at = 0
  for (let word = 0; word < count; word++) {
    starts[word] = at
    let hash = SEED
    while (at < text.length && text[at] !== NEWLINE) hash = Math.imul(hash ^ text[at++]!, PRIME)
    at++
    let slot = (hash >>> 0) & (size - 1)
    while (slots[slot] !== -1) slot = (slot + 1) & (size - 1)
    slots[slot] = word
  }
  starts[count] = at
  const same = (word: string, id: number): boolean => {
    const from = starts[id]!
    if (starts[id + 1]! - from - 1 !== word.length) return false
    for (let i = 0; i < word.length; i++) if (text[from + i] !== word.charCodeAt(i)) return false
    return true
  }
  return (word) => {
    let hash = SEED
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME)
    for (let slot = (hash >>> 0) & (size - 1); slots[slot] !== -1; slot = (slot + 1) & (size - 1)) {
      if (same(word, slots[slot]!)) return slots[slot]!
    }
    return -1
  }
}
const SEED = 0x811c9dc5 | 0
const PRIME = 0x01000193
const NEWLINE = 10

/** Knows no word: names then match by their letters only. */
export const noLexicon: Lexicon = {
  idOf: () => -1,
  relation: () => 0,
  related: () => {},
  cosine: () => 0,
  dimensions: 0,
  add: () => {},
  signature: () => [0, 0],
  bytes: 0,
}
