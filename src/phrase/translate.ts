import type { GlossPiece } from './gloss.ts'
import type { Language } from './language.ts'
import type { Piece } from './pieces.ts'

/** A text of another language word by word. */
export function translated(pieces: readonly Piece[], _language: Exclude<Language, 'en'>): readonly GlossPiece[] {
  return pieces.map(({ text, from, to }, i) => ({ gloss: text, gap: i === 0 ? '' : ' ', from, to }))
}
