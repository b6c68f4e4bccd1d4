import { createHmac } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Mask } from '../grant.ts'
import type { ColumnType } from '../result.ts'
import type { Table } from '../schema.ts'
import type { TableView } from './effective-grant.ts'
import type { Notes, RewriteSetting } from './rewrite.ts'

/** A view's own SELECT, with granted views in it. */
export type Opened = Readonly<{ sql: string; depth: number }>

type Setting<Tree> = RewriteSetting<Tree> & Readonly<{ leaky: boolean; inView: boolean; rowNumbers: readonly string[]; notes: Notes }>

/**
 * The SELECT that a table becomes: the granted columns in the table's own order, masked, of the rows that all rules let through.
 * It ends in the dialect's fence when the caller's predicates could otherwise run on hidden rows and tell about them.
 */
export async function grantedView<Tree>(
  table: Table,
  granted: TableView,
  opened: Opened | undefined,
  setting: Setting<Tree>,
): Promise<string> {
  const { dialect, leaky, inView } = setting
  const quote = (name: string): string => dialect.quoteName(name)
  if (granted.columns.length === 0) throw new SluiceError('table_unknown', `There is no table ${table.name} that you may read.`)
  const shown = table.columns.flatMap(({ name, type, nativeType }) => {
    const given = granted.columns.includes(name)
    // A view was written for the whole table: a column that went missing would break it, and one that is empty tells nothing.
    if (!given && !inView) return []
    const wanted: Mask | undefined = given ? granted.masks.get(name) : { kind: 'null' }
    const mask = wanted && fitting(wanted, type, dialect.name)
    return mask ? `${masked(mask, table, name, nativeType, setting)} AS ${quote(name)}` : quote(name)
  })
  const { head, from } = opened
    ? openedFrom(table, opened, setting)
    : { head: '', from: `${table.schema === '' ? '' : `${quote(table.schema)}.`}${quote(table.name)}` }
  const select = `${head}SELECT ${[...rowNumbersOf(table, granted, setting), ...shown].join(', ')} FROM ${from}`
  if (granted.rows.length === 0) return select
  for (const rule of granted.rows) await checkRule(rule, table, from, setting)
  const where = granted.rows.map(bracketed).join(' AND ')
  return fixNames(`${select} WHERE ${where}${leaky ? dialect.fence : ''}`, setting)
}

/** The number of a row is often its key under another name, so it is shown only where the whole key is. */
function rowNumbersOf<Tree>(table: Table, { columns, masks }: TableView, { rowNumbers, inView }: Setting<Tree>): readonly string[] {
  const plain = (table.primaryKey ?? []).every((name) => columns.includes(name) && !masks.has(name))
  if (inView || table.kind !== 'table' || !plain) return []
  return rowNumbers.filter((name) => !table.columns.some((column) => column.name.toLowerCase() === name))
}

/**
 * An opened view under its own name. Its columns are named by position, because some sources give the definition without the list
 * of names; where the definition always carries them a plain subselect is easier on the planner.
 */
function openedFrom<Tree>(table: Table, { sql, depth }: Opened, { dialect }: Setting<Tree>): Readonly<{ head: string; from: string }> {
  const name = dialect.quoteName(table.name)
  if (dialect.name === 'postgres' || dialect.name === 'mysql') return { head: '', from: `(${sql}) AS ${name}` }
  const inner = dialect.quoteName(`sluice_view_${depth}`)
  const names = table.columns.map((column) => dialect.quoteName(column.name)).join(', ')
  return { head: `WITH ${inner} (${names}) AS (${sql}) `, from: `${inner} AS ${name}` }
}

const numbers: ReadonlySet<ColumnType> = new Set(['int', 'float', 'decimal'])
const dates: ReadonlySet<ColumnType> = new Set(['date', 'timestamp', 'timestamptz'])

/** A mask that cannot be made of a column's type would fail in the source, and its error could quote the value; such a column is empty. */
function fitting(mask: Mask, type: ColumnType, dialect: DialectName): Mask {
  // SQLite's columns hold what they like, and its masks are made for that.
  if (dialect === 'sqlite') return mask
  const fits =
    mask.kind === 'round' ? numbers.has(type) : mask.kind === 'year' ? dates.has(type) || (type === 'text' && dialect !== 'postgres') : true
  return fits ? mask : { kind: 'null' }
}

function masked<Tree>(
  mask: Mask,
  table: Table,
  column: string,
  nativeType: string,
  { dialect, grant, maskKey, notes }: Setting<Tree>,
): string {
  if (mask.kind !== 'hash') return dialect.mask(mask, dialect.quoteName(column), nativeType, '')
  const key = createHmac('sha256', Buffer.from(maskKey(), 'hex'))
    .update(`${grant.source}.${table.schema}.${table.name}.${column}`)
    .digest('hex')
  const sql = dialect.mask(mask, dialect.quoteName(column), nativeType, key)
  // A dialect may write the key itself or what HMAC makes of it; either is a long hexadecimal literal.
  const found = [...sql.matchAll(/[0-9a-f]{32,}/gi)].map(([text]) => text)
  if (found.length === 0) throw new Error('the key of a hash mask is written in a way that could not be hidden')
  for (const text of found) notes.secrets.add(text)
  return sql
}

/** A line break ends the comment that a rule may end with. */
const bracketed = (rule: string): string => (/--|#/.test(rule) ? `(${rule}\n)` : `(${rule})`)

const checked = new Set<string>()
const CHECKED_MAX = 10_000

/**
 * A rule must be one predicate. Read with and without brackets around it, it can neither close the bracket that it is put in nor add
 * a clause; so a mistyped rule is an error of the configuration, never a way around itself.
 */
async function checkRule<Tree>(rule: string, table: Table, from: string, { dialect, schema }: Setting<Tree>): Promise<void> {
  const key = `${dialect.name}\0${schema.version}\0${from}\0${rule}`
  if (checked.has(key)) return
  for (const where of [rule, bracketed(rule), `NOT ${bracketed(rule)}`]) {
    try {
      const { facts } = await dialect.parse(`SELECT 1 FROM ${from} WHERE ${where}`, schema)
      const problem = facts.problems[0]
      if (problem) throw new Error(problem.what)
      if (facts.kind !== 'read' || facts.params > 0) throw new Error('it is not a plain predicate')
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'it cannot be read'
      throw new SluiceError('config_invalid', `The row rule on ${table.name} cannot be used: ${why.replace(/\.$/, '')}.`, { cause })
    }
  }
  if (checked.size >= CHECKED_MAX) checked.clear()
  checked.add(key)
}

/** Tables that a rule names get their schema, so that no WITH query of the caller can stand in for them. */
async function fixNames<Tree>(view: string, { dialect, schema }: Setting<Tree>): Promise<string> {
  const { tree, facts } = await dialect.parse(view, schema)
  const open = facts.tables.filter((ref) => ref.schema === undefined)
  if (open.length === 0) return view
  const texts = new Map<number, string>()
  for (const { id, name } of open) {
    const found = schema.searchPath
      .map((place) => schema.tables.find((table) => table.schema === place && table.name.toLowerCase() === name.toLowerCase()))
      .find((table) => table !== undefined)
    if (found && found.schema !== '') texts.set(id, `SELECT * FROM ${dialect.quoteName(found.schema)}.${dialect.quoteName(found.name)}`)
  }
  return texts.size === 0 ? view : dialect.print(await dialect.replaceTables(tree, ({ id }) => texts.get(id)))
}
