import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Office, openOffice, type Who } from '../tools/office.ts'
import { askOf, type Got } from './asking.ts'
import { withEngine } from './stand-in.ts'

/** A model that follows a script: the APIs of Claude and OpenAI are doubles, everything behind them is real. */

export const KEY = 'sk-ant-secret-000111222'
export type Turn = Readonly<Record<string, unknown>>
export type Request = Readonly<{ messages: readonly Readonly<{ role: string; content: unknown }>[]; tools?: readonly unknown[] }>
export type Script = (Turn | ((request: Request) => Turn))[]

export const mock = new LLMock({ port: 0, host: '127.0.0.1' })
/** What the model was sent, in order, as OpenAI's API has it. */
export const requests: Request[] = []
export const offices: Record<string, Office> = {}
let script: Script = []

export const seenText = (request: Request | undefined) => JSON.stringify(request?.messages)
export const says = (content: string): Turn => ({ content })
export const calls = (name: string, fields: unknown): Turn => ({ toolCalls: [{ name, arguments: JSON.stringify(fields) }] })
export const answers = (sql: string, more: Record<string, unknown> = {}) => calls('answer', { sql, says: 'the reading', ...more })

/** What the model does from now on. */
export const play = (turns: Script): void => {
  script = turns
}

/** Opens a house for each provider before the tests of a file, and starts each with an empty script. */
export function useModels(more = ''): void {
  beforeAll(async () => {
    await mock.start()
    for (const provider of ['claude', 'openai'] as const) {
      const url = provider === 'claude' ? mock.url : `${mock.url}/v1`
      offices[provider] = await openOffice(
        `llm: { mode: standalone, provider: ${provider}, api_key: ${KEY}, base_url: '${url}', timeout_s: 20 }\n${more}`,
      )
    }
  })
  afterAll(async () => {
    for (const office of Object.values(offices)) await office.close()
    await mock.stop()
  })
  beforeEach(() => {
    mock.reset()
    requests.length = 0
    script = []
    mock.on({ predicate: () => true }, (request) => {
      requests.push(structuredClone(request) as unknown as Request)
      const next = script.shift()
      if (!next) return { error: { message: 'the script is over' }, status: 400 }
      return (typeof next === 'function' ? next(request as unknown as Request) : next) as never
    })
  })
}

/** Asks a question of the shop, with a model that does these turns. */
export const ask = (question: string, turns: Script, who: Who = 'reader', provider = 'claude', more: object = {}): Promise<Got> => {
  play(turns)
  return askOf(offices[provider]!.key(who), withEngine(offices[provider]!.opened.parts), { question, ...more })
}
