import type { GlossPiece } from './gloss.ts'
import type { Language } from './language.ts'
import { isNumberWord, numberIn, plainNumber, timesOf } from './numbers.ts'
import { chineseGloss } from './order-chinese.ts'
import { germanOrder } from './order-german.ts'
import { romanceOrder } from './order-romance.ts'
import type { Piece } from './pieces.ts'
import { type Entry, folded, type Kind, stepsOf, untied, vocabularyOf } from './vocabulary.ts'

/** A word of the gloss before it has found its place in the sentence. `said` is the word it comes from, in lower case. */
export type Word = Readonly<{
  gloss: string
  kind: Kind | 'num' | 'mark' | 'quoted'
  said: string
  plural?: boolean
  tight?: boolean
  from: number
  to: number
}>

type Other = Exclude<Language, 'en'>

/** A text of another language as English words in English order, as far as questions about data have it. */
export function translated(pieces: readonly Piece[], language: Other): readonly GlossPiece[] {
  if (language === 'zh')
    return glued(plurals(chineseGloss(pieces).map((word, i, all) => (bareHead(word, all[i - 1]) ? { ...word, plural: true } : word))))
  const words = wordsOf(pieces.flatMap(parted), language)
  return glued(plurals(language === 'de' ? germanOrder(words) : romanceOrder(words, language)))
}

/** Apostrophes and hyphens tie words together that are looked up one by one. */
function parted(piece: Piece): readonly Piece[] {
  if (piece.kind !== 'word') return [piece]
  let at = piece.from
  return untied(piece.text).map((text) => {
    const one = { ...piece, text, from: at, to: at + text.length }
    at += text.length
    return one
  })
}

const wanting = /(?:than|least|most|exactly|only|top|first|last|over|under|between)$/

function wordsOf(pieces: readonly Piece[], language: Exclude<Other, 'zh'>): readonly Word[] {
  const words: Word[] = []
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!
    const { from } = piece
    const said = piece.text.toLowerCase()
    const tight = i > 0 && pieces[i - 1]!.to === from && piece.kind !== 'word'
    if (piece.kind === 'quoted') words.push({ gloss: piece.text, kind: 'quoted', said, from, to: piece.to })
    else if (piece.kind === 'mark') {
      if (!/[¿¡]/.test(piece.text)) words.push({ gloss: piece.text, kind: 'mark', said, tight, from, to: piece.to })
    } else if (piece.kind === 'number') {
      const next = pieces[i + 1]
      const times = next?.kind === 'word' ? timesOf(next.text, language) : undefined
      const plain = plainNumber(piece.text, language)
      words.push({
        gloss: times ? String(Number((Number(plain) * times).toPrecision(15))) : plain,
        kind: 'num',
        said,
        tight,
        from,
        to: times ? next!.to : piece.to,
      })
      if (times) i++
    } else {
      const number = numberAt(pieces, i, language, words.at(-1)?.gloss ?? '')
      const found = number ?? turnAt(pieces, i, language)
      words.push(...found.words)
      i += found.count - 1
    }
  }
  return words
}

type Found = Readonly<{ words: readonly Word[]; count: number }>

function numberAt(pieces: readonly Piece[], at: number, language: Other, before: string): Found | undefined {
  const said = (i: number) => (pieces[i]?.kind === 'word' ? pieces[i]!.text.toLowerCase() : '')
  let count = 0
  while (said(at + count) !== '' && isNumberWord(said(at + count), language, count === 0)) count++
  for (; count > 0; count--) {
    const row = Array.from({ length: count }, (_, k) => said(at + k))
    const value = numberIn(row, language)
    if (value === undefined) continue
    // `ein`, `une` and `un` are articles more often than the number.
    if (value === 1 && count === 1 && !wanting.test(before)) return undefined
    const [first, last] = [pieces[at]!, pieces[at + count - 1]!]
    return { words: [{ gloss: String(value), kind: 'num', said: row.join(' '), from: first.from, to: last.to }], count }
  }
  return undefined
}

/** The longest turn that begins here, else the word alone, else its parts. */
function turnAt(pieces: readonly Piece[], at: number, language: Exclude<Other, 'zh'>): Found {
  const vocabulary = vocabularyOf(language)
  const first = pieces[at]!
  let key = ''
  let best: Readonly<{ entry: Entry; count: number; said: string }> | undefined
  for (let count = 1; count <= vocabulary.longest && pieces[at + count - 1]?.kind === 'word'; count++) {
    key += (count === 1 ? '' : ' ') + pieces[at + count - 1]!.text.toLowerCase().replaceAll('’', "'")
    const entry = vocabulary.turn(key)
    if (entry) best = { entry, count, said: key }
  }
  const letter = pieces[at - 1]?.kind === 'word' && /^\p{Lu}$/u.test(first.text)
  if (letter) return { words: [{ gloss: first.text, kind: 'name', said: first.text, from: first.from, to: first.to }], count: 1 }
  if (best && (best.count > 1 || !isName(first))) {
    const { from } = first
    const to = pieces[at + best.count - 1]!.to
    const { english, kind, plural } = best.entry
    return { words: [{ gloss: english, kind, said: best.said, ...(plural ? { plural } : {}), from, to }], count: best.count }
  }
  return { words: alone(first, language), count: 1 }
}

