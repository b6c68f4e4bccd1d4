import { foreignKeysOf, keyOf, type Visible } from '../explore.ts'
import type { DialectName } from '../facts.ts'

const COMMENT_CHARS_MAX = 200

/** A table in lines that a model reads with few tokens: names, types, keys, masks, and what people wrote about it. */
export function tableText(one: Visible, visible: readonly Visible[]): string {
  const { name, table, grant } = one
  const rows = table.rowsEstimate === undefined || grant.rows.length > 0 ? '' : `about ${table.rowsEstimate} rows`
  const facts = [table.kind === 'table' ? '' : table.kind.replaceAll('_', ' '), rows].filter((fact) => fact !== '')
  const key = keyOf(one)
  const columns = table.columns.map((column) => {
    const mask = grant.masks.get(column.name)
    const told = [
      key.length === 1 && key[0] === column.name ? 'primary key' : '',
      column.nullable ? '' : 'not null',
      mask ? `masked: ${mask.kind}` : '',
    ].filter((fact) => fact !== '')
    return `  ${column.name} ${column.nativeType}${told.length > 0 ? ` ${told.join(', ')}` : ''}${commentOf(column.comment)}`
  })
  const keys = foreignKeysOf(one, visible).map(
    ({ columns, table: to, references }) => `  (${columns.join(', ')}) -> ${to} (${references.join(', ')})`,
  )
  return [
    `${name}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}${commentOf(table.comment)}`,
    ...columns,
    ...(key.length > 1 ? [`  primary key (${key.join(', ')})`] : []),
    ...keys,
    ...(grant.rows.length > 0 ? ['  some rows are hidden from you'] : []),
  ].join('\n')
}

function commentOf(comment: string | undefined): string {
  if (!comment) return ''
  const line = comment.replaceAll(/\s+/g, ' ').trim()
  return ` -- ${line.length > COMMENT_CHARS_MAX ? `${line.slice(0, COMMENT_CHARS_MAX)}…` : line}`
}

const common = [
  'One reading statement: SELECT, or WITH … SELECT; nothing that writes, no second statement behind a semicolon.',
  'Only these tables and columns exist for you. A masked column may be selected, but its value is hidden; do not filter or join by it.',
  'Join tables by the keys that the arrows show. Name columns instead of *. Rows beyond your limit are cut off, so say with LIMIT how many you need.',
]

const own: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: [
    'PostgreSQL: names with capitals or blanks stand in "double quotes", texts in \'single quotes\'; || joins texts, ILIKE ignores case.',
    "Dates: date_trunc('month', t), t::date, now() - interval '7 days', extract(year from t). Placeholders: $1, $2.",
    'An integer divided by an integer is an integer; write a::numeric / b.',
  ],
  mysql: [
    "MySQL and MariaDB: names in `backticks`, texts in 'single quotes'; CONCAT(a, b) joins texts, LIKE ignores case in most collations.",
    "Dates: DATE(t), DATE_FORMAT(t, '%Y-%m'), NOW() - INTERVAL 7 DAY, YEAR(t). Placeholders: ?.",
  ],
  sqlite: [
    'SQLite: names with blanks stand in "double quotes", texts in \'single quotes\'; || joins texts, LIKE ignores the case of a to z.',
    "Dates are texts or numbers: strftime('%Y-%m', t), date('now', '-7 days'). Placeholders: ?.",
    'An integer divided by an integer is an integer; write 1.0 * a / b.',
  ],
  duckdb: [
    'DuckDB: names with blanks stand in "double quotes", texts in \'single quotes\'; || joins texts, ILIKE ignores case, GROUP BY ALL is known.',
    "Dates: date_trunc('month', t), t::date, now() - interval 7 day, extract(year from t).",
  ],
}

/** What a model must know of a dialect and of this gateway to write a statement that runs. */
export const rulesOf = (dialect: DialectName): readonly string[] => [...own[dialect], ...common]
