import type { Problem } from '../../api/problem.ts'
import type { Mark } from '../../editor/sql-editor.tsx'
import type { Piece } from './statements.ts'

/** Where in the text a problem lies: its own place, else the name that it speaks of, else the whole statement. */
export function marksOf(problem: Problem | undefined, ran: Piece | undefined): readonly Mark[] {
  if (!problem || !ran || problem.told.code === 'unreachable') return []
  const { position, message, hint } = problem.told
  const says = hint ? `${message}\n${hint}` : message
  if (position !== undefined) {
    const word = /^[\w$]+|^\S/.exec(ran.text.slice(position))?.[0].length ?? 1
    return [{ from: ran.at + position, to: ran.at + position + word, says, grave: true }]
  }
  for (const name of namesIn(message)) {
    const at = ran.text
      .toLowerCase()
      .search(new RegExp(`(?<![\\w$])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').toLowerCase()}(?![\\w$])`))
    if (at >= 0) return [{ from: ran.at + at, to: ran.at + at + name.length, says, grave: true }]
  }
  return [{ from: ran.at, to: ran.at + ran.text.length, says, grave: true }]
}

/** Names that a message speaks of: those in quotes, then the one behind what it is; of a name with a table before it the last part. */
function namesIn(message: string): readonly string[] {
  const quoted = [...message.matchAll(/["'`]([^"'`]{1,128})["'`]/g)].map(([, name]) => name!)
  const behind = /\b(?:column|table|function|relation|near|view)\b[: ]+([\w$.]+)/i.exec(message)?.[1]
  return [...quoted, ...(behind === undefined ? [] : [behind])]
    .map((name) => name.replace(/\.+$/, ''))
    .map((name) => name.slice(name.lastIndexOf('.') + 1))
    .filter((name) => name !== '')
}
