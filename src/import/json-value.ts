import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'

type RawJson = Readonly<{ rawJSON: string }>
type WithRaw = typeof JSON & Readonly<{ rawJSON(text: string): RawJson; isRawJSON(value: unknown): value is RawJson }>
const json = JSON as WithRaw
type Parse = (text: string, revive: (key: string, value: unknown, context: Readonly<{ source?: string }>) => unknown) => unknown

/** JSON whose numbers stay as they were written where JavaScript would round them. Throws SyntaxError. */
export function parseExact(text: string): unknown {
  // Only long runs of digits can be rounded; the others need no second look.
  if (!/\d[\d.]{14,}|\d[eE]/.test(text)) return JSON.parse(text)
  return (JSON.parse as Parse)(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    if (String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value
    const exact =
      Number.isSafeInteger(value) || (/[.eE]/.test(source) && source.replace(/\D/g, '').length <= DIGITS_EXACT && Number.isFinite(value))
    return exact ? value : json.rawJSON(source)
  })
}

/** So many digits a double always keeps. */
const DIGITS_EXACT = 15

/** One value of a row: integers beyond 2^53 as bigint, other numbers that would be rounded as their text, what is nested as its JSON. Throws `import_invalid`. */
export function valueOfJson(value: unknown): Value {
  if (value === undefined) return null
  if (json.isRawJSON(value)) return /^-?\d+$/.test(value.rawJSON) ? BigInt(value.rawJSON) : value.rawJSON
  return typeof value === 'object' && value !== null ? textOf(value) : (value as Value)
}

/** Reading JSON knows no depth, writing it does. */
function textOf(value: object): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new SluiceError('import_invalid', 'A value of a row is nested too deeply. Nothing was imported.', { cause })
  }
}
