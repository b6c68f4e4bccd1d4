import { isSlot, type Read } from './question.ts'

export type Scored<T> = Readonly<{
  entry: T
  /** From 0 to 1; 1 for questions that differ only in values, filler words and endings. */
  likeness: number
  why: string
}>

/** How near two questions are in meaning, from 0 to 1, where word vectors are at hand. */
export type Similarity = (one: Read, other: Read) => number

type Slot<T> = { entry: T; read: Read } | undefined

const WORDS_SHARE = 0.75
/** Of what word vectors say in the whole. */
const MEANING_SHARE = 0.35
/** Questions that differ in `most`, `not`, `average` and the like are near in their words and far in what they mean. */
const TURNED = 0.8
/** A value more or less is a condition more or less. */
const OTHER_VALUES = 0.9
const SLOT_WEIGHT = 0.3

/**
 * Finds the questions that are like one. Words count by how rare they are among the questions that are here; only those that share enough
 * words are compared letter by letter.
 */
export class Likeness<T> {
  readonly #slots: Slot<T>[] = []
  readonly #holders = new Map<string, number[]>()
  readonly #placeOf = new Map<string, number>()
  #gone = 0

  get size(): number {
    return this.#placeOf.size
  }

  /** Adds an entry, or puts it in the place of the one with its id. */
  put(id: string, question: string, entry: T, read: (question: string) => Read): void {
    const known = this.#placeOf.get(id)
    const slot = known === undefined ? undefined : this.#slots[known]
    const reading = read(question)
    if (slot && slot.read.normal === reading.normal) {
      slot.entry = entry
      slot.read = reading
      return
    }
    if (known !== undefined) this.remove(id)
    const place = this.#slots.push({ entry, read: reading }) - 1
    this.#placeOf.set(id, place)
    for (const word of reading.words) {
      const holders = this.#holders.get(word)
      if (holders) holders.push(place)
      else this.#holders.set(word, [place])
    }
  }

  remove(id: string): void {
    const place = this.#placeOf.get(id)
    if (place === undefined) return
    this.#placeOf.delete(id)
    this.#slots[place] = undefined
    this.#gone++
    if (this.#gone > 1_000 && this.#gone > this.#placeOf.size) this.#pack()
  }

  get(id: string): T | undefined {
    const place = this.#placeOf.get(id)
    return place === undefined ? undefined : this.#slots[place]?.entry
  }

  *entries(): Iterable<T> {
    for (const slot of this.#slots) if (slot) yield slot.entry
  }

  /** The entries whose question is at least so much like this one, most alike first. `similarity` adds an opinion about words that are not the same. */
  like(asked: Read, threshold: number, similarity?: Similarity): Scored<T>[] {
    const weights = new Map(asked.words.map((word) => [word, this.#weight(word)]))
    const wanted = sum(weights.values())
    const shared = new Map<number, number>()
    for (const [word, weight] of weights)
      for (const place of this.#holders.get(word) ?? []) shared.set(place, (shared.get(place) ?? 0) + weight)
    // What is too far by its words no opinion lifts.
    const least = similarity ? (threshold - MEANING_SHARE) / (1 - MEANING_SHARE) : threshold
    const scored: Scored<T>[] = []
    for (const [place, weight] of shared) {
      const slot = this.#slots[place]
      if (!slot) continue
      // The other question has at least the words that both have; most fall here, unread.
      if (WORDS_SHARE * ((2 * weight) / (wanted + weight)) + (1 - WORDS_SHARE) < least) continue
      const { read, entry } = slot
      const both = wanted + sum(read.words.map((word) => this.#weight(word)))
      const words = both === 0 ? 0 : (2 * weight) / both
      // Letters cannot make up for more than their share.
      if (WORDS_SHARE * words + (1 - WORDS_SHARE) < least) continue
      const likeness = read.normal === asked.normal ? 1 : judged(asked, read, words, similarity)
      if (likeness >= threshold) scored.push({ entry, likeness, why: whyOf(asked, read, likeness) })
    }
    return scored.sort((a, b) => b.likeness - a.likeness)
  }

  /** From 1 for a word of every question to 2 for one of none. */
  #weight(word: string): number {
    if (isSlot(word)) return SLOT_WEIGHT
    const all = this.#placeOf.size
    const holders = this.#holders.get(word)?.length ?? 0
    return all < 2 ? 1 : 1 + Math.max(0, Math.log((all + 1) / (holders + 1)) / Math.log(all + 1))
  }

  #pack(): void {
    const kept = [...this.#placeOf].map(([id, place]) => [id, this.#slots[place]!] as const)
    this.#slots.length = 0
    this.#holders.clear()
    this.#placeOf.clear()
    this.#gone = 0
    for (const [id, { entry, read }] of kept) this.put(id, '', entry, () => read)
  }
}

function judged(asked: Read, read: Read, words: number, similarity: Similarity | undefined): number {
  const same = WORDS_SHARE * words + (1 - WORDS_SHARE) * dice(asked.grams, read.grams)
  // Vectors know synonyms; words know which of two near things is meant. Neither decides alone.
  const meant = similarity ? Math.min(1, Math.max(0, similarity(asked, read))) : 0
  const near = Math.max(same, (1 - MEANING_SHARE) * same + MEANING_SHARE * meant)
  const turned = near * (asked.values.length === read.values.length ? 1 : OTHER_VALUES) * (asked.turns === read.turns ? 1 : TURNED)
  // Equal is only what is equal.
  return Math.min(0.99, Math.round(turned * 1_000) / 1_000)
}

function dice(a: Uint32Array, b: Uint32Array): number {
  let [i, j, both] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      both++
      i++
      j++
    } else if (a[i]! < b[j]!) i++
    else j++
  }
  return a.length + b.length === 0 ? 0 : (2 * both) / (a.length + b.length)
}

function whyOf(asked: Read, read: Read, likeness: number): string {
  if (likeness === 1)
    return asked.values.join('\0') === read.values.join('\0') ? 'the same question' : 'the same question with other values'
  const shared = asked.words.filter((word) => !isSlot(word) && read.words.includes(word))
  return shared.length === 0 ? 'other words of near meaning' : `the words ${shared.slice(0, 8).join(', ')}`
}

/** How well two questions fit each other, without knowing which words are rare. */
export function fits(one: Read, other: Read): number {
  const only = new Likeness<undefined>()
  only.put('', '', undefined, () => other)
  return only.like(one, 0)[0]?.likeness ?? 0
}

const sum = (numbers: Iterable<number>): number => {
  let all = 0
  for (const number of numbers) all += number
  return all
}
