import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import {
  type AsOf,
  aboutTable,
  fullName,
  intend,
  type Look,
  lookInto,
  looking,
  lookingBack,
  mustFind,
  recorded,
  type TableAbout,
  type Visible,
} from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Note, Place, Store } from '../store/store.ts'
import { DESCRIPTION_CHARS_MAX, keyOf, type Said, saying, WORD_CHARS_MAX, WORDS_MAX } from './merge.ts'
import { byFullName, isVisible, mayDescribe, mustDescribe, type Named, placeOf } from './objects.ts'

/** Of one source: what is said of an object; of a table `column` is left out, of the source both. Names of tables are full ones. */
export type Notes = Readonly<{ of(table?: string, column?: string): Note | undefined; all: readonly Note[] }>

/** A note as it is told. `table` is how a statement names it. */
export type NoteTold = Readonly<{
  table?: string
  column?: string
  description?: string
  /** Where the description is from: `person`, `dbt` or `comment`. */
  origin?: string
  tags?: readonly string[]
  owner?: string
  terms?: readonly string[]
  /** Only for who may write notes. */
  updated_by?: string
  updated_at?: string
}>

/** What another process has written is seen after this long. */
const KNOWN_MS = 2_000

type Kept = { at: number; mark: string; notes: Notes }
const kept = new WeakMap<Store, Map<string, Kept>>()

/** What is said of the objects of a source, kept for as long as nothing is written. It is all of it: show only what the caller may see. Throws `registry_unavailable`. */
export async function notesOf(source: string, parts: Pick<Parts, 'storeIfAny'>): Promise<Notes> {
  const store = await parts.storeIfAny()
  if (!store) return asNotes([])
  const bySource = kept.get(store) ?? new Map<string, Kept>()
  kept.set(store, bySource)
  const known = bySource.get(source)
  const at = performance.now()
  if (known && at - known.at < KNOWN_MS) return known.notes
  // Asked first: what is written meanwhile is then read by the next.
  const mark = await store.notes.mark(source)
  const notes = known?.mark === mark ? known.notes : asNotes(await store.notes.of(source))
  bySource.set(source, { at, mark, notes })
  return notes
}

/** The same, and nothing where the registry does not answer: what it says only helps. */
export async function notesIfAny(source: string, parts: Pick<Parts, 'storeIfAny' | 'log'>): Promise<Notes> {
  try {
    return await notesOf(source, parts)
  } catch (error) {
    parts.log.failed(undefined, source, error)
    return asNotes([])
  }
}

function asNotes(all: readonly Note[]): Notes {
  const byKey = new Map(all.map((note) => [keyOf(note), note]))
  return { all, of: (table = '', column = '') => byKey.get(keyOf({ table, column })) }
}

/** What this process has written counts at once. */
export async function notesChanged(source: string, parts: Pick<Parts, 'store'>): Promise<void> {
  kept.get(await parts.store())?.delete(source)
}

/** Writes what somebody says of an object that they may see, and answers what is said of it now. Throws `action_refused`, `table_unknown`, `column_unknown`. */
export const describeObject = (call: Call, object: Named, said: Said, parts: Parts): Promise<NoteTold & Readonly<{ source: string }>> =>
  noting(call, object.table === undefined ? [] : [object.table], parts, async (look, principal) => {
    checkSaid(said)
    const place = placeOf(object, look)
    let now: Note | undefined
    await (await parts.store()).notes.change(call.source, (notes) => {
      const known = notes.find((note) => keyOf(note) === keyOf(place))
      now = saying(known, place, said, principal.name, new Date().toISOString())
      return { write: [now] }
    })
    await notesChanged(call.source, parts)
    return { source: call.source, ...told(now!, look) }
  })

/** One recorded call of somebody who may write notes. Throws `action_refused`. */
export const noting = <T>(
  call: Call,
  tables: readonly string[],
  parts: Parts,
  doing: (look: Look, principal: Principal) => Promise<T>,
  count: (done: T) => number = () => 1,
): Promise<T> =>
  recorded(call, parts, count, async (entry, principal) => {
    await intend(entry, principal, call, tables)
    const look = await lookInto(call.source, call, principal, parts)
    mustDescribe(look.grant, call)
    return doing(look, principal)
  })

