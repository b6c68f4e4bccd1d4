import { mayFind } from '../bank.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto } from '../explore.ts'
import type { ChatSession } from '../store/store.ts'
import type { answerIn } from './memory.ts'
import type { Scene } from './scene.ts'

type Known = NonNullable<ReturnType<typeof answerIn>>

/**
 * Tells whether somebody who reads a conversation now could have an answer of it for themselves; each source is looked at once. `teller` is whoever
 * loses nothing by its statement, `''` nobody: what was told in words may hold values that are masked now, or of rows that are hidden now.
 */
export function stillSeen(session: ChatSession, scene: Scene, teller = session.owner): (number: number, known: Known) => Promise<boolean> {
  const looks = new Map<string, Promise<Look | undefined>>()
  const lookAt = (source: string): Promise<Look | undefined> => {
    const look = looks.get(source) ?? lookFor(source, scene)
    looks.set(source, look)
    return look
  }
  return async (number, { answer, grant }) => {
    const { source, question, understood, sql } = answer
    if (sql === undefined) return true
    const look = await lookAt(source)
    const findable = {
      id: `${session.id} ${number}${teller === '' ? ' told' : ''}`,
      revision: 0,
      question: understood ?? question,
      statement: sql,
      createdBy: teller,
      grantVersion: grant ?? '',
      state: 'proposed',
      tables: [],
    } as const
    return look !== undefined && (await mayFind(findable, look, scene.principal, scene.parts))
  }
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

/**
 * The same for its owner, to whom it has been told already: nothing is looked at while they may see what they saw then. Of an answer without a
 * statement, such as readings to choose from, nobody can say what it tells.
 */
export function stillOwn(session: ChatSession, scene: Scene): (number: number, known: Known) => Promise<boolean> {
  const seen = stillSeen(session, scene, '')
  return async (number, known) => {
    const { source, sql } = known.answer
    if (source === '') return true
    const now = await grantVersion(source, scene)
    return now === known.grant || (now !== undefined && sql !== undefined && (await seen(number, known)))
  }
}

async function grantVersion(source: string, { principal, parts }: Scene): Promise<string | undefined> {
  try {
    return (await parts.policy.grant(principal, source)).version
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return undefined
  }
}
