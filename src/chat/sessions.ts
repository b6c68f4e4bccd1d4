import type { Answer } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { ChatMessage, ChatSession } from '../store/store.ts'
import { answerIn } from './memory.ts'
import { bounds, chatting, keptSince, nameOf, ownSession, type Scene, unknownSession } from './scene.ts'
import { stillOwn } from './still-seen.ts'

/** A conversation as clients are told of it. `id` and `session_id` are the same. */
export type SessionTold = Readonly<{
  id: string
  session_id: string
  name: string
  datasource: string
  messages: number
  created_at: string
  updated_at: string
  shared: boolean
}>

/** `answer` is what was told beside the rows, where the message is one. */
export type MessageTold = Readonly<{
  number: number
  role: 'user' | 'assistant'
  content: string
  created_at: string
  answer?: Answer
  good?: boolean
}>

export type SessionWhole = Omit<SessionTold, 'messages'> & Readonly<{ messages: readonly MessageTold[] }>

const NEW_NAME = 'New conversation'

/** Begins a conversation about a source that the caller may use, or about any where it is ''. `id` becomes its id. */
export const beginSession = (call: Call, wanted: Readonly<{ id: string; name?: string }>, parts: Parts): Promise<SessionTold> =>
  chatting(
    call,
    parts,
    () => 1,
    async (scene) => toldOf(await begun(scene, wanted)),
  )

/** The same within a call that is recorded already. */
export async function begun(
  { call, parts, principal, book }: Omit<Scene, 'entry'>,
  { id, name }: Readonly<{ id: string; name?: string }>,
): Promise<ChatSession> {
  // What may not be used is not there to be talked about.
  if (call.source !== '') await parts.policy.grant(principal, call.source)
  const at = new Date().toISOString()
  const session = {
    id,
    owner: principal.name,
    name: name === undefined ? NEW_NAME : nameOf(name),
    source: call.source,
    createdAt: at,
    updatedAt: at,
  }
  await book.begin(session, { ownMax: bounds.sessionsMax, keptSince: keptSince(parts) })
  return { ...session, messages: 0 }
}

/** Whether a conversation has been given a name by nobody yet. */
export const isUnnamed = ({ name }: ChatSession): boolean => name === NEW_NAME

/** The caller's conversations, newest first; with `text` those that hold it. */
export const listSessions = (
  call: Call,
  listing: Readonly<{ text?: string; limit: number; offset: number }>,
  parts: Parts,
): Promise<readonly SessionTold[]> =>
  chatting(
    call,
    parts,
    (found) => found.length,
    async ({ principal, book }) => (await book.list(principal.name, listing)).map(toldOf),
  )

/** One conversation with its messages. Throws `session_unknown`. */
export const readSession = (call: Call, id: string, parts: Parts): Promise<SessionWhole> =>
  chatting(
    call,
    parts,
    ({ messages }) => messages.length,
    async (scene) => {
      const session = await ownSession(scene, id)
      const seen = stillOwn(session, scene)
      const messages: MessageTold[] = []
      for (const message of await scene.book.messages(id)) messages.push(await messageTold(message, seen))
      return { ...toldOf(session), messages }
    },
  )

export const renameSession = (call: Call, id: string, name: string, parts: Parts): Promise<SessionTold> =>
  chatting(
    call,
    parts,
    () => 1,
    async (scene) => {
      const { principal, book } = scene
      if (!(await book.change(principal.name, id, { name: nameOf(name) }))) throw unknownSession()
      return toldOf(await ownSession(scene, id))
    },
  )

export const removeSession = (call: Call, id: string, parts: Parts): Promise<Readonly<{ deleted: true; session_id: string }>> =>
  chatting(
    call,
    parts,
    () => 1,
    async ({ principal, book }) => {
      if (!(await book.remove(principal.name, id))) throw unknownSession()
      return { deleted: true, session_id: id }
    },
  )

export const toldOf = ({ id, name, source, share, messages, createdAt, updatedAt }: ChatSession): SessionTold => ({
  id,
  session_id: id,
  name,
  datasource: source,
  messages,
  created_at: createdAt,
  updated_at: updatedAt,
  shared: share !== undefined,
})

/** What its owner may not see any more is not read out of an old answer either. */
async function messageTold(
  { number, role, content, answer, good, createdAt }: ChatMessage,
  seen: ReturnType<typeof stillOwn>,
): Promise<MessageTold> {
  const known = answerIn(answer)
  const plain = { number, role, created_at: createdAt, ...(good === undefined ? {} : { good }) }
  if (!known) return { ...plain, content }
  if (!(await seen(number, known))) return { ...plain, content: HIDDEN }
  return { ...plain, content, answer: known.answer }
}
const HIDDEN = 'Your rights have changed since, so this answer is not shown any more.'
