import { type Lexicon, noLexicon } from '../search/search.ts'
import { initialsOf, isEmptyWord, letters, type Piece, piecesOf, plainStem, quotesOf, shortFor } from './value-words.ts'

/**
 * How a value was found: written just so, in other letters, in another form of the words, with other gaps (`AB12` for `AB-12`), by its first
 * letters (`USA`), by a short form or its long one (`Fri`), by a related word (`French`), or as a part of the value (`Toyota` in `Toyota Corolla`).
 */
export type How = 'exact' | 'case' | 'stem' | 'gaps' | 'initials' | 'short' | 'related' | 'inside'

/**
 * Words of a question that are a value of a column. `start` and `end` are places in the text of the question; `column` is its place in the index
 * of the search. `like` is how many values of that column hold the words as a part; `columns` how many columns the words were found in.
 */
export type ValueHit = Readonly<{
  column: number
  value: string
  start: number
  end: number
  words: number
  how: How
  quoted: boolean
  like: number
  columns: number
  /** From 0 to 1, good for comparing hits of one question. */
  score: number
}>

/** The values of columns of text, to be found by the words of questions. Holds only what its maker was given: the caller's own sight. */
export interface ValueIndex {
  /** What in the question may be a value, best first. */
  find(question: string): readonly ValueHit[]
  /** How many distinct values of a column it knows; 0 for a column that it does not. */
  count(column: number): number
  /** The values of a column that the index was made from, as stored; for what has few of them. */
  valuesOf(column: number): readonly string[]
}

const VALUE_CHARS_MAX = 120
const VALUE_WORDS_MAX = 14
const SPAN_WORDS_MAX = 8
const HITS_MAX = 60
/** A word that so many values hold says nothing about which of them is meant. */
const INSIDE_MAX = 400
/** A column of few values holds kinds of things, which people name by other forms of the word. */
const FEW_VALUES = 60
const worth: Readonly<Record<How, number>> = {
  exact: 1,
  case: 0.95,
  stem: 0.85,
  gaps: 0.8,
  initials: 0.7,
  short: 0.6,
  related: 0.5,
  inside: 0.55,
}

/** Makes the index; values without any letter are numbers or dates, which need no looking up. Pure: the same values give the same index. */
export function valueIndexOf(
  columns: Iterable<Readonly<{ column: number; values: readonly string[] }>>,
  lexicon: Lexicon = noLexicon,
): ValueIndex {
  const kept: Kept = { values: [], columns: [], counts: new Map(), spans: new Map() }
  const tables = { whole: new Table(), gaps: new Table(), initials: new Table(), inside: new Table(), ids: new Table() }
  for (const { column, values } of columns) {
    const first = kept.values.length
    for (const value of new Set(values)) if (value.length <= VALUE_CHARS_MAX && /\p{L}/u.test(value)) add(value, column, kept, tables)
    kept.counts.set(column, kept.values.length - first)
    kept.spans.set(column, [first, kept.values.length])
  }
  for (let at = 0; at < kept.values.length; at++) {
    if (kept.counts.get(kept.columns[at]!)! > FEW_VALUES || /[^\p{L}]/u.test(kept.values[at]!)) continue
    const id = lexicon.idOf(kept.values[at]!.toLowerCase())
    if (id >= 0) tables.ids.add(id, at)
  }
  for (const table of Object.values(tables)) table.close()
  const finding: Finding = { kept, tables, lexicon }
  return {
    find: (question) => find(question, finding),
    count: (column) => kept.counts.get(column) ?? 0,
    valuesOf(column) {
      const [from, to] = kept.spans.get(column) ?? [0, 0]
      return kept.values.slice(from, to)
    },
  }
}

type Kept = Readonly<{
  values: string[]
  columns: number[]
  counts: Map<number, number>
  spans: Map<number, readonly [from: number, to: number]>
}>
type Tables = Readonly<Record<'whole' | 'gaps' | 'initials' | 'inside' | 'ids', Table>>
type Finding = Readonly<{ kept: Kept; tables: Tables; lexicon: Lexicon }>

function add(value: string, column: number, { values, columns }: Kept, tables: Tables): void {
  const words = letters(value)
  if (words.length === 0) return
  const at = values.push(value) - 1
  columns.push(column)
  if (words.length > VALUE_WORDS_MAX) return
  const stems = words.map(plainStem)
  tables.whole.add(hashOf(stems.join(' ')), at)
  tables.gaps.add(hashOf(words.join('')), at)
  if (words.length > 1) {
    for (const stem of new Set(stems)) tables.inside.add(hashOf(stem), at)
    for (const initials of new Set(initialsOf(words))) tables.initials.add(hashOf(initials), at)
  }
}

