import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { readQuestion } from '../pairs/pairs.ts'
import type { Principal } from '../principal.ts'
import type { Pair } from '../store/store.ts'
import { planned, readIn } from './scene.ts'

/** What is kept with a statement that several callers may find. `params` counts its placeholders; none unless said. */
export type Findable = Pick<
  Pair,
  'id' | 'revision' | 'question' | 'statement' | 'createdBy' | 'grantVersion' | 'state' | 'review' | 'tables'
> &
  Readonly<{ params?: number }>

const runs = new Map<string, boolean>()
const RUNS_MAX = 50_000

/**
 * Whether a pair exists for a caller: they may run its statement as it stands, and its words tell them nothing that their grant hides. Asked
 * for every pair that leaves the bank.
 */
export async function mayFind(pair: Findable, look: Look, principal: Principal, parts: Parts): Promise<boolean> {
  const { grant, schema } = look
  if (!grant.actions.has('read')) return false
  const key = `${pair.id}\0${pair.revision}\0${grant.version}\0${schema.version}\0${principal.name}\0${grant.identity ? 'self' : ''}`
  const known = runs.get(key)
  if (known !== undefined) return known
  const may = (await mayRead(pair, look, principal, parts)) && (await mayRun(pair, look, parts))
  if (runs.size >= RUNS_MAX) runs.delete(runs.keys().next().value!)
  runs.set(key, may)
  return may
}

async function mayRun({ statement, params: wanted = 0 }: Findable, look: Look, parts: Parts): Promise<boolean> {
  try {
    const { kind, params } = await planned(look, statement, parts)
    return kind === 'read' && params === wanted
  } catch (error) {
    if (error instanceof SluiceError) return false
    throw error
  }
}

/**
 * Whether a pair that no longer runs exists for a caller: for its owner, who has written it, and for who sees the whole source and administers
 * it. What is left of the tables that it reads must be granted still.
 */
export async function mayMend(pair: Pair, look: Look, principal: Principal, parts: Parts): Promise<boolean> {
  const own = pair.createdBy === principal.name
  if (!own && !(look.grant.actions.has('admin') && !look.grant.restricted)) return false
  return look.grant.actions.has('read') && (await mayRead(pair, look, principal, parts, true))
}

async function mayRead(pair: Findable, look: Look, principal: Principal, parts: Parts, mend = false): Promise<boolean> {
  const seen = mend ? granted(pair, look, true) : await readsNow(pair, look, parts)
  if (!seen) return false
  const own = pair.createdBy === principal.name
  // One who sees what its owner saw learns nothing; but a source that knows its callers by name may show each something else.
  if (own || (pair.grantVersion === look.grant.version && !look.grant.identity)) return true
  if (seen.masked && hasValues(pair)) return false
  // An administrator has read its words and lets all see them who may run it.
  if (pair.state === 'verified' && pair.review === 'admin') return true
  return !seen.masked && !seen.filtered && !look.grant.identity
}

/** A value that is compared with a masked column tells what the mask hides. Some engines take what stands in double quotes for a text. */
const hasValues = ({ statement, question }: Findable): boolean => /['"$\d]/.test(statement) || readQuestion(question).values.length > 0

type Seen = Readonly<{ masked: boolean; filtered: boolean }>

/** By the statement as it reads today: what was kept with the pair may be older than a column that has come since. */
async function readsNow(pair: Findable, look: Look, parts: Parts): Promise<Seen | undefined> {
  try {
    const { uses } = await readIn(look, pair.statement, parts)
    return granted({ tables: uses }, look, false)
  } catch (error) {
    if (error instanceof SluiceError) return undefined
    throw error
  }
}

function granted({ tables: uses }: Pick<Findable, 'tables'>, { grant, schema }: Look, mayBeGone: boolean): Seen | undefined {
  let [masked, filtered] = [false, false]
  const byName = new Map(schema.tables.map((table) => [table.schema === '' ? table.name : `${table.schema}.${table.name}`, table]))
  for (const { table: name, columns: named, all, behind } of uses) {
    // Of a view that may be read the tables behind it need not be.
    if (behind) continue
    const table = byName.get(name)
    if (!table && mayBeGone) continue
    if (!table) return undefined
    const names = table.columns.map((column) => column.name)
    const one = grant.table({ schema: table.schema, name: table.name, names })
    if (!one) return undefined
    const wanted = Object.keys(named)
    if (wanted.some((column) => !one.columns.includes(column) && (!mayBeGone || names.includes(column)))) return undefined
    masked ||= all === undefined ? wanted.some((column) => one.masks.has(column)) : one.masks.size > 0
    filtered ||= one.rows.length > 0
  }
  return { masked, filtered }
}
