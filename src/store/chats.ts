import { type Kysely, sql } from 'kysely'
import { SluiceError } from '../error.ts'
import { reaching } from './reaching.ts'
import type { MessagesTable, SessionsTable, Tables } from './tables.ts'

/** A conversation, as its owner sees it. Times are ISO texts; `source` is '' where the questions say which. */
export type ChatSession = Readonly<{
  id: string
  owner: string
  name: string
  source: string
  share?: string
  messages: number
  createdAt: string
  updatedAt: string
}>

/** One message; `number` counts from 1. `answer` is JSON as the walk has written it. */
export type ChatMessage = Readonly<{
  number: number
  role: 'user' | 'assistant'
  content: string
  answer?: string
  good?: boolean
  createdAt: string
}>

export type NewMessage = Omit<ChatMessage, 'number' | 'good'>
export type Listing = Readonly<{ text?: string; limit: number; offset: number }>

/** Conversations. Whoever is not the owner finds nothing. Throws `registry_unavailable`. */
export interface ChatBook {
  /** Begins one; where the owner has `ownMax` already the one that rested longest goes. What rested since before `keptSince` goes too. */
  begin(session: Omit<ChatSession, 'messages' | 'share'>, bounds: Readonly<{ ownMax: number; keptSince: string }>): Promise<void>
  /** Newest first. */
  list(owner: string, listing: Listing): Promise<readonly ChatSession[]>
  find(owner: string, id: string): Promise<ChatSession | undefined>
  /** By the word that was given away for it, whoever asks. */
  shared(share: string): Promise<ChatSession | undefined>
  change(
    owner: string,
    id: string,
    patch: Readonly<{ name?: string; source?: string; share?: string | null; updatedAt?: string }>,
  ): Promise<boolean>
  remove(owner: string, id: string): Promise<boolean>
  /** In their order; the last `last` of them where that is said. */
  messages(id: string, last?: number): Promise<readonly ChatMessage[]>
  /** Puts messages at the end and answers the number of the last; throws `session_full`, and `session_unknown` when it is no more. */
  append(id: string, messages: readonly NewMessage[], messagesMax: number): Promise<number>
  judge(id: string, number: number, good: boolean): Promise<boolean>
}

export function chatsIn(db: Kysely<Tables>): ChatBook {
  const sessions = () =>
    db
      .selectFrom('sessions')
      .selectAll()
      .select((row) =>
        row
          .selectFrom('messages')
          .whereRef('messages.session', '=', 'sessions.id')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('count'),
      )
  return {
    begin: ({ id, owner, name, source, createdAt, updatedAt }, { ownMax, keptSince }) =>
      reaching(async () => {
        await db.deleteFrom('sessions').where('updated_at', '<', keptSince).execute()
        const oldest = db
          .selectFrom('sessions')
          .select('id')
          .where('owner', '=', owner)
          .orderBy('updated_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1_000_000)
          .offset(ownMax - 1)
        await db.deleteFrom('sessions').where('id', 'in', oldest).execute()
        await db
          .insertInto('sessions')
          .values({ id, owner, name, source, share: null, created_at: createdAt, updated_at: updatedAt })
          .execute()
      }),
    list: (owner, { text, limit, offset }) =>
      reaching(async () => {
        const rows = await sessions()
          .where('owner', '=', owner)
          .$if(text !== undefined, (query) => query.where(holding(text!)))
          .orderBy('updated_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .offset(offset)
          .execute()
        return rows.map(sessionOf)
      }),
    find: (owner, id) =>
      reaching(async () => {
        const row = await sessions().where('id', '=', id).where('owner', '=', owner).executeTakeFirst()
        return row && sessionOf(row)
      }),
    shared: (share) =>
      reaching(async () => {
        const row = await sessions().where('share', '=', share).executeTakeFirst()
        return row && sessionOf(row)
      }),
    change: (owner, id, { updatedAt, ...patch }) =>
      reaching(async () => {
        const set = { ...patch, ...(updatedAt === undefined ? {} : { updated_at: updatedAt }) }
        const { numUpdatedRows } = await db
          .updateTable('sessions')
          .set(set)
          .where('id', '=', id)
          .where('owner', '=', owner)
          .executeTakeFirst()
        return numUpdatedRows > 0n
      }),
    remove: (owner, id) =>
      reaching(async () => {
        const { numDeletedRows } = await db.deleteFrom('sessions').where('id', '=', id).where('owner', '=', owner).executeTakeFirst()
        return numDeletedRows > 0n
      }),
    ...messagesIn(db),
  }
}

type OfMessages = Pick<ChatBook, 'messages' | 'append' | 'judge'>

const messagesIn = (db: Kysely<Tables>): OfMessages => ({
  messages: (id, last) =>
    reaching(async () => {
      const rows = await db
        .selectFrom('messages')
        .selectAll()
        .where('session', '=', id)
        .orderBy('number', 'desc')
        .$if(last !== undefined, (query) => query.limit(last!))
        .execute()
      return rows.reverse().map(messageOf)
    }),
  append: (id, messages, messagesMax) =>
    reaching(() =>
      db.transaction().execute(async (within) => {
        const last = messages.at(-1)!
        // Also the lock that lets two messages at once take their turns.
        const { numUpdatedRows } = await within
          .updateTable('sessions')
          .set({ updated_at: last.createdAt })
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw new SluiceError('session_unknown', 'You have no such conversation.')
        const { newest } = await within
          .selectFrom('messages')
          .where('session', '=', id)
          .select(({ fn }) => fn.max('number').as('newest'))
          .executeTakeFirstOrThrow()
        const first = Number(newest ?? 0) + 1
        if (first + messages.length - 1 > messagesMax)
          throw new SluiceError('session_full', `A conversation holds ${messagesMax} messages.`)
        const rows = messages.map(({ role, content, answer, createdAt }, i) => ({
          session: id,
          number: first + i,
          role,
          content,
          answer: answer ?? null,
          good: null,
          created_at: createdAt,
        }))
        await within.insertInto('messages').values(rows).execute()
        return first + messages.length - 1
      }),
    ),
  judge: (id, number, good) =>
    reaching(async () => {
      const { numUpdatedRows } = await db
        .updateTable('messages')
        .set({ good: good ? 1 : 0 })
        .where('session', '=', id)
        .where('number', '=', number)
        .where('role', '=', 'assistant')
        .executeTakeFirst()
      return numUpdatedRows > 0n
    }),
})

/** The name, or something that its owner has said, has the text, without regard to case. Of an old answer they may not see any more what it tells. */
function holding(text: string) {
  const like = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(lower(name) LIKE ${like} ESCAPE '\\' OR EXISTS (SELECT 1 FROM messages WHERE messages.session = sessions.id AND role = 'user' AND lower(content) LIKE ${like} ESCAPE '\\'))`
}

const sessionOf = ({
  id,
  owner,
  name,
  source,
  share,
  created_at,
  updated_at,
  count,
}: SessionsTable & { count: number | string | null }): ChatSession => ({
  id,
  owner,
  name,
  source,
  ...(share === null ? {} : { share }),
  messages: Number(count),
  createdAt: created_at,
  updatedAt: updated_at,
})

const messageOf = ({ number, role, content, answer, good, created_at }: MessagesTable): ChatMessage => ({
  number,
  role: role === 'user' ? 'user' : 'assistant',
  content,
  ...(answer === null ? {} : { answer }),
  ...(good === null ? {} : { good: good === 1 }),
  createdAt: created_at,
})
