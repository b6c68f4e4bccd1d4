import type { AuditEntry } from '../audit/audit.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { ChatBook, ChatSession } from '../store/store.ts'

/** Who deals with conversations, and what with. */
export type Scene = Readonly<{ call: Call; parts: Parts; principal: Principal; entry: AuditEntry; book: ChatBook }>

/** What one owner may have. */
export const bounds = { sessionsMax: 500, messagesMax: 400, nameCharsMax: 120, answerBytesMax: 200_000 } as const

const DAY_MS = 86_400_000

/** One recorded call that deals with conversations; `told` counts what the caller learns of. */
export const chatting = <T>(call: Call, parts: Parts, told: (done: T) => number, doing: (scene: Scene) => Promise<T>): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    entry.identified(principal)
    await entry.intend(principal, { sql: call.text, kind: 'chat', tables: [], policies: [], params: 0 })
    const { chats: book } = await parts.store()
    return doing({ call, parts, principal, entry, book })
  })

/** The caller's own conversation. Throws `session_unknown` also for one of somebody else. */
export async function ownSession({ principal, book }: Pick<Scene, 'principal' | 'book'>, id: string): Promise<ChatSession> {
  const session = await book.find(principal.name, id)
  if (!session) throw unknownSession()
  return session
}

export const unknownSession = (): SluiceError => new SluiceError('session_unknown', 'You have no such conversation.')

/** What rested since before this time is forgotten. */
export const keptSince = ({ chat }: Parts): string => new Date(Date.now() - chat.keepDays * DAY_MS).toISOString()

/** A name on one line; throws `field_invalid` for one that says nothing. */
export function nameOf(text: string): string {
  const name = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  if (name === '') throw new SluiceError('field_invalid', 'The field name must not be empty.')
  return name.length > bounds.nameCharsMax ? `${name.slice(0, bounds.nameCharsMax - 1).trimEnd()}…` : name
}