function checkSaid({ description, owner, ...lists }: Said): void {
  const long = (what: string, most: number) =>
    new SluiceError('field_invalid', `The field ${what} must be at most ${most} characters long.`)
  if ((description?.length ?? 0) > DESCRIPTION_CHARS_MAX) throw long('description', DESCRIPTION_CHARS_MAX)
  if ((owner?.length ?? 0) > WORD_CHARS_MAX * 2) throw long('owner', WORD_CHARS_MAX * 2)
  for (const [name, words] of Object.entries(lists)) {
    if ((words?.length ?? 0) > WORDS_MAX) throw new SluiceError('field_invalid', `At most ${WORDS_MAX} ${name} can be given.`)
    if (words?.some((word) => word.length > WORD_CHARS_MAX)) throw long(name, WORD_CHARS_MAX)
  }
}

export type NoteFilter = Readonly<{ table?: string | undefined; tag?: string | undefined }>

/** What is said of the objects that the caller may see: all of it, or of one table, or what bears a tag. */
export const listNotes = (
  call: Call,
  filter: NoteFilter,
  parts: Parts,
): Promise<Readonly<{ source: string; notes: readonly NoteTold[] }>> =>
  looking(
    call,
    filter.table === undefined ? [] : [filter.table],
    ({ notes }) => notes.length,
    parts,
    async (look) => {
      const place = filter.table === undefined ? undefined : fullName(mustFind(filter.table, call.source, look.visible).table)
      const tables = byFullName(look.visible)
      const { all } = await notesOf(call.source, parts)
      const fitting = all.filter(
        (note) =>
          isVisible(note, tables) &&
          (place === undefined || note.table === place) &&
          (filter.tag === undefined || note.tags.includes(filter.tag)),
      )
      return { source: call.source, notes: fitting.map((note) => told(note, look)) }
    },
  )

/** What a note says, without where it is and who wrote it. */
export const saidOf = (note: Note | undefined): Pick<NoteTold, 'description' | 'tags' | 'owner' | 'terms'> =>
  note === undefined
    ? {}
    : {
        ...(note.description === undefined ? {} : { description: note.description }),
        ...(note.tags.length === 0 ? {} : { tags: note.tags }),
        ...(note.owner === undefined ? {} : { owner: note.owner }),
        ...(note.terms.length === 0 ? {} : { terms: note.terms }),
      }

function told(note: Note, { visible, grant }: Look): NoteTold {
  const name = byFullName(visible).get(note.table)?.name
  return {
    ...(name === undefined ? {} : { table: name }),
    ...(note.column === '' ? {} : { column: note.column }),
    ...saidOf(note),
    ...(note.origin === undefined ? {} : { origin: note.origin }),
    ...(mayDescribe(grant) ? { updated_by: note.by, updated_at: note.at } : {}),
  }
}

type Words = Pick<NoteTold, 'description' | 'tags' | 'owner' | 'terms'>
/** A table with what is said of it and its columns. */
export type TableDescribed = Omit<TableAbout, 'columns'> & Words & Readonly<{ columns: readonly (TableAbout['columns'][number] & Words)[] }>

/** What this caller may know of one table, with what is said of it. Throws `table_unknown`. */
export const describeTableWell = (call: Call, name: string, parts: Parts): Promise<TableDescribed & AsOf> =>
  lookingBack(
    call,
    [name],
    () => 1,
    parts,
    async ({ source, visible }) => {
      const one = mustFind(name, call.source, visible)
      return withNotes(aboutTable(one, visible, source), one, await notesIfAny(call.source, parts))
    },
  )

function withNotes(about: TableAbout, { table }: Visible, notes: Notes): TableDescribed {
  const full = fullName(table)
  const columns = about.columns.map((column) => ({ ...column, ...unlessSame(saidOf(notes.of(full, column.name)), column.comment) }))
  return { ...about, ...unlessSame(saidOf(notes.of(full)), about.comment), columns }
}

/** A description that is the comment again tells nothing. */
const unlessSame = ({ description, ...rest }: Words, comment: string | undefined): Words =>
  description === undefined || description === comment ? rest : { description, ...rest }

export type { Place }
