import type { Answered, Turn } from '../ask.ts'
import type { ChatMessage } from '../store/store.ts'
import { bounds } from './scene.ts'

/** An answer as the registry keeps it: without rows, and without columns where they alone would fill it. */
export function answerText(answered: Answered): string {
  const whole = JSON.stringify(answered)
  if (whole.length <= bounds.answerBytesMax) return whole
  const { receipt: _, ...answer } = answered.answer
  return JSON.stringify({ ...answered, answer: { ...answer, columns: [], sql: answer.sql?.slice(0, bounds.answerBytesMax / 2) } })
}

/** Undefined for a message that is no answer, or one that cannot be read any more. */
export function answerIn(text: string | undefined): Answered | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Answered
  } catch {
    return undefined
  }
}

/** The turns that a question may refer to, newest last. */
export const turnsIn = (messages: readonly ChatMessage[]): readonly Turn[] =>
  messages.flatMap(({ answer: text }) => {
    const known = answerIn(text)
    if (!known || known.answer.source === '') return []
    const { answer, query, version, grant } = known
    return [
      {
        question: answer.understood ?? answer.question,
        source: answer.source,
        words: answer.words,
        ...(answer.sql === undefined ? {} : { sql: answer.sql }),
        ...(answer.choices === undefined ? {} : { choices: answer.choices }),
        ...(query === undefined ? {} : { query }),
        ...(version === undefined ? {} : { version }),
        ...(grant === undefined ? {} : { grant }),
      },
    ]
  })
