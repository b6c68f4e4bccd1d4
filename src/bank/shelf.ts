import { setImmediate } from 'node:timers/promises'
import { Likeness, readQuestion } from '../pairs/pairs.ts'
import type { Pair, PairBook } from '../store/store.ts'

type Shelf = { revision: number; removals: number; index: Likeness<Pair> }

const BREATH = 200
const SHELVES_MAX = 32
const shelves = new WeakMap<PairBook, Map<string, Shelf>>()

/** The pairs of one source, kept in memory and brought up to date by what has changed since; other processes may have written. */
export async function shelfOf(book: PairBook, source: string): Promise<Likeness<Pair>> {
  const { revision, removals } = await book.mark(source)
  const all = shelves.get(book) ?? new Map<string, Shelf>()
  shelves.set(book, all)
  const known = all.get(source)
  const shelf = known?.removals === removals ? known : { revision: 0, removals, index: new Likeness<Pair>() }
  if (shelf.revision < revision) {
    let count = 0
    for (const pair of await book.since(source, shelf.revision)) {
      // Thousands at once must not hold up the calls of others.
      if (++count % BREATH === 0) await setImmediate()
      shelf.index.put(pair.id, pair.question, pair, readQuestion)
      // Writers of one source take turns, so nothing with a lower number is still to come.
      shelf.revision = Math.max(shelf.revision, pair.revision)
    }
    shelf.revision = Math.max(shelf.revision, revision)
  }
  all.delete(source)
  all.set(source, shelf)
  if (all.size > SHELVES_MAX) all.delete(all.keys().next().value!)
  return shelf.index
}
