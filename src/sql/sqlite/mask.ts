import type { Mask } from '../../grant.ts'

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A negative number is put in brackets, because two minus signs begin a comment; a text with NUL would end there. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NULL'
    const text = Number.isFinite(value) ? `${value}` : value > 0 ? '9e999' : '-9e999'
    return text.startsWith('-') ? `(${text})` : text
  }
  if (value.includes('\0')) return `CAST(X'${Buffer.from(value).toString('hex')}' AS TEXT)`
  return `'${value.replaceAll("'", "''")}'`
}

/** SQL that hides `column`. Values are masked as text, whatever SQLite stored; NULL stays NULL. */
export function mask(mask: Mask, column: string, _nativeType: string, key: string): string {
  const text = `CAST(${column} AS TEXT)`
  switch (mask.kind) {
    case 'null':
      return 'NULL'
    case 'constant':
      return literal(mask.value)
    case 'hash':
      return `CASE WHEN ${column} IS NOT NULL THEN sluice_hmac(${text}, ${literal(key)}) END`
    case 'partial':
      return partial(text, Math.max(0, Math.trunc(mask.first)), Math.max(0, Math.trunc(mask.last)))
    case 'email': {
      const upToAt = `rtrim(${text}, replace(${text}, '@', ''))`
      const domain = `substr(${text}, length(${upToAt}))`
      return `CASE WHEN ${column} IS NULL THEN NULL WHEN instr(${text}, '@') > 1 THEN substr(${text}, 1, 1) || '***' || ${domain} ELSE '***' END`
    }
    case 'year':
      return `CASE WHEN ${text} GLOB '[0-9][0-9][0-9][0-9]-[0-9]*' THEN substr(${text}, 1, 4) || '-01-01' END`
    case 'round': {
      const to = Math.abs(mask.to) || 1
      const whole = Number.isInteger(to)
      const real = `round(CAST(${column} AS REAL) / ${literal(to)}) * ${literal(to)}`
      return `CASE WHEN ${column} IS NULL THEN NULL ${whole ? `WHEN typeof(${column}) = 'integer' THEN CAST(${real} AS INTEGER) ` : ''}ELSE ${real} END`
    }
  }
}

/** Shows the ends only where at least as many signs stay hidden; a short text is hidden whole. How long the text is does not show. */
function partial(text: string, first: number, last: number): string {
  const start = first > 0 ? `substr(${text}, 1, ${first}) || ` : ''
  const end = last > 0 ? ` || substr(${text}, -${last})` : ''
  const enough = Math.max(1, (first + last) * 2)
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN length(${text}) >= ${enough} THEN ${start}'***'${end} ELSE '***' END`
}
