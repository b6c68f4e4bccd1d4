/** A stretch of a statement: code, a text or name in quotes, or a comment. `closed` is false for a quote without an end. */
export type Piece = Readonly<{ kind: 'code' | 'string' | 'comment'; text: string; closed: boolean }>

/** Divides a text into pieces, whether or not it is SQL that can be read. Only for hints; what runs is read by the dialect. Linear. */
export function pieces(sql: string): readonly Piece[] {
  const found: Piece[] = []
  let from = 0
  let at = 0
  const flush = (to: number) => {
    if (to > from) found.push({ kind: 'code', text: sql.slice(from, to), closed: true })
  }
  while (at < sql.length) {
    const c = sql[at]!
    const end = c === "'" || c === '"' || c === '`' ? quoteEnd(sql, at) : commentEnd(sql, at)
    if (end === undefined) {
      at += 1
      continue
    }
    flush(at)
    const text = sql.slice(at, end)
    const quoted = c === "'" || c === '"' || c === '`'
    found.push({ kind: quoted ? 'string' : 'comment', text, closed: !quoted || (text.length > 1 && text.endsWith(c)) })
    from = end
    at = end
  }
  flush(sql.length)
  return found
}

function quoteEnd(sql: string, at: number): number {
  const quote = sql[at]!
  for (let end = at + 1; ; end += 2) {
    const next = sql.indexOf(quote, end)
    if (next < 0) return sql.length
    if (sql[next + 1] !== quote) return next + 1
    end = next
  }
}

function commentEnd(sql: string, at: number): number | undefined {
  if (sql.startsWith('--', at)) {
    const end = sql.indexOf('\n', at)
    return end < 0 ? sql.length : end
  }
  if (!sql.startsWith('/*', at)) return undefined
  const end = sql.indexOf('*/', at + 2)
  return end < 0 ? sql.length : end + 2
}

/** The text with a function laid over its code, strings and comments left as they are. */
export const mapCode = (sql: string, map: (code: string) => string): string =>
  pieces(sql)
    .map(({ kind, text }) => (kind === 'code' ? map(text) : text))
    .join('')
