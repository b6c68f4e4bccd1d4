/** One statement of a text, with the place where it begins. */
export type Piece = Readonly<{ text: string; at: number }>

/**
 * The statements of a text that stand between semicolons, which count only outside strings, quoted names, comments and dollar quotes. It only finds what is
 * to be run; what may be run the gateway decides by its own reading.
 */
export function statementsIn(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  const ends = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|;/g
  for (const found of text.matchAll(ends)) {
    if (found[0] !== ';') continue
    put(text.slice(from, found.index), from)
    from = found.index + 1
  }
  put(text.slice(from), from)
  return pieces

  function put(piece: string, at: number) {
    const bare = piece.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
    if (bare.trim() === '') return
    const began = at + piece.length - bare.length
    pieces.push({ text: bare.trimEnd(), at: began })
  }
}

/** The statement in which the caret stands; the one before it where it stands between two. */
export function statementAt(text: string, caret: number): Piece | undefined {
  const pieces = statementsIn(text)
  return pieces.findLast(({ at }) => at <= caret) ?? pieces[0]
}

const changing = /^(?:insert|update|delete|replace|merge|truncate|upsert)\b/i

/** True for a statement that changes rows: it is previewed and confirmed, not run. */
export const changesRows = (text: string): boolean => changing.test(text)