function find(question: string, finding: Finding): readonly ValueHit[] {
  const pieces = piecesOf(question)
  const quotes = quotesOf(question)
  const found = new Map<string, Found>()
  for (let from = 0; from < pieces.length; from++) {
    for (let to = from + 1; to <= Math.min(pieces.length, from + SPAN_WORDS_MAX); to++)
      look(question, pieces.slice(from, to), quotes, finding, found)
  }
  return told([...found.values()], finding)
}

type Found = { at: number; start: number; end: number; words: number; how: How; quoted: boolean; like: number; score: number }

function look(
  question: string,
  span: readonly Piece[],
  quotes: readonly (readonly [number, number])[],
  finding: Finding,
  found: Map<string, Found>,
): void {
  const { kept, tables, lexicon } = finding
  const start = span[0]!.start
  const end = span.at(-1)!.end
  const quoted = quotes.some(([from, to]) => start >= from && end <= to)
  const written = question.slice(start, end)
  const words = span.map(({ word }) => word)
  if (!quoted && words.every(isEmptyWord) && (start === 0 || !/^\p{Lu}[\p{Lu}.]*$/u.test(written))) return
  const weight = quoted ? 1 : weightOf(written, words, lexicon)
  const hit = (at: number, how: How, like = 1, less = 1) => {
    const score = worth[how] * weight * less
    const key = `${start} ${end} ${at}`
    const before = found.get(key)
    if (!before || before.score < score) found.set(key, { at, start, end, words: words.length, how, quoted, like, score })
  }
  const stems = words.map(plainStem)
  const said = words.join(' ')
  tables.whole.each(hashOf(stems.join(' ')), (at) => {
    const value = kept.values[at]!
    const own = letters(value)
    if (own.map(plainStem).join(' ') !== stems.join(' ')) return
    hit(at, value === written || value === question.slice(start, end + 1) ? 'exact' : own.join(' ') === said ? 'case' : 'stem')
  })
  const squeezed = words.join('')
  if (squeezed.length >= 3)
    tables.gaps.each(hashOf(squeezed), (at) => {
      const own = letters(kept.values[at]!)
      if (own.join('') === squeezed && own.length !== words.length) hit(at, 'gaps')
    })
  lookShort(span, written, words, finding, hit)
  lookInside(stems, words, quoted, finding, hit)
}

type Hit = (at: number, how: How, like?: number, less?: number) => void

/** By first letters, by short forms and by kin. */
function lookShort(span: readonly Piece[], written: string, words: readonly string[], { kept, tables, lexicon }: Finding, hit: Hit): void {
  const initials = written.replaceAll('.', '')
  if (words.length === 1 || /^(\p{L}\.)+\p{L}?$/u.test(written)) {
    if (/^\p{Lu}{2,6}$/u.test(initials)) {
      const lower = initials.toLowerCase()
      tables.initials.each(hashOf(lower), (at) => {
        if (initialsOf(letters(kept.values[at]!)).includes(lower)) hit(at, 'initials')
      })
    }
  }
  if (words.length > 1) {
    for (const short of initialsOf(words)) {
      // Any two words have first letters: few are enough only for names.
      if (short.length < 3 && /(?:^|\s)\p{Ll}/u.test(written)) continue
      tables.gaps.each(hashOf(short), (at) => {
        if (kept.values[at]!.replaceAll('.', '') === short.toUpperCase()) hit(at, 'initials')
      })
    }
    return
  }
  const [word] = words as [string]
  for (const short of shortFor(word)) {
    tables.gaps.each(hashOf(short), (at) => {
      const few = short.length > 3 || kept.counts.get(kept.columns[at]!)! <= FEW_VALUES
      if (few && letters(kept.values[at]!).join('') === short) hit(at, 'short')
    })
  }
  const few = (at: number, less: number) => kept.counts.get(kept.columns[at]!)! <= FEW_VALUES && hit(at, 'related', 1, less)
  for (const form of new Set([word, plainStem(word)])) {
    const id = lexicon.idOf(form)
    if (id < 0 || span[0]!.digits || isEmptyWord(form)) continue
    lexicon.related(id, (to, relation) => tables.ids.each(to, (at) => few(at, relationShare[relation] ?? 0.5)))
  }
}

/** Classes of relations as the lexicon tells them: synonym, derived, late synonym, above, below, attribute, two above, alike. */
const relationShare: readonly number[] = [0, 1, 1, 0.7, 0.4, 0.6, 0.5, 0.3, 0.5]

