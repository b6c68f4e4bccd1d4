import { SluiceError } from '../error.ts'
import type { TableRef } from '../facts.ts'
import { prepare } from '../prepare.ts'
import type { DdlSetting } from './ddl.ts'
import { dependentsOf, told } from './dependents.ts'
import { find, invalid, type Known, listed, mustBeOpen, newPlace, type Place, taken } from './names.ts'
import type { Part } from './plan.ts'
import { alreadyThere, folding, unseen } from './table.ts'
import type { Ddl } from './wanted.ts'

/** The text that `prepare` makes is thrown away, and with it its row limit; every dialect can write this one. */
const ROWS_MAX = 1_000_000

type Wanted = Extract<Ddl, { kind: 'create_view' }>

/**
 * A view whose SELECT is printed from the tree that `prepare` let through. Every table that it reads must be seen whole: a view is read by
 * others, under another name and without this caller's attributes, so nothing that holds for this caller only may be built into it.
 */
export async function createView(ddl: Wanted, setting: DdlSetting): Promise<Part> {
  const place = newPlace(ddl.view, 'the view', setting)
  const old = taken(place, setting) && (await replaced(ddl, place, setting))
  if (old && 'statements' in old) return old
  const { text, reads } = await selectOf(ddl.select, setting)
  const { dialect } = setting
  const create = `CREATE ${old && dialect.name !== 'sqlite' ? 'OR REPLACE ' : ''}VIEW ${place.sql}${columnsOf(ddl, setting)} AS ${text}`
  const leaning = old ? told(await dependentsOf(old.table, setting)) : []
  const warnings = [...folding([place.name], setting), ...unseen(place, [], setting)]
  if (old) warnings.unshift(`The definition of ${old.full} as it is now will be gone.`)
  if (leaning.length > 0) warnings.push(`What depends on ${place.full} may break.`)
  return {
    statements: old && dialect.name === 'sqlite' ? [`DROP VIEW ${old.sql}`, create] : [create],
    tables: [place.full, ...reads],
    destructive: old !== undefined,
    dependents: leaning,
    warnings,
  }
}

function columnsOf({ columns = [] }: Wanted, setting: DdlSetting): string {
  if (new Set(columns.map((name) => name.toLowerCase())).size < columns.length) throw invalid('A column of the view is named twice.')
  return columns.length === 0 ? '' : ` ${listed(columns, 'the column', setting)}`
}

/** The view that is to be replaced. Throws `change_conflict` where that was not asked for, or where it is no view of this caller's. */
async function replaced(ddl: Wanted, place: Place, setting: DdlSetting): Promise<Known | Part | undefined> {
  const known = ddl.replace ? find(ddl.view, 'the view', setting) : undefined
  if (known?.table.kind !== 'view' || known.schema !== place.schema) return alreadyThere(place, false, 'view', setting)
  mustBeOpen(known)
  return known
}

type Select = Readonly<{ text: string; reads: readonly string[] }>

async function selectOf(select: string, setting: DdlSetting): Promise<Select> {
  const { dialect, grant, schema } = setting
  const prepared = await prepare(select, { dialect, grant, schema, maskKey: noMask, rowsMax: ROWS_MAX })
  const { tree, facts } = await dialect.parse(select, schema)
  if (prepared.kind !== 'read' || facts.kind !== 'read') throw invalid('A view is made of one SELECT.')
  if (facts.params > 0) throw invalid('A view holds no placeholders; write the values into its SELECT.')
  if (prepared.policies.length > 0 || prepared.masked.length > 0) throw hidden('a table that it reads')
  const plain = new Map<number, string>()
  const reads = new Set<string>()
  for (const ref of facts.tables) {
    const known = readBy(ref, setting)
    // A table of the engine itself; the guard has judged it.
    if (!known) continue
    if (known.grant.restricted) throw hidden(known.full)
    reads.add(known.full)
    // Rules speak of its columns: one that comes later may be hidden, so a star must mean those that are known now.
    if (known.grant.guarded) plain.set(ref.id, plainSelect(known, setting))
  }
  const named = plain.size === 0 ? tree : await dialect.replaceTables(tree, ({ id }) => plain.get(id))
  return { text: (await dialect.print(named)).replace(/;\s*$/, ''), reads: [...reads] }
}

const readBy = ({ schema, name }: TableRef, setting: DdlSetting): Known | undefined => {
  const quote = (part: string) => `"${part.replaceAll('"', '""')}"`
  return find(schema === undefined ? quote(name) : `${quote(schema)}.${quote(name)}`, 'the table', setting)
}

const plainSelect = ({ table, sql }: Known, { dialect }: DdlSetting): string =>
  `SELECT ${table.columns.map(({ name }) => dialect.quoteName(name)).join(', ')} FROM ${sql}`

const hidden = (what: string): SluiceError =>
  new SluiceError('change_refused', `Rows or columns of ${what} are hidden from you, so no view can be made of it.`, {
    hint: 'A view may read only tables that you see whole.',
  })

const noMask = (): string => {
  throw hidden('a table that it reads')
}
