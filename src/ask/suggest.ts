import { listPairs } from '../bank.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { intend, type Look, lookInto, recorded, type Searchable, searchable, visibleTables } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { ValueIndex } from '../nl2sql/nl2sql.ts'
import type { Principal } from '../principal.ts'
import { columnsWithin } from './suggest-columns.ts'
import { type Completer, type Completion, completerOf, completions } from './suggest-complete.ts'
import { questionsOf, startingQuestions } from './suggest-questions.ts'
import { measureWords, type Thing, thingsOf } from './suggest-things.ts'
import { keptValues } from './values.ts'

export type { Completion } from './suggest-complete.ts'

const COMPLETIONS_MAX = 10
const STARTS_MAX = 20
const BANK_MAX = 200
const ENTRIES_MAX = 64
/** The bank is looked into again after so long. */
const AGE_MS = 60_000
const VALUES_MAX = 5

type Entry = Readonly<{ seen: Searchable; things: readonly Thing[]; completer: Promise<Completer>; at: number }>
const entries = new Map<string, Entry>()

/**
 * What a half-typed question may become, best first: questions of the bank that the caller may see, usual questions about what they see, names and
 * values. Only what the caller's grant shows is in it. It is asked with every key, so it is not recorded: the first look into the bank is.
 */
export async function completeQuestion(
  call: Call,
  typed: string,
  limit: number,
  newId: () => string,
  parts: Parts,
): Promise<readonly Completion[]> {
  const principal = await parts.auth.identify(call.credential)
  const grant = await parts.policy.grant(principal, call.source)
  if (!grant.actions.has('read')) return []
  const source = await parts.sources.get(call.source)
  const schema = source.schemaKept() ?? (await source.schema(call.signal))
  const look: Look = { source, grant, schema, visible: visibleTables(schema, grant), details: undefined }
  const { completer, seen } = await entryFor(look, principal, call, newId, parts)
  const values = keptValues({ look, principal, parts })
  const begins = (start: string): readonly string[] => (values ? valuesFrom(sortedValues(values, seen), start) : [])
  return completions(typed, await completer, Math.min(limit, COMPLETIONS_MAX), begins)
}

/** Questions to begin with, over what the caller sees of a source, most useful first. One recorded call. */
export async function exploreQuestions(call: Call, limit: number, parts: Parts): Promise<readonly string[]> {
  return await recorded(
    call,
    parts,
    (done) => done.length,
    async (entry, principal) => {
      await intend(entry, principal, call, [])
      const look = await lookInto(call.source, call, principal, parts)
      if (!look.grant.actions.has('read')) return []
      const things = thingsOf(await searchable(look, parts))
      return startingQuestions(questionsOf(things), Math.min(limit, STARTS_MAX))
    },
  )
}

type Sorted = readonly (readonly [lower: string, value: string])[]
const sorted = new WeakMap<ValueIndex, Sorted>()

/** The values that were read for a caller, in order; made once for each reading. */
function sortedValues(values: ValueIndex, seen: Searchable): Sorted {
  const known = sorted.get(values)
  if (known) return known
  const all = [...seen.places.keys()].flatMap((table) => columnsWithin(table, seen).flatMap(({ place }) => values.valuesOf(place)))
  const made = [...new Set(all)].map((value) => [value.toLowerCase(), value] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  sorted.set(values, made)
  return made
}

function valuesFrom(all: Sorted, start: string): readonly string[] {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (all[middle]![0] < start) low = middle + 1
    else high = middle
  }
  const found: string[] = []
  for (; low < all.length && all[low]![0].startsWith(start) && found.length < VALUES_MAX; low++) found.push(all[low]![1])
  return found
}

async function entryFor(look: Look, principal: Principal, call: Call, newId: () => string, parts: Parts): Promise<Entry> {
  const key = [look.source.name, look.grant.version, look.schema.version, principal.name].join('\0')
  const known = entries.get(key)
  const seen = await searchable(look, parts)
  if (known && known.seen.index === seen.index && performance.now() - known.at < AGE_MS) return known
  const things = thingsOf(seen)
  const completer = bankQuestions(call, newId, parts).then((asked) => completerOf(questionsOf(things), asked, namesOf(things, seen)))
  const entry = { seen, things, completer, at: performance.now() }
  entries.delete(key)
  if (entries.size >= ENTRIES_MAX) entries.delete(entries.keys().next().value!)
  entries.set(key, entry)
  completer.catch(() => entries.delete(key))
  return entry
}

/** Names as questions say them: tables as many, columns in plain words. */
function namesOf(things: readonly Thing[], seen: Searchable): readonly string[] {
  return things.flatMap(({ table, many, one }) => {
    const columns = columnsWithin(table, seen).filter(({ key }) => !key)
    return [many, one, ...columns.flatMap((column) => [column.words, measureWords(column)])].map((name) => name.toLowerCase())
  })
}

/** Questions that were kept and that the caller may find; none where there is no registry yet. */
async function bankQuestions(call: Call, newId: () => string, parts: Parts): Promise<readonly string[]> {
  if (!(await parts.storeIfAny())) return []
  try {
    const { pairs } = await listPairs(
      { ...call, id: newId(), text: 'complete a question' },
      { state: 'verified', limit: BANK_MAX, offset: 0 },
      parts,
    )
    return pairs.map(({ question }) => question)
  } catch (error) {
    // A bank that cannot be asked leaves the other completions as they are.
    if (!(error instanceof SluiceError)) throw error
    call.signal.throwIfAborted()
    return []
  }
}

/** The tables of a look as questions speak of them, for what may be asked next. */
export const thingsSeen = (seen: Searchable): readonly Thing[] => {
  const known = kept.get(seen.index)?.get(seen.places)
  if (known) return known
  const things = thingsOf(seen)
  const byPlaces = kept.get(seen.index) ?? new WeakMap<object, readonly Thing[]>()
  kept.set(seen.index, byPlaces.set(seen.places, things))
  return things
}
const kept = new WeakMap<object, WeakMap<object, readonly Thing[]>>()
