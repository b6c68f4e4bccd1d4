import type { Call, Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import type { Fields } from './fields.ts'
import type { Caller } from './tool.ts'

/** Other names that the fields of a statement have. `query` is what clients of the predecessor systems call `sql`. */
export const sqlAlso = { query: 'sql' } as const

/** The call that checked fields ask for. Throws `field_missing` when the source is left out and more than one is granted. */
export async function sqlCall(fields: Fields, action: Call['action'], caller: Caller, parts: Parts): Promise<Call> {
  const source = await sourceOf(fields, caller, parts)
  return {
    id: caller.id,
    door: caller.door,
    credential: caller.credential,
    source,
    action,
    text: fields.sql as string,
    params: fields.params === undefined ? none : valuesOf(fields.params as readonly unknown[]),
    ...(fields.limit === undefined ? {} : { rowsMax: fields.limit as number }),
    ...(fields.timeout_ms === undefined ? {} : { timeoutMs: fields.timeout_ms as number }),
    signal: caller.signal,
  }
}
const none: readonly Value[] = []

/** Values of placeholders as they were sent; throws `parameter_count` or `parameter_invalid`. */
export function valuesOf(sent: readonly unknown[]): readonly Value[] {
  if (sent.length > limits.paramsMax) throw new SluiceError('parameter_count', `At most ${limits.paramsMax} parameters can be given.`)
  const wrong = sent.findIndex(isRounded)
  if (wrong >= 0) {
    const hint = 'Write integers beyond 2^53 as a string of digits.'
    throw new SluiceError('parameter_invalid', `Parameter ${wrong + 1} is a number that JSON does not carry exactly.`, { hint })
  }
  return sent as readonly Value[]
}

/** An integer of 64 bits that a double rounds, or a number beyond doubles. What is larger was never meant as an integer. */
const isRounded = (value: unknown) =>
  typeof value === 'number' &&
  (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 64))

/** The source that the fields name, else the only one that is granted. Throws `field_missing` where there are several. */
export const sourceOf = async (fields: Fields, caller: Caller, parts: Parts): Promise<string> =>
  typeof fields.source === 'string' && fields.source !== '' ? fields.source : await onlySource(caller, parts)

/** The one source that this caller may use. Whoever cannot be identified gets '', so that the gateway refuses and records it. */
async function onlySource(caller: Caller, parts: Parts): Promise<string> {
  let names: readonly string[]
  try {
    names = parts.policy.sources(await parts.auth.identify(caller.credential))
  } catch {
    return ''
  }
  if (names.length === 1) return names[0]!
  if (names.length === 0) return ''
  throw new SluiceError('field_missing', `The field source is missing. The sources are ${names.slice(0, SOURCES_NAMED).join(', ')}.`)
}
const SOURCES_NAMED = 20
