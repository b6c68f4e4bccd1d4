import type { Language } from './language.ts'
import { piecesOf } from './pieces.ts'
import { countries } from './places.ts'
import { adjectives, months, weekdays } from './words-adjectives.ts'
import { chinese } from './words-chinese.ts'
import { french } from './words-french.ts'
import { german } from './words-german.ts'
import { nouns } from './words-nouns.ts'
import { spanish } from './words-spanish.ts'

/**
 * What a word of another language is in a sentence: a noun, adjective, comparative, superlative, verb, name, month or day, or a word that only holds
 * others together.
 */
export type Kind = 'n' | 'a' | 'c' | 's' | 'v' | 'name' | 'time' | 'w'
export type Entry = Readonly<{ english: string; kind: Kind; plural?: boolean }>

type Other = Exclude<Language, 'en'>
const place: Readonly<Record<Other, number>> = { de: 1, fr: 2, es: 3, zh: 4 }
const turns: Readonly<Record<Other, string>> = { de: german, fr: french, es: spanish, zh: chinese }
const monthNames = 'January February March April May June July August September October November December'.split(' ')
const dayNames = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

/** The words of one language. `turn` is looked up by its pieces joined with a blank, in lower case. */
export type Vocabulary = Readonly<{
  turn(key: string): Entry | undefined
  word(word: string): Entry | undefined
  longest: number
  keys: ReadonlySet<string>
}>

const made = new Map<Other, Vocabulary>()

/** The vocabulary of a language, made when it is first needed. */
export function vocabularyOf(language: Other): Vocabulary {
  const known = made.get(language)
  if (known) return known
  const vocabulary = make(language)
  made.set(language, vocabulary)
  return vocabulary
}

export const folded = (word: string): string =>
  word.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC')

/** Splits what an apostrophe ties together: `l'année` is `l'` and `année`. */
export const untied = (word: string): readonly string[] => {
  const match = /^(l|d|qu|n|c|s|j|m|t|jusqu|lorsqu|puisqu)['’](.+)$/i.exec(word)
  return match ? [`${match[1]!}'`, match[2]!] : [word.replaceAll('’', "'")]
}

const rows = (table: string): readonly (readonly [string, readonly (readonly string[])[]])[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const cells = line.split('|').map((cell) =>
        cell
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== ''),
      )
      return [cells[0]![0]!, cells] as const
    })

const englishNouns = new Set(rows(nouns).flatMap(([noun]) => noun.split(' ')))

/** Is it a noun of data in English, one or many of it? */
export const isEnglishNoun = (word: string): boolean =>
  [word, word.replace(/ies$/, 'y'), word.replace(/s$/, ''), word.replace(/es$/, '')].some((one) => englishNouns.has(one))

function make(language: Other): Vocabulary {
  const exact = new Map<string, Entry>()
  const loose = new Map<string, Entry>()
  const add = (said: string, entry: Entry) => {
    const key = keyOf(said, language)
    if (key === '') return
    if (!exact.has(key)) exact.set(key, entry)
    const bare = folded(key)
    if (!loose.has(bare)) loose.set(bare, entry)
  }
  for (const line of turns[language].trim().split('\n')) {
    const at = line.indexOf('=')
    const [english, mark] = line.slice(at + 1).split('/') as [string, string | undefined]
    add(line.slice(0, at), {
      english,
      kind: mark === 'v' ? 'v' : language === 'zh' && /^[A-Z]/.test(english) ? 'name' : superlative.test(english) ? 's' : 'w',
    })
  }
  for (const [line, other] of rows(nouns)) {
    const own = other[place[language]]!
    own.forEach((said, i) => {
      const base = i === 0 || language === 'zh' ? undefined : folded(own[i - 1]!)
      const plural = base !== undefined && (bases(folded(said), language as 'de').includes(base) || folded(said) === base)
      add(said, { english: line, kind: 'n', ...(plural ? { plural } : {}) })
    })
  }
  addAdjectives(language, add)
  addTimes(language, add)
  addCountries(language, add)
  const word = (text: string): Entry | undefined => {
    const lower = text.toLowerCase().replaceAll('’', "'")
    return exact.get(lower) ?? inflected(lower, language, exact) ?? loose.get(folded(lower)) ?? inflected(folded(lower), language, loose)
  }
  const turn = (key: string) => exact.get(key) ?? (key.includes(' ') ? loose.get(folded(key)) : undefined)
  return { turn, word, longest: language === 'zh' ? 8 : 5, keys: new Set(exact.keys()) }
}

