import { find, type Visible } from '../explore.ts'
import type { DialectName } from '../facts.ts'
import { distance, nearest } from '../nearest.ts'
import { wantedIn } from '../unknown-column.ts'
import { clauseMenders } from './menders-clauses.ts'
import { dialectMenders } from './menders-dialect.ts'
import { mapCode, pieces } from './pieces.ts'

/** A statement that does not run, with what is wrong. */
export type Broken = Readonly<{
  sql: string
  dialect: DialectName
  code: string
  reason: string
  visible: readonly Visible[]
  quoteName: (name: string) => string
}>
export type Mended = Readonly<{ sql: string; change: string }>
export type Mender = (broken: Broken) => Mended | undefined

const changed = (before: string, sql: string, change: string): Mended | undefined => (sql === before ? undefined : { sql, change })

const fences: Mender = ({ sql }) => changed(sql, sql.replace(/^\s*```(?:sql)?\s*|\s*```\s*$/gi, ''), 'took away the marks of a code block')

const signs: Mender = ({ sql }) =>
  changed(
    sql,
    sql
      .replaceAll(/[‘’‚′]/g, "'")
      .replaceAll(/[“”„″]/g, '"')
      .replaceAll(/[\u00a0\u2007\u202f]/g, ' ')
      .replaceAll(/[\u200b\ufeff]/g, ''),
    'made typographic quotes and blanks plain',
  )

const operators: Mender = ({ sql }) =>
  changed(
    sql,
    mapCode(sql, (text) => text.replaceAll(/!==/g, '<>').replaceAll(/(?<![=!<>])={2,3}(?!=)/g, '=')),
    'wrote = for == and <> for !==',
  )

const commas: Mender = ({ sql, code }) =>
  code === 'sql_syntax'
    ? changed(
        sql,
        mapCode(sql, (text) => text.replaceAll(/,(\s*)(?=(?:from|where|group|order|limit)\b|\)|$)/gi, '$1')),
        'took away a comma too many',
      )
    : undefined

const quotes: Mender = ({ sql, code, dialect, quoteName }) => {
  const own = dialect === 'mysql' || dialect === 'sqlite' ? '' : '`'
  const parts = pieces(sql).map((piece) => {
    if (own !== '' && piece.text.length > 2 && piece.text.startsWith('`') && piece.text.endsWith('`'))
      return quoteName(piece.text.slice(1, -1))
    return piece.kind === 'code' && dialect === 'postgres' && code === 'sql_syntax'
      ? piece.text.replaceAll(/\[([A-Za-z_][\w ]*)\]/g, (_, name: string) => quoteName(name))
      : piece.text
  })
  return changed(sql, parts.join(''), 'quoted names as this source does')
}

/** An open string or bracket is closed where the statement ends. */
const open: Mender = ({ sql, code }) => {
  if (!/^sql_/.test(code)) return undefined
  const all = pieces(sql)
  const last = all.at(-1)
  if (last && last.kind === 'string' && !last.closed) return { sql: `${sql.trimEnd()}${last.text[0]}`, change: 'closed a quote' }
  const text = all.map((piece) => (piece.kind === 'code' ? piece.text : '')).join('')
  const missing = (text.match(/\(/g)?.length ?? 0) - (text.match(/\)/g)?.length ?? 0)
  if (missing > 0 && missing < 20) return { sql: `${sql.trimEnd().replace(/;$/, '')}${')'.repeat(missing)}`, change: 'closed a bracket' }
  return undefined
}

const keywords = 'SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT JOIN LEFT INNER OUTER DISTINCT BETWEEN UNION'.split(' ')
const known = new Set([
  ...keywords,
  ...'AS ON IN IS NOT AND OR NULL ASC DESC CASE WHEN THEN ELSE END LIKE WITH RIGHT FULL CROSS USING ALL ANY FORMAT SUM COUNT AVG MIN MAX'.split(
    ' ',
  ),
])

const misspelt: Mender = ({ sql, code, visible }) => {
  if (code !== 'sql_syntax' && code !== 'statement_refused') return undefined
  const names = new Set(
    visible.flatMap(({ table }) => [table.name, ...table.columns.map(({ name }) => name)].map((name) => name.toUpperCase())),
  )
  let word: string | undefined
  const next = mapCode(sql, (text) =>
    text.replaceAll(/[A-Za-z]{3,}/g, (found) => {
      const upper = found.toUpperCase()
      if (word !== undefined || known.has(upper) || names.has(upper)) return found
      const near = keywords.find((keyword) => keyword.length > 3 && distance(upper, keyword, 1) <= 1)
      if (near === undefined) return found
      word = `${near} for ${found}`
      return near
    }),
  )
  return changed(sql, next, `wrote ${word}`)
}

