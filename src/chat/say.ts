import type { Answer, Choice } from '../answer.ts'
import { type Answered, type Asked, type AskOut, ask, choiceIn, namedIn, readableQuestion, type Turn } from '../ask.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { ChatSession, NewMessage } from '../store/store.ts'
import { answerText, turnsIn } from './memory.ts'
import { bounds, chatting, nameOf, ownSession, type Scene } from './scene.ts'
import { begun, isUnnamed } from './sessions.ts'

/** A message as a door takes it: a question in a conversation, or one that begins a new one. */
export type Said = Omit<Asked, 'question' | 'before' | 'chosen'> & Readonly<{ message: string; session?: string }>

/** Where the answer goes; which conversation it is in is told before anything is asked. */
export type ChatOut = AskOut & Readonly<{ session(id: string, source: string): void | Promise<void> }>

/** `number` is that of the answer in its conversation. */
export type Replied = Readonly<{ session: string; number: number; answer: Answer }>

/** As much as a question may refer to. */
const MESSAGES_BEFORE = 12

type Opened = Readonly<{ session: ChatSession; before: readonly Turn[]; source: string; question: string; chosen?: Choice }>

/** Asks within a conversation: what came before is carried over, and question and answer are kept. The caller alone finds it again. */
export async function say(said: Said, out: ChatOut, newId: () => string, parts: Parts): Promise<Replied> {
  const message = readableQuestion(said.message)
  const { id, door, credential, signal } = said
  const call: Call = { id: newId(), door, credential, source: said.source, action: 'query', text: 'chat message', params: [], signal }
  const opened = await chatting(
    call,
    parts,
    () => 1,
    (scene) => open(scene, said, message, newId),
  )
  const { session, before, source, question, chosen } = opened
  await out.session(session.id, source)
  const book = (await parts.store()).chats
  await book.append(session.id, [messageOf('user', message)], bounds.messagesMax)
  const asked: Asked = { ...said, id, question, source, before, ...(chosen ? { chosen } : {}) }
  const answered = await ask(asked, out, newId, parts).catch(async (error: unknown) => {
    await keepFailure(session.id, error, parts)
    throw error
  })
  const number = await book.append(session.id, [messageOf('assistant', answered.answer.words, answered)], bounds.messagesMax)
  return { session: session.id, number, answer: answered.answer }
}

/** The conversation with what it is about now, by the message, its source and what came before. */
async function open(scene: Scene, said: Said, message: string, newId: () => string): Promise<Opened> {
  const { principal, book, parts, call } = scene
  const session =
    said.session === undefined || said.session === '' ? await begun(scene, { id: newId() }) : await ownSession(scene, said.session)
  if (call.source !== '') await parts.policy.grant(principal, call.source)
  const before = turnsIn(await book.messages(session.id, MESSAGES_BEFORE))
  const chosen = choiceIn(message, before.at(-1))
  // What is said goes before what the client has selected: that is how one switches while talking.
  const named = chosen ? undefined : namedIn(message, parts.policy.sources(principal))
  const source = (chosen ? before.at(-1)?.source : named?.source) ?? (call.source || session.source)
  const name = session.messages === 0 && isUnnamed(session) ? { name: nameOf(message) } : {}
  if (source !== session.source || 'name' in name) await book.change(principal.name, session.id, { source, ...name })
  return { session, before, source, question: named?.rest ?? chosen?.question ?? message, ...(chosen ? { chosen } : {}) }
}

const messageOf = (role: NewMessage['role'], content: string, answered?: Answered): NewMessage => ({
  role,
  content,
  createdAt: new Date().toISOString(),
  ...(answered ? { answer: answerText(answered) } : {}),
})

/** A question that failed has its failure beside it when the conversation is read again; one that was broken off can be asked again. */
async function keepFailure(session: string, error: unknown, parts: Parts): Promise<void> {
  if (!(error instanceof SluiceError) || error.code === 'query_cancelled' || error.code === 'stopping') return
  const { chats } = await parts.store()
  await chats.append(session, [messageOf('assistant', `${error.message} ${error.hint}`)], bounds.messagesMax).catch(() => undefined)
}
