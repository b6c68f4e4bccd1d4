import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server'

/** Fixtures that MCP's conformance suites ask for by name: tools that ask the client before they answer. */

type Json = Readonly<Record<string, unknown>>
type Asked = Readonly<Record<string, unknown>>
type Answer =
  | Readonly<{ content: readonly unknown[] }>
  | Readonly<{ resultType: 'input_required'; inputRequests?: Asked; requestState?: string }>

/** Signs what a client carries for us between two rounds; what comes back changed is refused. */
export const stateCodec = createRequestStateCodec<number>({ key: crypto.getRandomValues(new Uint8Array(32)) })

const text = (of: string): Answer => ({ content: [{ type: 'text', text: of }] })

const elicit = (message: string, properties: Json, required: readonly string[] = Object.keys(properties)) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties, required } },
})
const sample = (prompt: string, maxTokens = 100) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens },
})
const roots = { method: 'roots/list' }
const name = { name: { type: 'string' } }
const ok = { ok: { type: 'boolean' } }

const ask = (inputRequests: Asked, requestState?: string): Answer => ({
  resultType: 'input_required',
  inputRequests,
  ...(requestState === undefined ? {} : { requestState }),
})

/** Asks once, and answers with what came back. */
const once =
  (requests: Asked, answer: (responses: Json) => Answer = (responses) => text(JSON.stringify(responses))) =>
  async ({ mcpReq: { inputResponses = {} } }: ServerContext): Promise<Answer> =>
    Object.keys(requests).every((key) => Object.hasOwn(inputResponses, key)) ? answer(inputResponses) : ask(requests)

/** Asks once and lets the client carry a signed state. */
const carried =
  (requests: Asked) =>
  async ({ mcpReq }: ServerContext): Promise<Answer> => {
    const answered = Object.keys(requests).every((key) => Object.hasOwn(mcpReq.inputResponses ?? {}, key))
    return answered && mcpReq.requestState() !== undefined ? text('state-ok') : ask(requests, await stateCodec.mint(1))
  }

const steps = ['Step 1: What is your name?', 'Step 2: What is your favorite color?']

async function manyRounds({ mcpReq }: ServerContext): Promise<Answer> {
  const done = Number(mcpReq.requestState() ?? 0)
  const answered = Object.hasOwn(mcpReq.inputResponses ?? {}, `step${done}`) ? done : Math.max(0, done - 1)
  if (answered >= steps.length) return text('All steps are done.')
  const next = answered + 1
  return ask({ [`step${next}`]: elicit(steps[answered]!, next === 1 ? name : { color: { type: 'string' } }) }, await stateCodec.mint(next))
}

/** Asks only what this client says that it can answer. */
async function whatItCan({ mcpReq }: ServerContext): Promise<Answer> {
  const can = (mcpReq.envelope as Json | undefined)?.['io.modelcontextprotocol/clientCapabilities'] as Json | undefined
  if (Object.keys(mcpReq.inputResponses ?? {}).length > 0) return text('Thank you.')
  const requests: Record<string, unknown> = {}
  if (can?.sampling) requests.sampled = sample('Say something')
  if (can?.elicitation) requests.elicited = elicit('What is your name?', name)
  if (can?.roots) requests.listed = roots
  return Object.keys(requests).length > 0 ? ask(requests) : text('There is nothing that I may ask.')
}

const defaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}
const titled = (what: string) => ['First', 'Second', 'Third'].map((nth, i) => ({ const: `value${i + 1}`, title: `${nth} ${what}` }))
const options = ['option1', 'option2', 'option3']
const choices = {
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled('Option') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
}

const told = (responses: Json): Answer => {
  const { action, content } = responses.answer as { action: string; content: unknown }
  return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)
}

const greeting = {
  user_name: elicit('What is your name?', name),
  greeting: sample('Generate a greeting', 50),
  client_roots: roots,
}

/** By name; each is called again with what the client answered. */
export const askingTools: Readonly<Record<string, (context: ServerContext, sent: Json) => Promise<Answer>>> = {
  test_elicitation: (context, sent) =>
    once({ answer: elicit(String(sent.message), { username: { type: 'string' }, email: { type: 'string' } }) }, ({ answer }) =>
      text(`User response: ${JSON.stringify(answer)}`),
    )(context),
  test_sampling: (context, sent) =>
    once({ answer: sample(String(sent.prompt)) }, ({ answer }) => text(`LLM response: ${JSON.stringify(answer)}`))(context),
  test_elicitation_sep1034_defaults: once({ answer: elicit('Please check these', defaults, []) }, told),
  test_elicitation_sep1330_enums: once({ answer: elicit('Please choose', choices, []) }, told),
  test_streaming_elicitation: once({ answer: elicit('What is your name?', name) }),
  test_missing_capability: once({ answer: sample('Say something') }),
  test_input_required_result_elicitation: once({ user_name: elicit('What is your name?', name) }, ({ user_name }) => {
    const given = (user_name as { content?: Json }).content?.name
    if (typeof given !== 'string') return ask({ user_name: elicit('What is your name?', name) })
    return text(`Hello, ${given}!`)
  }),
  test_input_required_result_sampling: once({ capital_question: sample('What is the capital of France?') }),
  test_input_required_result_list_roots: once({ client_roots: roots }),
  test_input_required_result_request_state: carried({ confirm: elicit('Please confirm', ok) }),
  test_input_required_result_tampered_state: carried({ confirm: elicit('Please confirm', ok) }),
  test_input_required_result_multiple_inputs: carried(greeting),
  test_input_required_result_multi_round: manyRounds,
  test_input_required_result_capabilities: whatItCan,
}

/** The prompt that asks for its context first. */
export const askingPrompt = once({ user_context: elicit('What context should the prompt use?', { context: { type: 'string' } }) })
