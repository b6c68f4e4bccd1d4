import type { Change } from '../catalog.ts'

/** One change as one line; what a source said of itself cannot move the cursor of a terminal. */
export function changeLine({ kind, table, column, before, after, likeness }: Change): string {
  const name = column === undefined ? table : `${table}.${column}`
  const values = [before, after].filter((text): text is string => text !== undefined && text !== '').map(short)
  const sure = likeness === undefined ? '' : ` (${Math.round(likeness * 100)} % sure)`
  return onOneLine(
    `${kind.replaceAll('_', ' ')}${name === '' ? '' : ` ${name}`}${values.length === 0 ? '' : `: ${values.join(' -> ')}`}${sure}`,
  )
}

const short = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)

/** Text of a source for a terminal: no line breaks, no control characters. */
export const onOneLine = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '�')
