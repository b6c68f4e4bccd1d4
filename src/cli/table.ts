import type { Receipt } from '../receipt.ts'
import { type Batch, type Cell, type Column, cells } from '../result.ts'
import { put, type RowsOut, type Streams, textOf } from './rows-out.ts'

/** Widths are taken from this many rows; later ones are cut to them, so that any number of rows can be shown. */
const measured = 500
const cellMin = 8
const cellMax = 60
const numeric = new Set(['int', 'float', 'decimal'])

type Shape = Readonly<{ widths: readonly number[]; right: readonly boolean[] }>

/** An aligned table, as wide as the terminal at most. */
export function tableOut({ out, color }: Streams): RowsOut {
  let columns: readonly Column[] = []
  let waiting: Cell[][] = []
  let shape: Shape | undefined
  const flush = async () => {
    const rows = waiting
    waiting = []
    const lines: string[] = []
    if (!shape) {
      shape = shapeOf(columns, rows, out.columns || 200)
      lines.push(
        line(
          columns.map(({ name }) => shown(name)),
          shape,
          color ? bold : plain,
        ),
      )
      lines.push(shape.widths.map((width) => '─'.repeat(width)).join('─┼─'))
    }
    for (const row of rows) lines.push(rowLine(row, shape, color))
    if (lines.length > 0) await put(out, `${lines.join('\n')}\n`)
  }
  return {
    columns(given) {
      columns = given
    },
    async batch(batch: Batch) {
      waiting.push(...cells(batch, columns))
      if (shape || waiting.length >= measured) await flush()
    },
    async ended(receipt) {
      await flush()
      await put(out, receiptLines(receipt, color))
    },
  }
}

function shapeOf(columns: readonly Column[], rows: readonly (readonly Cell[])[], room: number): Shape {
  const widths = columns.map(({ name }, i) => {
    const widest = rows.reduce((most, row) => Math.max(most, widthOf(shownCell(row[i]!))), widthOf(shown(name)))
    return Math.min(cellMax, Math.max(1, widest))
  })
  // The widest give first, until all fit or none can give any more.
  let over = widths.reduce((sum, width) => sum + width + 3, -3) - room
  while (over > 0) {
    const widest = Math.max(...widths)
    if (widest <= cellMin) break
    widths[widths.indexOf(widest)] = widest - 1
    over -= 1
  }
  return { widths, right: columns.map(({ type }) => numeric.has(type)) }
}

const plain = (text: string) => text
const bold = (text: string) => `\x1b[1m${text}\x1b[22m`
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`

const line = (texts: readonly string[], { widths, right }: Shape, style: (text: string) => string): string =>
  texts
    .map((text, i) => style(padded(text, widths[i]!, right[i]!)))
    .join(' │ ')
    .trimEnd()

const rowLine = (row: readonly Cell[], { widths, right }: Shape, color: boolean): string =>
  row
    .map((cell, i) => {
      const text = padded(shownCell(cell), widths[i]!, right[i]!)
      return cell === null && color ? dim(text) : text
    })
    .join(' │ ')
    .trimEnd()

/** NULL is told from the text NULL, which gets quotes. */
function shownCell(cell: Cell): string {
  if (cell === null) return 'NULL'
  const text = shown(textOf(cell))
  return text === 'NULL' ? "'NULL'" : text
}

/** One line, and nothing that a terminal would obey: data must not move the cursor or change the title. */
const shown = (text: string): string =>
  (text.length > 2_000 ? text.slice(0, 2_000) : text)
    .replace(/\r\n|\n|\r/g, '⏎')
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (bad) => `\\u${bad.charCodeAt(0).toString(16).padStart(4, '0')}`)

function padded(text: string, width: number, right: boolean): string {
  const own = widthOf(text)
  if (own <= width) return right ? ' '.repeat(width - own) + text : text + ' '.repeat(width - own)
  let cut = ''
  let used = 0
  for (const { segment } of segments.segment(text)) {
    const wide = widthOf(segment)
    if (used + wide > width - 1) break
    cut += segment
    used += wide
  }
  return `${cut}…${' '.repeat(width - 1 - used)}`
}
const segments = new Intl.Segmenter()

const wideText =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60]/u
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[ -\u02ff]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segments.segment(text)) width += wideText.test(segment) ? 2 : noWidth.test(segment) ? 0 : 1
  return width
}

/** What the receipt says, for a person. */
export function receiptLines(receipt: Receipt, color: boolean): string {
  const { rows, truncated, rows_max, ms, from, source, audit_id, policies, masked } = receipt
  const lines = [
    `${rows} ${rows === 1 ? 'row' : 'rows'}${truncated ? ` (truncated: there are more than the ${rows_max} allowed here)` : ''} · ${ms} ms · ${from} from ${source} · audit ${audit_id}`,
  ]
  if (masked.length > 0) lines.push(`masked: ${masked.join(', ')}`)
  if (policies.length > 0) lines.push(`policies: ${policies.join('; ')}`)
  return `${lines.map((text) => (color ? dim(shown(text)) : shown(text))).join('\n')}\n`
}
