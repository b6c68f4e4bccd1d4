import { cuesOf, formsOf } from './forms.ts'
import type { Lexicon } from './lexicon.ts'
import { nameWords } from './names.ts'
import { isRun, stemOf, wordsOf } from './words.ts'

/** One telling word of a question. `forms` are numbers of the lexicon, `weight` is from 0 to 1. */
export type Term = Readonly<{
  word: string
  stem: string
  forms: readonly number[]
  cues: readonly string[]
  /** Its place among all words of the question. */
  place: number
  weight: number
}>

/** Words next to each other that may be a value of some column. `marked` is how much they look like one: quoted 3, with capitals 2, numbers 1. */
export type Span = Readonly<{ key: string; from: number; to: number; marked: number; rare: boolean }>

export type Question = Readonly<{
  terms: readonly Term[]
  spans: readonly Span[]
  signs: readonly number[]
  words: readonly string[]
  length: number
}>

const CHARS_MAX = 2_000
const WORDS_MAX = 80
const TERMS_MAX = 24
const SPAN_WORDS_MAX = 6

const empty = new Set(
  (
    'a an and any are as at be been by can could did do does each else every for get gets give had has have having he her hers him his how i if in into is it its ' +
    'list me more most many much my no not of on or our out over per please shall she should show so such tell than that the their them then there these they this ' +
    'those to too under up us was we were what whats which while whose why will with would you your s t find return display provide both also all other another ' +
    'some either neither least only one ones whether them but about among between within across along made make using used use want wants need know see'
  ).split(' '),
)
/** Asks for something to be done with a column more often than it names one. */
const vague = new Set(
  (
    'number numbers total count average avg mean sum maximum minimum max min different distinct names name id ids order ordered sorted sort descending ascending ' +
    'alphabetical alphabetically top first last highest lowest most least common corresponding respective information details detail together equal greater less ' +
    'when where who whom before after since from end start new contain contains include includes'
  ).split(' '),
)

/** Reads a question: which of its words tell, what may be a value, and what kind of answer it wants. */
export function readQuestion(text: string, lexicon: Lexicon): Question {
  if (last?.text === text && last.lexicon === lexicon) return last.question
  const question = read(text, lexicon)
  if (text.length <= CHARS_MAX) last = { text, lexicon, question }
  return question
}

/** The same question is asked of every source in turn. */
let last: Readonly<{ text: string; lexicon: Lexicon; question: Question }> | undefined

function read(text: string, lexicon: Lexicon): Question {
  const cut = text.slice(0, CHARS_MAX)
  const pieces = [...cut.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)].slice(0, WORDS_MAX)
  const quoted = quotedPlaces(cut)
  const words: { word: string; marked: number; raw: string }[] = []
  pieces.forEach((piece, i) => {
    const capital = /^\p{Lu}/u.test(piece[0]) && i > 0
    const marked = quoted.some(([from, to]) => piece.index >= from && piece.index < to) ? 3 : capital ? 2 : /^\p{N}/u.test(piece[0]) ? 1 : 0
    const run = isRun(piece[0])
    for (const word of wordsOf(piece[0])) words.push({ word, marked, raw: run ? word : piece[0] })
  })
  const terms: Term[] = []
  words.forEach(({ word }, place) => {
    if (empty.has(word) || /^\d+$/.test(word)) return
    for (const part of nameWords(word, lexicon)) {
      if (terms.length < TERMS_MAX && !terms.some((term) => term.word === part)) terms.push(termOf(part, place, lexicon))
    }
  })
  return {
    terms,
    spans: spansOf(words, lexicon),
    signs: signsOf(cut, terms.length),
    words: words.map(({ raw }) => raw),
    length: words.length,
  }
}

function termOf(word: string, place: number, lexicon: Lexicon): Term {
  const forms = formsOf(word, lexicon)
  const rarity = forms.length === 0 ? 1 : Math.min(1, Math.log(forms[0]! + 20) / 10)
  return { word, stem: stemOf(word), forms, cues: cuesOf(word), place, weight: vague.has(word) ? 0.3 * rarity : rarity }
}

function quotedPlaces(text: string): readonly (readonly [number, number])[] {
  return [...text.matchAll(/"[^"]{1,80}"|“[^”]{1,80}”|‘[^’]{1,80}’|`[^`]{1,80}`|(?<!\p{L})'[^']{1,80}'(?!\p{L})/gu)].map((match) => [
    match.index,
    match.index + match[0].length,
  ])
}

function spansOf(words: readonly Readonly<{ word: string; marked: number }>[], lexicon: Lexicon): readonly Span[] {
  const spans: Span[] = []
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + SPAN_WORDS_MAX); to++) {
      const part = words.slice(from, to)
      if (part.every(({ word }) => empty.has(word)) && part.every(({ marked }) => marked < 2)) continue
      const marked = Math.min(...part.map((one) => (empty.has(one.word) ? 3 : one.marked)))
      const rank = part.length === 1 ? lexicon.idOf(part[0]!.word) : -1
      spans.push({ key: part.map(({ word }) => stemOf(word)).join(' '), from, to, marked, rare: rank < 0 || rank > 8_000 })
    }
  }
  return spans
}

const asks: readonly RegExp[] = [
  /\b(how many|number of|count)\b/i,
  /\b(average|mean|sum|total|maximum|minimum|max|min)\b/i,
  /\b(\w+est|most|least|top|highest|lowest|first|last)\b/i,
  /\b(more|less|greater|larger|smaller|higher|lower|over|above|below|under|exceed\w*|at least|older|younger|between)\b/i,
  /\b(each|every|per|by)\b/i,
  /\b(who|whose|whom)\b/i,
  /\b(when|date|day|month)\b/i,
  /\bwhere\b/i,
  /\b(1[5-9]|20)\d\d\b/,
  /\d/,
  /["“‘]|\B'\w/,
  /\b(not|no|never|without|except|don't|didn't|doesn't)\b/i,
  /\bnames?\b/i,
  /\bids?\b/i,
  /\b(different|distinct|unique)\b/i,
  /\b(both|and also|as well)\b/i,
  /\b(all|full|complete|every|any)\s+(the\s+)?(\w+\s+)?(information|info|details?|data|records?|attributes|columns|fields)\b|\b(information|details?) (of|about|for|on) /i,
  /\b(under|over|above|below|than|least|most|between|exactly)\s+(\w+\s+)?\d/i,
]

/** How many figures `signs` has. */
export const SIGNS = asks.length + 1

const signsOf = (text: string, terms: number): readonly number[] => [...asks.map((ask) => (ask.test(text) ? 1 : 0)), terms]
