import type { Call } from '../call.ts'
import { foreignKeysOf, keyOf, type Look, looking, mustFind, rankTables, type Visible } from '../explore.ts'
import type { DialectName } from '../facts.ts'
import type { Parts } from '../gateway.ts'
import type { TableColumn } from '../schema.ts'
import { judge } from './verdict.ts'

export type Suggestion = Readonly<{ title: string; sql: string; table: string }>
export type Suggested = Readonly<{ source: string; dialect: string; suggestions: readonly Suggestion[]; tables: readonly string[] }>

type Asked = Readonly<{ question?: string | undefined; table?: string | undefined }>

const TABLES_MAX = 3
const SUGGESTIONS_MAX = 12

/**
 * Statements that fit a table, or the tables that fit a question: to look at rows, count, group, sum by month, join. They are made from
 * the schema and the words of the question, not by a model, and each has passed the guard for this caller.
 */
export const suggest = (call: Call, asked: Asked, parts: Parts): Promise<Suggested> =>
  looking(
    call,
    asked.table === undefined ? [] : [asked.table],
    ({ suggestions }) => suggestions.length,
    parts,
    async (look) => {
      const { source, visible } = look
      const tables =
        asked.table === undefined ? await best(asked.question ?? '', look, parts) : [mustFind(asked.table, call.source, visible)]
      const { quoteName } = await parts.dialects(source.dialect)
      const made = tables.flatMap((one) => templates(one, visible, source.dialect, quoteName))
      const ranked = made.toSorted((a, b) => fits(b, asked.question) - fits(a, asked.question))
      const suggestions: Suggestion[] = []
      for (const { title, sql, table } of ranked) {
        if (suggestions.length >= SUGGESTIONS_MAX) break
        const { valid } = await judge({ ...call, text: sql }, look, parts)
        if (valid) suggestions.push({ title, sql, table })
      }
      return { source: source.name, dialect: source.dialect, suggestions, tables: tables.map(({ name }) => name) }
    },
  )

const best = async (question: string, look: Look, parts: Parts): Promise<readonly Visible[]> =>
  (await rankTables(question, look, TABLES_MAX, parts)).map(({ one }) => one)

/** `words` are those of a question that this statement answers. */
type Template = Suggestion & Readonly<{ words: RegExp }>

const fits = ({ words }: Template, question: string | undefined): number => (question !== undefined && words.test(question) ? 1 : 0)

const month: Readonly<Record<DialectName, (column: string) => string>> = {
  postgres: (column) => `date_trunc('month', ${column})`,
  duckdb: (column) => `date_trunc('month', ${column})`,
  mysql: (column) => `DATE_FORMAT(${column}, '%Y-%m')`,
  sqlite: (column) => `strftime('%Y-%m', ${column})`,
}

const COLUMNS_SHOWN = 8

