import { randomBytes } from 'node:crypto'
import type { Chart } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { ChatSession } from '../store/store.ts'
import { answerIn } from './memory.ts'
import { chatting, nameOf, ownSession, type Scene, unknownSession } from './scene.ts'
import { stillSeen } from './still-seen.ts'

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
      const { turns, hidden } = await readableTurns(session, scene)
      if (turns.length === 0) throw unknownSession()
      // A name is made of a question, perhaps of one that this reader may not know of.
      return { name: hidden ? nameOf(turns[0]!.question) : session.name, datasource: turns.at(-1)!.source, turns }
    },
  )

type Turns = Readonly<{ turns: SharedTold['turns']; hidden: boolean }>

async function readableTurns(session: ChatSession, scene: Scene): Promise<Turns> {
  const seen = stillSeen(session, scene)
  const turns: SharedTold['turns'][number][] = []
  let hidden = false
  for (const { number, role, answer: text } of await scene.book.messages(session.id)) {
    const known = answerIn(text)
    if (role === 'user') continue
    if (known?.answer.sql === undefined || known.answer.status !== 'answered' || !(await seen(number, known))) {
      hidden = true
      continue
    }
    const { source, question, understood, sql, chart } = known.answer
    turns.push({ number, source, question: understood ?? question, sql, ...(chart ? { chart } : {}) })
  }
  return { turns, hidden }
}
