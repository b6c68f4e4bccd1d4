import type { Use } from '../drift/drift.ts'
import type { Grant } from '../grant.ts'
import type { SavedQuery, Store } from '../store/store.ts'

/**
 * What saved queries name, as far as a caller may know of them: their own; for who administers the source and sees all of it everybody's.
 * Names of tables and columns only.
 */
export async function queryUses(store: Store, source: string, grant: Grant): Promise<readonly Use[]> {
  const all = grant.actions.has('admin') && !grant.restricted
  return (await store.queries.of(source)).filter(({ owner }) => all || owner === grant.principal).map(useOf)
}

const useOf = ({ name, tables }: SavedQuery): Use => ({
  what: 'query',
  name,
  tables: tables.map(({ table }) => table),
  // Where a table is read as a whole any of its columns may be meant.
  columns: tables.some(({ all }) => all !== undefined)
    ? []
    : tables.flatMap(({ table, columns }) => Object.keys(columns).map((column) => `${table}.${column}`)),
})
