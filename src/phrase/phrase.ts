import { cleaned } from './clean.ts'
import { type DateSpan, datesIn, type Grain, grainsIn } from './dates.ts'
import { type GlossPiece, glossOf } from './gloss.ts'
import { type Intent, isTalk, questionsIn, wantsWriting } from './intent.ts'
import { type Language, languageOf } from './language.ts'
import { piecesOf } from './pieces.ts'
import { type Alias, aliasesIn } from './places.ts'
import { type Quantity, quantitiesIn } from './quantities.ts'

export { movedDate, type Range, type Unit } from './calendar.ts'
export type { DateSpan, Grain } from './dates.ts'
export type { GlossPiece } from './gloss.ts'
export type { Intent } from './intent.ts'
export type { Language } from './language.ts'
export { type Alias, spellingsOf } from './places.ts'
export type { Compare, Quantity } from './quantities.ts'

/** Why a text cannot be read as a question: it is too long, has no words in it, or is in a language that questions are not read in. */
export type Problem = 'too_long' | 'unreadable' | 'language'

/**
 * A question as the engine needs it. `gloss` is English: the words that questions are made of translated, names of tables and values as they were
 * written, numbers in digits. English itself changes only in its numbers. All places of `dates`, `grains`, `quantities` and `aliases` are in `gloss`.
 */
export type Phrase = Readonly<{
  /** What was asked, as a person sees it: on one line and without hidden signs. */
  text: string
  /** A code of BCP 47. */
  language: string
  intent: Intent
  problem?: Problem
  gloss: string
  /** Where each part of the gloss comes from: `from` and `to` are places in `text`. */
  pieces: readonly GlossPiece[]
  /** The questions in it, as they were asked; more than one only where the intent is `several`. */
  questions: readonly string[]
  dates: readonly DateSpan[]
  grains: readonly Grain[]
  quantities: readonly Quantity[]
  /** Countries by any name, with how data may spell them. */
  aliases: readonly Alias[]
}>

/** A longer question is none: what follows is a document. */
const CHARS_MAX = 4_000

/** Reads the text of a question. Pure; `today` is `YYYY-MM-DD` where the asker is. Never throws, whatever the text is. */
export function readPhrase(asked: string, today: string): Phrase {
  const text = cleaned(asked.slice(0, 4 * CHARS_MAX))
  const bare: Phrase = {
    text,
    language: 'en',
    intent: 'empty',
    gloss: '',
    pieces: [],
    questions: [],
    dates: [],
    grains: [],
    quantities: [],
    aliases: [],
  }
  if (asked.trim() === '') return bare
  if (text.length > CHARS_MAX || asked.length > 4 * CHARS_MAX)
    return { ...bare, text: text.slice(0, CHARS_MAX), intent: 'read', problem: 'too_long' }
  if (!/[\p{L}\p{N}]/u.test(text)) return { ...bare, problem: 'unreadable' }
  const { code, known } = languageOf(text)
  const language: Language = known ?? 'en'
  const pieces = glossOf(text, language)
  const gloss = joined(pieces)
  const intent = isTalk(text) ? 'talk' : wantsWriting(gloss) ? 'write' : 'read'
  const questions = intent === 'talk' ? [text] : questionsIn(text, (piece) => joined(glossOf(piece, language)))
  const written = questions.some((piece) => wantsWriting(joined(glossOf(piece, language))))
  return {
    text,
    language: code,
    intent: intent === 'talk' ? intent : written ? 'write' : questions.length > 1 ? 'several' : intent,
    ...(known || intent === 'talk' ? {} : { problem: 'language' as const }),
    gloss,
    pieces,
    questions,
    dates: datesIn(gloss, today),
    grains: grainsIn(gloss),
    quantities: quantitiesIn(gloss),
    aliases: aliasesIn(gloss, piecesOf(gloss)),
  }
}

const joined = (pieces: readonly GlossPiece[]): string => pieces.map(({ gloss, gap }) => gap + gloss).join('')
