import { widthOf } from './table.ts'

/** Rows of short texts under headings, for lists that commands print. */
export function inColumns(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => rows.reduce((most, row) => Math.max(most, widthOf(row[i]!)), widthOf(head)))
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => text + ' '.repeat(widths[i]! - widthOf(text)))
      .join('  ')
      .trimEnd()
  return `${[heads.map((head) => head.toUpperCase()), ...rows].map(line).join('\n')}\n`
}
