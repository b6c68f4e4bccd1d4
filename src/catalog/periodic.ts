import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type Synced, synchronise } from './synchronise.ts'

/**
 * Synchronises every source now and then again as long after each end as `catalog.sync_minutes` says, until what is returned is called; that
 * ends one that runs, and resolves when nothing runs any more. What the gateway asks for itself is no call and leaves no record; the operator is
 * told of sources that are down.
 */
export const keepInStep = (parts: Parts, everyMs: number): (() => Promise<void>) =>
  nowAndThen(parts, 0, everyMs, async (now, signal) => {
    for (const synced of await synchronise(now.sources.names, { parts: now, signal, progress: () => undefined })) tellOfFailure(synced, now)
  })

/** Looks at values and for personal data in every source, first after `catalog.look_hours` and then again as long after each end. */
export const keepLooking = (parts: Parts, everyMs: number): (() => Promise<void>) =>
  nowAndThen(parts, everyMs, everyMs, async (now, signal) => {
    const { lookAgain } = await import('../knowledge.ts')
    for (const source of now.sources.names) {
      try {
        await lookAgain(source, undefined, signal, now)
      } catch (error) {
        // One source that is down must not keep the others from being looked at.
        if (signal.aborted) return
        now.log.failed(undefined, source, error)
      }
    }
  })

/** The longest that a timer of Node can wait. */
const WAIT_MS_MAX = 2 ** 31 - 1

function nowAndThen(
  parts: Parts,
  firstMs: number,
  everyMs: number,
  work: (now: Parts, signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const after = (ms: number) => {
    timer = setTimeout(() => (running = round()), Math.min(ms, WAIT_MS_MAX))
    timer.unref()
  }
  const round = async () => {
    const now = parts.now()
    try {
      await work(now, stopping.signal)
    } catch (error) {
      if (!stopping.signal.aborted) now.log.failed(undefined, undefined, error)
    }
    if (!stopping.signal.aborted) after(everyMs)
  }
  if (firstMs === 0) running = round()
  else after(firstMs)
  return () => {
    stopping.abort(new DOMException('The gateway is stopping.', 'AbortError'))
    clearTimeout(timer)
    return running
  }
}

function tellOfFailure({ source, code, text }: Synced, { log }: Parts): void {
  if (code !== undefined) log.failed(undefined, source, new SluiceError(code, text ?? ''))
}
