import { distance } from '../nearest.ts'
import { formsOf } from './forms.ts'
import type { SearchIndex } from './index.ts'
import { relationWorth } from './lexicon.ts'
import type { Question, Term } from './question.ts'

/** How well each term fits each word of the index, term by term; `best…` are over all terms, `…Of` is the term that does. */
export type Match = Readonly<{
  words: number
  /** The words of the index that each term fits at all. */
  touched: readonly (readonly number[])[]
  hard: Float32Array
  soft: Float32Array
  near: Float32Array
  mix: Float32Array
  bestHard: Float32Array
  bestSoft: Float32Array
  bestNear: Float32Array
  bestMix: Float32Array
  hardOf: Int32Array
  mixOf: Int32Array
}>

/** What of an index is needed to match words, made when first searched. */
type Vocabulary = Readonly<{
  forms: readonly (readonly number[])[]
  /** By number of the lexicon: the words of the index that have this form. */
  byForm: ReadonlyMap<number, readonly number[]>
  /** By number of the lexicon: words of the index that are related to it, `word * 16 + class`. */
  related: ReadonlyMap<number, readonly number[]>
  /** Words in rising order, for beginnings. */
  sorted: readonly number[]
  signatures: Int32Array
  /** The first and the last form of each word; -1 for a word that the lexicon does not know. */
  firstForm: Int32Array
  lastForm: Int32Array
}>

const vocabularies = new WeakMap<readonly string[], Vocabulary>()
const NEAR_MIN = 0.25
/** Above this many words the vectors are compared only where their signatures are alike. */
const SIGNED_WORDS = 1_500
const BITS_APART_MAX = 22

function vocabularyOf({ words, lexicon }: SearchIndex): Vocabulary {
  const known = vocabularies.get(words)
  if (known) return known
  const byForm = new Map<number, number[]>()
  const related = new Map<number, number[]>()
  const signatures = new Int32Array(2 * words.length)
  const forms = words.map((word) => formsOf(word, lexicon))
  const push = (map: Map<number, number[]>, key: number, value: number) => {
    const list = map.get(key)
    if (list) list.push(value)
    else map.set(key, [value])
  }
  forms.forEach((list, word) => {
    if (list[0] !== undefined) signatures.set(lexicon.signature(list[0]), 2 * word)
    for (const form of list) {
      push(byForm, form, word)
      lexicon.related(form, (to, relation) => push(related, to, word * 16 + relation))
    }
  })
  const sorted = [...words.keys()].sort((a, b) => (words[a]! < words[b]! ? -1 : 1))
  const firstForm = Int32Array.from(forms, (list) => list[0] ?? -1)
  const lastForm = Int32Array.from(forms, (list) => list.at(-1) ?? -1)
  const made = { forms, byForm, related, sorted, signatures, firstForm, lastForm }
  vocabularies.set(words, made)
  return made
}

/** Compares every telling word of the question with every word of the index. */
export function match(question: Question, index: SearchIndex): Match {
  const words = index.words.length
  const size = words * question.terms.length
  const touched: number[][] = []
  const made: Match = {
    words,
    touched,
    hard: new Float32Array(size),
    soft: new Float32Array(size),
    near: new Float32Array(size),
    mix: new Float32Array(size),
    bestHard: new Float32Array(words),
    bestSoft: new Float32Array(words),
    bestNear: new Float32Array(words),
    bestMix: new Float32Array(words),
    hardOf: new Int32Array(words).fill(-1),
    mixOf: new Int32Array(words).fill(-1),
  }
  const vocabulary = vocabularyOf(index)
  question.terms.forEach((term, q) => {
    const at = q * words
    raise(made.hard, at, byLetters(term, index, vocabulary))
    raise(made.soft, at, byMeaning(term, index, vocabulary))
    vectors(term, index, vocabulary, made, at)
    touched.push(best(made, q))
  })
  return made
}

type Fits = readonly (readonly [word: number, fit: number])[]

function raise(values: Float32Array, at: number, fits: Fits): void {
  for (const [word, fit] of fits) if (fit > values[at + word]!) values[at + word] = fit
}

