import { SluiceError } from '../error.ts'
import type { Cell } from '../result.ts'
import { wordsPrompt } from './prompts/words.ts'
import type { Working } from './standalone.ts'
import { plain } from './standalone-text.ts'
import { answerWords, type ToldRows } from './words.ts'

/** `odd` says why the words are ours and not the model's. */
export type Worded = Readonly<{ words: string; odd: readonly string[] }>

const ROWS_CHARS_MAX = 8_000
const CELL_CHARS_MAX = 200

/**
 * An answer in the model's words, over the rows that it is shown. Every figure in them must stand in those rows; otherwise, and where the model
 * fails now, our own plain words take their place: the rows have gone out, and the answer must not fail any more.
 */
export async function wordsFor(shown: ToldRows, working: Working): Promise<Worded> {
  const { asking, llm, fence, bill, payer, rowsShown } = working
  const own = answerWords(shown)
  const allMasked = shown.columns.length > 0 && shown.columns.every((_, i) => shown.masked.has(i))
  if (rowsShown === 0 || shown.rows === 0 || allMasked) return { words: own, odd: [] }
  const lines = rowLines(shown, rowsShown)
  const rest = shown.truncated ? `More than ${shown.rows} rows.` : `${shown.rows} rows in all, ${lines.length - 1} of them here.`
  const text = [
    fence.around('question', asking.asked.question),
    '',
    `${rest} They were found:`,
    fence.around('data', lines.join('\n')),
  ].join('\n')
  try {
    const said = await llm.converse({
      principal: payer,
      system: wordsPrompt(fence.name),
      messages: [{ role: 'user', text }],
      signal: asking.call.signal,
    })
    bill.add(said)
    const words = plain(said.text)
    if (said.stop !== 'length' && words !== '' && figuresFit(words, shown, asking.asked.question)) return { words, odd: [] }
    await asking.step('check', 'The words of the model held figures that are not in the rows; plain words are told instead.')
    return { words: own, odd: [] }
  } catch (error) {
    asking.call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return { words: own, odd: [`The model could not put this into words (${error.code}).`] }
  }
}

/** Names and rows as JSON arrays; what is masked is only said to be. */
function rowLines({ columns, cells, masked }: ToldRows, most: number): string[] {
  const lines = [JSON.stringify(columns.map(({ name }) => name))]
  let room = ROWS_CHARS_MAX
  for (const row of cells.slice(0, most)) {
    const line = JSON.stringify(row.map((cell, i) => (masked.has(i) ? '***' : asJson(cell))))
    room -= line.length
    if (room < 0) break
    lines.push(line)
  }
  return lines
}

function asJson(cell: Cell): unknown {
  if (typeof cell === 'bigint') return cell.toString()
  if (cell instanceof Uint8Array) return `${cell.byteLength} bytes`
  return typeof cell === 'string' && cell.length > CELL_CHARS_MAX ? `${cell.slice(0, CELL_CHARS_MAX)}…` : cell
}

/** A figure as it may be written: with signs between thousands, a comma for the point, a share as percent, thousands and millions in words. */
const FIGURE =
  /(?<![\p{L}\d])(\d[\d.,'’\u00a0\u202f]*\d|\d)\s?(%|percent|Prozent|por ciento|k\b|thousand|tausend|mil\b|mille\b|m\b|mn\b|million\w*|Mio|millones|bn\b|billion\w*|Mrd|千|万|亿|萬|億)?/giu

const scales: readonly (readonly [RegExp, number])[] = [
  [/^(%|percent|prozent|por ciento)$/i, 0.01],
  [/^(k|thousand|tausend|mil|mille|千)$/i, 1e3],
  [/^(万|萬)$/, 1e4],
  [/^(m|mn|mio|million.*|millones)$/i, 1e6],
  [/^(亿|億)$/, 1e8],
  [/^(bn|billion.*|mrd)$/i, 1e9],
]

/** True when every figure of the words stands in the rows, perhaps rounded, or in the question, or counts the rows. */
export function figuresFit(words: string, { cells, rows, masked }: ToldRows, question: string): boolean {
  const texts = cells.flatMap((row) =>
    row.flatMap((cell, i) => (masked.has(i) || cell === null ? [] : [String(typeof cell === 'object' ? JSON.stringify(cell) : cell)])),
  )
  const known = new Set([rows, cells.length, ...[...texts, question].flatMap(numbersIn)])
  const values = [...known]
  return [...words.matchAll(FIGURE)].every(([, figure, unit]) => readingsOf(figure!).some((reading) => isKnown(reading, unit, values)))
}

function isKnown({ value, step }: Reading, unit: string | undefined, known: readonly number[]): boolean {
  const scale = unit === undefined ? 1 : (scales.find(([word]) => word.test(unit))?.[1] ?? 1)
  return known.some((one) =>
    // A share may stand in the rows as 12.5 or as 0.125.
    (scale === 1 ? [1] : [scale, 1]).some((by) => Math.abs(Math.abs(one) - value * by) <= (step * by) / 2 + 1e-9),
  )
}

type Reading = Readonly<{ value: number; step: number }>

/** `1.234` is twelve hundred to one and a bit over one to another: both readings are tried. `step` is the last place. */
function readingsOf(figure: string): Reading[] {
  const plainText = figure.replaceAll(/['’\u00a0\u202f]/g, '')
  const asEnglish = plainText.replaceAll(',', '')
  const asGerman = plainText.replaceAll('.', '').replace(',', '.')
  return [...new Set([asEnglish, asGerman])].flatMap((text) => {
    const value = Number(text)
    return Number.isFinite(value)
      ? [{ value, step: 10 ** -(text.split('.')[1]?.length ?? 0) === 1 ? 1e-9 : 10 ** -text.split('.')[1]!.length }]
      : []
  })
}

/** The figures within a text, each as a number: of a date its year, month and day. */
const numbersIn = (text: string): number[] => {
  const whole = Number(text)
  const parts = (text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number)
  return [...(Number.isFinite(whole) && text.trim() !== '' ? [Math.abs(whole)] : []), ...parts]
}
