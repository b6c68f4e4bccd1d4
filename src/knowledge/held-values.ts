import type { Call } from '../call.ts'
import { named } from '../error.ts'
import { fullName, intend, type Look, lookInto, recorded, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { detector } from '../pii/pii.ts'
import { type Asking, askingAs, inTurn, type NewId } from './as-role.ts'
import { namesOf, tablesOf, type Wanted } from './objects.ts'
import { personalColumns, seemsPersonal } from './profile.ts'
import { sampleSql } from './profile-sql.ts'
import { scopeOf, textsOf } from './profile-value.ts'

/** What was kept. `failed` are tables that could not be read, with the code of the failure. */
export type HeldTold = Readonly<{
  source: string
  tables: number
  columns: number
  failed: readonly Readonly<{ table: string; code: string }>[]
}>

/** Values of one table's columns as the registry keeps them. `scope` says which rows were seen, as in a profile. */
export type Held = Readonly<{ scope: string; columns: readonly Readonly<{ name: string; values: readonly string[] }>[] }>

/** Rows of a table that are looked at: values that a question names are seldom rare ones. */
const ROWS = 2_000
/** Columns of more values are no list that somebody would choose from. */
const VALUES_MAX = 200
/** A column whose values never come again is kept of a small table only: there it is what the table lists. */
const ONCE_ROWS_MAX = 500
const CHARS_MAX = 60
/** A city is asked for by its name everywhere, and tells of nobody alone; somebody may decide that it is to stay masked. */
const PLACE = 'location'
const TABLES_MAX = 20_000
const COLUMNS_AT_ONCE = 50
const TIMEOUT_MS = 30_000
const AT_ONCE = 2

/**
 * Keeps the values of text columns that have few, as a role sees them, so that a question that names one finds its column. Nothing is kept of
 * columns that the role sees masked or not at all, that seem to hold personal data, or of tables of which it sees some rows only. For the
 * keeper of the catalog. Each look is a query like everybody's.
 */
export const keepValues = (
  call: Call,
  wanted: Readonly<{ tables?: Wanted; role: string }>,
  newId: NewId,
  parts: Parts,
): Promise<HeldTold> =>
  recorded(
    call,
    parts,
    ({ tables }) => tables,
    async (entry, principal) => {
      await intend(entry, principal, call, namesOf(wanted.tables))
      const seer = { ...principal, roles: [wanted.role] }
      const look = await lookInto(call.source, call, seer, parts)
      const ask = askingAs(seer, principal, call, newId, TIMEOUT_MS, parts)
      const personal = await personalColumns(call.source, parts, PLACE)
      const { held } = await parts.store()
      const failed: { table: string; code: string }[] = []
      let [tables, columns] = [0, 0]
      await inTurn(tablesOf(wanted.tables, look).slice(0, TABLES_MAX), AT_ONCE, async (one) => {
        call.signal.throwIfAborted()
        const table = fullName(one.table)
        try {
          const kept = await heldIn(one, look, personal, ask, parts)
          // Also what another role once saw.
          await held.forget(call.source, table)
          if (kept.columns.length === 0) return
          await held.put(call.source, { table, role: wanted.role, profile: JSON.stringify(kept), at: new Date().toISOString() })
          tables++
          columns += kept.columns.length
        } catch (caught) {
          const { code } = named(caught, call.signal)
          // What is wrong with the registry, or takes the call back, is wrong with every table.
          if (call.signal.aborted || code === 'registry_unavailable' || code === 'audit_unavailable') throw caught
          failed.push({ table: one.name, code })
        }
      })
      return { source: call.source, tables, columns, failed }
    },
  )

async function heldIn(one: Visible, look: Look, personal: ReadonlySet<string>, ask: Asking, parts: Parts): Promise<Held> {
  const scope = scopeOf(one, look.grant)
  const open = one.table.columns
    .filter(({ name, type }) => type === 'text' && !one.grant.masks.has(name))
    .filter(({ name }) => !personal.has(`${fullName(one.table)}\0${name}`.toLowerCase()))
  if (scope !== '' || open.length === 0) return { scope, columns: [] }
  const naming = { dialect: await parts.dialects(look.source.dialect), table: one.table }
  const { detect } = await detector()
  const columns: Held['columns'][number][] = []
  for (let at = 0; at < open.length; at += COLUMNS_AT_ONCE) {
    const some = open.slice(at, at + COLUMNS_AT_ONCE)
    const { rows } = await ask(sampleSql(some, ROWS, naming), ROWS)
    some.forEach((column, i) => {
      const texts = textsOf(rows.map((row) => row[i]))
      const values = listOf(texts, rows.length)
      if (values.length > 0 && !seemsPersonal(detect, column, one.table.name, texts, PLACE)) columns.push({ name: column.name, values })
    })
  }
  return { scope, columns }
}

/** The distinct values where they are a list that one chooses from; none otherwise. */
function listOf(texts: readonly string[], rows: number): readonly string[] {
  const distinct = new Set(texts)
  if (distinct.size > VALUES_MAX) return []
  if (distinct.size > texts.length / 2 && rows > ONCE_ROWS_MAX) return []
  return [...distinct].filter((text) => text !== '' && text.length <= CHARS_MAX).sort()
}
