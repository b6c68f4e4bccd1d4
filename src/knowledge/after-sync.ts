import { randomUUID } from 'node:crypto'
import type { Call } from '../call.ts'
import type { Change } from '../drift/drift.ts'
import { fullName, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { keepValues } from './held-values.ts'
import { scanPersonal } from './personal.ts'
import { profileTables } from './profile.ts'

const keeper: Principal = { name: 'catalog', via: 'local', roles: ['admin'], attributes: {} }

/**
 * Looks again at what a synchronisation has found to be new, as far as the configuration says so: for personal data, and at values through a role.
 * `changes` is undefined for a first version, of which everything is new. The keeper of the catalog asks, and every query is recorded.
 */
export async function lookAfterSync(
  source: string,
  changes: readonly Change[] | undefined,
  signal: AbortSignal,
  parts: Parts,
): Promise<void> {
  await lookAgain(source, changes && touched(changes), signal, parts)
}

/** The same whatever is new, of some tables or all; personal data first, so that nothing of it is kept. */
export async function lookAgain(
  source: string,
  tables: ((one: Visible) => boolean) | undefined,
  signal: AbortSignal,
  parts: Parts,
): Promise<void> {
  const { scanPersonal: scan, profileRole, valuesRole } = parts.catalog
  if (!scan && profileRole === undefined && valuesRole === undefined) return
  const { keys, provider } = parts.auth
  const theirs: Parts = { ...parts, auth: { identify: () => keeper, until: () => undefined, keys, provider } }
  const call: Call = {
    id: randomUUID(),
    door: 'cli',
    credential: { kind: 'local' },
    source,
    action: 'query',
    text: 'catalog: look at what is new',
    params: [],
    signal,
  }
  if (scan) await scanPersonal(call, tables, randomUUID, theirs)
  if (profileRole !== undefined) await profileTables({ ...call, id: randomUUID() }, { tables, role: profileRole }, randomUUID, theirs)
  if (valuesRole !== undefined) await keepValues({ ...call, id: randomUUID() }, { tables, role: valuesRole }, randomUUID, theirs)
}

/** Tables that came, have another name, or of which a column did or has. */
function touched(changes: readonly Change[]): (one: Visible) => boolean {
  const renamed = new Map(
    changes.flatMap(({ kind, table, after }) => (kind === 'table_renamed' && after !== undefined ? [[table, after]] : [])),
  )
  const names = new Set(
    changes
      .filter(
        ({ kind }) => kind === 'table_added' || kind === 'table_renamed' || kind === 'definition_changed' || kind.startsWith('column_'),
      )
      .map(({ table }) => renamed.get(table) ?? table),
  )
  return ({ table }) => names.has(fullName(table))
}
