import { setTimeout as wait } from 'node:timers/promises'
import { SluiceError } from '../error.ts'
import { type Budget, type Ledger, openLedger, type Spent } from './budget.ts'
import type { Message, ModelTool, Reply, Request, Stop, ToolCall, Trouble, Usage, Wire } from './conversation.ts'
import { costOf, type Price, priceOf, tokensOf } from './prices.ts'
import { type Provider, providers, successorOf, thinks } from './providers.ts'
import { passes, told } from './trouble.ts'

export { type Ledger, openLedger, type Spent } from './budget.ts'
export type { Message, ModelTool, Stop, ToolCall, Usage } from './conversation.ts'
export { type Embedder, type EmbedSetting, openEmbedder } from './embed.ts'
export type { Price } from './prices.ts'
export { type Provider, providers } from './providers.ts'

/** Which model, where, and how much of it; `timeoutMs` is for one answer with all its attempts. */
export type LlmSetting = Readonly<{
  provider: Provider
  model?: string
  apiKey?: string
  baseUrl?: string
  temperature: number
  maxTokens: number
  timeoutMs: number
  /** For each principal and day. */
  budget?: Budget
  /** Instead of the list price. */
  price?: Price
}>

/** What a model is asked. `principal` pays for it. `onText` gets the answer's words as they come; what it throws ends the answer. */
export type Asked = Readonly<{
  principal: string
  system: string
  messages: readonly Message[]
  tools?: readonly ModelTool[]
  signal: AbortSignal
  onText?: (piece: string) => void
}>

/** One answer of a model. `echo` goes back with it into the next question. `cost.usd` is undefined where the price is not known. */
export type Said = Readonly<{
  /** Which model it was: another than the configured one where the provider knows that no more. */
  model: string
  text: string
  toolCalls: readonly ToolCall[]
  stop: Stop
  usage: Usage
  cost: Readonly<{ tokens: number; usd?: number }>
  echo?: unknown
}>

/** A model of language at a provider. */
export interface Llm {
  readonly provider: string
  readonly model: string
  /** Throws the `model_…` codes, and `query_cancelled` for a caller who leaves; then the connection is closed. */
  converse(asked: Asked): Promise<Said>
  /** What a principal has used up today. */
  spent(principal: string): Spent
}

/** What tests put in place of the network and the clock. */
export type Means = Readonly<{
  wire?: () => Promise<Wire>
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  chance?: () => number
}>

const ATTEMPTS_MAX = 4
const BACKOFF_MS = 500
const WAIT_MS_MAX = 20_000
/** Room for thinking on top of `maxTokens`: it counts as output, and without room there would be no answer. */
const THINKING_TOKENS = 8_192
const OUTPUT_TOKENS_MIN = 64
const CHARS_A_TOKEN = 3
const ANSWER_CHARS_MAX = 400_000

/** Opens nothing and loads no package before the first question. */
export function openLlm(setting: LlmSetting, ledger: Ledger = openLedger(), means: Means = {}): Llm {
  const about = providers[setting.provider]
  const now = { model: setting.model ?? about.model }
  const without = new Set<string>()
  let wire: Promise<Wire> | undefined
  const opened = () => (wire ??= (means.wire ?? (() => openWire(setting)))().catch(forget))
  const forget = (error: unknown): never => {
    wire = undefined
    throw error
  }
  const once = async (asked: Asked): Promise<Said> => {
    const { model } = now
    const price = priceOf(setting.provider, model, setting.price)
    if (setting.budget?.usd !== undefined && !price) throw priceless(model)
    const input = estimate(asked)
    const entered = ledger.enter(asked.principal, spentOf({ ...none, input }, price), setting.budget ?? {})
    const maxTokens = outputMax(setting.maxTokens + (thinks(model) ? THINKING_TOKENS : 0), entered.left, price)
    const heard = new Hearing(asked.onText, input)
    try {
      const reply = await attempts(await opened(), asked, { setting, about: about.name, model, maxTokens, without, heard, means })
      return { ...saidOf(reply, heard.usage(), price, about.name), model }
    } finally {
      entered.settle(heard.asked ? spentOf(heard.usage(), price) : { tokens: 0, usd: 0 })
    }
  }
  return {
    provider: setting.provider,
    get model() {
      return now.model
    },
    spent: (principal) => ledger.today(principal),
    async converse(asked) {
      try {
        return await once(asked)
      } catch (error) {
        // Settings of former days go on working when a provider retires what they name.
        const next = error instanceof SluiceError && error.code === 'model_unknown' ? successorOf(now.model) : undefined
        if (next === undefined) throw error
        now.model = next
        return await once(asked)
      }
    },
  }
}

