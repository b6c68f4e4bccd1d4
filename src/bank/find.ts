import { setImmediate } from 'node:timers/promises'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import { type Read, readQuestion, type Scored } from '../pairs/pairs.ts'
import type { Principal } from '../principal.ts'
import type { Pair, PairState } from '../store/store.ts'
import { questionOf } from './add.ts'
import { bounds } from './limits.ts'
import { mayFind, mayMend } from './may-find.ts'
import { meaning } from './meaning.ts'
import { banking, lookAt, type Scene } from './scene.ts'
import { shelfOf } from './shelf.ts'
import { type PairTold, qualityOf, toldOf } from './told.ts'

/** `score` is how alike the questions are, from 0 to 1. `values` are those of the question that the statement has otherwise. */
export type Similar = PairTold & Readonly<{ score: number; why: string; values?: readonly Readonly<{ asked: string; pair: string }>[] }>

export type Asked = Readonly<{ question: string; threshold: number; limit: number; verified?: boolean }>

/**
 * Pairs whose question is like this one and whose statement the caller may run as it stands, in the call's source or, when it names none, in
 * every granted one; best first.
 */
export const findSimilar = (call: Call, asked: Asked, parts: Parts): Promise<readonly Similar[]> =>
  banking(
    call,
    parts,
    (found) => found.length,
    (scene) => similarWithin(scene, asked),
  )

/** Verified pairs as examples for a model: none where the bank cannot be asked, for a schema is good without them. */
export async function examplesFor(
  call: Call,
  question: string,
  limit: number,
  parts: Parts,
): Promise<readonly Pick<Similar, 'question' | 'sql' | 'score' | 'values'>[]> {
  try {
    const principal = await parts.auth.identify(call.credential)
    const store = await parts.store()
    const asked = { question, threshold: EXAMPLE_SCORE, limit, verified: true }
    const found = await similarWithin({ call, parts, principal, store, book: store.pairs }, asked)
    return found.map(({ question, sql, score, values }) => ({ question, sql, score, ...(values ? { values } : {}) }))
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    call.signal.throwIfAborted()
    if (error.code === 'registry_unavailable') parts.log.failed(call.id, undefined, error)
    return []
  }
}
const EXAMPLE_SCORE = 0.5

async function similarWithin(scene: Omit<Scene, 'entry'>, asked: Asked): Promise<readonly Similar[]> {
  const { call, parts, principal, book } = scene
  const read = readQuestion(questionOf(asked.question))
  const sources = call.source === '' ? parts.policy.sources(principal) : [call.source]
  const found: Ranked[] = []
  for (const source of sources) {
    const shelf = await shelfOf(book, source)
    if (shelf.size === 0) continue
    const candidates = shelf.like(read, asked.threshold, await meaning(parts)).filter(({ entry }) => answers(entry, asked))
    // No source is touched for what is not in the bank.
    if (candidates.length === 0) continue
    const look = await lookUnlessSilent(scene, source, sources.length > 1)
    if (look) found.push(...(await findable(candidates, look, asked.limit, principal, parts)))
  }
  found.sort((a, b) => b.rank - a.rank)
  return found.slice(0, asked.limit).map(({ hit: { entry, likeness, why }, grant }) => {
    const values = otherValues(read, entry)
    return { ...toldOf(entry, grant, principal.name, false, undefined), score: likeness, why, ...(values.length > 0 ? { values } : {}) }
  })
}

const answers = ({ state, review }: Pair, { verified }: Asked): boolean =>
  verified ? state === 'verified' && review === 'admin' : state === 'verified' || state === 'proposed'

/** One source among several that does not answer must not hide what the bank has for the others. */
async function lookUnlessSilent(scene: Omit<Scene, 'entry'>, source: string, among: boolean): Promise<Look | undefined> {
  try {
    return await lookAt(scene, source)
  } catch (error) {
    if (!among || scene.call.signal.aborted || !(error instanceof SluiceError)) throw error
    scene.parts.log.failed(scene.call.id, source, error)
    return undefined
  }
}

