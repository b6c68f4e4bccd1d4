import { SluiceError } from '../error.ts'
import type { Llm, Message, Said, ToolCall } from '../llm/llm.ts'
import { verifiedFor } from './banked.ts'
import type { Answered, Asking, Mode } from './mode.ts'
import { type Fence, fence } from './prompts/fence.ts'
import { withTools } from './prompts/standalone.ts'
import { refused } from './refuse.ts'
import { type Seen, sceneOf } from './scene.ts'
import { type Context, contextOf } from './standalone-context.ts'
import { settleFinal } from './standalone-finish.ts'
import { secondOpinion } from './standalone-second.ts'
import { plain, sqlIn } from './standalone-text.ts'
import { type Cannot, doTool, errorText, type Final, modelTools, type Told } from './standalone-tools.ts'
import { wordsFor } from './standalone-words.ts'
import { answerWords } from './words.ts'

/** Turns of the model for one question, and tools in one turn. */
const TURNS_MAX = 10
const CALLS_MAX = 4
/** All turns together. */
const QUESTION_MS_MAX = 4 * 60_000
/** One that fails so often would not come right. */
const FINALS_MAX = 4

/** What the model has used up for this question. */
export class Bill {
  #input = 0
  #output = 0
  #usd: number | undefined = 0

  add({ usage, cost }: Pick<Said, 'usage' | 'cost'>): void {
    this.#input += usage.input + usage.cacheRead + usage.cacheWritten
    this.#output += usage.output
    this.#usd = this.#usd === undefined || cost.usd === undefined ? undefined : this.#usd + cost.usd
  }

