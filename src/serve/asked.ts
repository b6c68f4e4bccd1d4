import type * as z from 'zod'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { didYouMean } from '../nearest.ts'
import { askingCall, checkFields, newCallId } from '../tools/declared.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { Handler } from './routes.ts'

export const noStore = ['Cache-Control', 'no-store'] as const

/** The call that a request is. `text` is what the audit keeps of it. */
export const callFor = ({ credential, signal }: Exchange, text: string, source = ''): Call =>
  askingCall({ id: newCallId(), door: 'http', credential, signal }, source.slice(0, 100), text.slice(0, 500))

/** One request that is one recorded call, answered as JSON. */
export const answering =
  (
    parts: Parts,
    text: (exchange: Exchange) => string,
    work: (call: Call, now: Parts, exchange: Exchange) => Promise<unknown>,
    status = 200,
  ): Handler =>
  async (exchange) => {
    const call = callFor(exchange, text(exchange))
    try {
      exchange.json(status, (await work(call, parts.now(), exchange)) as object, noStore)
    } catch (caught) {
      exchange.fail(caught, call.id)
    }
  }

/** The JSON body, checked. Throws `field_unknown`, `field_invalid`, `field_missing`, `body_unreadable`. */
export const bodyAs = async <T extends z.ZodObject>(exchange: Exchange, shape: T): Promise<z.infer<T>> =>
  checkFields(shape, await jsonBody(exchange)) as z.infer<T>

/** The fields of the query; throws `field_unknown` for others, and for one that is given twice. */
export function queryOf(exchange: Exchange, known: readonly string[]): Readonly<Record<string, string | undefined>> {
  const url = exchange.request.url!
  const asked: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')) {
    if (!known.includes(name))
      throw new SluiceError('field_unknown', `There is no field ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, known)}`)
    if (Object.hasOwn(asked, name)) throw new SluiceError('field_invalid', `The field ${name} is given twice.`)
    if (value !== '') asked[name] = value
  }
  return asked
}

/** A whole number of the query. */
export function wholeOf(text: string | undefined, name: string, otherwise: number, most: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= 1 && value <= most) return value
  throw new SluiceError('field_invalid', `The field ${name} must be a whole number from 1 to ${most}.`)
}