const superlative = /^(?:the )?(?:most |least |fewest$|most$|least$|\w+est$|best|worst)/

const keyOf = (said: string, language: Other): string =>
  language === 'zh'
    ? said
    : said
        .toLowerCase()
        .split(' ')
        .flatMap((part) => (part.endsWith("'") ? [part] : piecesOf(part).flatMap(({ text }) => untied(text))))
        .join(' ') || said.toLowerCase()

function addAdjectives(language: Other, add: (said: string, entry: Entry) => void): void {
  for (const [plain, cells] of rows(adjectives)) {
    const [, comparative, highest] = cells[0]!
    const own = cells[place[language]] ?? []
    own.forEach((said, i) => {
      const step = language === 'de' && comparative !== undefined ? i % 3 : 0
      const entry: Entry =
        step === 1 ? { english: comparative!, kind: 'c' } : step === 2 ? { english: highest!, kind: 's' } : { english: plain, kind: 'a' }
      add(said, entry)
      if (language === 'de')
        for (const ending of ['e', 'en', 'er', 'es', 'em'])
          add(said.replace(/er$/, (er) => (said.length > 4 && ending !== 'er' && step === 0 ? 'r' : er)) + ending, entry)
      if (language === 'de' && said === 'hoch') for (const ending of ['e', 'en', 'er', 'es']) add(`hoh${ending}`, entry)
      if (language === 'zh' && comparative !== undefined) {
        add(`最${said}`, { english: highest!, kind: 's' })
        add(`更${said}`, { english: comparative, kind: 'c' })
      }
    })
  }
}

/** English forms of an adjective, for the languages that build them with a word of their own. */
export const stepsOf: ReadonlyMap<string, readonly [string, string]> = new Map(
  rows(adjectives).flatMap(([plain, cells]) => (cells[0]!.length === 3 ? [[plain, [cells[0]![1]!, cells[0]![2]!] as const] as const] : [])),
)

function addTimes(language: Other, add: (said: string, entry: Entry) => void): void {
  if (language === 'zh') return
  months[language].split(' ').forEach((said, i) => {
    add(said, { english: monthNames[i]!, kind: 'time' })
  })
  weekdays[language].split(' ').forEach((said, i) => {
    add(said, { english: dayNames[i]!, kind: 'time' })
  })
}

function addCountries(language: Other, add: (said: string, entry: Entry) => void): void {
  const names = new Intl.DisplayNames([language], { type: 'region' })
  for (const { code, name } of countries) add(names.of(code) ?? name, { english: name, kind: 'name' })
}

/** The word without the endings of its language, where that is one that is known. */
function inflected(word: string, language: Other, known: ReadonlyMap<string, Entry>): Entry | undefined {
  if (language === 'zh' || word.length < 4) return undefined
  for (const base of bases(word, language)) {
    const entry = base.length < 2 ? undefined : known.get(base)
    if (entry && entry.kind !== 'w' && entry.kind !== 'time') return entry.kind === 'n' ? { ...entry, plural: true } : entry
  }
  return undefined
}

function bases(word: string, language: 'de' | 'fr' | 'es'): readonly string[] {
  const without = (...endings: readonly string[]) =>
    endings.flatMap((ending) => (word.endsWith(ending) ? [word.slice(0, -ending.length)] : []))
  if (language === 'de')
    return [...without('innen', 'nen', 'en', 'ern', 'er', 'n', 'e', 'es', 's', 'em'), ...without('n').map((one) => `${one}e`)]
  if (language === 'fr') return [...without('es', 's', 'x', 'e'), ...without('aux').map((one) => `${one}al`)]
  return [
    ...without('es', 's'),
    ...without('a', 'as').map((one) => `${one}o`),
    ...without('os').map((one) => `${one}o`),
    ...without('ces').map((one) => `${one}z`),
  ]
}
