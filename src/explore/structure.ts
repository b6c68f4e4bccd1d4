import type { Call } from '../call.ts'
import type { Index } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { foreignKeysOf } from './describe.ts'
import { fitting, type ListFilter, type Page, page } from './list.ts'
import { type AsOf, countable, type Look, lookingBack, mustFind, toldOf, type Visible } from './visible.ts'

export type IndexListed = Readonly<{
  table: string
  name: string
  columns: readonly string[]
  unique: boolean
  primary: boolean
  method?: string
  definition?: string
  /** Absent where rows are hidden or the source does not tell. */
  bytes?: number
}>

/** A foreign key from one table to another; both ends may be seen whole. */
export type Relationship = Readonly<{ from: string; columns: readonly string[]; to: string; references: readonly string[] }>

/** The foreign keys of one table, in both directions. */
export type TableKeys = Readonly<{
  source: string
  table: string
  references: readonly Relationship[]
  referenced_by: readonly Relationship[]
}>

/** The indexes of one table or of all; throws `not_supported` where the source tells none. */
export const listIndexes = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<IndexListed>> =>
  lookingBack(call, filter.table === undefined ? [] : [filter.table], counted, parts, (look) => indexesIn(look, call, filter), true)

function indexesIn(look: Look, call: Call, filter: ListFilter): Page<IndexListed> {
  const { visible, source } = look
  const tables = filter.table === undefined ? fitting(visible, filter) : [mustFind(filter.table, call.source, visible)]
  if (!look.details) throw new SluiceError('not_supported', `The source ${source.name} tells nothing about its indexes.`)
  const all = tables.flatMap((one) => indexesOf(one, look))
  return page(source.name, all, filter, (one) => one)
}

const counted = ({ items }: Page<unknown>): number => items.length

/** Indexes of which every column may be seen; the text of an expression or a predicate may hold anything, so a table must then be open. */
export function indexesOf(one: Visible, { details }: Look): readonly IndexListed[] {
  const { name, table, grant } = one
  const columns = new Set(table.columns.map((column) => column.name))
  return toldOf(details?.indexes, one).flatMap((index): IndexListed[] => {
    if (grant.restricted && !index.columns.every((column) => columns.has(column))) return []
    return [listed(name, index, one)]
  })
}

const listed = (table: string, index: Index, one: Visible): IndexListed => ({
  table,
  name: index.name,
  columns: index.columns,
  unique: index.unique,
  primary: index.primary,
  ...(index.method === undefined ? {} : { method: index.method }),
  ...(index.definition === undefined || one.grant.restricted ? {} : { definition: index.definition }),
  ...(index.bytes === undefined || !countable(one) ? {} : { bytes: index.bytes }),
})

/** Every foreign key between tables that this caller may see. */
export const listRelationships = (call: Call, filter: ListFilter, parts: Parts): Promise<Page<Relationship>> =>
  lookingBack(call, [], counted, parts, ({ source, visible }) => {
    const all = fitting(visible, filter).flatMap((one) => relationshipsOf(one, visible))
    return page(source.name, all, filter, (one) => one)
  })

/** Throws `table_unknown`. */
export const foreignKeys = (call: Call, name: string, parts: Parts): Promise<TableKeys & AsOf> =>
  lookingBack(
    call,
    [name],
    (keys) => keys.references.length + keys.referenced_by.length,
    parts,
    ({ source, visible }) => {
      const one = mustFind(name, call.source, visible)
      const others = visible.flatMap((other) => relationshipsOf(other, visible))
      return {
        source: source.name,
        table: one.name,
        references: relationshipsOf(one, visible),
        referenced_by: others.filter(({ to }) => to === one.name),
      }
    },
  )

const relationshipsOf = (one: Visible, visible: readonly Visible[]): readonly Relationship[] =>
  foreignKeysOf(one, visible).map(({ columns, table, references }) => ({ from: one.name, columns, to: table, references }))