const priceless = (model: string): SluiceError =>
  new SluiceError('config_invalid', `llm.budget.usd_per_day needs the price of ${model}: set llm.price.input and llm.price.output.`)

const none: Usage = { input: 0, output: 0, cacheRead: 0, cacheWritten: 0 }
const spentOf = (usage: Usage, price: Price | undefined): Spent => ({ tokens: tokensOf(usage), usd: price ? costOf(usage, price) : 0 })

/** Rather too many: languages differ, and a budget must not be overdrawn by a guess. */
const estimate = ({ system, messages, tools = [] }: Asked): number =>
  Math.ceil((system.length + JSON.stringify(messages).length + JSON.stringify(tools).length) / CHARS_A_TOKEN)

/** No answer may cost more than what is left of the budget. */
const outputMax = (wanted: number, left: Spent, price: Price | undefined): number => {
  const affordable = price && price.output > 0 ? Math.floor((left.usd * 1_000_000) / price.output) : Number.POSITIVE_INFINITY
  return Math.max(OUTPUT_TOKENS_MIN, Math.min(wanted, Math.floor(left.tokens), affordable))
}

async function openWire({ provider, apiKey = '', baseUrl }: LlmSetting): Promise<Wire> {
  const { wire, keyIn, name, baseUrl: usual } = providers[provider]
  if (keyIn !== undefined && apiKey === '')
    throw new SluiceError('model_missing', `There is no key for ${name}.`, {
      hint: `Set LLM_API_KEY${keyIn === 'LLM_API_KEY' ? '' : ` or ${keyIn}`}.`,
    })
  if (wire === 'anthropic') return (await import('./anthropic.ts')).anthropicWire({ apiKey, baseUrl: baseUrl ?? usual })
  const official = provider === 'openai' && baseUrl === undefined
  // Local servers want no key, and the package wants one.
  return (await import('./openai.ts')).openaiWire({ apiKey: apiKey || 'none', baseUrl: baseUrl ?? usual, official })
}

/** What is heard of an answer, and what it therefore costs, however it ends. */
class Hearing {
  readonly #onText: ((piece: string) => void) | undefined
  readonly #expected: number
  #before: Usage = none
  #now: Usage | undefined
  #chars = 0
  /** True once something was sent. */
  asked = false

  constructor(onText: ((piece: string) => void) | undefined, expected: number) {
    this.#onText = onText
    this.#expected = expected
  }

  get spoke(): boolean {
    return this.#chars > 0
  }

