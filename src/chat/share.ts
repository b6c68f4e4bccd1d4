import { randomBytes } from 'node:crypto'
import type { Chart } from '../answer.ts'
import { mayFind } from '../bank.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { ChatSession } from '../store/store.ts'
import { answerIn } from './memory.ts'
import { chatting, ownSession, type Scene, unknownSession } from './scene.ts'

/** What somebody else reads of a conversation: questions and statements, which they run themselves to see what they come to for them. */
export type SharedTold = Readonly<{
  name: string
  datasource: string
  turns: readonly Readonly<{ number: number; source: string; question: string; sql: string; chart?: Chart }>[]
}>

const SHARE_BYTES = 18

/** Gives a conversation a word that opens it to whoever may see the same; the same word each time. */
export const shareSession = (call: Call, id: string, parts: Parts): Promise<Readonly<{ share: string; session_id: string }>> =>
  chatting(
    call,
    parts,
    () => 1,
    async (scene) => {
      const known = await ownSession(scene, id)
      const share = known.share ?? randomBytes(SHARE_BYTES).toString('base64url')
      if (known.share === undefined) await scene.book.change(scene.principal.name, id, { share })
      return { share, session_id: id }
    },
  )

export const unshareSession = (call: Call, id: string, parts: Parts): Promise<Readonly<{ deleted: true; session_id: string }>> =>
  chatting(
    call,
    parts,
    () => 1,
    async ({ principal, book }) => {
      if (!(await book.change(principal.name, id, { share: null }))) throw unknownSession()
      return { deleted: true, session_id: id }
    },
  )

/** A conversation that was shared, as its reader may see it: turns whose statement they may not run do not exist for them. */
export const readShared = (call: Call, share: string, parts: Parts): Promise<SharedTold> =>
  chatting(
    call,
    parts,
    ({ turns }) => turns.length,
    async (scene) => {
      const session = await scene.book.shared(share)
      if (!session) throw unknownSession()
      const turns = await readableTurns(session, scene)
      // The name was made of a question: it is theirs who may see some of the answers.
      if (turns.length === 0) throw unknownSession()
      return { name: session.name, datasource: turns.at(-1)!.source, turns }
    },
  )

async function readableTurns(session: ChatSession, scene: Scene): Promise<SharedTold['turns']> {
  const looks = new Map<string, Promise<Look | undefined>>()
  const turns: SharedTold['turns'][number][] = []
  for (const { number, answer: text } of await scene.book.messages(session.id)) {
    const known = answerIn(text)
    if (!known?.answer.sql || known.answer.status !== 'answered') continue
    const { source, question, understood, sql, chart } = known.answer
    const look = looks.get(source) ?? lookFor(source, scene)
    looks.set(source, look)
    const seen = await look
    const asked = understood ?? question
    const turn = {
      id: `${session.id} ${number}`,
      revision: 0,
      question: asked,
      statement: sql,
      createdBy: session.owner,
      state: 'proposed',
      tables: [],
    } as const
    if (seen && (await mayFind({ ...turn, grantVersion: known.grant ?? '' }, seen, scene.principal, scene.parts)))
      turns.push({ number, source, question: asked, sql, ...(chart ? { chart } : {}) })
  }
  return turns
}

/** Undefined for a source that the reader may not use, or that does not answer. */
async function lookFor(source: string, { call, principal, parts }: Scene): Promise<Look | undefined> {
  try {
    return await lookInto(source, call, principal, parts)
  } catch (error) {
    if (call.signal.aborted || !(error instanceof SluiceError)) throw error
    return undefined
  }
}
