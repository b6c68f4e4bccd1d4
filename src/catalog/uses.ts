import { pairUses } from '../bank.ts'
import type { Call } from '../call.ts'
import type { Change, Use } from '../drift/drift.ts'
import { fullName, mustFind } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { namedByRoles } from '../policy/policy.ts'
import { queryUses } from '../queries.ts'
import type { Schema, Table } from '../schema.ts'
import { cut } from './cut.ts'
import { type CatalogLook, inCatalog, notSynchronised } from './looking.ts'

/**
 * What names tables and columns of a source and may no longer fit: views that the caller sees whole and their own saved queries; for who
 * administers the source also roles, questions of the bank, saved queries of others and cached answers.
 */
export async function usesOf(
  { source, grant, store }: CatalogLook,
  changes: readonly Change[],
  before: Schema,
  after: Schema,
  parts: Parts,
): Promise<readonly Use[]> {
  const views = [...viewsOf(before, after), ...(await queryUses(store, source, grant))]
  if (!grant.actions.has('admin')) return views
  const policies = namedByRoles(parts.policy.roles(), source, before, after).map(
    ({ role, tables, columns }): Use => ({ what: 'policy', name: role, tables, columns }),
  )
  const bank = await pairUses(store, source, grant, before)
  const cached: Use[] =
    parts.cache.ttlMs(source) === 0
      ? []
      : [{ what: 'cache', name: source, tables: [...new Set(changes.map(({ table }) => table))], columns: [] }]
  return [...views, ...policies, ...bank, ...cached]
}

/** What names one table, told to who may see that table. */
export type TableUses = Readonly<{ source: string; table: string; uses: readonly Use[] }>

/** Who uses a table: views, saved queries, and for who administers the source roles and questions of the bank. Throws `not_synchronised`, `table_unknown`. */
export const tableUses = (call: Call, table: string, parts: Parts): Promise<TableUses> =>
  inCatalog(
    call,
    [table],
    ({ uses }) => uses.length,
    parts,
    async (look) => {
      const version = await look.store.versions.read(look.source)
      if (!version) throw notSynchronised(look.source)
      const { schema, visible } = cut(version, look.grant)
      const one = mustFind(table, look.source, visible).table
      const uses = await usesOf(look, [], schema, schema, parts)
      const naming = uses.filter(({ what, tables, name }) => what !== 'cache' && tables.includes(fullName(one)) && name !== fullName(one))
      return { source: look.source, table, uses: naming }
    },
  )

const VIEWS: ReadonlySet<string> = new Set(['view', 'materialized_view'])

/** Views as they are now, with the tables and columns of before that their text names: what has gone since is among those. */
function viewsOf(before: Schema, after: Schema): readonly Use[] {
  const byName = Map.groupBy(before.tables, ({ name }) => name.toLowerCase())
  return after.tables.flatMap((view): Use[] => {
    if (!VIEWS.has(view.kind) || view.definition === undefined) return []
    const words = new Set(wordsOf(view.definition))
    const read = new Map<string, Table>()
    for (const word of words) for (const table of byName.get(word) ?? []) if (table.name !== view.name) read.set(fullName(table), table)
    const told = new Set(view.dependsOn ?? [])
    const tables = [...new Set([...told, ...read.keys()])]
    const columns = [...read.values()].flatMap((table) =>
      table.columns.filter(({ name }) => words.has(name.toLowerCase())).map(({ name }) => `${fullName(table)}.${name}`),
    )
    return tables.length === 0 ? [] : [{ what: 'view', name: fullName(view), tables, columns }]
  })
}

/** Names as SQL writes them, in small letters: with quotes of any dialect, or as plain words. */
function wordsOf(text: string): string[] {
  const quoted = [...text.matchAll(/"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[([^\]]+)\]/g)].map(
    ([, double, back, bracket]) => double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? bracket ?? '',
  )
  const plain = text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  return [...quoted, ...plain].map((word) => word.toLowerCase())
}
