import type { Call } from '../call.ts'
import type { Facts } from '../facts.ts'
import type { Parts } from '../gateway.ts'
import { type ColumnAbout, columnsOf, keyOf } from './describe.ts'
import { type AsOf, countable, find, type Look, lookingBack, mustFind, type Visible } from './visible.ts'

/** Which of many are wanted. `pattern` is a name with `*` or `%` for any letters; one without them fits where it occurs. */
export type ListFilter = Readonly<{ schema?: string; pattern?: string; table?: string; limit: number; offset: number }>

/** Some of many: `total` is how many fit, `more` how many of them come after these. */
export type Page<T> = Readonly<{ source: string; items: readonly T[]; total: number; more: number }> & AsOf

export type TableListed = Readonly<{
  table: string
  schema: string
  kind: string
  columns: number
  comment?: string
  /** Absent where rows are hidden or the source does not tell. */
  rows_estimate?: number
}>
export type ViewListed = Readonly<{
  view: string
  schema: string
  kind: string
  columns: readonly string[]
  comment?: string
  /** Absent where the source does not tell, or where it names something that this caller may not see. */
  definition?: string
}>
export type ColumnListed = ColumnAbout & Readonly<{ table: string; primary_key: boolean }>

const VIEWS: ReadonlySet<string> = new Set(['view', 'materialized_view'])

/** The tables and views that this caller may see, in the order of their names. */
export const listTables = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<TableListed>> =>
  lookingBack(call, [], counted, parts, ({ source, visible }) => page(source.name, fitting(visible, filter), filter, tableListed))

/** The views that this caller may see. */
export const listViews = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<ViewListed>> =>
  lookingBack(call, [], counted, parts, async (look) => {
    const views = fitting(look.visible, filter).filter(({ table }) => VIEWS.has(table.kind))
    const { items, ...rest } = page(look.source.name, views, filter, (one) => one)
    return { ...rest, items: await Promise.all(items.map((one) => viewListed(one, look, parts))) }
  })

/** The columns of one table, or of all that fit `filter`; a pattern then is of columns. */
export const listColumns = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<ColumnListed>> =>
  lookingBack(call, filter.table === undefined ? [] : [filter.table], counted, parts, ({ source, visible }) => {
    const { pattern, ...place } = filter
    const tables = filter.table === undefined ? fitting(visible, place) : [mustFind(filter.table, call.source, visible)]
    const all = tables.flatMap((one) => {
      const key = new Set(keyOf(one))
      return columnsOf(one).map((column): ColumnListed => ({ table: one.name, ...column, primary_key: key.has(column.name) }))
    })
    const fits = matching(pattern)
    return page(
      source.name,
      all.filter(({ name }) => fits(name)),
      filter,
      (one) => one,
    )
  })

const counted = <T>({ items }: Page<T>): number => items.length

export function page<T, U>(source: string, all: readonly T[], { limit, offset }: ListFilter, listed: (one: T) => U): Page<U> {
  const items = all.slice(offset, offset + limit)
  return { source, items: items.map(listed), total: all.length, more: Math.max(0, all.length - offset - items.length) }
}

/** Those of a schema whose names fit, sorted. */
export function fitting(visible: readonly Visible[], { schema, pattern }: Pick<ListFilter, 'schema' | 'pattern'>): readonly Visible[] {
  const fits = matching(pattern)
  return visible
    .filter(
      ({ name, table }) =>
        (schema === undefined || table.schema.toLowerCase() === schema.toLowerCase()) && (fits(table.name) || fits(name)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether a name fits a pattern, without regard to case. Linear in the name: what stands between the stars is looked for in turn. */
export function matching(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true
  const parts = pattern.toLowerCase().split(/[*%]+/)
  if (parts.length === 1) return (name) => name.toLowerCase().includes(parts[0]!)
  const [first = '', ...middle] = parts
  const last = middle.pop() ?? ''
  return (name) => {
    const text = name.toLowerCase()
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= text.length - last.length
  }
}

const tableListed = (one: Visible): TableListed => ({
  table: one.name,
  schema: one.table.schema,
  kind: one.table.kind,
  columns: one.table.columns.length,
  ...(one.table.comment === undefined ? {} : { comment: one.table.comment }),
  ...(one.table.rowsEstimate === undefined || !countable(one) ? {} : { rows_estimate: one.table.rowsEstimate }),
})

async function viewListed(one: Visible, look: Look, parts: Parts): Promise<ViewListed> {
  const { name, table } = one
  return {
    view: name,
    schema: table.schema,
    kind: table.kind,
    columns: table.columns.map((column) => column.name),
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    ...(table.definition !== undefined && (await isOpen(one, look, parts)) ? { definition: table.definition } : {}),
  }
}

/** Whether the text of a view names nothing that is hidden: every table that it reads is seen whole. What cannot be read is not open. */
async function isOpen({ table, grant }: Visible, { source, grant: whole, schema, visible }: Look, parts: Parts): Promise<boolean> {
  if (!whole.restricted) return true
  if (grant.restricted || table.definition === undefined) return false
  let facts: Facts
  try {
    facts = (await (await parts.dialects(source.dialect)).parse(table.definition.replace(/;\s*$/, ''), schema)).facts
  } catch {
    return false
  }
  if (facts.problems.length > 0 || facts.kind !== 'read') return false
  const named = facts.tables.map((ref) => (ref.schema === undefined ? ref.name : `${ref.schema}.${ref.name}`))
  const seen = [...named, ...(table.dependsOn ?? [])].map((name) => find(name, visible))
  return seen.every((one) => one !== undefined && !one.grant.restricted)
}
