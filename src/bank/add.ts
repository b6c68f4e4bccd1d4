import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Look } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import { cleanQuestion } from '../pairs/pairs.ts'
import type { Keyring, NewPair, Pair, PairBook, Shape } from '../store/store.ts'
import { bounds } from './limits.ts'
import { mayFind } from './may-find.ts'
import { banking, digestOf, lookAt, newId, planned, type Reading, readIn, type Scene, shapeOf, versionOf } from './scene.ts'
import { shelfOf } from './shelf.ts'
import { type PairTold, toldOf } from './told.ts'

export type Stored = Readonly<{ pair: PairTold /** True when the bank had it already. */; known: boolean }>
export type Wanted = Readonly<{ question: string; statement: string }>

/** Keeps a question with the statement that answers it, as proposed. The statement runs once for a few rows, under the caller's grant. */
export const storePair = (call: Call, wanted: Wanted, parts: Parts): Promise<Stored> =>
  banking(
    call,
    parts,
    () => 1,
    async (scene) => {
      const { pair, known } = await addPair(scene, wanted, 'run')
      const grant = await parts.policy.grant(scene.principal, call.source)
      return { pair: toldOf(pair, grant, scene.principal.name, false, undefined), known }
    },
  )

/** `how` is `run` to learn the columns of the answer; `ran` when the statement has just run for the caller. */
export async function addPair(scene: Scene, wanted: Wanted, how: 'run' | 'ran'): Promise<Readonly<{ pair: Pair; known: boolean }>> {
  const { call, parts, principal, book } = scene
  const question = questionOf(wanted.question)
  const look = await lookAt(scene, call.source)
  const reading = await readable(look, wanted.statement, parts)
  const digest = digestOf(question, reading.read)
  for (const pair of (await shelfOf(book, call.source)).entries()) {
    if (pair.digest === digest && pair.state !== 'rejected' && (await mayFind(pair, look, principal, parts))) return { pair, known: true }
  }
  const shape = how === 'run' ? await shapeUnlessSlow(call, wanted.statement, parts) : undefined
  const id = newId()
  const pair: NewPair = {
    id,
    source: call.source,
    digest,
    question,
    statement: wanted.statement.trim(),
    dialect: look.source.dialect,
    state: 'proposed',
    roles: principal.roles,
    ...sealed(id, scene, look),
    grantVersion: look.grant.version,
    tables: reading.uses,
    ...(shape ? { shape } : {}),
    createdBy: principal.name,
    createdAt: new Date().toISOString(),
    verifiedVersion: await versionOf(scene, call.source),
  }
  return book.add(pair, bounds)
}

export function questionOf(text: string): string {
  const question = cleanQuestion(text)
  if (question === '') throw new SluiceError('field_invalid', 'The field question must hold a question.')
  return question
}

/** What a statement is made of, when this caller may run it as it stands. Throws what refuses it. */
export async function readable(look: Look, statement: string, parts: Parts): Promise<Reading> {
  if (statement.length > bounds.statementCharsMax)
    throw new SluiceError('sql_too_large', `The bank keeps statements of at most ${bounds.statementCharsMax} characters.`)
  const { kind, params } = await planned(look, statement, parts)
  if (kind !== 'read') throw new SluiceError('statement_refused', 'The bank keeps only statements that answer rows: SELECT, WITH, VALUES.')
  if (!look.grant.actions.has('read'))
    throw new SluiceError('action_refused', `Your roles do not allow the action "read" on "${look.source.name}".`)
  if (params > 0) {
    throw new SluiceError('parameter_count', 'A statement of the bank runs as it stands; it has no placeholders.', {
      hint: 'Write the values into the statement. Statements that differ only in their values become a template by themselves.',
    })
  }
  return readIn(look, statement, parts)
}

/** A statement may well be good that takes long; then its columns are learned when it is verified. */
export async function shapeUnlessSlow(call: Call, statement: string, parts: Parts): Promise<Shape | undefined> {
  try {
    return await shapeOf(call, statement, parts)
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'query_timeout') return undefined
    throw error
  }
}

/**
 * The attributes that row rules compare with, encrypted, so that the statement can be verified later as who has stored it. Where the source
 * knows its callers by name they may hold what a caller logs in with: then none are kept, and none but people verify the pair.
 */
function sealed(id: string, { principal, parts }: Scene, { grant }: Look): Pick<NewPair, 'attributes'> {
  if (grant.identity || Object.keys(principal.attributes).length === 0) return {}
  return { attributes: parts.keyring.encrypt(JSON.stringify(principal.attributes), placeOf(id)) }
}

/** What encrypted attributes belong to: moved to another pair they cannot be read. */
export const placeOf = (id: string): string => `pair ${id}`

/** Encrypts the attributes of all pairs with the key that now writes. What none of its keys opens is lost anyway and stays as it is. */
export const resealPairs = (book: PairBook, keyring: Keyring): Promise<void> =>
  book.reseal((attributes, id) => {
    try {
      return keyring.encrypt(keyring.decrypt(attributes, placeOf(id)), placeOf(id))
    } catch (error) {
      if (error instanceof SluiceError) return undefined
      throw error
    }
  })
