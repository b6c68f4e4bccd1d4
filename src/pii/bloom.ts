/** A set of words that answers "surely not" or "very likely": ten bits a word, wrong about one time in a hundred. */
export type Words = Readonly<{ has(word: string): boolean }>

const HASHES = 7

/** Bits for a number of words. */
export const bitsFor = (words: number): number => Math.ceil((words * 10) / 8) * 8

/** The places of a word's bits: two hashes give all (Kirsch and Mitzenmacher 2006). */
export function placesOf(word: string, bits: number): number[] {
  let one = 0x811c9dc5
  let two = 0x01000193
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i)
    one = Math.imul(one ^ unit, 0x01000193)
    two = Math.imul(two ^ unit, 0x85ebca6b) + 0x9e3779b9
  }
  return Array.from({ length: HASHES }, (_, i) => ((one >>> 0) + i * ((two | 1) >>> 0)) % bits)
}

/** From base64, as the script for it writes. */
export function wordsFrom(base64: string): Words {
  const bytes = Buffer.from(base64, 'base64')
  const bits = bytes.length * 8
  return { has: (word) => word !== '' && placesOf(word, bits).every((place) => (bytes[place >> 3]! >> (place & 7)) & 1) }
}
