import type { DialectName } from '../facts.ts'
import type { Attribute } from '../principal.ts'

/**
 * An attribute as SQL that cannot be left: what a caller's identity says must never become syntax. A list becomes `(1, 2)`; an
 * empty one `(NULL)`, which nothing equals. Undefined for what no literal can hold.
 */
export function literal(value: Attribute, dialect: DialectName): string | undefined {
  if (typeof value !== 'object') return scalar(value, dialect)
  const parts = value.map((entry) => scalar(entry, dialect))
  if (parts.some((part) => part === undefined)) return undefined
  return parts.length === 0 ? '(NULL)' : `(${parts.join(', ')})`
}

function scalar(value: string | number | boolean, dialect: DialectName): string | undefined {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined
    // In brackets, or `x -{{…}}` would become the start of a comment.
    return value < 0 || Object.is(value, -0) ? `(${value})` : String(value)
  }
  if (value.includes('\0') || !value.isWellFormed()) return undefined
  const quoted = value.replaceAll("'", "''")
  if (!value.includes('\\')) return `'${quoted}'`
  switch (dialect) {
    case 'postgres':
      // The same whether or not the server has standard_conforming_strings on.
      return `E'${quoted.replaceAll('\\', '\\\\')}'`
    case 'mysql':
      // With NO_BACKSLASH_ESCAPES this is another value, but still one literal.
      return `'${quoted.replaceAll('\\', '\\\\')}'`
    default:
      return `'${quoted}'`
  }
}
