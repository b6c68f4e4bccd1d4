import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import type { Lend } from '../ask.ts'
import type { Answer, Confirmation } from '../tools/declared.ts'
import { canLend, lendLater, lendOver, ModelAwaited, samplingOf, writtenIn } from './mcp-lends.ts'
import type { Answered, Json } from './mcp-message.ts'
import { isObject } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { modernMarks } from './mcp-rpc.ts'

/** What the person behind a client said to a question. */
export type Verdict = 'accept' | 'decline' | 'cancel'

type Fields = Readonly<Record<string, unknown>>

/**
 * How a door puts a change to the person before it is applied. `settle` gets the answer of a tool, and asks, and gets another with the
 * token of the preview; a string is a whole JSON-RPC response, which asks the client to come again with what the person said.
 */
export type Asks = Readonly<{
  settle(answer: (more?: Fields) => Promise<Answer>, request: Readonly<{ name: string; fields: unknown }>): Promise<Answer | string>
  /** The client's own model, where it lends it. */
  lender(): Promise<Lend | undefined>
}>

/** A role may want a change confirmed twice; no tool asks more often. */
const ROUNDS_MAX = 3

/** One boolean: a form that is sent off without a look at it says no. */
export const questionOf = ({ question }: Confirmation) => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message: question,
    requestedSchema: {
      type: 'object',
      properties: { apply: { type: 'boolean', title: 'Apply this change', description: 'Nothing changes unless you say yes.' } },
      required: ['apply'],
    },
  },
})

/** What the client sent back to `questionOf`; whatever is not a clear yes is none. */
export function verdictOf(result: unknown): Verdict {
  if (!isObject(result)) return 'cancel'
  if (result.action === 'accept') return isObject(result.content) && result.content.apply === true ? 'accept' : 'decline'
  return result.action === 'decline' ? 'decline' : 'cancel'
}

const said = { decline: 'The person declined the change.', cancel: 'The person did not answer the question.' } as const

/** Told to a model whose change was not wanted; the token of the preview is not in it. */
export function refusedByPerson(verdict: 'decline' | 'cancel'): Answer {
  const text = `${said[verdict]} Nothing was changed.`
  return { structured: { status: verdict === 'decline' ? 'declined' : 'cancelled', message: text }, text }
}

export type Ask = (question: object) => Promise<unknown>

/**
 * Asks at once, over a connection on which the server may send requests. `find` is called when there is something to ask, and resolves with
 * undefined where the client cannot do what is named: then the preview with its token is the answer.
 */
export function asksNow(find: (can: (capabilities: Json | undefined) => boolean) => Promise<Ask | undefined>): Asks {
  return {
    async lender() {
      const ask = await find(canLend)
      return ask && lendOver(ask)
    },
    async settle(answer) {
      let given = await answer()
      if (!given.confirm) return given
      const ask = await find(canBeAsked)
      if (!ask) return given
      for (let round = 0; given.confirm && round < ROUNDS_MAX; round++) {
        const { method, params } = questionOf(given.confirm)
        const { mode: _, ...older } = params
        const verdict = verdictOf(await ask({ method, params: older }))
        if (verdict !== 'accept') return refusedByPerson(verdict)
        given = await answer({ confirm_token: given.confirm.token })
      }
      return given
    },
  }
}

/** True when a client says that it shows forms to its person. */
export function canBeAsked(capabilities: Json | undefined): boolean {
  const elicitation = capabilities?.elicitation
  return isObject(elicitation) && (Object.keys(elicitation).length === 0 || isObject(elicitation.form))
}

/**
 * Asks by an answer that wants input, as revision 2026-07-28 does; what stands between both requests is sealed and carried by the client. A call
 * for which its model is asked begins anew each time, with the answers so far. Undefined for a client that can do neither.
 */
export function asksLater(
  id: string | number,
  answered: Answered | undefined,
  seal: Seal,
  capabilities: Json | undefined,
): Asks | undefined {
  const [person, model] = [canBeAsked(capabilities), canLend(capabilities)]
  if (!person && !model) return undefined
  const known = answered?.state === undefined ? undefined : seal.open(answered.state)
  const written = Array.isArray(known?.written) ? (known.written as string[]) : []
  const brought = written.map((text) => () => text)
  if (known?.written !== undefined && answered && Object.hasOwn(answered.responses, 'model')) {
    const { model: result } = answered.responses
    brought.push(() => writtenIn(result))
  }
  const wants = (inputs: Json, state: Json) => {
    const marks = modernMarks.replace('"complete"', '"input_required"')
    const sealed = JSON.stringify(seal.close(state))
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"inputRequests":${JSON.stringify(inputs)},"requestState":${sealed}${marks}}}`
  }
  return {
    lender: async () => (model ? lendLater(brought) : undefined),
    async settle(answer, request) {
      const digest = digestOf(request)
      if (answered?.state !== undefined && (!known || known.request !== digest || !(Number(known.until) > Date.now()))) throw badState()
      try {
        const given = known?.token === undefined ? await answer() : await resumed(answer, answered!, known)
        if (!given.confirm || !person) return given
        const { token, expires } = given.confirm
        return wants({ confirm: questionOf(given.confirm) }, { token, request: digest, until: Date.parse(expires) })
      } catch (error) {
        if (!(error instanceof ModelAwaited)) throw error
        const state = { written: brought.map((text) => text()), request: digest, until: Date.now() + ANSWER_MS }
        return wants({ model: samplingOf(error.wanted) }, state)
      }
    },
  }
}

/** How long a client may take to bring what its model wrote. */
const ANSWER_MS = 10 * 60_000

async function resumed(answer: (more?: Fields) => Promise<Answer>, { responses }: Answered, known: Json) {
  // Without an answer to our question the client asks its person again.
  if (!Object.hasOwn(responses, 'confirm')) return await answer()
  const verdict = verdictOf(responses.confirm)
  return verdict === 'accept' ? await answer({ confirm_token: known.token }) : refusedByPerson(verdict)
}

const badState = () => new RpcRefusal(-32602, 'Invalid or expired requestState', { reason: 'invalid_request_state' })

const digestOf = ({ name, fields }: { name?: unknown; fields?: unknown }) => hash('sha256', JSON.stringify([name, fields]), 'base64url')

/** Keeps what a client carries for us from being read or changed. */
export type Seal = Readonly<{ close(state: Json): string; open(sealed: string): Json | undefined }>

/** Sealed with a key of this process: the token within is known to no other either. */
export function seal(): Seal {
  const key = randomBytes(32)
  return {
    close(state) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const text = Buffer.concat([cipher.update(JSON.stringify(state), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')
    },
    open(sealed) {
      try {
        const bytes = Buffer.from(sealed, 'base64url')
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG })
        cipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
        return JSON.parse(Buffer.concat([cipher.update(bytes.subarray(NONCE + TAG)), cipher.final()]).toString('utf8')) as Json
      } catch {
        return undefined
      }
    },
  }
}
const NONCE = 12
const TAG = 16
