import type { Mender } from './menders.ts'
import { mapCode, pieces } from './pieces.ts'

const changed = (before: string, sql: string, change: string) => (sql === before ? undefined : { sql, change })

/** Numbers that stand where a text is compared become texts. */
const quotedNumbers: Mender = ({ sql, reason }) =>
  /operator does not exist: (?:character varying|text|character) \S+ (?:integer|bigint|numeric)|argument types '~~\(VARCHAR, INTEGER/.test(
    reason,
  )
    ? changed(
        sql,
        mapCode(sql, (text) => text.replaceAll(/((?:=|<>|!=|\bI?LIKE)\s*)(-?\d+(?:\.\d+)?)\b(?![\w.(])/gi, "$1'$2'")),
        'wrote the number that a text is compared with as a text',
      )
    : undefined

const joinedTexts: Mender = ({ sql, reason }) =>
  /operator does not exist: (?:character varying|text) \+ (?:character varying|text|unknown)|argument types '\+\((?:VARCHAR|STRING_LITERAL), (?:VARCHAR|STRING_LITERAL)\)'/.test(
    reason,
  )
    ? changed(
        sql,
        mapCode(sql, (text) => text.replaceAll(/\s*\+\s*(?!\d)/g, ' || ')),
        'wrote || for +, which joins texts here',
      )
    : undefined

/** `f(…)` with the arguments that stand within, however deep. */
function calls(sql: string, name: string, made: (args: readonly string[]) => string | undefined): string {
  const text = pieces(sql)
    .map(({ kind, text }) => (kind === 'code' ? text : '\u0001'.repeat(text.length)))
    .join('')
  const match = new RegExp(`(?<![\\w.])${name}\\s*\\(`, 'i').exec(text)
  if (!match) return sql
  const start = match.index + match[0].length
  const args: string[] = []
  let [depth, from] = [1, start]
  for (let at = start; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    if (depth > 0 && !(depth === 1 && text[at] === ',')) continue
    args.push(sql.slice(from, at).trim())
    from = at + 1
    if (depth > 0) continue
    const by = made(args)
    return by === undefined ? sql : sql.slice(0, match.index) + by + sql.slice(at + 1)
  }
  return sql
}

const rounded: Mender = ({ sql, reason }) =>
  /function round\(double precision, integer\) does not exist/.test(reason)
    ? changed(
        sql,
        calls(sql, 'ROUND', ([value, digits]) => (value && digits ? `ROUND((${value})::numeric, ${digits})` : undefined)),
        'rounded as numeric, which takes digits',
      )
    : undefined

const ifs: Mender = ({ sql, code }) =>
  code === 'function_unknown'
    ? changed(
        sql,
        calls(sql, 'IF', (args) => (args.length === 3 ? `CASE WHEN ${args[0]} THEN ${args[1]} ELSE ${args[2]} END` : undefined)),
        'wrote CASE for IF',
      )
    : undefined

/** Of MySQL's signs those that every source can say. */
const signs: Readonly<Record<string, readonly [postgres: string, other: string]>> = {
  '%Y': ['YYYY', '%Y'],
  '%m': ['MM', '%m'],
  '%d': ['DD', '%d'],
  '%H': ['HH24', '%H'],
  '%i': ['MI', '%M'],
  '%s': ['SS', '%S'],
}

const dateFormat: Mender = ({ sql, code, dialect }) => {
  if (code !== 'function_unknown' || dialect === 'mysql') return undefined
  const made = ([value, format]: readonly string[]): string | undefined => {
    if (!value || !format || !/^'[^']*'$/.test(format) || (format.match(/%./g) ?? []).some((sign) => !signs[sign])) return undefined
    const text = format.replaceAll(/%./g, (sign) => signs[sign]![dialect === 'postgres' ? 0 : 1])
    return dialect === 'postgres'
      ? `to_char(${value}, ${text})`
      : dialect === 'sqlite'
        ? `strftime(${text}, ${value})`
        : `strftime(${value}, ${text})`
  }
  return changed(sql, calls(sql, 'DATE_FORMAT', made), 'formatted the date as this source does')
}

const limits: Mender = ({ sql, dialect, reason, code }) => {
  if (!/^sql_/.test(code)) return undefined
  if (/LIMIT/.test(reason))
    return changed(
      sql,
      mapCode(sql, (text) => text.replaceAll(/\bLIMIT\s+(\d+)\s*,\s*(\d+)/gi, 'LIMIT $2 OFFSET $1')),
      'wrote LIMIT … OFFSET …',
    )
  return dialect === 'sqlite'
    ? changed(
        sql,
        mapCode(sql, (text) => text.replaceAll(/\bFETCH\s+(?:FIRST|NEXT)\s+(\d+)\s+ROWS?\s+ONLY/gi, 'LIMIT $1')),
        'wrote LIMIT for FETCH FIRST',
      )
    : undefined
}

const kinds: Readonly<Record<'mysql' | 'sqlite', Readonly<Record<string, string>>>> = {
  mysql: {
    int: 'SIGNED',
    integer: 'SIGNED',
    bigint: 'SIGNED',
    text: 'CHAR',
    varchar: 'CHAR',
    float: 'DOUBLE',
    double: 'DOUBLE',
    numeric: 'DECIMAL(38, 10)',
    date: 'DATE',
    timestamp: 'DATETIME',
  },
  sqlite: {
    int: 'INTEGER',
    integer: 'INTEGER',
    bigint: 'INTEGER',
    text: 'TEXT',
    varchar: 'TEXT',
    float: 'REAL',
    double: 'REAL',
    numeric: 'NUMERIC',
  },
}

const casts: Mender = ({ sql, dialect, code }) => {
  if (code !== 'sql_syntax' || (dialect !== 'mysql' && dialect !== 'sqlite')) return undefined
  const known = kinds[dialect]
  const next = mapCode(sql, (text) =>
    text.replaceAll(/([A-Za-z_][\w.]*)::(\w+)/g, (all, value: string, kind: string) =>
      known[kind.toLowerCase()] ? `CAST(${value} AS ${known[kind.toLowerCase()]})` : all,
    ),
  )
  return changed(sql, next, 'wrote CAST for ::')
}

/** What other dialects write and this one says otherwise. */
export const dialectMenders: readonly Mender[] = [quotedNumbers, joinedTexts, rounded, ifs, dateFormat, limits, casts]
