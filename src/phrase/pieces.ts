/** A part of a text: a word, a number, something quoted, or a mark between them; `from` and `to` are its place in the text as it was asked. */
export type Piece = Readonly<{ text: string; kind: 'word' | 'number' | 'quoted' | 'mark'; from: number; to: number }>

const PIECES_MAX = 400
const shapes =
  /(?<quoted>"[^"\n]{1,120}"|“[^”\n]{1,120}”|„[^“”\n]{1,120}[“”]|«[^»\n]{1,120}»|「[^」\n]{1,120}」|‘[^’\n]{1,120}’|`[^`\n]{1,120}`|(?<![\p{L}\p{N}])'[^'\n]{1,120}'(?![\p{L}\p{N}]))|(?<number>[$€£¥]?\d{1,3}(?:[.,'’ \u202f]\d{3})+(?![\d.,]?\d)(?:[.,]\d+)?|[$€£¥]?\d+(?:[.,]\d+)?)|(?<word>(?:\p{Script=Han})+|[\p{L}\p{M}_](?:[\p{L}\p{M}\p{N}_]|[-.'’](?=[\p{L}\p{N}]))*)|(?<mark>[^\s\p{L}\p{N}])/gu

/** Takes a text apart. Runs of Chinese stay whole; what is beyond 400 pieces is left out. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (const match of text.matchAll(shapes)) {
    if (pieces.length >= PIECES_MAX) break
    const groups = match.groups!
    const kind =
      groups.quoted !== undefined ? 'quoted' : groups.number !== undefined ? 'number' : groups.word !== undefined ? 'word' : 'mark'
    pieces.push({ text: match[0], kind, from: match.index, to: match.index + match[0].length })
  }
  return pieces
}
