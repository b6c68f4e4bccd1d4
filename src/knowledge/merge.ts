import type { Note, Origin, Place } from '../store/store.ts'

/** What somebody says of an object. A list replaces the one that is there; null takes away what is there. */
export type Said = Readonly<{
  description?: string | null | undefined
  tags?: readonly string[] | undefined
  addTags?: readonly string[] | undefined
  removeTags?: readonly string[] | undefined
  owner?: string | null | undefined
  terms?: readonly string[] | undefined
}>

/** What an import brings about an object. */
export type Brought = Place &
  Readonly<{ description?: string; origin: Origin; tags?: readonly string[]; owner?: string; terms?: readonly string[] }>

/** What came of an import: written, left as a person or a better origin has it, or the same as before. */
export type Merged = Readonly<{ write: readonly Note[]; kept: number; same: number }>

const rank: Readonly<Record<Origin, number>> = { comment: 1, dbt: 2, person: 3 }
export const keyOf = ({ table, column }: Place): string => `${table}\0${column}`
/** As long and as many as a note may hold. */
export const DESCRIPTION_CHARS_MAX = 4_000
export const WORDS_MAX = 50
export const WORD_CHARS_MAX = 100

const tidy = (words: readonly string[]): string[] =>
  [...new Set(words.map((word) => word.trim().slice(0, WORD_CHARS_MAX)).filter((word) => word !== ''))].sort().slice(0, WORDS_MAX)

/** A note after somebody has said something. What is empty is not there. */
export function saying(known: Note | undefined, place: Place, said: Said, by: string, at: string): Note {
  const removed = new Set((said.removeTags ?? []).map((tag) => tag.trim()))
  const tags = tidy([...(said.tags ?? known?.tags ?? []), ...(said.addTags ?? [])]).filter((tag) => !removed.has(tag))
  const description = said.description === undefined ? known?.description : said.description?.trim()
  const owner = said.owner === undefined ? known?.owner : said.owner?.trim()
  const origin: Origin = said.description === undefined ? (known?.origin ?? 'person') : 'person'
  return {
    table: place.table,
    column: place.column,
    ...(description ? { description, origin } : {}),
    tags,
    ...(owner ? { owner } : {}),
    terms: said.terms === undefined ? (known?.terms ?? []) : tidy(said.terms),
    by,
    at,
  }
}

/**
 * Notes after an import. A description is written where none is there or one of a lesser origin, tags and terms are added, an owner is set where
 * there is none. The same import a second time changes nothing.
 */
export function merging(known: readonly Note[], brought: readonly Brought[], by: string, at: string): Merged {
  const notes = new Map(known.map((note) => [keyOf(note), note]))
  const write = new Map<string, Note>()
  let [kept, same] = [0, 0]
  for (const one of brought) {
    const key = keyOf(one)
    const old = notes.get(key)
    const fresh = one.description?.trim().slice(0, DESCRIPTION_CHARS_MAX) ?? ''
    const wins =
      old?.description === undefined || rank[one.origin] > rank[old.origin!] || (one.origin === old.origin && old.origin !== 'person')
    if (fresh !== '' && !wins && fresh !== old?.description) kept++
    const described = fresh !== '' && wins ? { description: fresh, origin: one.origin } : pick(old)
    const owner = old?.owner ?? one.owner?.trim().slice(0, WORD_CHARS_MAX * 2)
    const note: Note = {
      table: one.table,
      column: one.column,
      ...described,
      tags: tidy([...(old?.tags ?? []), ...(one.tags ?? [])]),
      ...(owner ? { owner } : {}),
      terms: tidy([...(old?.terms ?? []), ...(one.terms ?? [])]),
      by,
      at,
    }
    if (saysTheSame(old, note)) same++
    else {
      notes.set(key, note)
      write.set(key, note)
    }
  }
  return { write: [...write.values()], kept, same }
}

/** Descriptions that were taken from comments of the database which are not there any more go away. */
export function withoutComments(known: readonly Note[], comments: readonly Brought[], by: string, at: string): readonly Note[] {
  const there = new Set(comments.map(keyOf))
  return known.flatMap(({ description: _, origin, ...note }) =>
    origin === 'comment' && !there.has(keyOf(note)) ? [{ ...note, by, at }] : [],
  )
}

const pick = (note: Note | undefined): Pick<Note, 'description' | 'origin'> =>
  note?.description === undefined ? {} : { description: note.description, origin: note.origin ?? 'person' }

const saysTheSame = (old: Note | undefined, note: Note): boolean =>
  old === undefined
    ? note.description === undefined && note.owner === undefined && note.tags.length === 0 && note.terms.length === 0
    : old.description === note.description &&
      old.origin === note.origin &&
      old.owner === note.owner &&
      String(old.tags) === String(note.tags) &&
      String(old.terms) === String(note.terms)
