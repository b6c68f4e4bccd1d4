import { createInterface } from 'node:readline'
import type { Answer, AskStep } from '../answer.ts'
import type { Answered, Asked, Turn } from '../ask.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type Context, exits, outputClosed, type Terminal } from './command.ts'
import { credentialOf } from './context.ts'
import { put, rowsOut } from './rows-out.ts'

/** One question, or as many as are typed. `json` prints one document an answer instead of a table. */
export type Asking = Readonly<{
  question: string | undefined
  source: string
  mode: Asked['mode'] | undefined
  limit: number | undefined
  json: boolean
  /** Steps on the way are told on standard error. */
  steps: boolean
}>

const TURNS_KEPT = 6

/** Answers the question, or those that are typed one after the other until the input ends. */
export async function askOnes(asking: Asking, { config, withParts, terminal }: Context): Promise<number> {
  const settings = await config()
  return withParts(settings, async (parts) => {
    if (asking.question !== undefined) {
      const { answer } = await asked(asking.question, [], asking, parts, terminal)
      return answer.status === 'answered' ? exits.ok.code : exits.failed.code
    }
    return await conversation(asking, parts, terminal)
  })
}

/** What was asked before is carried over; an answer to a question of ours may be the number of a choice. */
async function conversation(asking: Asking, parts: Parts, terminal: Terminal): Promise<number> {
  const before: Turn[] = []
  const prompt = terminal.in.isTTY === true
  const lines = createInterface({ input: terminal.in, ...(prompt ? { output: terminal.err, prompt: '? ' } : {}), signal: terminal.signal })
  if (prompt) {
    await put(terminal.err, 'Ask in plain language. An empty line or Ctrl-D ends.\n')
    lines.prompt()
  }
  let status: number = exits.ok.code
  for await (const line of lines) {
    if (line.trim() === '') {
      if (prompt) break
      continue
    }
    try {
      const answered = await asked(line, before, asking, parts, terminal)
      before.push(turnOf(answered))
      if (before.length > TURNS_KEPT) before.shift()
    } catch (error) {
      if (terminal.signal.aborted || !(error instanceof SluiceError) || error.message === outputClosed) throw error
      await put(terminal.err, `${error.message}\n${error.hint}\n`)
      status = exits.failed.code
    }
    if (prompt) lines.prompt()
  }
  return status
}

const turnOf = ({ answer, query, version, grant }: Answered): Turn => ({
  question: answer.understood ?? answer.question,
  source: answer.source,
  words: answer.words,
  ...(answer.sql === undefined ? {} : { sql: answer.sql }),
  ...(answer.choices === undefined ? {} : { choices: answer.choices }),
  ...(query === undefined ? {} : { query }),
  ...(version === undefined ? {} : { version }),
  ...(grant === undefined ? {} : { grant }),
})

async function asked(question: string, before: readonly Turn[], asking: Asking, parts: Parts, terminal: Terminal): Promise<Answered> {
  const [{ ask, choiceIn, kept }, { newCallId }] = await Promise.all([import('../ask.ts'), import('../tools/tools.ts')])
  const { out, err, env, signal } = terminal
  const chosen = choiceIn(question, before.at(-1))
  const whole: Asked = {
    id: newCallId(),
    door: 'cli',
    credential: credentialOf(terminal),
    signal,
    question: chosen?.question ?? question,
    source: chosen ? before.at(-1)!.source : asking.source,
    before,
    ...(chosen ? { chosen } : {}),
    ...(asking.mode === undefined ? {} : { mode: asking.mode }),
    ...(asking.limit === undefined ? {} : { rowsMax: asking.limit }),
  }
  const step = async ({ step, says }: AskStep) => {
    if (asking.steps) await put(err, `${step}: ${says}\n`)
  }
  if (asking.json) {
    const rows = kept(Number.MAX_SAFE_INTEGER, JSON_BYTES_MAX)
    const answered = await ask(whole, { step, sink: rows }, newCallId, parts)
    const { rows: count, ...answer } = answered.answer
    await put(out, `${JSON.stringify({ ...answer, rows: rows.lines().map((line) => JSON.parse(line) as unknown), row_count: count })}\n`)
    return answered
  }
  const table = rowsOut('table', { out, err, color: env.NO_COLOR ? false : out.isTTY === true })
  const answered = await ask(whole, { step, sink: table }, newCallId, parts)
  const { answer } = answered
  if (answer.receipt) await table.ended(answer.receipt)
  await put(out, `${answer.words}\n`)
  await put(err, notes(answer))
  return answered
}
const JSON_BYTES_MAX = 64 * 1024 * 1024

/** What stands beside the words: the statement, how sure it is, warnings, what to ask next. */
function notes({ sql, confidence, status, warnings, choices, follow_ups: next }: Answer): string {
  const lines = [
    ...(sql === undefined ? [] : [sql]),
    ...(status === 'answered' ? [`confidence ${Math.round(confidence * 100)} %`] : []),
    ...warnings.map((warning) => `note: ${warning}`),
    ...(choices ?? []).map(({ says }, i) => `${i + 1}) ${says}`),
    ...(next.length === 0 ? [] : [`next: ${next.slice(0, 3).join(' | ')}`]),
  ]
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
