import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import type { Exchange } from './exchange.ts'

/** Turns the answer into a stream of events, of which the result will be the last. */
export function beginEvents(exchange: Exchange): void {
  if (exchange.response.headersSent || exchange.response.destroyed) return
  exchange.contentType = 'text/event-stream'
  exchange.prefix = 'event: message\ndata: '
  exchange.suffix = '\n\n'
  exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
}

/** One message on the stream of a request. */
export function event(exchange: Exchange, line: string): void {
  if (exchange.response.destroyed) return
  beginEvents(exchange)
  exchange.response.write(`event: message\ndata: ${line}\n\n`)
}

/** A message that may be lost, told only while it would be read at once. */
export function notify(exchange: Exchange, line: string): void {
  if (!exchange.response.writableNeedDrain) event(exchange, line)
}

/** A stream that lasts ends with the credential that opened it. */
export function endWith(principal: Principal, parts: Parts, { response }: Exchange): void {
  const ends = parts.auth.until(principal)
  if (!ends) return
  const end = () => response.destroy()
  if (ends.aborted) end()
  ends.addEventListener('abort', end, { once: true })
  response.once('close', () => ends.removeEventListener('abort', end))
}