  get cost() {
    return { input_tokens: this.#input, output_tokens: this.#output, ...(this.#usd === undefined ? {} : { usd: this.#usd }) }
  }
}

/** One question in the hands of a model: everything that its turns share. */
export type Working = Readonly<{
  asking: Asking
  llm: Llm
  fence: Fence
  seen: Seen
  context: Context
  bill: Bill
  payer: string
  rowsShown: number
}>

/** The model that is configured writes the SQL, with tools that only read, as the caller. */
export const standalone: Mode = async (asking) => {
  const { llm } = asking.parts
  if (!llm) throw new SluiceError('model_missing', 'No model is configured that could write SQL for a question.')
  const banked = await fromBank(asking)
  if (banked) return banked
  const marks = fence()
  const rowsShown = asking.parts.ask.rowsShown
  const seen = await sceneOf(asking)
  // Values may leave only where rows may.
  const context = await contextOf(asking, marks, rowsShown > 0 ? seen : undefined)
  await asking.step('context', context.tables.length === 0 ? 'No table fits.' : `Tables that fit: ${context.tables.join(', ')}.`)
  const { via, name } = asking.principal
  const working: Working = { asking, llm, fence: marks, seen, context, bill: new Bill(), payer: `${via} ${name}`, rowsShown }
  const { answer, ...more } = await turns(working)
  return { ...more, answer: { ...answer, mode: 'standalone', cost: working.bill.cost } }
}

/** What people have verified needs no model. Undefined when there is no such pair, or its statement fails now. */
async function fromBank(asking: Asking): Promise<Answered | undefined> {
  const banked = asking.asked.execute === false ? undefined : await verifiedFor(asking)
  if (!banked) return undefined
  const { question, sql, score } = banked
  await asking.step('candidates', `The query bank has a verified statement for ${JSON.stringify(question)}.`, sql)
  const settled = await settleFinal({ sql, says: '', why: new Map() }, asking, 0, {
    word: async (shown) => ({ words: answerWords(shown), odd: [] }),
  })
  if (settled instanceof SluiceError) return undefined
  return { ...settled, answer: { ...settled.answer, mode: 'standalone', confidence: score } }
}

/** Asks the model, does what it wants to see, and again, until it answers or says why not. */
async function turns(working: Working): Promise<Answered> {
  const { asking, llm, context, bill, payer, rowsShown } = working
  const system = withTools({ ...context.scenery, rows: rowsShown > 0 })
  const tools = modelTools(rowsShown > 0)
  const messages: Message[] = [{ role: 'user', text: context.text }]
  const tries = { failed: 0, silent: 0 }
  const until = performance.now() + QUESTION_MS_MAX
  for (let turn = 1; turn <= TURNS_MAX; turn++) {
    if (performance.now() > until) throw new SluiceError('model_timeout', 'The model took too long to come to an answer.')
    const said = await llm.converse({ principal: payer, system, messages, tools, signal: asking.call.signal })
    bill.add(said)
    const { toolCalls, text } = said
    messages.push({ role: 'assistant', text, toolCalls, ...(said.echo === undefined ? {} : { echo: said.echo }) })
    if (toolCalls.length === 0) {
      const ended = await fromText(text, working, tries)
      if (typeof ended !== 'string') return ended
      messages.push({ role: 'user', text: ended })
      continue
    }
    const results: { id: string; text: string; failed?: boolean }[] = []
    for (const [i, call] of toolCalls.entries()) {
      const done = i < CALLS_MAX ? await oneCall(call, working, tries) : { text: `At most ${CALLS_MAX} tools in one turn.`, failed: true }
      if ('answer' in done) return done
      results.push({ id: call.id, ...done })
    }
    if (turn === TURNS_MAX - 1) results.at(-1)!.text += '\nThis was the last but one turn: now call answer or cannot_answer.'
    messages.push({ role: 'tool', results })
  }
  return refused(asking, 'question_unclear', `The model found no statement within ${TURNS_MAX} turns. Ask for less, or in other words.`)
}

type Tries = { failed: number; silent: number }

async function oneCall(call: ToolCall, working: Working, tries: Tries): Promise<Answered | Readonly<{ text: string; failed?: boolean }>> {
  const { text, failed, final, cannot }: Told = await doTool(call, working.asking, working.fence, working.rowsShown)
  if (cannot) return cannotAnswer(cannot, working.asking)
  if (!final) return { text, ...(failed ? { failed } : {}) }
  const settled = await settling(final, working, tries)
  return typeof settled === 'string' ? { text: settled, failed: true } : settled
}

/** The answer, or what to tell the model about its statement. */
async function settling(final: Final, working: Working, tries: Tries): Promise<Answered | string> {
  const settled = await settleFinal(final, working.asking, tries.failed, {
    word: (shown) => wordsFor(shown, working),
    second: (delivered) => secondOpinion(delivered, working.seen, working.asking),
  })
  if (!(settled instanceof SluiceError)) return settled
  tries.failed += 1
  if (tries.failed >= FINALS_MAX) throw settled
  await working.asking.step('repair', `The statement failed (${settled.code}); the model is told why.`)
  return working.fence.around('data', errorText(settled))
}

/** A model that calls no tools may have written its statement down; else it is reminded, once. */
async function fromText(text: string, working: Working, tries: Tries): Promise<Answered | string> {
  const { sql, cannot } = sqlIn(text)
  if (cannot !== undefined) return cannotAnswer({ kind: 'no_data', reason: cannot }, working.asking)
  if (sql !== undefined) return await settling({ sql, says: '', why: new Map() }, working, tries)
  if (++tries.silent > 1) throw new SluiceError('model_unreadable', 'The model wrote neither a statement nor why there is none.')
  return 'Call answer with the statement, or cannot_answer with the reason.'
}

const codes = { no_data: 'question_unclear', change: 'question_writes', several: 'question_many', no_question: 'question_unclear' } as const

const words = {
  no_data: 'The data does not hold what this asks for.',
  change: 'This asks for a change, and answers only read.',
  several: 'These are several questions. Please ask one at a time.',
  no_question: 'This is no question about the data.',
} as const

const cannotAnswer = ({ kind, reason }: Cannot, asking: Asking): Answered => refused(asking, codes[kind], plain(reason) || words[kind])