  text = (piece: string): void => {
    this.#chars += piece.length
    if (this.#chars > ANSWER_CHARS_MAX) throw new SluiceError('model_unreadable', 'The model did not come to an end.')
    this.#onText?.(piece)
  }

  told = (usage: Usage): void => {
    this.#now = usage
  }

  /** Of all attempts. A provider that tells nothing is taken to have read everything that was sent. */
  usage(): Usage {
    const output = Math.ceil(this.#chars / CHARS_A_TOKEN)
    const now = this.#now
    const known = now && tokensOf(now) - now.output > 0
    const last = known
      ? { ...now, output: Math.max(now.output, now.output === 0 ? output : 0) }
      : { ...none, input: this.#expected, output: now?.output || output }
    return sum(this.#before, last)
  }

  /** The attempt has failed: what it came to counts, and the next one begins. A request that was turned away cost nothing. */
  again(): void {
    if (this.#now) this.#before = sum(this.#before, this.#now)
    this.#now = undefined
  }
}

const sum = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWritten: a.cacheWritten + b.cacheWritten,
})

type Attempting = Readonly<{
  setting: LlmSetting
  about: string
  model: string
  maxTokens: number
  without: Set<string>
  heard: Hearing
  means: Means
}>

/** Asks, and asks again for what may pass, as long as nothing was heard; all of it within the time for one answer. */
async function attempts(wire: Wire, asked: Asked, { setting, about, model, maxTokens, without, heard, means }: Attempting): Promise<Reply> {
  const { timeoutMs, temperature } = setting
  const { system, messages, tools = [] } = asked
  const time = new AbortController()
  const timer = setTimeout(() => time.abort(), timeoutMs)
  const signal = AbortSignal.any([asked.signal, time.signal])
  try {
    for (let attempt = 1; ; attempt++) {
      asked.signal.throwIfAborted()
      const request: Request = { model, system, messages, tools, maxTokens, temperature, without, signal, timeoutMs }
      try {
        heard.asked = true
        return await wire.ask(request, { text: heard.text, usage: heard.told })
      } catch (error) {
        if (error instanceof SluiceError) throw error
        asked.signal.throwIfAborted()
        const trouble: Trouble = time.signal.aborted ? { kind: 'timeout', names: [], parameters: [] } : wire.troubleOf(error)
        if (heard.spoke) throw told(trouble, about, model, timeoutMs)
        heard.again()
        if (learnt(trouble, without)) continue
        const pause = passes(trouble) && attempt < ATTEMPTS_MAX ? pauseOf(trouble, attempt, means.chance ?? Math.random) : undefined
        if (pause === undefined) {
          // Turned away before a word was read.
          heard.asked = trouble.kind === 'timeout'
          throw told(trouble, about, model, timeoutMs)
        }
        await sleep(pause, signal, means)
      }
    }
  } catch (error) {
    if (asked.signal.aborted) throw asked.signal.reason
    if (error instanceof SluiceError) throw error
    if (time.signal.aborted) throw told({ kind: 'timeout', names: [], parameters: [] }, about, model, timeoutMs)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const sleep = async (ms: number, signal: AbortSignal, { sleep: own }: Means): Promise<void> =>
  own ? own(ms, signal) : wait(ms, undefined, { signal })

/** True when the provider complained of a parameter that can be left out; it is, from now on. */
function learnt({ status, parameters }: Trouble, without: Set<string>): boolean {
  if (status !== 400) return false
  const fresh = parameters.filter((name) => !without.has(name))
  for (const name of fresh) without.add(name)
  return fresh.length > 0
}

/** Twice as long each time, with half of it left to chance so that many callers do not come back at once; as long as the provider says, unless that is too long. */
function pauseOf({ retryAfterMs }: Trouble, attempt: number, chance: () => number): number | undefined {
  if (retryAfterMs !== undefined) return retryAfterMs > WAIT_MS_MAX ? undefined : retryAfterMs + chance() * 250
  return BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + chance() / 2)
}

function saidOf(reply: Reply, usage: Usage, price: Price | undefined, provider: string): Omit<Said, 'model'> {
  const { text, toolCalls, stop } = reply
  if (text.trim() === '' && toolCalls.length === 0) {
    if (stop === 'refused') throw new SluiceError('model_declined', `${provider} did not let the model answer this.`)
    if (stop === 'length')
      throw new SluiceError('model_too_long', 'The model used up its tokens before it had answered; raise llm.max_tokens.')
    throw new SluiceError('model_unreadable', `${provider} answered nothing.`)
  }
  return { ...reply, usage, cost: { tokens: tokensOf(usage), ...(price ? { usd: costOf(usage, price) } : {}) } }
}