/** Values that hold the words as a part, by the rarest of the words. */
function lookInside(stems: readonly string[], words: readonly string[], quoted: boolean, { kept, tables }: Finding, hit: Hit): void {
  if (!quoted && words.some((word, i) => (i === 0 || i === words.length - 1) && isEmptyWord(word))) return
  const hashes = stems.map(hashOf)
  const rarest = hashes.reduce((best, hash) => (tables.inside.size(hash) < tables.inside.size(best) ? hash : best), hashes[0]!)
  const all = tables.inside.size(rarest)
  if (all === 0 || all > INSIDE_MAX) return
  const key = ` ${stems.join(' ')} `
  const holding = new Map<number, number[]>()
  tables.inside.each(rarest, (at) => {
    const own = ` ${letters(kept.values[at]!).map(plainStem).join(' ')} `
    if (own.length === key.length || !own.includes(key)) return
    const column = kept.columns[at]!
    holding.set(column, [...(holding.get(column) ?? []), at])
  })
  for (const at of holding.values()) {
    // Of several the shortest is told: the others are counted.
    const best = at.reduce((a, b) => (kept.values[b]!.length < kept.values[a]!.length ? b : a))
    const share = key.length / (letters(kept.values[best]!).join(' ').length + 2)
    hit(best, 'inside', at.length, (0.5 + 0.5 * Math.min(1, share)) / (1 + 0.25 * Math.min(4, at.length - 1)))
  }
}

/** How much these words look like a value at all: capitals, digits and length speak for it, common words against. */
function weightOf(written: string, words: readonly string[], lexicon: Lexicon): number {
  if (words.length > 1) return 0.9 + 0.02 * Math.min(5, words.length)
  const [word] = words as [string]
  const capital = /^\p{Lu}/u.test(written)
  if (word.length <= 2) return /^\p{Lu}+$/u.test(written) ? (word.length === 2 ? 0.75 : 0.4) : 0.15
  const rank = lexicon.idOf(word)
  const rare = rank < 0 || rank > 3_000
  return capital ? (rare ? 0.95 : 0.85) : rare ? 0.85 : 0.7
}

function told(found: readonly Found[], { kept }: Finding): readonly ValueHit[] {
  const whole = found.filter(({ how }) => how !== 'inside' && how !== 'related' && how !== 'short')
  const kinds = new Map<string, Set<number>>()
  for (const { start, end, at } of found) {
    const key = `${start} ${end}`
    if (!kinds.has(key)) kinds.set(key, new Set())
    kinds.get(key)!.add(kept.columns[at]!)
  }
  const within = (a: Found, b: Found) => a.start >= b.start && a.end <= b.end && b.end - b.start > a.end - a.start
  return (
    found
      // In `New York City` the city is meant, not what is a part of its name in the same column.
      .filter((one) => !whole.some((longer) => within(one, longer) && kept.columns[longer.at] === kept.columns[one.at]))
      .sort(
        (a, b) => b.score - a.score || b.words - a.words || a.start - b.start || kept.columns[a.at]! - kept.columns[b.at]! || a.at - b.at,
      )
      .slice(0, HITS_MAX)
      .map(({ at, start, end, words, how, quoted, like, score }) => ({
        column: kept.columns[at]!,
        value: kept.values[at]!,
        start,
        end,
        words,
        how,
        quoted,
        like,
        columns: kinds.get(`${start} ${end}`)!.size,
        score,
      }))
  )
}

/** Numbers by hash: while it is filled a list of pairs, then two sorted arrays. Different keys may share a hash, so what is found is looked at. */
class Table {
  private pairs: number[] = []
  private hashes = new Uint32Array(0)
  private items = new Uint32Array(0)
  add(hash: number, item: number): void {
    this.pairs.push(hash, item)
  }
  close(): void {
    const { pairs } = this
    const order = new Uint32Array(pairs.length / 2)
    for (let i = 0; i < order.length; i++) order[i] = i
    order.sort((a, b) => pairs[2 * a]! - pairs[2 * b]! || pairs[2 * a + 1]! - pairs[2 * b + 1]!)
    this.hashes = Uint32Array.from(order, (i) => pairs[2 * i]!)
    this.items = Uint32Array.from(order, (i) => pairs[2 * i + 1]!)
    this.pairs = []
  }
  each(hash: number, use: (item: number) => void): void {
    for (let i = this.first(hash); i < this.hashes.length && this.hashes[i] === hash; i++) use(this.items[i]!)
  }
  size(hash: number): number {
    let i = this.first(hash)
    const from = i
    while (i < this.hashes.length && this.hashes[i] === hash) i++
    return i - from
  }
  private first(hash: number): number {
    let low = 0
    let high = this.hashes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.hashes[middle]! < hash) low = middle + 1
      else high = middle
    }
    return low
  }
}

function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
