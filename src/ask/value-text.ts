import type { Cell, Column } from '../result.ts'

const CHARS_MAX = 60
/** Control characters, and marks that make text look otherwise than it is read: what a row holds must not rearrange our sentence. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** A cell as it stands in a sentence: one line, short, nothing hidden in it. */
export function valueText(cell: Cell, column: Column): string {
  if (cell === null) return 'nothing'
  if (typeof cell === 'number') return numberText(cell)
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return String(cell)
  if (cell instanceof Uint8Array) return `${cell.byteLength} bytes`
  if (typeof cell === 'object') return clipped(JSON.stringify(cell))
  return column.type === 'decimal' || column.type === 'float' ? decimalText(cell) : clipped(cell)
}

export function clipped(text: string): string {
  const line = text.replace(unseen, ' ').replace(/\s+/g, ' ').trim()
  return line.length > CHARS_MAX ? `${line.slice(0, CHARS_MAX).trimEnd()}…` : line
}

const numberText = (value: number): string => (Number.isInteger(value) ? String(value) : decimalText(String(value)))

/** A long tail of digits is the arithmetic's, not the data's; a number that is written with few stays as it is. */
function decimalText(text: string): string {
  const [, whole, tail] = /^(-?\d+)\.(\d+)$/.exec(text) ?? []
  if (whole === undefined || tail === undefined) return clipped(text)
  if (tail.length <= 4) return text
  const rounded = Number(text)
  if (!Number.isFinite(rounded)) return clipped(text)
  return Math.abs(rounded) >= 1 ? String(Math.round(rounded * 100) / 100) : String(Number(rounded.toPrecision(3)))
}

/** `a, b and c`. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
