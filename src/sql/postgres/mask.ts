import { createHash } from 'node:crypto'
import type { Mask } from '../../grant.ts'

/** An identifier, always quoted, so that its letters keep their case and no keyword is met. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A literal; texts with a backslash are written so that no setting of the session can change their meaning. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') return Number.isFinite(value) ? (value < 0 ? `(${value})` : String(value)) : `'${value}'::float8`
  const doubled = value.replaceAll("'", "''")
  return value.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

/** SQL for a masked column; the result is text, but for `year` and `round`, which keep the type. NULL stays NULL but for `constant`. */
export function maskSql(mask: Mask, column: string, nativeType: string, key: string): string {
  const text = `(${column})::text`
  switch (mask.kind) {
    case 'null':
      return `NULL::${nativeType}`
    case 'constant':
      return `${literal(mask.value)}::text`
    case 'partial':
      return partial(text, mask.first, mask.last)
    case 'email':
      return email(text)
    case 'hash':
      return hash(text, key)
    case 'year':
      return `date_trunc('year', ${column})::${nativeType}`
    case 'round':
      return `(round((${column})::numeric / ${literal(mask.to)}::numeric) * ${literal(mask.to)}::numeric)::${nativeType}`
  }
}

/** Shows the ends only where at least as many signs stay hidden; a short text is hidden whole. */
function partial(text: string, first: number, last: number): string {
  const shown = Math.max(0, Math.trunc(first)) + Math.max(0, Math.trunc(last))
  const start = first > 0 ? `left(${text}, ${Math.trunc(first)})` : "''"
  const end = last > 0 ? `right(${text}, ${Math.trunc(last)})` : "''"
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN length(${text}) >= ${Math.max(1, shown * 2)} THEN ${start} || '***' || ${end} ELSE '***' END`
}

/** The first letter and the domain, which is what follows the last `@`. What has no name before an `@` shows nothing: one letter may be all of it. */
const email = (text: string): string =>
  `CASE WHEN ${text} IS NULL THEN NULL WHEN strpos(${text}, '@') > 1 THEN left(${text}, 1) || '***' || right(${text}, strpos(reverse(${text}), '@')) ELSE '***' END`

/** HMAC-SHA256 of RFC 2104 from PostgreSQL's own sha256; the key is padded here, so the server never sees the key itself. */
function hash(text: string, key: string): string {
  const bytes = Buffer.from(key, 'hex')
  const block = Buffer.alloc(64)
  ;(bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(block)
  const pad = (byte: number): string => `decode('${Buffer.from(block.map((b) => b ^ byte)).toString('hex')}', 'hex')`
  return `encode(sha256(${pad(0x5c)} || sha256(${pad(0x36)} || convert_to(${text}, 'UTF8'))), 'hex')`
}