const top: Mender = ({ sql }) => {
  const match = /^(\s*select\s+(?:distinct\s+)?)top\s*\(?\s*(\d+)\s*\)?\s+/i.exec(sql)
  if (!match) return undefined
  return { sql: `${match[1]}${sql.slice(match[0].length).trimEnd().replace(/;$/, '')} LIMIT ${match[2]}`, change: 'wrote LIMIT for TOP' }
}

const ilike: Mender = ({ sql, dialect, code }) =>
  (dialect === 'mysql' || dialect === 'sqlite') && code === 'sql_syntax'
    ? changed(
        sql,
        mapCode(sql, (text) => text.replaceAll(/\bilike\b/gi, 'LIKE')),
        'wrote LIKE for ILIKE',
      )
    : undefined

const functions: Readonly<Record<string, string>> = {
  nvl: 'COALESCE',
  ifnull: 'COALESCE',
  isnull: 'COALESCE',
  len: 'LENGTH',
  getdate: 'CURRENT_TIMESTAMP',
  sysdate: 'CURRENT_TIMESTAMP',
  ucase: 'UPPER',
  lcase: 'LOWER',
  ceil: 'CEILING',
  ceiling: 'CEIL',
}

const foreignFunctions: Mender = ({ sql, code }) => {
  if (code !== 'function_unknown' && code !== 'function_refused' && code !== 'sql_syntax') return undefined
  let told = ''
  const next = mapCode(sql, (text) =>
    text.replaceAll(/\b([A-Za-z_]+)(\s*\(\s*\)?)/g, (all, name: string, rest: string) => {
      const own = Object.hasOwn(functions, name.toLowerCase()) ? functions[name.toLowerCase()]! : undefined
      if (own === undefined) return all
      told = `${own} for ${name}`
      return own === 'CURRENT_TIMESTAMP' && rest.includes(')') ? own : `${own}${rest}`
    }),
  )
  return changed(sql, next, `wrote ${told}`)
}

const tables: Mender = ({ sql, code, visible }) => {
  if (code !== 'table_unknown') return undefined
  let told = ''
  const next = mapCode(sql, (text) =>
    text.replaceAll(/(\b(?:from|join)\s+)([A-Za-z_][\w.$]*)/gi, (all, before: string, name: string) => {
      if (told !== '' || find(name, visible)) return all
      const near = nearTable(name, visible)
      if (near === undefined) return all
      told = `the table ${near} for ${name}`
      return `${before}${near}`
    }),
  )
  return changed(sql, next, `wrote ${told}`)
}

const nearTable = (name: string, visible: readonly Visible[]): string | undefined =>
  nearest(
    name,
    visible.map((one) => one.name),
    1,
  )[0]

const columns: Mender = ({ sql, code, reason, visible, dialect }) => {
  if (code !== 'column_unknown') return undefined
  const wanted = wantedIn({ message: reason })
  if (!wanted) return undefined
  // A text in double quotes is a name in most sources.
  const literal = `"${wanted}"`
  const lower = sql.toLowerCase()
  const here = visible.filter(({ table }) => lower.includes(table.name.toLowerCase()))
  const near = nearest(
    wanted,
    here.flatMap(({ table }) => table.columns.map(({ name }) => name)),
    1,
  )[0]
  if (near === undefined) {
    return dialect !== 'mysql' && sql.includes(literal)
      ? { sql: sql.replaceAll(literal, `'${wanted.replaceAll("'", "''")}'`), change: `wrote '${wanted}' as a text` }
      : undefined
  }
  const word = new RegExp(`(?<![\\w$])${wanted.replaceAll(/[$.]/g, '\\$&')}(?![\\w$])`, 'gi')
  const plain = mapCode(sql, (text) => text.replaceAll(word, near))
  return changed(sql, plain === sql ? sql.replaceAll(literal, `"${near}"`) : plain, `wrote the column ${near} for ${wanted}`)
}

/** In the order in which they are tried; each answers the statement with one thing mended, or nothing. */
export const menders: readonly Mender[] = [
  ...[
    fences,
    signs,
    ...clauseMenders,
    ...dialectMenders,
    tables,
    columns,
    foreignFunctions,
    top,
    operators,
    commas,
    quotes,
    ilike,
    misspelt,
    open,
  ],
]
