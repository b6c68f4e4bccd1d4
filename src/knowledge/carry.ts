import type { Change } from '../drift/drift.ts'
import type { Parts } from '../gateway.ts'
import type { Note, Place } from '../store/store.ts'
import { keyOf } from './merge.ts'
import { notesChanged } from './notes.ts'

/** A table that is this much like the one that is gone is that one under another name. */
const SURE = 0.95

/**
 * Lets what is known of objects follow them to their new names, after a synchronisation has found them changed. Leave to see personal data
 * goes along only where the renaming is sure; what is gone takes its findings with it. The same changes a second time do nothing.
 */
export async function carry(
  source: string,
  changes: readonly Change[],
  parts: Pick<Parts, 'store'> & Readonly<{ findings: Pick<Parts['findings'], 'changed'> }>,
): Promise<void> {
  const moves = movesOf(changes)
  if (moves.columns.size === 0 && moves.tables.size === 0 && moves.gone.length === 0) return
  const store = await parts.store()
  await store.notes.change(source, (notes) => {
    const moved = notes.flatMap((note) => {
      const to = moves.of(note)
      return keyOf(to) === keyOf(note) ? [] : [{ note, to }]
    })
    const leaving = new Set(moved.map(({ note }) => keyOf(note)))
    const staying = new Set(notes.map(keyOf).filter((key) => !leaving.has(key)))
    // What somebody has written of the new name already counts.
    const write = moved.flatMap(({ note, to }): Note[] => (staying.has(keyOf(to)) ? [] : [{ ...note, ...to }]))
    const there = new Set(write.map(keyOf))
    return { write, remove: moved.map(({ note }) => note).filter((place) => !there.has(keyOf(place))) }
  })
  for (const one of await store.findings.of(source)) {
    const gone = moves.gone.some(({ table, column }) => one.table === table && (column === '' || one.column === column))
    const to = moves.of(one)
    if (gone) await store.findings.move(source, one, undefined, false)
    else if (keyOf(to) !== keyOf(one)) await store.findings.move(source, one, to, moves.sure(one))
  }
  for (const table of moves.stale) {
    await store.profiles.forget(source, table)
    await store.held.forget(source, table)
  }
  parts.findings.changed()
  await notesChanged(source, parts)
}

function movesOf(changes: readonly Change[]) {
  const tables = new Map<string, Readonly<{ to: string; sure: boolean }>>()
  const columns = new Map<string, string>()
  const gone: Place[] = []
  const stale = new Set<string>()
  for (const { kind, table, column = '', after = '', likeness = 0 } of changes) {
    if (kind === 'table_renamed') tables.set(table, { to: after, sure: likeness >= SURE })
    if (kind === 'column_renamed') columns.set(keyOf({ table, column }), after)
    if (kind === 'table_removed') gone.push({ table, column: '' })
    if (kind === 'column_removed') gone.push({ table, column })
    if (kind === 'table_renamed' || kind === 'table_removed' || kind.startsWith('column_')) stale.add(table)
  }
  return {
    tables,
    columns,
    gone,
    stale,
    of: (place: Place): Place => ({
      table: tables.get(place.table)?.to ?? place.table,
      column: place.column === '' ? '' : (columns.get(keyOf(place)) ?? place.column),
    }),
    sure: (place: Place): boolean => (tables.get(place.table)?.sure ?? true) && !columns.has(keyOf(place)),
  }
}
