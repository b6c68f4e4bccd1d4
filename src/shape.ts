import type { Prepared } from './prepare.ts'

/** A statement with its compared whole numbers taken out: `text` holds stand-ins in their place, `numbers` what stood there. */
export type Shape = Readonly<{ text: string; standIns: readonly string[]; numbers: readonly string[] }>

/** A plan whose SQL can be filled with other numbers: `sql` and `shown` in pieces around them. */
export type ShapedPlan = Readonly<{ plan: Prepared; sql: readonly string[]; shown: readonly string[] }>

const numbersMax = 8
const textMax = 2_000
// Quoted pieces are skipped as a whole. Only a number right after a comparison, BETWEEN or AND counts: one after LIMIT or ORDER BY means
// something else, and so may one after `=>`, which names an argument.
const piece = /'[^']*'|"[^"]*"|`[^`]*`|((?<![=-])[=<>]|\bbetween\s|\band\s)(\s*)([1-9]\d{0,8})(?![\w.])/gi
// Where quoting or comments could be read in another way than above, nothing is taken out.
const unclear = /[\\$#?;[]|--|\/\*/

const standIn = (i: number): string => String(918_273_641 + i * 10_007)

/** Two statements of the same shape are read, guarded and rewritten alike, because nothing there looks at the value of a compared number. */
export function shapeOf(text: string): Shape | undefined {
  if (text.length > textMax || unclear.test(text)) return undefined
  const numbers: string[] = []
  const shaped = text.replace(piece, (whole, before: string | undefined, space: string, number: string) => {
    if (before === undefined) return whole
    return before + space + standIn(numbers.push(number) - 1)
  })
  const known = numbers.some((_, i) => text.includes(standIn(i)))
  if (numbers.length === 0 || numbers.length > numbersMax || known) return undefined
  return { text: shaped, standIns: numbers.map((_, i) => standIn(i)), numbers }
}

/** The plan of a shape's text in pieces, or undefined when a stand-in is not in it exactly once and in order. */
export function shaped(plan: Prepared, { standIns }: Shape): ShapedPlan | undefined {
  const sql = cut(plan.sql, standIns)
  const shown = cut(plan.shown, standIns)
  return sql && shown && { plan, sql, shown }
}

function cut(text: string, standIns: readonly string[]): string[] | undefined {
  const pieces: string[] = []
  let from = 0
  for (const number of standIns) {
    const at = text.indexOf(number, from)
    if (at < 0 || text.indexOf(number) !== at || text.indexOf(number, at + 1) >= 0) return undefined
    if (/[\w.]/.test((text[at - 1] ?? ' ') + (text[at + number.length] ?? ' '))) return undefined
    pieces.push(text.slice(from, at))
    from = at + number.length
  }
  pieces.push(text.slice(from))
  return pieces
}

/** The plan for the numbers of a statement of that shape. */
export const filled = ({ plan, sql, shown }: ShapedPlan, { numbers }: Shape): Prepared => ({
  ...plan,
  sql: fill(sql, numbers),
  shown: fill(shown, numbers),
})

const fill = (pieces: readonly string[], numbers: readonly string[]): string => {
  let text = pieces[0]!
  for (let i = 0; i < numbers.length; i++) text += numbers[i]! + pieces[i + 1]!
  return text
}
