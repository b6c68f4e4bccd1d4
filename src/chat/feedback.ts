import { findSimilar, reviewPair, type Similar, storePair } from '../bank.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { answerIn } from './memory.ts'
import { chatting, ownSession } from './scene.ts'

/** `kept` tells whether the query bank has learnt of it, `pair` which of its pairs. */
export type Fed = Readonly<{ kept: boolean; pair?: string }>

const SAME_MIN = 0.99
const SAME_LOOKED_AT = 5

/**
 * Keeps what the owner of a conversation thinks of an answer. Where the bank learns, a good one is proposed to it, or voted for where it is another's,
 * and a bad one is taken back or voted against; all under the caller's rights. Throws `session_unknown`.
 */
export const feedBack = (
  call: Call,
  { session, message, good }: Readonly<{ session: string; message: number; good: boolean }>,
  newId: () => string,
  parts: Parts,
): Promise<Fed> =>
  chatting(
    call,
    parts,
    () => 1,
    async (scene) => {
      await ownSession(scene, session)
      if (!(await scene.book.judge(session, message, good)))
        throw new SluiceError('session_unknown', 'This conversation has no such answer.')
      const text = (await scene.book.messages(session)).find(({ number }) => number === message)?.answer
      const answer = answerIn(text)?.answer
      if (!answer?.sql || answer.status !== 'answered' || parts.bank.learn === 'off') return { kept: false }
      const question = answer.understood ?? answer.question
      const asked = (text: string): Call => ({ ...call, id: newId(), source: answer.source, text })
      const pair = good
        ? (await storePair(asked('store an answer'), { question, statement: answer.sql }, parts)).pair
        : await sameIn(asked('find an answer'), question, answer.sql, parts)
      if (pair === undefined) return { kept: false }
      // One's own pair is for others to vote on; its owner takes it back instead.
      const verdict = good ? (pair.own ? undefined : 'up') : pair.own ? 'reject' : 'down'
      if (verdict) await reviewPair(asked('judge a stored answer'), pair.id, verdict, undefined, parts)
      return { kept: true, pair: pair.id }
    },
  )

/** The pair of the bank that has this very question and statement. */
async function sameIn(call: Call, question: string, sql: string, parts: Parts): Promise<Similar | undefined> {
  const found = await findSimilar(call, { question, threshold: SAME_MIN, limit: SAME_LOOKED_AT }, parts)
  return found.find((pair) => pair.sql.trim() === sql.trim())
}
