import { SluiceError } from '../error.ts'
import { countable, fullName, type Look, type Visible } from '../explore.ts'
import type { Asking } from './as-role.ts'
import { graphOf } from './graph-of.ts'
import { byFullName } from './objects.ts'
import { inclusionSql, type Naming } from './profile-sql.ts'
import type { ColumnProfile } from './profile-value.ts'

const VALUES_MAX = 1_000
const RELATIONS_MAX = 8

/**
 * For columns whose names say that they refer to another table: the share of their values that the other's key has. Not where rows or values of
 * either are hidden, for then the share would be of something else, and tell of it.
 */
export async function inclusionsOf(
  one: Visible,
  look: Look,
  naming: Naming,
  ask: Asking,
): Promise<ReadonlyMap<string, NonNullable<ColumnProfile['found_in']>>> {
  const tables = byFullName(look.visible)
  const name = fullName(one.table)
  const found = new Map<string, { table: string; column: string; share: number }[]>()
  if (!countable(one) || look.grant.identity !== undefined) return found
  const maybe = graphOf(look).relations.filter(
    (relation) => relation.from === name && relation.kind === 'inferred' && relation.columns.length === 1,
  )
  for (const { to, columns, references } of maybe.slice(0, RELATIONS_MAX)) {
    const other = tables.get(to)
    const [column, key] = [columns[0]!, references[0]!]
    if (!other || !countable(other) || one.grant.masks.has(column) || other.grant.masks.has(key)) continue
    try {
      const { rows } = await ask(inclusionSql(column, VALUES_MAX, naming, key, other.table), 1)
      const [all, there] = (rows[0] ?? []).map(Number) as [number, number]
      if (all > 0)
        found.set(column, [...(found.get(column) ?? []), { table: to, column: key, share: Math.round((there / all) * 1000) / 1000 }])
    } catch (error) {
      // Types that only looked alike cannot be compared: then nothing is known of it.
      if (!(error instanceof SluiceError) || error.code === 'query_cancelled') throw error
    }
  }
  return found
}
