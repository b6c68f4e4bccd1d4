import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { fullName, type Look, looking, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Schema } from '../schema.ts'
import { type Found, fromManifest, isManifest } from './dbt.ts'
import { type Brought, merging, withoutComments } from './merge.ts'
import { notesChanged, notesOf, noting } from './notes.ts'
import { byFullName, isVisible } from './objects.ts'

/** What came of an import. `kept` counts descriptions that stay as a person, or dbt before a comment, has them; `unknown` what the source has not. */
export type Imported = Readonly<{
  source: string
  from: 'notes' | 'dbt' | 'comments'
  written: number
  kept: number
  same: number
  unknown: number
}>

/** Everything that is said of the objects which its maker may see, as `importNotes` takes it. Names of tables are full ones. */
export type Exported = Readonly<{ format: string; source: string; notes: readonly Readonly<Record<string, unknown>>[] }>

const FORMAT = 'sluice notes 1'
const NOTES_MAX = 1_000_000

export const exportNotes = (call: Call, parts: Parts): Promise<Exported> =>
  looking(
    call,
    [],
    ({ notes }) => notes.length,
    parts,
    async ({ visible }) => {
      const tables = byFullName(visible)
      const { all } = await notesOf(call.source, parts)
      const shown = all.filter((note) => isVisible(note, tables))
      return {
        format: FORMAT,
        source: call.source,
        notes: shown.map(({ table, column, by: _by, at: _at, ...said }) => ({
          ...(table === '' ? {} : { table }),
          ...(column === '' ? {} : { column }),
          ...said,
        })),
      }
    },
  )

/**
 * Takes in what `exportNotes` has made, or the `manifest.json` of dbt. A person's description is never overwritten, and the same import a second time
 * changes nothing. Throws `action_refused`, and `import_invalid` for what is neither.
 */
export const importNotes = (call: Call, document: unknown, parts: Parts): Promise<Imported> =>
  noting(
    call,
    [],
    parts,
    async (look, principal) => {
      const { brought, unknown, from } = isManifest(document) ? dbt(document, look) : own(document, look)
      return { source: call.source, from, unknown, ...(await merge(call.source, brought, [], principal.name, parts)) }
    },
    ({ written }) => written,
  )

/** Takes in the comments of the database on what the caller may see. Those that are gone there go away here. */
export const importComments = (call: Call, parts: Parts): Promise<Imported> =>
  noting(
    call,
    [],
    parts,
    async ({ visible }, principal) => {
      const tables = visible.map(({ table }) => table)
      const seen = byFullName(visible)
      const done = await merge(call.source, commentsOf({ tables }), 'gone', principal.name, parts, (place) => isVisible(place, seen))
      return { source: call.source, from: 'comments', unknown: 0, ...done }
    },
    ({ written }) => written,
  )

const commentsOf = ({ tables }: Pick<Schema, 'tables'>): readonly Brought[] =>
  tables
    .filter(({ system }) => !system)
    .flatMap((table): Brought[] => {
      const name = fullName(table)
      const said = (column: string, comment: string | undefined): Brought[] =>
        comment === undefined || comment.trim() === '' ? [] : [{ table: name, column, origin: 'comment', description: comment }]
      return [...said('', table.comment), ...table.columns.flatMap((column) => said(column.name, column.comment))]
    })

async function merge(
  source: string,
  brought: readonly Brought[],
  comments: 'gone' | readonly never[],
  by: string,
  parts: Pick<Parts, 'store'>,
  within: (place: Brought) => boolean = () => true,
): Promise<Pick<Imported, 'written' | 'kept' | 'same'>> {
  let counts = { written: 0, kept: 0, same: 0 }
  const at = new Date().toISOString()
  await (await parts.store()).notes.change(source, (known) => {
    const gone =
      comments === 'gone'
        ? withoutComments(
            known.filter((note) => within({ ...note, origin: 'comment' })),
            brought,
            by,
            at,
          )
        : []
    const { write, kept, same } = merging(known, brought, by, at)
    counts = { written: write.length + gone.length, kept, same }
    return { write: [...gone, ...write] }
  })
  await notesChanged(source, parts)
  return counts
}

function dbt(document: unknown, { visible }: Look) {
  const bySchema = new Map(visible.map((one) => [fullName(one.table).toLowerCase(), one]))
  const byName = Map.groupBy(visible, ({ table }) => table.name.toLowerCase())
  const found: Found = (schema, name) => {
    const alone = byName.get(name.toLowerCase())
    // dbt builds into another schema when it is developed with: then the name alone has to be enough.
    const one = bySchema.get(`${schema}.${name}`.toLowerCase()) ?? (alone?.length === 1 ? alone[0] : undefined)
    return one && asFound(one)
  }
  return { ...fromManifest(document, found), from: 'dbt' as const }
}

const asFound = ({ table }: Visible) => ({ table: fullName(table), columns: table.columns.map(({ name }) => name) })

function own(document: unknown, { visible }: Look): Readonly<{ brought: readonly Brought[]; unknown: number; from: 'notes' }> {
  const { format, notes } = (document ?? {}) as Partial<Exported>
  if (format !== FORMAT || !Array.isArray(notes) || notes.length > NOTES_MAX)
    throw new SluiceError('import_invalid', 'The document is neither an export of notes nor a manifest.json of dbt.', {
      hint: '`sluice catalog notes --export` makes the one, `dbt parse` the other.',
    })
  const tables = byFullName(visible)
  const brought = notes.map((note, i) => broughtOf(note, i))
  const known = brought.filter((one) => isVisible(one, tables))
  return { brought: known, unknown: brought.length - known.length, from: 'notes' }
}

function broughtOf(note: unknown, i: number): Brought {
  const { table = '', column = '', description, origin = 'person', tags = [], owner, terms = [] } = (note ?? {}) as Record<string, unknown>
  const isText = (value: unknown): value is string => typeof value === 'string'
  const areTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
  const fits =
    isText(table) &&
    isText(column) &&
    areTexts(tags) &&
    areTexts(terms) &&
    [description, owner].every((one) => one === undefined || isText(one))
  if (!fits || (origin !== 'person' && origin !== 'dbt' && origin !== 'comment'))
    throw new SluiceError('import_invalid', `Note ${i + 1} has a field that is not as an export writes it.`)
  return {
    table,
    column,
    origin,
    tags,
    terms,
    ...(isText(description) ? { description } : {}),
    ...(isText(owner) ? { owner } : {}),
  }
}
