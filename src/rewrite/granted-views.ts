import { SluiceError } from '../error.ts'
import type { Resolved } from '../facts.ts'
import { limits } from '../limits.ts'
import type { Table } from '../schema.ts'
import type { Parsed } from '../sql/sql.ts'
import { grantOf, isOpenedUp, type TableView } from './effective-grant.ts'
import { grantedView, type Opened } from './granted-view.ts'
import type { Notes, RewriteSetting } from './rewrite.ts'

/** Where a statement stands: views are made of views, and names of WITH queries around them must not catch the names inside. */
type Place = Readonly<{
  /** How many views deep; 0 is the caller's own statement. */
  depth: number
  /** Every text that is around, in small letters. */
  around: string
  /** Something around it can fail or be observed. */
  leaky: boolean
  /** Names by which the caller asks SQLite for the hidden number of a row. */
  rowNumbers: readonly string[]
}>

/**
 * The tree with a granted view in the place of every table of which only a part may be seen. Masking the table itself, not the
 * output, holds through aliases, whole rows, predicates, aggregates and joins.
 */
export async function grantedViews<Tree>(
  parsed: Parsed<Tree>,
  resolved: readonly Resolved[],
  setting: RewriteSetting<Tree>,
  notes: Notes,
): Promise<Tree> {
  if (!setting.grant.restricted) return parsed.tree
  const { dialect } = setting
  const needed = dialect.name === 'sqlite' || resolved.some(({ table }) => table?.kind === 'view' || table?.kind === 'materialized_view')
  const around = needed ? (await dialect.print(parsed.tree)).toLowerCase() : ''
  const rowNumbers = dialect.name === 'sqlite' ? rowNumbersIn(around) : []
  return (await replaced(parsed, resolved, setting, notes, { depth: 0, around, leaky: parsed.facts.leaky, rowNumbers })).tree
}

/** A subselect has no `rowid` of its own, so it is given one; but not to a statement with a star, which would then show it. */
function rowNumbersIn(text: string): readonly string[] {
  if (text.replaceAll(/count\s*\(\s*\*\s*\)/g, '').includes('*')) return []
  return ['rowid', 'oid', '_rowid_'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
}

async function replaced<Tree>(
  parsed: Parsed<Tree>,
  resolved: readonly Resolved[],
  setting: RewriteSetting<Tree>,
  notes: Notes,
  place: Place,
): Promise<Readonly<{ tree: Tree; changed: boolean }>> {
  const texts = new Map<number, string>()
  let changed = false
  for (const { ref, table } of resolved) {
    if (!table || table.system) continue
    const text = await viewOf(table, setting, notes, place)
    if (text !== undefined) texts.set(ref.id, text)
    changed ||= text !== undefined
    // A WITH query of the caller could bear the name of a table that a view reads; the view would then read that instead.
    const caught = place.depth > 0 && ref.schema === undefined && place.around.includes(ref.name.toLowerCase())
    if (text === undefined && caught) texts.set(ref.id, `SELECT * FROM ${qualified(table, setting)}`)
  }
  if (texts.size === 0) return { tree: parsed.tree, changed }
  return { tree: await setting.dialect.replaceTables(parsed.tree, ({ id }) => texts.get(id)), changed }
}

/** The granted view of one table; undefined when the table may be seen as it is. */
async function viewOf<Tree>(table: Table, setting: RewriteSetting<Tree>, notes: Notes, place: Place): Promise<string | undefined> {
  const granted = grantOf(table, setting)
  const opened = isOpenedUp(table, granted, setting) ? await openView(table, setting, notes, place) : undefined
  if (!granted.restricted && opened === undefined && !mayGrow(granted, setting, place)) return undefined
  noteDown(table, granted, notes)
  if (opened !== undefined && table.kind !== 'view') notes.policies.add(`${table.name} is computed anew, because it is a copy`)
  const { leaky, rowNumbers } = place
  return grantedView(table, granted, opened, { ...setting, leaky, rowNumbers, inView: place.depth > 0, notes })
}

/** A star finds columns that came since the schema was read. In views of PostgreSQL and MySQL there is none: they were made of names. */
const mayGrow = ({ guarded }: TableView, { dialect: { name } }: Pick<RewriteSetting, 'dialect'>, { depth }: Place): boolean =>
  guarded && (depth === 0 || name === 'sqlite' || name === 'duckdb')

/** What a view is made of, with granted views inside; undefined when nothing in it had to change, so that the view itself will do. */
async function openView<Tree>(table: Table, setting: RewriteSetting<Tree>, notes: Notes, place: Place): Promise<Opened | undefined> {
  if (place.depth >= limits.viewDepthMax) throw refused(table, `is made of more than ${limits.viewDepthMax} views on top of each other`)
  if (table.definition === undefined) throw refused(table, 'is a view whose definition the source does not tell')
  const { dialect, schema, guard } = setting
  let parsed: Parsed<Tree>
  let resolved: readonly Resolved[]
  try {
    parsed = await dialect.parse(table.definition, schema)
    resolved = guard(parsed.facts)
    if (parsed.facts.kind !== 'read') throw new Error('a view is made of a reading statement')
  } catch (cause) {
    throw refused(table, 'is a view made of what cannot be checked or what you may not see', cause)
  }
  const inside: Place = {
    depth: place.depth + 1,
    around: `${place.around}\n${table.definition.toLowerCase()}`,
    leaky: place.leaky || parsed.facts.leaky,
    rowNumbers: [],
  }
  const { tree, changed } = await replaced(parsed, resolved, setting, notes, inside)
  if (!changed && table.kind === 'materialized_view') throw refused(table, 'is a copy of data of which you may see a part')
  return changed ? { sql: await dialect.print(tree), depth: inside.depth } : undefined
}

function noteDown(table: Table, granted: TableView, notes: Notes): void {
  for (const reason of granted.reasons) notes.policies.add(reason)
  for (const column of granted.masks.keys()) notes.masked.add(`${table.name}.${column}`)
}

const qualified = ({ schema, name }: Table, { dialect }: Pick<RewriteSetting, 'dialect'>): string =>
  schema === '' ? dialect.quoteName(name) : `${dialect.quoteName(schema)}.${dialect.quoteName(name)}`

const refused = ({ name }: Table, why: string, cause?: unknown): SluiceError =>
  new SluiceError('table_refused', `${name} ${why}.`, {
    cause,
    hint: 'Read the tables that search_schema shows instead, or ask for a role that names this view.',
  })
