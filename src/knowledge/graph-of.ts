import { foreignKeysOf, fullName, keyOf, type Look, type Visible } from '../explore.ts'
import { type Inclusion, type JoinGraph, joinGraph } from '../graph/graph.ts'
import type { Table } from '../schema.ts'
import type { ProfileTold } from './profile-value.ts'

type Kept = Readonly<{ evidence: string; graph: JoinGraph }>
/** A look at the same schema by the same grant is the same list of tables, so that its graph is made once. */
const kept = new WeakMap<readonly Visible[], Kept>()

/**
 * The join graph of what a caller may see: what is hidden is in no path, no evidence and no warning. Names of tables are full ones. `evidence`
 * tells two sets of profiles apart.
 */
export function graphOf({ visible, schema }: Pick<Look, 'visible' | 'schema'>, inclusion?: Inclusion, evidence = ''): JoinGraph {
  const known = kept.get(visible)
  if (known && known.evidence === evidence) return known.graph
  const byName = new Map(visible.map((one) => [one.name, one]))
  const tables = visible.map((one): Table => {
    const keys = foreignKeysOf(one, visible).flatMap(({ columns, table, references }) => {
      const other = byName.get(table)
      // SQLite lets the columns be left out that are the key of the other table.
      const target = references.length > 0 ? references : other ? keyOf(other) : []
      return other && target.length === columns.length ? [{ columns, table: fullName(other.table), references: target }] : []
    })
    return { ...one.table, primaryKey: keyOf(one), foreignKeys: keys }
  })
  const graph = joinGraph({ ...schema, tables }, inclusion)
  kept.set(visible, { evidence, graph })
  return graph
}

/** What profiles know of values of one column being among those of another. */
export function inclusionOf(profiles: ReadonlyMap<string, ProfileTold>): Inclusion {
  const shares = new Map<string, number>()
  for (const [from, { columns }] of profiles)
    for (const { name, found_in = [] } of columns)
      for (const { table, column, share } of found_in) shares.set([from, name, table, column].join('\0'), share)
  return { share: (from, column, to, reference) => shares.get([from, column, to, reference].join('\0')) }
}