type Ranked = Readonly<{ hit: Scored<Pair>; rank: number; grant: Grant }>

/** Those that exist for the caller, most likely ones first; no more are looked at than can be among the best. */
async function findable(hits: readonly Scored<Pair>[], look: Look, limit: number, principal: Principal, parts: Parts): Promise<Ranked[]> {
  const ranked = hits.map((hit) => ({ hit, rank: rankOf(hit) })).sort((a, b) => b.rank - a.rank)
  const found: Ranked[] = []
  for (const one of ranked.slice(0, bounds.checksMax)) {
    if (found.length >= limit) break
    if (await mayFind(one.hit.entry, look, principal, parts)) found.push({ ...one, grant: look.grant })
  }
  return found
}

/** Likeness decides; among pairs that are about as like, what a review and the outcomes say. */
const rankOf = ({ entry, likeness }: Scored<Pair>): number =>
  likeness + 0.1 * (qualityOf(entry) - 0.5) + (entry.state === 'verified' ? (entry.review === 'admin' ? 0.04 : 0.02) : 0)

function otherValues(read: Read, { question }: Pair): Readonly<{ asked: string; pair: string }>[] {
  const { values } = readQuestion(question)
  if (values.length !== read.values.length) return []
  return read.values.flatMap((asked, i) => (asked === values[i] ? [] : [{ asked, pair: values[i]! }]))
}

const BREATH = 50

export type ListAsked = Readonly<{ state?: PairState; mine?: boolean; limit: number; offset: number }>
export type Listed = Readonly<{ pairs: readonly PairTold[]; more: boolean }>

/** The pairs of a source that exist for the caller, newest first; those that no longer run for who may mend them. */
export const listPairs = (call: Call, asked: ListAsked, parts: Parts): Promise<Listed> =>
  banking(
    call,
    parts,
    ({ pairs }) => pairs.length,
    async (scene) => {
      const { principal, book } = scene
      const look = await lookAt(scene, call.source)
      const admin = look.grant.actions.has('admin')
      const all = [...(await shelfOf(book, call.source)).entries()].sort((a, b) => (a.id < b.id ? 1 : -1))
      const pairs: PairTold[] = []
      let before = 0
      let count = 0
      for (const pair of all) {
        if (asked.state !== undefined && pair.state !== asked.state) continue
        if (asked.mine && pair.createdBy !== principal.name) continue
        // A whole bank that is looked through for the first time must not hold up the calls of others.
        if (++count % BREATH === 0) await setImmediate()
        if (!(await seenBy(pair, look, scene))) continue
        if (before++ < asked.offset) continue
        if (pairs.length === asked.limit) return { pairs, more: true }
        pairs.push(toldOf(pair, look.grant, principal.name, admin, await mendFor(pair, look, scene)))
      }
      return { pairs, more: false }
    },
  )

/** Whether a pair exists for a caller who looks through the bank. What was rejected is for its owner and for who may decide otherwise. */
export async function seenBy(pair: Pair, look: Look, { principal, parts }: Pick<Scene, 'principal' | 'parts'>): Promise<boolean> {
  if (pair.state === 'stale') return mayMend(pair, look, principal, parts)
  if (pair.state === 'rejected' && pair.createdBy !== principal.name && !look.grant.actions.has('admin')) return false
  return mayFind(pair, look, principal, parts)
}

/** The mended statement, for who may run it: it may name what is hidden from others. */
async function mendFor(pair: Pair, look: Look, { principal, parts }: Pick<Scene, 'principal' | 'parts'>): Promise<string | undefined> {
  if (pair.mend === undefined) return undefined
  const mended: Pair = { ...pair, id: `${pair.id} mended`, statement: pair.mend, state: 'proposed' }
  return (await mayFind(mended, look, principal, parts)) ? pair.mend : undefined
}
