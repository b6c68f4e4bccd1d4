import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { fullName, type Look, mustFind, type Visible } from '../explore.ts'
import type { Grant } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Place } from '../store/store.ts'

/** An object as a caller names it: the source where nothing is said, a table, or one of its columns. */
export type Named = Readonly<{ table?: string | undefined; column?: string | undefined }>

/** The place of an object that the caller may see. Throws `table_unknown`, `column_unknown` or `field_missing`. */
export function placeOf({ table, column }: Named, { source, visible }: Look): Place {
  if (table === undefined || table === '') {
    if (column === undefined || column === '') return { table: '', column: '' }
    throw new SluiceError('field_missing', 'A column is named without its table.')
  }
  const one = mustFind(table, source.name, visible)
  return { table: fullName(one.table), column: column === undefined || column === '' ? '' : columnOf(column, one) }
}

/** The column as the source spells it. */
function columnOf(name: string, { name: table, table: { columns } }: Visible): string {
  const names = columns.map((column) => column.name)
  if (names.includes(name)) return name
  const loose = names.filter((one) => one.toLowerCase() === name.toLowerCase())
  if (loose.length === 1) return loose[0]!
  throw new SluiceError('column_unknown', `There is no column ${name.slice(0, 100)} in ${table}.${didYouMean(name, names)}`)
}

/** The tables that the caller may see, by their full names. */
export function byFullName(visible: readonly Visible[]): ReadonlyMap<string, Visible> {
  const known = byName.get(visible) ?? new Map(visible.map((one) => [fullName(one.table), one]))
  byName.set(visible, known)
  return known
}
const byName = new WeakMap<readonly Visible[], ReadonlyMap<string, Visible>>()

/** Whether an object may be seen; of a table `column` is empty. */
export function isVisible({ table, column }: Place, tables: ReadonlyMap<string, Visible>): boolean {
  if (table === '') return true
  const one = tables.get(table)
  return one !== undefined && (column === '' || one.table.columns.some(({ name }) => name === column))
}

/** Writing what everybody reads is for who may change the structure of the source, or administers it. */
export const mayDescribe = ({ actions }: Grant): boolean => actions.has('ddl') || actions.has('admin')

/** Throws `action_refused`. */
export function mustDescribe(grant: Grant, { source }: Call): void {
  if (mayDescribe(grant)) return
  throw new SluiceError('action_refused', `Your roles do not allow the action "ddl" or "admin" on "${source}".`)
}

/** Throws `action_refused`. */
export function mustAdminister(grant: Grant, { source }: Call): void {
  if (grant.actions.has('admin')) return
  throw new SluiceError('action_refused', `Your roles do not allow the action "admin" on "${source}".`)
}

/** Which tables are meant: by their names, by a test, or all. */
export type Wanted = readonly string[] | ((one: Visible) => boolean) | undefined

/** Those of them that the caller may see. Throws `table_unknown` for a name that is none. */
export function tablesOf(wanted: Wanted, { source, visible }: Pick<Look, 'source' | 'visible'>): readonly Visible[] {
  if (wanted === undefined) return visible
  return typeof wanted === 'function' ? visible.filter(wanted) : wanted.map((name) => mustFind(name, source.name, visible))
}

/** As the audit keeps them. */
export const namesOf = (wanted: Wanted): readonly string[] => (Array.isArray(wanted) ? (wanted as readonly string[]) : [])
