import type { Cut, SearchIndex } from '../search/search.ts'
import { columnOf, joinTree, type Toll, type Tree } from './joins.ts'
import type { Condition, Item, Literal, Query } from './query.ts'

type Printing = Readonly<{ index: SearchIndex; cut: Cut | undefined; dialect: string; toll: Toll | undefined }>

/** The query as one statement of a dialect (sqlite, duckdb, postgres or mysql); undefined when its tables cannot be joined. */
export function printQuery(query: Query, index: SearchIndex, dialect: string, cut?: Cut, toll?: Toll): string | undefined {
  try {
    return printed(query, { index, cut, dialect, toll })
  } catch (error) {
    if (error instanceof Unjoined) return undefined
    throw error
  }
}

class Unjoined extends Error {}

function printed(query: Query, printing: Printing): string {
  const { index, cut, toll } = printing
  const tree = joinTree(index, query.tables, cut, query.joins, toll)
  if (!tree) throw new Unjoined()
  const names = namesOf(tree)
  const text = new Text(printing, names)
  const group = groupOf(query, printing)
  const parts = [
    `SELECT ${query.distinct ? 'DISTINCT ' : ''}${query.select.map((item) => text.item(item, query.group.includes(item.column))).join(', ')}`,
    `FROM ${text.from(tree)}`,
    ...(query.where.length > 0 ? [`WHERE ${text.conditions(query.where, query.whereAny)}`] : []),
    ...(group.length > 0 ? [`GROUP BY ${group.map((column) => text.item(groupedItem(query, column), true)).join(', ')}`] : []),
    ...(query.having.length > 0 ? [`HAVING ${text.conditions(query.having, false)}`] : []),
  ]
  if (query.combine) parts.push(query.combine.how.toUpperCase(), printed(query.combine.with, printing))
  if (query.order.length > 0)
    parts.push(`ORDER BY ${query.order.map((one) => text.order(one, query.group.includes(one.item.column))).join(', ')}`)
  if (query.limit !== undefined) parts.push(`LIMIT ${query.limit}`)
  return parts.join(' ')
}

/** What is shown beside a group must be grouped by where the engine does not see for itself that it can only be one. */
function groupOf(query: Query, { dialect }: Printing): readonly number[] {
  if (query.group.length === 0 || dialect === 'sqlite') return query.group
  const plain = [...query.select, ...query.order.map(({ item }) => item)].filter(({ aggregate, column }) => !aggregate && column >= 0)
  return [...new Set([...query.group, ...plain.map(({ column }) => column)])]
}

/** A column is grouped by as it is shown: by month where its month is. */
const groupedItem = ({ select, order }: Query, column: number): Item =>
  [...select, ...order.map(({ item }) => item)].find((item) => item.column === column && item.part !== undefined && !item.aggregate) ?? {
    column,
  }

function namesOf({ first, steps }: Tree): ReadonlyMap<number, string> {
  if (steps.length === 0) return new Map()
  return new Map([first, ...steps.map(({ table }) => table)].map((table, i) => [table, `t${i + 1}`]))
}

class Text {
  readonly #printing: Printing
  readonly #names: ReadonlyMap<number, string>
  constructor(printing: Printing, names: ReadonlyMap<number, string>) {
    this.#printing = printing
    this.#names = names
  }

  from({ first, steps }: Tree): string {
    const named = (table: number) => {
      const name = this.#names.get(table)
      return name === undefined ? this.#table(table) : `${this.#table(table)} AS ${name}`
    }
    const joins = steps.map(({ table, on }) => {
      const equal = on.map(([own, other]) => `${this.column(own)} = ${this.column(other)}`)
      return `JOIN ${named(table)} ON ${equal.join(' AND ')}`
    })
    return [named(first), ...joins].join(' ')
  }

  #table(table: number): string {
    const { schema, name } = this.#printing.index.tables[table]!
    const plain = schema === '' || (schema === 'main' && this.#printing.dialect !== 'mysql') || schema === 'public'
    return plain ? this.#quoted(name) : `${this.#quoted(schema)}.${this.#quoted(name)}`
  }

