import { SluiceError } from '../error.ts'
import type { Trouble } from './conversation.ts'

type SdkErrors = Readonly<{
  APIError: new (...given: never[]) => Error
  APIConnectionError: new (...given: never[]) => Error
  APIConnectionTimeoutError: new (...given: never[]) => Error
}>

/** The short names in an error's body, at any depth that providers use. Nothing else of it is kept: it may quote what was sent. */
function namesIn(body: unknown, depth = 0): string[] {
  if (typeof body !== 'object' || body === null || depth > 2) return []
  const { type, code, error } = body as Readonly<Record<string, unknown>>
  const own = [type, code].map(String).filter((name) => /^[\w.-]{1,60}$/.test(name) && name !== 'undefined' && name !== 'null')
  return [...own, ...namesIn(error, depth + 1)]
}

/** Parameters that a model may not take, as complaints name them. */
const optional = [
  'temperature',
  'max_completion_tokens',
  'max_tokens',
  'stream_options',
  'tools',
  'output_config',
  'effort',
  'cache_control',
] as const

const RETRY_AFTER_MS_MAX = 3_600_000

function retryAfter(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(exact)) return clamp(exact)
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? clamp(ms) : undefined
}
const clamp = (ms: number) => Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX)

/** What the error of an official package tells; both have the same classes. */
export function troubleOf(error: unknown, { APIError, APIConnectionError, APIConnectionTimeoutError }: SdkErrors): Trouble {
  if (error instanceof APIConnectionTimeoutError) return { kind: 'timeout', names: [], parameters: [] }
  if (error instanceof APIConnectionError) return { kind: 'connection', names: [], parameters: [] }
  if (error instanceof APIError) {
    const { status, error: body, headers, message } = error as Error & { status?: unknown; error?: unknown; headers?: unknown }
    const after = retryAfter(headers)
    const long = /prompt is too long|context (?:length|window)|too many (?:input )?tokens/i.test(message) ? ['context_length'] : []
    const names = [...new Set([...namesIn(body), ...long])]
    return {
      // An error in the middle of a stream has no status of its own.
      kind: 'status',
      ...(typeof status === 'number' ? { status } : { status: statusOf(names) }),
      names,
      parameters: optional.filter((name) => message.includes(name)),
      ...(after === undefined ? {} : { retryAfterMs: after }),
    }
  }
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code
  if (error instanceof TypeError || typeof code === 'string') return { kind: 'connection', names: [], parameters: [] }
  return { kind: 'unreadable', names: [], parameters: [] }
}

const inStream: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  rate_limit_error: 429,
  authentication_error: 401,
  permission_error: 403,
  billing_error: 402,
  not_found_error: 404,
  invalid_request_error: 400,
}
const statusOf = (names: readonly string[]): number => names.map((name) => inStream[name]).find((status) => status !== undefined) ?? 500

const QUOTA = /quota|billing|insufficient|credit|balance|^(1113|1112)$/
const UNKNOWN = /model_not_found|not_found_error|model_not_exist|^1211$/

/** True for what may pass when it is tried again. */
export const passes = ({ kind, status = 0, names }: Trouble): boolean =>
  kind === 'connection' || (kind === 'status' && (status === 408 || status === 409 || status === 429 || status >= 500) && !isQuota(names))
const isQuota = (names: readonly string[]): boolean => names.some((name) => QUOTA.test(name))

/** What the caller is told, and who can mend it. What the provider wrote is in none of it: that may quote the prompt. */
export function told(trouble: Trouble, provider: string, model: string, timeoutMs: number): SluiceError {
  const { kind, status = 0, names, retryAfterMs } = trouble
  const later = retryAfterMs === undefined ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1000) }
  if (kind === 'timeout')
    return new SluiceError('model_timeout', `${provider} did not finish its answer within ${Math.round(timeoutMs / 1000)} seconds.`)
  if (kind === 'connection') return new SluiceError('model_unavailable', `${provider} cannot be reached.`)
  if (kind === 'unreadable') return new SluiceError('model_unreadable', `${provider} answered what cannot be read.`)
  if (isQuota(names) || status === 402) return new SluiceError('model_quota', `The account at ${provider} has no quota or credit left.`)
  if (status === 401 || status === 403) return new SluiceError('model_key_refused', `${provider} does not accept the key (${status}).`)
  if (status === 404 || names.some((name) => UNKNOWN.test(name))) return unknown(provider, model)
  if (status === 413) return new SluiceError('model_too_long', `The question with its context is too long for ${model}.`)
  if (status === 429 || status === 529) return new SluiceError('model_busy', `${provider} is overloaded or limits our rate.`, later)
  if (status >= 500) return new SluiceError('model_unavailable', `${provider} fails at the moment (${status}).`, later)
  if (names.some((name) => /context_length|too_long|^1261$/.test(name)))
    return new SluiceError('model_too_long', `The question with its context is too long for ${model}.`)
  return new SluiceError('model_refused', `${provider} refused the request (${[status, ...names].join(', ')}).`)
}

function unknown(provider: string, model: string): SluiceError {
  const hint = provider === 'Ollama' ? { hint: `Run \`ollama pull ${model}\`, or set llm.model (LLM_MODEL) to one that is there.` } : {}
  return new SluiceError(
    'model_unknown',
    `${provider} has no model ${JSON.stringify(model)} for this key, or nothing at this address.`,
    hint,
  )
}
