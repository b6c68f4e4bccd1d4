/** What a CREATE statement as an engine keeps it is made of: quoted things and comments as one piece each, words, and single signs. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\w+|\S/g

/** The parts between the commas of the first brackets, e.g. the columns of a table or an index. Empty when there are none. */
export function bracketed(create: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (const { 0: piece, index } of create.matchAll(token)) {
    const inside = depth
    if (piece === '(') depth++
    if (piece === ')') depth--
    if (piece === '(' && depth === 1) from = index + 1
    if ((piece === ',' && inside === 1) || (piece === ')' && depth === 0)) {
      parts.push(create.slice(from, index).trim())
      from = index + 1
    }
    if (piece === ')' && depth === 0) break
  }
  return parts
}

/** The words outside quotes and comments, upper case, so that they can be looked through. */
export function wordsOf(text: string): string {
  return (text.match(token) ?? [])
    .filter((piece) => /^\w/.test(piece))
    .join(' ')
    .toUpperCase()
}
