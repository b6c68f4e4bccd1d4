import type { Outcome } from './nl2sql.ts'

const TEXT_MAX = 400

/**
 * What a candidate came to, by its rows: `rows` as they came, at most as many as were asked for. Rows in another order are the same rows, and 5
 * is 5.0; a difference far behind the decimal point is none.
 */
export function outcomeOf(columns: number, rows: readonly (readonly unknown[])[], truncated = false): Outcome {
  const lines = rows.map((row) => row.map(cellText).join('\u0001')).sort()
  return {
    columns,
    rows: rows.length,
    digest: rows.length === 0 ? `${columns} none` : `${columns} ${rows.length}${truncated ? '+' : ''} ${hashOf(lines)}`,
    allNull: rows.length > 0 && rows.every((row) => row.every((cell) => cell === null)),
  }
}

/** A cell as text by which equal ones are equal. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return 'n'
  if (typeof cell === 'bigint') return `#${cell}`
  if (typeof cell === 'boolean') return cell ? '#1' : '#0'
  if (typeof cell === 'number') return Number.isInteger(cell) ? `#${cell}` : `#${Number(cell.toPrecision(10))}`
  if (typeof cell === 'string') return cell.length > TEXT_MAX ? `s${cell.slice(0, TEXT_MAX)}${cell.length}` : `s${cell}`
  return `o${JSON.stringify(cell, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`
}

/** 52 bits of two hashes: the few outcomes of one question will not meet by chance. */
function hashOf(lines: readonly string[]): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13)
    }
    a = Math.imul(a ^ 10, 0x01000193)
    b = Math.imul(b + 10, 0x85ebca6b) ^ (b >>> 15)
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36)
}
