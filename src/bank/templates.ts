import { setImmediate } from 'node:timers/promises'
import type { Call } from '../call.ts'
import { named, SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { type Slot, type Template, templatesOf, valuesFor } from '../pairs/pairs.ts'
import type { Pair, PairBook } from '../store/store.ts'
import { mayFind } from './may-find.ts'
import { banking, lookAt, planned, readIn, type Scene } from './scene.ts'
import { shelfOf } from './shelf.ts'
import { qualityOf } from './told.ts'

/** A template as a caller is told of it. `pairs` is how many statements it was made of. */
export type TemplateTold = Readonly<{
  id: string
  source: string
  question: string
  sql: string
  slots: readonly Readonly<{ name: string; type: Slot['type']; example: string; optional: boolean }>[]
  pairs: number
}>

const PAIRS_READ_MAX = 5_000

/** What the pairs of a source that the caller may run have in common, most used patterns first. */
export const listTemplates = (call: Call, limit: number, parts: Parts): Promise<readonly TemplateTold[]> =>
  banking(
    call,
    parts,
    (told) => told.length,
    async (scene) => {
      const look = await lookAt(scene, call.source)
      const all = (await templatesFor(look, scene)).toSorted((a, b) => b.pairs.length - a.pairs.length || (a.id < b.id ? -1 : 1))
      const told: TemplateTold[] = []
      for (const template of all) {
        if (told.length === limit) break
        if (await runs(template, look, parts)) told.push(toldTemplate(template))
      }
      return told
    },
  )

/**
 * The call that runs a template with these values, which become parameters and never text. Throws `pair_unknown`, `field_unknown`,
 * `field_missing` and `field_invalid`; what fails leaves an audit record, what does not is recorded as it runs.
 */
export async function templateCall(call: Call, id: string, values: Readonly<Record<string, unknown>>, parts: Parts): Promise<Call> {
  try {
    const principal = await parts.auth.identify(call.credential)
    await parts.policy.grant(principal, call.source)
    const store = await parts.store()
    const scene = { call, parts, principal, store, book: store.pairs }
    const look = await lookAt(scene, call.source)
    const template = (await templatesFor(look, scene)).find((one) => one.id === id)
    if (!template) throw new SluiceError('pair_unknown', 'There is no such template that you may use.')
    return { ...call, text: template.statement, params: paramsFor(template, values) }
  } catch (caught) {
    const error = named(caught, call.signal)
    parts.audit.open(call).close(undefined, error)
    throw error
  }
}

function paramsFor(template: Template, given: Readonly<Record<string, unknown>>): Call['params'] {
  const values = valuesFor(template, given)
  if (Array.isArray(values)) return values as Call['params']
  const { slot, why } = values as Exclude<typeof values, readonly unknown[]>
  const names = template.slots.map(({ name, type }) => `${name} (${type})`).join(', ')
  if (why === 'unknown')
    throw new SluiceError('field_unknown', `The template has no slot ${JSON.stringify(slot.slice(0, 100))}. Its slots are ${names}.`)
  if (why === 'missing') throw new SluiceError('field_missing', `The slot ${slot} is missing. The slots are ${names}.`)
  const { type } = template.slots.find(({ name }) => name === slot)!
  throw new SluiceError('field_invalid', `The slot ${slot} must be ${wanted[type]}.`)
}

const wanted: Readonly<Record<Slot['type'], string>> = {
  text: 'a text',
  integer: 'a whole number',
  number: 'a number',
  date: 'a date such as 2026-11-20',
}

const made = new WeakMap<PairBook, Map<string, readonly Template[]>>()
const MADE_MAX = 32
const BREATH = 50

/** Remembered until a pair of the source, its schema or the grant changes. */
async function templatesFor(look: Look, scene: Omit<Scene, 'entry'>): Promise<readonly Template[]> {
  const { source, grant, schema } = look
  const { revision, removals } = await scene.book.mark(source.name)
  const key = [source.name, revision, removals, grant.version, schema.version, scene.principal.name, grant.identity ? 'self' : ''].join(
    '\0',
  )
  const all = made.get(scene.book) ?? new Map<string, readonly Template[]>()
  made.set(scene.book, all)
  const known = all.get(key)
  if (known) return known
  const templates = await makeTemplates(look, scene)
  if (all.size >= MADE_MAX) all.delete(all.keys().next().value!)
  all.set(key, templates)
  return templates
}

async function makeTemplates(look: Look, { book, principal, parts }: Omit<Scene, 'entry'>): Promise<readonly Template[]> {
  const pairs: Pair[] = []
  let count = 0
  for (const pair of (await shelfOf(book, look.source.name)).entries()) {
    if (pairs.length === PAIRS_READ_MAX) break
    // Thousands of statements must not hold up the calls of others.
    if (++count % BREATH === 0) await setImmediate()
    const good = pair.state === 'verified' || (pair.state === 'proposed' && pair.createdBy === principal.name)
    if (good && (await mayFind(pair, look, principal, parts))) pairs.push(pair)
  }
  pairs.sort((a, b) => qualityOf(b) - qualityOf(a) || (a.id < b.id ? -1 : 1))
  const readings = []
  for (const { id, source, dialect, question, statement } of pairs) {
    if (++count % BREATH === 0) await setImmediate()
    const { read, tables } = await readIn(look, statement, parts)
    readings.push({ id, source, dialect, question, read, tables, text: statement })
  }
  return templatesOf(readings)
}

async function runs({ statement, slots }: Template, look: Look, parts: Parts): Promise<boolean> {
  try {
    return (await planned(look, statement, parts)).params === slots.length
  } catch (error) {
    if (error instanceof SluiceError) return false
    throw error
  }
}

const toldTemplate = ({ id, source, question, statement, slots, pairs }: Template): TemplateTold => ({
  id,
  source,
  question,
  sql: statement,
  slots: slots.map(({ name, type, example, fixed }) => ({ name, type, example, optional: fixed })),
  pairs: pairs.length,
})
