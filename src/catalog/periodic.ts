import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { type Synced, synchronise } from './synchronise.ts'

/**
 * Synchronises every source now and then again as long after each end as `catalog.sync_minutes` says, until what is returned is called; that
 * ends one that runs, and resolves when nothing runs any more. What the gateway asks for itself is no call and leaves no record; the operator is
 * told of sources that are down.
 */
export function keepInStep(parts: Parts, everyMs: number): () => Promise<void> {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const round = async () => {
    const now = parts.now()
    const setting = { parts: now, signal: stopping.signal, progress: () => undefined }
    try {
      for (const synced of await synchronise(now.sources.names, setting)) tellOfFailure(synced, now)
    } catch (error) {
      if (!stopping.signal.aborted) now.log.failed(undefined, undefined, error)
    }
    if (stopping.signal.aborted) return
    timer = setTimeout(() => (running = round()), everyMs)
    timer.unref()
  }
  let running = round()
  return () => {
    stopping.abort(new DOMException('The gateway is stopping.', 'AbortError'))
    clearTimeout(timer)
    return running
  }
}

function tellOfFailure({ source, code, text }: Synced, { log }: Parts): void {
  if (code !== undefined) log.failed(undefined, source, new SluiceError(code, text ?? ''))
}
