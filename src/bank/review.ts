import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { cleanQuestion } from '../pairs/pairs.ts'
import type { Pair, PairPatch, Shape } from '../store/store.ts'
import { readable, shapeUnlessSlow } from './add.ts'
import { tryAsStored } from './as-stored.ts'
import { seenBy } from './find.ts'
import { bounds } from './limits.ts'
import { mayFind } from './may-find.ts'
import { banking, digestOf, lookAt, type Scene, unknownPair, versionOf } from './scene.ts'
import { shelfOf } from './shelf.ts'
import { type PairTold, toldOf } from './told.ts'

/**
 * `up` and `down` are opinions, one a caller. The others are a review: `verify` runs the statement and promotes the pair, `propose` takes that
 * back, `reject` keeps it from being found, `mend` puts the suggested statement in the place of a stale one, `remove` forgets the pair.
 */
export const verdicts = ['up', 'down', 'verify', 'propose', 'reject', 'mend', 'remove'] as const
export type BankVerdict = (typeof verdicts)[number]

export type Reviewed = Readonly<{ pair?: PairTold; removed: boolean }>

/** Says something of a pair that the caller may find. A review is for its owner and for who administers the source. Throws `pair_unknown`. */
export const reviewPair = (call: Call, id: string, verdict: BankVerdict, reason: string | undefined, parts: Parts): Promise<Reviewed> =>
  banking(
    call,
    parts,
    () => 1,
    async (bare) => {
      const { principal, book } = bare
      const pair = await book.find(id)
      if (!pair || (call.source !== '' && pair.source !== call.source)) throw unknownPair()
      const scene: Scene = { ...bare, call: { ...call, source: pair.source } }
      const look = await lookUnlessHidden(scene, pair)
      if (!(await seenBy(pair, look, scene))) throw unknownPair()
      const admin = look.grant.actions.has('admin')
      const own = pair.createdBy === principal.name
      if (verdict === 'up' || verdict === 'down')
        return { ...told(await vote(scene, pair, verdict, own), look, scene, admin), removed: false }
      if (!admin && !own) {
        throw new SluiceError('action_refused', 'A review is for who stored the pair and for who administers the source.', {
          hint: 'Say what you think of it with the verdict up or down.',
        })
      }
      if (verdict === 'remove') return { removed: await book.remove(pair.source, id) }
      const patch = await patchFor(verdict, pair, reason, admin ? 'admin' : 'owner', look, scene)
      return { ...told(await book.change(pair.source, id, () => patch), look, scene, admin), removed: false }
    },
  )

/** A pair of a source that the caller may not use is as unknown as one that is not there. */
async function lookUnlessHidden(scene: Scene, { source }: Pair): Promise<Look> {
  try {
    await scene.parts.policy.grant(scene.principal, source)
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'source_unknown') throw unknownPair()
    throw error
  }
  return lookAt(scene, source)
}

function told(pair: Pair | undefined, { grant }: Look, { principal }: Scene, admin: boolean): Readonly<{ pair: PairTold }> {
  if (!pair) throw unknownPair()
  return { pair: toldOf(pair, grant, principal.name, admin, undefined) }
}

/** As many who do not own it must think well of a proposed pair, and none ill, for it to be promoted without a review. */
const UP_TO_PROMOTE = 3

async function vote({ book, principal }: Scene, pair: Pair, verdict: 'up' | 'down', own: boolean): Promise<Pair | undefined> {
  if (own)
    throw new SluiceError('action_refused', 'Your own pair is for others to think of.', { hint: 'verify, propose, reject or remove it.' })
  await book.vote(pair.source, pair.id, principal.name, verdict === 'up' ? 1 : -1)
  return book.change(pair.source, pair.id, (now) => {
    if (now.state === 'proposed' && now.up >= UP_TO_PROMOTE && now.down === 0)
      return { state: 'verified', verifiedAt: new Date().toISOString() }
    // What an administrator has verified only they demote; it ranks lower.
    if (now.state === 'verified' && now.review !== 'admin' && now.down > now.up) return { state: 'proposed' }
    return {}
  })
}

async function patchFor(
  verdict: 'verify' | 'propose' | 'reject' | 'mend',
  pair: Pair,
  reason: string | undefined,
  review: 'admin' | 'owner',
  look: Look,
  scene: Scene,
): Promise<PairPatch> {
  // What an administrator has read stays read, as long as its words are the same.
  const by = { reviewedBy: scene.principal.name, review: verdict === 'verify' && pair.review === 'admin' ? pair.review : review }
  switch (verdict) {
    case 'propose':
      return { ...by, state: 'proposed', review: null, reason: null, mend: null }
    case 'reject':
      return { ...by, state: 'rejected', reason: reason === undefined ? null : cleanQuestion(reason).slice(0, bounds.reasonCharsMax) }
    case 'verify':
      return { ...by, ...(await verified(pair.statement, look, scene)) }
    default: {
      if (pair.mend === undefined) throw new SluiceError('change_refused', 'There is no suggestion for this pair.')
      const mended: Pair = { ...pair, id: `${pair.id} mended`, statement: pair.mend, state: 'proposed' }
      if (!(await mayFind(mended, look, scene.principal, scene.parts)))
        throw new SluiceError('change_refused', 'You may not run the statement that is suggested for this pair.')
      const patch = { ...(await verified(pair.mend, look, scene)), statement: pair.mend }
      await mustBeNew(pair, patch.digest, scene)
      return { ...by, ...patch }
    }
  }

  async function verified(statement: string, look: Look, { parts }: Scene) {
    const { read, uses } = await readable(look, statement, parts)
    const shape = await shapeForOwner(pair, statement, scene)
    return {
      state: 'verified',
      reason: null,
      mend: null,
      digest: digestOf(pair.question, read),
      tables: uses,
      // Where it cannot be known now the next verification learns it.
      shape: shape ?? null,
      failuresInRow: 0,
      verifiedAt: new Date().toISOString(),
      verifiedVersion: await versionOf(scene, pair.source),
    } as const
  }
}

/**
 * The columns of the answer as its owner sees them: an administrator may see more, and later verifications run as the owner. The reviewer must be
 * able to run the statement in any case.
 */
async function shapeForOwner(pair: Pair, statement: string, { call, parts, principal }: Scene): Promise<Shape | undefined> {
  const own = await shapeUnlessSlow(call, statement, parts)
  if (pair.createdBy === principal.name) return own
  const { shape, error } = await tryAsStored(pair, statement, { parts, signal: call.signal })
  return error ? undefined : shape
}

async function mustBeNew(pair: Pair, digest: string, { book }: Scene): Promise<void> {
  for (const other of (await shelfOf(book, pair.source)).entries()) {
    if (other.id !== pair.id && other.digest === digest && other.createdBy === pair.createdBy)
      throw new SluiceError('change_conflict', 'The mended statement is in the bank already, as a pair of its own; remove this one.')
  }
}