/** A name of the schema is left as it is: `customer_id`, `createdAt`. */
const isName = ({ text }: Piece): boolean => /_|\p{Ll}\p{Lu}|\p{N}/u.test(text)

function alone(piece: Piece, language: Exclude<Other, 'zh'>): readonly Word[] {
  const { text, from, to } = piece
  const word = (gloss: string, kind: Word['kind'], plural?: boolean): Word => ({
    gloss,
    kind,
    said: text.toLowerCase(),
    ...(plural ? { plural } : {}),
    from,
    to,
  })
  if (isName(piece)) return [word(text, 'name')]
  const vocabulary = vocabularyOf(language)
  const entry = vocabulary.word(text)
  if (entry) return [word(entry.english, entry.kind, entry.plural)]
  if (text.includes('-')) {
    const parts = text.split('-').map((part) => vocabulary.turn(part.toLowerCase()) ?? vocabulary.word(part))
    if (parts.every((part) => part !== undefined))
      return [
        word(
          parts
            .map((part) => part.english)
            .join(' ')
            .trim(),
          parts.at(-1)!.kind,
        ),
      ]
  }
  const compound = language === 'de' ? compoundOf(text) : undefined
  return [compound ? word(compound.english, 'n', compound.plural) : word(text, 'name')]
}

/** Every place is tried for a cut, and nobody writes longer words. */
const COMPOUND_MAX = 80

/** German writes names together: `Kundennummer`, `Durchschnittspreis`. */
function compoundOf(text: string): Entry | undefined {
  const vocabulary = vocabularyOf('de')
  if (text.length > COMPOUND_MAX) return undefined
  const whole = folded(text)
  for (let at = whole.length - 3; at >= 3; at--) {
    const head = vocabulary.word(text.slice(at))
    if (head?.kind !== 'n') continue
    const before = text.slice(0, at)
    for (const cut of ['', 's', 'es', 'n', 'en', 'e']) {
      if (!before.toLowerCase().endsWith(cut)) continue
      const first = vocabulary.word(before.slice(0, before.length - cut.length))
      if (first && (first.kind === 'n' || first.kind === 'a')) return { ...head, english: `${first.english} ${head.english}` }
    }
  }
  return undefined
}

const many = /^(?:how many|all|which|these|those|of all|different|no|most|the most|fewest|the fewest|both|many|few|other|are there)$/

/** Chinese has no plural; what a sentence begins with, or what is to be shown, is more than one. */
const bareHead = (word: Word, before: Word | undefined): boolean =>
  word.kind === 'n' &&
  (before === undefined ||
    /^(?:show|list|find|show me|give me|only|show only|(?:with )?the most|the fewest|most|fewest)$/.test(before.gloss)) &&
  !/^(?:number|total|total number|average|name|email|price)$/.test(word.gloss)

/** A noun takes the plural where it had it, and where English wants it. */
function plurals(words: readonly Word[]): readonly Word[] {
  return words.map((word, i) => {
    if (word.kind !== 'n') return word
    const before = words.slice(Math.max(0, i - 3), i).filter(({ kind }) => kind !== 'a' && kind !== 's' && kind !== 'c')
    const last = before.at(-1)
    const counted =
      last !== undefined &&
      ((last.kind === 'num' && !/^(1|\d{4}|\d+\.)$/.test(last.gloss)) ||
        (many.test(last.gloss) && !(last.gloss === 'which' && !/^(?:哪些|有哪些|哪几个)$/.test(last.said))) ||
        /number of$|how many different$/.test(last.gloss))
    return word.plural || counted ? { ...word, gloss: pluralOf(word.gloss) } : word
  })
}

const irregular: Readonly<Record<string, string>> = { person: 'people', child: 'children', man: 'men', woman: 'women' }
const same = /(?:people|data|information|revenue|stock|phone number|status|weekday|status|series|staff|population|gender|age)$/

function pluralOf(noun: string): string {
  if (same.test(noun)) return noun
  const known = irregular[noun]
  if (known) return known
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? (noun.endsWith('ss') || !noun.endsWith('s') ? `${noun}es` : noun) : `${noun}s`
}

/** Comparative or superlative of an English adjective: the step is 0 or 1. */
export const stepped = (plain: string, step: 0 | 1): string => stepsOf.get(plain)?.[step] ?? `${step === 0 ? 'more' : 'most'} ${plain}`

function glued(words: readonly Word[]): readonly GlossPiece[] {
  const kept = words.filter(({ gloss }) => gloss !== '')
  return kept.map(({ gloss, kind, tight, from, to }, i) => ({
    gloss,
    gap: i === 0 || tight || (kind === 'mark' && /^[?!.,;:)%]/.test(gloss)) || /^[(]$/.test(kept[i - 1]!.gloss) ? '' : ' ',
    from,
    to,
  }))
}
