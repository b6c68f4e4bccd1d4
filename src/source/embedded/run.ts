import { type Code, SluiceError } from '../../error.ts'
import type { Ended, Sink } from '../../result.ts'
import type { SourceQuery } from '../source.ts'
import { type Engine, EngineError, EngineGone } from './engine.ts'
import { type EngineEnded, type EngineQuery, pack } from './messages.ts'

/** A signal that also fires when the source closes or the time is over; `release` must be called when the work has ended. */
export function deadlined(
  signal: AbortSignal,
  closing: AbortSignal,
  timeoutMs: number,
): Readonly<{ signal: AbortSignal; release: () => void }> {
  signal.throwIfAborted()
  closing.throwIfAborted()
  const own = new AbortController()
  const follow = () => own.abort(signal.reason)
  const close = () => own.abort(closing.reason)
  const timer = setTimeout(
    () => own.abort(new SluiceError('query_timeout', `The query did not end within ${timeoutMs} ms.`)),
    Math.min(timeoutMs, 0x7fff_ffff),
  )
  signal.addEventListener('abort', follow, { once: true })
  closing.addEventListener('abort', close, { once: true })
  return {
    signal: own.signal,
    release: () => {
      clearTimeout(timer)
      closing.removeEventListener('abort', close)
      signal.removeEventListener('abort', follow)
    },
  }
}

/** Runs a query on an engine until it no longer works there; `rows` runs it in the engine's writing session. */
export async function runOn(
  engine: Engine,
  query: Omit<SourceQuery, 'timeoutMs'>,
  sink: Sink,
  signal: AbortSignal,
  graceMs: number,
  op: 'query' | 'rows' = 'query',
): Promise<Ended> {
  signal.throwIfAborted()
  const args: EngineQuery = { sql: query.sql, params: query.params.map(pack), rowsMax: query.rowsMax, bytesMax: query.bytesMax }
  const task = engine.start(op, args, sink, graceMs)
  const stop = () => task.stop(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const { rows, truncated, full } = (await task.ended) as EngineEnded
    if (full) throw new SluiceError('result_too_large', `The answer is larger than ${query.bytesMax} bytes.`)
    return { rows, truncated }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The error as the walk gets it: named by `codeOf`, with the engine's own as its cause; an error that is not the engine's stays. */
export function named(error: unknown, codeOf: (error: unknown) => Code | undefined, messageOf: (error: EngineError) => string): unknown {
  if (error instanceof EngineGone) {
    return new SluiceError('source_unavailable', 'The process of the source has ended in the middle of its work.', { cause: error })
  }
  if (!(error instanceof EngineError)) return error
  return new SluiceError(codeOf(error) ?? 'source_failed', messageOf(error), { cause: error })
}

/** Waits no longer than the signal allows, and rejects with its reason; what is waited for serves others and goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {})
    throw signal.reason
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop))
}
