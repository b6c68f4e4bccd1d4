import { limits } from '../limits.ts'

/** An answer as lines of `name: value` for a model, cut where it would cost more than a result of a query may. */
export function plainText(value: unknown): string {
  const lines: string[] = []
  write(value, '', lines)
  const text = lines.join('\n')
  if (text.length <= limits.textBytesMax) return text
  return `${text.slice(0, limits.textBytesMax)}\n… cut here; ask for less to see the rest.`
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null
const shown = (value: unknown): string => (typeof value === 'string' ? value.replaceAll('\n', ' ') : JSON.stringify(value))

function write(value: unknown, indent: string, lines: string[]): void {
  if (isPlain(value)) {
    lines.push(`${indent}${shown(value)}`)
    return
  }
  for (const [name, one] of Object.entries(value as object)) {
    if (one === undefined) continue
    const head = Array.isArray(value) ? '-' : `${name}:`
    if (isPlain(one)) lines.push(`${indent}${head} ${shown(one)}`)
    else if (isShort(one)) lines.push(`${indent}${head} ${inOneLine(one)}`)
    else {
      lines.push(`${indent}${head}`)
      write(one, `${indent}  `, lines)
    }
  }
}

const LINE_CHARS_MAX = 200

/** A list of plain values, or a record of them that fits into a line. */
function isShort(value: object): boolean {
  return (
    Object.values(value).every((one) => isPlain(one) || (Array.isArray(one) && one.every(isPlain))) &&
    inOneLine(value).length <= LINE_CHARS_MAX
  )
}

function inOneLine(value: object): string {
  const one = (each: unknown): string => (Array.isArray(each) ? `[${each.map(shown).join(', ')}]` : shown(each))
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(one).join(', ')
  const parts = Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [`${name} ${one(each)}`]))
  return parts.length === 0 ? 'none' : parts.join(', ')
}
