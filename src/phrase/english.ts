import type { GlossPiece } from './gloss.ts'
import { isNumberWord, numberIn, plainNumber, timesOf } from './numbers.ts'
import type { Piece } from './pieces.ts'

/** Before these, `one` is the number and not somebody or something. */
const counted = /^(?:than|between|least|most|exactly|only|top|first|last|bottom|over|above|below|under|to|and|equals?|=|>|<|>=|<=|rank)$/i

/** English as it is, but for its numbers: `twenty-five`, `3 million`, `1.5k` and `1,000` become digits. */
export function englishOf(text: string, pieces: readonly Piece[]): readonly GlossPiece[] {
  const made: GlossPiece[] = []
  let end = 0
  const add = (gloss: string, first: Piece, last: Piece) => {
    made.push({ gloss, gap: text.slice(end, first.from), from: first.from, to: last.to })
    end = last.to
  }
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!
    const next = pieces[i + 1]
    if (piece.kind === 'number') {
      const times =
        next?.kind === 'word' && (next.from > piece.to || /^(k|K|M|m|bn|mn)$/.test(next.text)) ? timesOf(next.text, 'en') : undefined
      const tight = next !== undefined && next.from === piece.to
      if (times !== undefined && (tight || next!.text.length > 1)) {
        add(String(Number((Number(plainNumber(piece.text, 'en')) * times).toPrecision(15))), piece, next!)
        i++
      } else add(/^[$€£¥]|[,'’ \u202f]/.test(piece.text) ? plainNumber(piece.text, 'en') : piece.text, piece, piece)
      continue
    }
    const row = piece.kind === 'word' ? numberRow(pieces, i) : 0
    const words = pieces.slice(i, i + row).map((one) => one.text.toLowerCase())
    const value =
      row > 0 && !isName(pieces, i, row) && !(words.join(' ') === 'one' && !counted.test(pieces[i - 1]?.text ?? ''))
        ? numberIn(words, 'en')
        : undefined
    if (value === undefined) add(piece.text, piece, piece)
    else {
      add(String(value), piece, pieces[i + row - 1]!)
      i += row - 1
    }
  }
  return made
}

/** How many pieces from `at` on may be one number in words. */
function numberRow(pieces: readonly Piece[], at: number): number {
  const is = (i: number, begins: boolean) => pieces[i]?.kind === 'word' && isNumberWord(pieces[i]!.text.toLowerCase(), 'en', begins)
  let count = 0
  while (is(at + count, count === 0)) count++
  while (count > 0 && /^and$/i.test(pieces[at + count - 1]!.text)) count--
  // `two and three` are two numbers; `two hundred and three` is one.
  const and = pieces.slice(at, at + count).findIndex(({ text }) => /^and$/i.test(text))
  return and > 0 && !/^(hundred|thousand|million)$/i.test(pieces[at + and - 1]!.text) ? and : count
}

/** `Three Kings`: a number that is written large inside a sentence belongs to a name. */
const isName = (pieces: readonly Piece[], at: number, count: number): boolean =>
  at > 0 && pieces.slice(at, at + count).some(({ text }) => /^\p{Lu}/u.test(text))
