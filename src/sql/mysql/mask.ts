import { createHash } from 'node:crypto'
import type { Mask } from '../../grant.ts'

export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** Text that a backslash or NUL could change is written in hexadecimal; a negative number stands in brackets, for `--` is a comment. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'NULL'
    return value < 0 || Object.is(value, -0) ? `(${value})` : `${value}`
  }
  if (/[\\\0]/.test(value)) return `_utf8mb4 X'${Buffer.from(value).toString('hex')}'`
  return `'${value.replaceAll("'", "''")}'`
}

/** SQL that hides `column`; NULL stays NULL. Texts are compared and cut as utf8mb4, whatever the column's own character set. */
export function mask(mask: Mask, column: string, nativeType: string, key: string): string {
  const text = `CONVERT(${column} USING utf8mb4)`
  switch (mask.kind) {
    case 'null':
      return 'NULL'
    case 'constant':
      return literal(mask.value)
    case 'hash':
      return hmac(text, key)
    case 'partial':
      return partial(text, Math.max(0, Math.trunc(mask.first)), Math.max(0, Math.trunc(mask.last)))
    case 'email': {
      const shown = `CONCAT(LEFT(${text}, 1), '***@', SUBSTRING_INDEX(${text}, '@', -1))`
      return `CASE WHEN ${column} IS NULL THEN NULL WHEN LOCATE('@', ${text}) > 1 THEN ${shown} ELSE '***' END`
    }
    case 'year':
      return year(column, text, nativeType.toLowerCase())
    case 'round': {
      const to = literal(Math.abs(mask.to) || 1)
      const rounded = `ROUND(${column} / ${to}) * ${to}`
      if (!/int/i.test(nativeType) || !Number.isInteger(mask.to)) return rounded
      return `CAST(${rounded} AS ${/unsigned/i.test(nativeType) ? 'UNSIGNED' : 'SIGNED'})`
    }
  }
}

/** HMAC-SHA256 (RFC 2104) of the UTF-8 text; the server has only the hash, so both padded keys are made here. */
function hmac(text: string, key: string): string {
  const given = Buffer.from(key, 'hex')
  const padded = Buffer.alloc(64)
  const short = given.length > 64 ? createHash('sha256').update(given).digest() : given
  short.copy(padded)
  const pad = (byte: number): string => `X'${Buffer.from(padded.map((b) => b ^ byte)).toString('hex')}'`
  const inner = `SHA2(CONCAT(${pad(0x36)}, CAST(${text} AS BINARY)), 256)`
  return `SHA2(CONCAT(${pad(0x5c)}, UNHEX(${inner})), 256)`
}

/** Shows the ends only where at least as many signs stay hidden; a short text is hidden whole. How long the text is does not show. */
function partial(text: string, first: number, last: number): string {
  const ends = `CONCAT(LEFT(${text}, ${first}), '***', RIGHT(${text}, ${last}))`
  const enough = Math.max(1, (first + last) * 2)
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN CHAR_LENGTH(${text}) >= ${enough} THEN ${ends} ELSE '***' END`
}

/** Dates keep their type and become the first day of their year. */
function year(column: string, text: string, type: string): string {
  if (type.startsWith('year')) return column
  const first = `MAKEDATE(NULLIF(YEAR(${column}), 0), 1)`
  if (type.startsWith('datetime') || type.startsWith('timestamp')) return `CAST(${first} AS DATETIME)`
  if (type.startsWith('date')) return first
  return `CASE WHEN ${text} REGEXP '^[0-9]{4}-[0-9]' THEN CONCAT(LEFT(${text}, 4), '-01-01') END`
}