  #quoted(name: string): string {
    if (/^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)) return name
    return this.#printing.dialect === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`
  }

  column(column: number): string {
    const { index } = this.#printing
    const name = this.#quoted(columnOf(index, column).name)
    const table = this.#names.get(index.tableOf[column]!)
    return table === undefined ? name : `${table}.${name}`
  }

  /** `grouped` items of a date are the calendar's own months and weeks, such as `2024-03`; others are numbers, such as 3. */
  item({ column, aggregate, distinct, part, minus }: Item, grouped = false): string {
    const plain = column < 0 ? '*' : this.column(column)
    const piece = grouped && aggregate === undefined ? calendarPart : datePart
    const dated = part === undefined ? plain : piece(part, plain, this.#printing.dialect)
    const whole = aggregate === undefined ? dated : `${aggregate}(${distinct ? 'DISTINCT ' : ''}${dated})`
    return minus === undefined ? whole : `${whole} ${minus.how} ${this.item(minus.item)}`
  }

  order({ item, descending }: Readonly<{ item: Item; descending: boolean }>, grouped: boolean): string {
    return `${this.item(item, grouped)}${descending ? ' DESC' : ''}`
  }

  conditions(all: readonly Condition[], any: boolean): string {
    return all.map((one) => this.#condition(one)).join(any ? ' OR ' : ' AND ')
  }

  #condition({ left, operator, right }: Condition): string {
    const item = this.item(left)
    const sign = operator.toUpperCase()
    if (operator === 'is null' || operator === 'is not null') return `${item} ${sign}`
    if ('query' in right) return `${item} ${sign} (${printed(right.query, this.#printing)})`
    if ('item' in right) return `${item} ${sign} ${this.item(right.item)}`
    const values = (right as readonly Literal[]).map((literal) => this.#literal(literal, left))
    if (operator === 'between') return `${item} BETWEEN ${values[0]} AND ${values[1]}`
    if (operator === 'in' || operator === 'not in') return `${item} ${sign} (${values.join(', ')})`
    return `${item} ${sign} ${values[0]}`
  }

  #literal({ kind, text }: Literal, { column, aggregate, part }: Item): string {
    const numeric = /^-?\d+(\.\d+)?$/.test(text)
    const type = column < 0 ? 'int' : columnOf(this.#printing.index, column).type
    const counted = aggregate === 'count' || aggregate === 'sum' || aggregate === 'avg' || part !== undefined
    const asNumber = numeric && (counted || ['int', 'float', 'decimal'].includes(type) || (kind === 'number' && type !== 'text'))
    if (asNumber) return text
    if (type === 'bool' && /^(true|false)$/i.test(text)) return text.toUpperCase()
    const escaped = this.#printing.dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text
    return `'${escaped.replaceAll("'", "''")}'`
  }
}

const sqliteParts: Readonly<Record<string, string>> = { year: '%Y', month: '%m', day: '%d', week: '%W', weekday: '%w' }

function datePart(part: NonNullable<Item['part']>, column: string, dialect: string): string {
  if (dialect === 'sqlite') {
    if (part === 'quarter') return `((CAST(strftime('%m', ${column}) AS INTEGER) + 2) / 3)`
    return `CAST(strftime('${sqliteParts[part]}', ${column}) AS INTEGER)`
  }
  if (dialect === 'mysql') return part === 'weekday' ? `(DAYOFWEEK(${column}) - 1)` : `${part.toUpperCase()}(${column})`
  return `EXTRACT(${part === 'weekday' ? 'DOW' : part.toUpperCase()} FROM ${column})`
}

const calendarForms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sqlite: { month: '%Y-%m', week: '%Y-%W', day: '%Y-%m-%d' },
  duckdb: { month: '%Y-%m', week: '%G-%V', day: '%Y-%m-%d' },
  mysql: { month: '%Y-%m', week: '%x-%v', day: '%Y-%m-%d' },
  postgres: { month: 'YYYY-MM', week: 'IYYY-IW', day: 'YYYY-MM-DD' },
}

/** A month, week, day or quarter together with its year, so that those of two years stay apart; sorts as text. */
function calendarPart(part: NonNullable<Item['part']>, column: string, dialect: string): string {
  if (part === 'year' || part === 'weekday') return datePart(part, column, dialect)
  if (part === 'quarter') {
    const [year, quarter] = [datePart('year', column, dialect), datePart('quarter', column, dialect)]
    return dialect === 'mysql' ? `CONCAT(${year}, '-Q', ${quarter})` : `(${year} || '-Q' || ${quarter})`
  }
  const form = (calendarForms[dialect] ?? calendarForms.postgres!)[part]!
  if (dialect === 'sqlite') return `strftime('${form}', ${column})`
  if (dialect === 'duckdb') return `strftime(${column}, '${form}')`
  if (dialect === 'mysql') return `DATE_FORMAT(${column}, '${form}')`
  return `to_char(${column}, '${form}')`
}

/** Words that no dialect here takes for a plain name. */
const reserved = new Set(
  (
    'all alter analyse analyze and any array as asc asymmetric between by call case cast change check collate column condition constraint convert create cross cube ' +
    'current current_date current_time current_timestamp current_user cursor database databases day default delete desc describe distinct div do double drop each else ' +
    'end escape except exists explain false fetch float for foreign from full function generated grant group groups having if ignore in index inner insert int integer ' +
    'intersect interval into is iterate join key keys kill lateral lead leading leave left like limit lines load localtime lock long loop match mod month natural new ' +
    'not null number of off offset old on only option or order out outer over partition placing primary procedure range rank read real recursive references regexp release ' +
    'rename repeat replace require restrict return returning revoke right row rows schema schemas select session_user set show signal some sql start symmetric system ' +
    'table tablesample then to trailing trigger true union unique unlock update usage use user using values varying view when where while window with write year'
  ).split(' '),
)
