import { createHash } from 'node:crypto'
import type { Mask } from '../../grant.ts'

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A literal; NUL cannot stand in a text of DuckDB, so such a text is made of its bytes. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`
    return value < 0 ? `(${value})` : String(value)
  }
  if (value.includes('\0')) return `decode(from_hex('${Buffer.from(value).toString('hex')}'))`
  return `'${value.replaceAll("'", "''")}'`
}

/** SQL that hides `column`; text, but for `null`, `year` and `round`, which keep the type. NULL stays NULL but for `constant`. */
export function mask(mask: Mask, column: string, nativeType: string, key: string): string {
  const text = `CAST(${column} AS VARCHAR)`
  switch (mask.kind) {
    case 'null':
      return `CAST(NULL AS ${nativeType})`
    case 'constant':
      return `CAST(${literal(mask.value)} AS VARCHAR)`
    case 'partial':
      return partial(text, Math.max(0, Math.trunc(mask.first)), Math.max(0, Math.trunc(mask.last)))
    case 'email':
      return `CASE WHEN ${text} IS NULL THEN NULL WHEN strpos(${text}, '@') > 1 THEN left(${text}, 1) || '***' || regexp_extract(${text}, '@[^@]*$') ELSE '***' END`
    case 'hash':
      return hash(text, key)
    case 'year':
      return /^(DATE|TIMESTAMP)/.test(nativeType)
        ? `CAST(date_trunc('year', ${column}) AS ${nativeType})`
        : `CASE WHEN regexp_matches(${text}, '^[0-9]{4}-') THEN left(${text}, 4) || '-01-01' END`
    case 'round': {
      const to = Math.abs(mask.to) || 1
      return `TRY_CAST(round(CAST(${column} AS DOUBLE) / ${literal(to)}) * ${literal(to)} AS ${nativeType})`
    }
  }
}

/** Shows the ends only where at least as many signs stay hidden; a short text is hidden whole. */
function partial(text: string, first: number, last: number): string {
  const start = first > 0 ? `left(${text}, ${first})` : "''"
  const end = last > 0 ? `right(${text}, ${last})` : "''"
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN length(${text}) >= ${Math.max(1, (first + last) * 2)} THEN ${start} || '***' || ${end} ELSE '***' END`
}

/** HMAC-SHA256 of RFC 2104 out of DuckDB's sha256; the key is padded here, so the engine never sees the key itself. */
function hash(text: string, key: string): string {
  const bytes = Buffer.from(key, 'hex')
  const block = Buffer.alloc(64)
  ;(bytes.length > 64 ? createHash('sha256').update(bytes).digest() : bytes).copy(block)
  const pad = (byte: number): string => `from_hex('${Buffer.from(block.map((b) => b ^ byte)).toString('hex')}')`
  return `sha256(${pad(0x5c)} || from_hex(sha256(${pad(0x36)} || encode(${text}))))`
}
