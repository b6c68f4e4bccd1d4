import { englishOf } from './english.ts'
import type { Language } from './language.ts'
import { piecesOf } from './pieces.ts'
import { translated } from './translate.ts'

/** A part of the gloss and the place in the text that it says again; `gap` is what stands before it in the gloss, a blank or nothing. */
export type GlossPiece = Readonly<{ gloss: string; gap: string; from: number; to: number }>

/** A text in the engine's English. */
export function glossOf(text: string, language: Language): readonly GlossPiece[] {
  const pieces = piecesOf(text)
  return language === 'en' ? englishOf(text, pieces) : translated(pieces, language)
}