function templates(one: Visible, visible: readonly Visible[], dialect: DialectName, quote: (name: string) => string): Template[] {
  const table = one.name
  const from = quotedTable(one, quote)
  // What is masked says nothing when it is grouped, summed or sorted by.
  const plain = one.table.columns.filter(({ name }) => !one.grant.masks.has(name))
  const keys = new Set([...keyOf(one), ...foreignKeysOf(one, visible).flatMap(({ columns }) => columns)])
  const label = plain.find((column) => isLabel(column) && !keys.has(column.name))
  const figure = plain.find((column) => isFigure(column) && !keys.has(column.name))
  const time = plain.find(isTime)
  const list = one.table.columns.slice(0, COLUMNS_SHOWN).map(({ name }) => quote(name))
  const made: Template[] = []
  const add = (title: string, words: RegExp, ...lines: readonly string[]) => made.push({ title, table, words, sql: lines.join('\n') })

  add(`Rows of ${table}`, /show|list|look|example|sample/i, `SELECT ${list.join(', ')}`, `FROM ${from}`, 'LIMIT 20')
  add(`How many rows ${table} has`, /how many|count|number of|total/i, 'SELECT COUNT(*) AS row_count', `FROM ${from}`)
  if (time) {
    const lines = [`SELECT ${list.join(', ')}`, `FROM ${from}`, `ORDER BY ${quote(time.name)} DESC`, 'LIMIT 20']
    add(`The latest of ${table} by ${time.name}`, /latest|last|new|recent/i, ...lines)
    const value = figure ? `, SUM(${quote(figure.name)}) AS total` : ''
    const by = month[dialect](quote(time.name))
    const lines2 = [`SELECT ${by} AS month, COUNT(*) AS row_count${value}`, `FROM ${from}`, `GROUP BY ${by}`, 'ORDER BY 1', 'LIMIT 120']
    add(`${table} by month of ${time.name}`, /month|trend|over time|per year|history|develop/i, ...lines2)
  }
  if (label) {
    const value = figure ? `, SUM(${quote(figure.name)}) AS total, AVG(${quote(figure.name)}) AS average` : ''
    const lines = [`SELECT ${quote(label.name)}, COUNT(*) AS row_count${value}`, `FROM ${from}`, `GROUP BY ${quote(label.name)}`]
    add(
      `${table} by ${label.name}`,
      /\bby\b|\bper\b|each|group|distribut|average|mean|sum/i,
      ...lines,
      'ORDER BY row_count DESC',
      'LIMIT 50',
    )
  }
  if (figure) {
    const lines = [
      `SELECT ${list.join(', ')}`,
      `FROM ${from}`,
      `WHERE ${quote(figure.name)} IS NOT NULL`,
      `ORDER BY ${quote(figure.name)} DESC`,
    ]
    add(`The largest of ${table} by ${figure.name}`, /top|largest|biggest|most|highest|best/i, ...lines, 'LIMIT 10')
  }
  return [...made, ...joins(one, visible, label ?? plain[0], quote)]
}

/** A join for each of the first foreign keys, counting the rows of this table for each row of the other. */
function joins(one: Visible, visible: readonly Visible[], own: TableColumn | undefined, quote: (name: string) => string): Template[] {
  return foreignKeysOf(one, visible)
    .slice(0, 2)
    .flatMap(({ columns, table, references }) => {
      const other = visible.find(({ name }) => name === table)
      if (!other || other === one || !own) return []
      const shown = other.table.columns.find((column) => isLabel(column) && !other.grant.masks.has(column.name)) ?? other.table.columns[0]!
      const on = columns.map((column, i) => `a.${quote(column)} = b.${quote(references[i]!)}`).join(' AND ')
      const key = references.map((column) => `b.${quote(column)}`)
      const group = [...new Set([...key, `b.${quote(shown.name)}`])].join(', ')
      const sql = [
        `SELECT ${group}, COUNT(*) AS row_count`,
        `FROM ${quotedTable(one, quote)} AS a`,
        `JOIN ${quotedTable(other, quote)} AS b ON ${on}`,
        `GROUP BY ${group}`,
        'ORDER BY row_count DESC',
        'LIMIT 20',
      ].join('\n')
      return [{ title: `${one.name} for each of ${other.name}`, table: one.name, words: /join|each|per\b|with|most|by\b/i, sql }]
    })
}

/** The schema is named where the source would not find the table without. */
const quotedTable = ({ name, table }: Visible, quote: (name: string) => string): string =>
  name === table.name ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`

const isTime = ({ type, name }: TableColumn): boolean =>
  type === 'date' || type === 'timestamp' || type === 'timestamptz' || (type === 'text' && /(_at|_on|_date|date|time)$/i.test(name))
const isFigure = ({ type, name }: TableColumn): boolean =>
  (type === 'int' || type === 'decimal' || type === 'float') && !/(^|_)(id|no|nr|code|zip|year)$/i.test(name)
/** A text that likely has few values. */
const isLabel = (column: TableColumn): boolean =>
  (column.type === 'text' || column.type === 'bool') &&
  !isTime(column) &&
  !/(^|_)(id|uuid|email|phone|url|path|text|body|note|comment|description|hash|address|password|token)s?$/i.test(column.name)