function byLetters({ word, stem, forms }: Term, { words, wordOf, stems, lexicon }: SearchIndex, vocabulary: Vocabulary): Fits {
  const fits: [number, number][] = []
  const exact = wordOf.get(word)
  if (exact !== undefined) fits.push([exact, 1])
  for (const one of stems.get(stem) ?? []) fits.push([one, 0.95])
  for (const form of forms) for (const one of vocabulary.byForm.get(form) ?? []) fits.push([one, 0.93])
  for (const one of startingWith(word.length > 4 ? stem : word, words, vocabulary.sorted)) {
    const length = words[one]!.length
    if (word.length >= 4) fits.push([one, 0.45 + (0.3 * word.length) / length])
  }
  for (let length = 3; length < word.length; length++) {
    const one = wordOf.get(word.slice(0, length))
    // `stu` is short for student; `pro` or `stud` are words of their own.
    if (one !== undefined && (vocabulary.forms[one]!.length === 0 || length > 5)) fits.push([one, 0.5 + (0.3 * length) / word.length])
  }
  if (fits.length === 0 && word.length > 4) {
    const far = word.length > 7 ? 2 : 1
    const slip = forms.length === 0
    words.forEach((one, i) => {
      // A word that is known is seldom a slip of the pen, but the name may be.
      if ((slip || vocabulary.forms[i]!.length === 0) && one.length > 4 && distance(word, one, far) <= far) fits.push([i, slip ? 0.8 : 0.7])
      else if (one.length > 7 && one.includes(word)) fits.push([i, 0.5])
    })
  }
  return lexicon === undefined ? [] : fits
}

function startingWith(start: string, words: readonly string[], sorted: readonly number[]): readonly number[] {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (words[sorted[middle]!]! < start) low = middle + 1
    else high = middle
  }
  const found: number[] = []
  for (; low < sorted.length && found.length < 64 && words[sorted[low]!]!.startsWith(start); low++) found.push(sorted[low]!)
  return found
}

function byMeaning({ forms, cues }: Term, { wordOf, stems, lexicon }: SearchIndex, { byForm, related }: Vocabulary): Fits {
  const fits: [number, number][] = []
  for (const form of forms) {
    for (const one of related.get(form) ?? []) fits.push([one >>> 4, relationWorth[one & 15]! * 0.95])
    lexicon.related(form, (to, relation) => {
      for (const one of byForm.get(to) ?? []) fits.push([one, relationWorth[relation]!])
    })
  }
  for (const cue of cues) {
    const one = wordOf.get(cue)
    if (one !== undefined) fits.push([one, 0.8])
    for (const alike of stems.get(cue) ?? []) fits.push([alike, 0.75])
  }
  return fits
}

function vectors({ forms }: Term, { lexicon }: SearchIndex, vocabulary: Vocabulary, made: Match, at: number): void {
  if (forms.length === 0) return
  const [low, high] = lexicon.signature(forms[0]!)
  const { signatures, firstForm, lastForm } = vocabulary
  const signed = made.words > SIGNED_WORDS
  const [first, last] = [forms[0]!, forms.at(-1)!]
  for (let word = 0; word < made.words; word++) {
    if (signed && bits(low ^ signatures[2 * word]!) + bits(high ^ signatures[2 * word + 1]!) > BITS_APART_MAX) continue
    if (firstForm[word]! < 0) continue
    let near = lexicon.cosine(first, firstForm[word]!)
    if (last !== first) near = Math.max(near, lexicon.cosine(last, lastForm[word]!))
    if (near > NEAR_MIN) made.near[at + word] = near
  }
}

function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function best(made: Match, q: number): number[] {
  const at = q * made.words
  const touched: number[] = []
  for (let word = 0; word < made.words; word++) {
    const hard = made.hard[at + word]!
    const soft = made.soft[at + word]!
    const near = hard > 0.9 ? 1 : made.near[at + word]!
    if (hard + soft + near === 0) continue
    touched.push(word)
    const mix = Math.max(hard, 0.85 * soft, Math.min(0.7, 1.1 * (near - 0.3)))
    made.mix[at + word] = Math.max(0, mix)
    if (hard > made.bestHard[word]!) {
      made.bestHard[word] = hard
      made.hardOf[word] = q
    }
    if (soft > made.bestSoft[word]!) made.bestSoft[word] = soft
    if (near > made.bestNear[word]!) made.bestNear[word] = near
    if (mix > made.bestMix[word]!) {
      made.bestMix[word] = mix
      made.mixOf[word] = q
    }
  }
  return touched
}
