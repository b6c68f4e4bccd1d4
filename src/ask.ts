import type { Answer, AskMode, AskStep } from './answer.ts'
import { chooseSource } from './ask/choose-source.ts'
import type { Answered, Asked, Asking, AskOut, Mode } from './ask/mode.ts'
import { todayOf } from './ask/today.ts'
import type { Call } from './call.ts'
import { SluiceError } from './error.ts'
import { intend, lookInto, recorded } from './explore.ts'
import type { Parts } from './gateway.ts'

export { choiceIn } from './ask/choice-in.ts'
export { namedIn } from './ask/choose-source.ts'
export { type Kept, kept } from './ask/kept.ts'
export type { Answered, Asked, Asking, AskOut, Lend, Mode, Turn } from './ask/mode.ts'
export { type MendedByModel, mendWithModel } from './ask/standalone-mend.ts'
export { type Completion, completeQuestion, exploreQuestions } from './ask/suggest.ts'

/** A question is a sentence or a few; what is longer is a document. */
const QUESTION_CHARS_MAX = 4_000
const AUDIT_CHARS = 200

/**
 * The way of one question: who asks and what they may see, what the question may mean, which statements answer it, what they come to, and an
 * answer in words. Every statement runs through the gateway as the caller. Each step goes to `out.step` as it happens and the rows to `out.sink`;
 * `newId` names the calls. Throws SluiceError where there is nothing to say; that a question cannot be answered is an answer.
 */
export async function ask(asked: Asked, out: AskOut, newId: () => string, parts: Parts): Promise<Answered> {
  const started = performance.now()
  const question = readableQuestion(asked.question)
  const call: Call = {
    id: asked.id,
    door: asked.door,
    credential: asked.credential,
    source: asked.source,
    action: 'query',
    text: `ask ${question.slice(0, AUDIT_CHARS)}`,
    params: [],
    ...(asked.timeoutMs === undefined ? {} : { timeoutMs: asked.timeoutMs }),
    signal: asked.signal,
  }
  const step = async (step: AskStep['step'], says: string, sql?: string): Promise<void> => {
    asked.signal.throwIfAborted()
    await out.step({ step, says, ...(sql === undefined ? {} : { sql }), ms: Math.round(performance.now() - started) })
  }
  return await recorded(
    call,
    parts,
    ({ answer }) => answer.rows,
    async (entry, principal) => {
      entry.identified(principal)
      const today = todayOf(asked)
      const placed = await chooseSource({ ...asked, question }, call, principal, parts)
      if (!placed) return noSource(question, asked, parts)
      const { source } = placed
      const within: Call = { ...call, source }
      await intend(entry, principal, within, [])
      const look = await lookInto(source, within, principal, parts)
      if (!look.grant.actions.has('read'))
        throw new SluiceError('action_refused', `Your roles do not allow the action "read" on "${source}".`)
      const asking: Asking = {
        asked: {
          ...asked,
          question: placed.question,
          before: asked.before.filter(({ grant = look.grant.version, ...turn }) => turn.source !== source || grant === look.grant.version),
        },
        call: within,
        look,
        principal,
        today,
        step,
        sink: out.sink,
        parts,
        newId,
      }
      const mode = await modeOf(asked.chosen ? 'built-in' : modeFor(asked, parts))
      return { ...(await mode(asking)), version: look.schema.version, grant: look.grant.version }
    },
  )
}

/** As the caller says, else as configured; the client's own model only where there is one. */
function modeFor({ mode, lend, door }: Asked, parts: Parts): AskMode {
  const wanted = mode ?? parts.ask.mode ?? (door === 'mcp' ? 'client' : 'built-in')
  return wanted === 'client' && !lend && door !== 'mcp' ? 'built-in' : wanted
}

/** Each mode is loaded by the first question that needs it. */
async function modeOf(mode: AskMode): Promise<Mode> {
  if (mode === 'built-in') return (await import('./ask/built-in.ts')).builtIn
  if (mode === 'standalone') return (await import('./ask/standalone.ts')).standalone
  return (await import('./ask/client.ts')).client
}

/** The question without what stands around it. Throws `question_too_long` and `question_empty`. */
export function readableQuestion(question: string): string {
  const text = question.trim()
  if (text.length > QUESTION_CHARS_MAX)
    throw new SluiceError('question_too_long', `A question has at most ${QUESTION_CHARS_MAX} characters.`)
  if (!/[\p{L}\p{N}]/u.test(text)) throw new SluiceError('question_empty', 'There is no question.')
  return text
}

/** Of several sources none has anything that the question names. */
function noSource(question: string, asked: Asked, parts: Parts): Answered {
  const answer: Answer = {
    status: 'refused',
    code: 'question_unclear',
    mode: modeFor(asked, parts),
    source: '',
    question,
    words: 'Nothing in your sources fits this question. Say what it is about in the words of the data, or name the source.',
    confidence: 0,
    used: [],
    columns: [],
    rows: 0,
    truncated: false,
    warnings: [],
    follow_ups: [],
  }
  return { answer }
}
