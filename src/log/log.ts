import { publicError, SluiceError } from '../error.ts'

export interface Log {
  /**
   * Tells the operator of a call that failed for a reason that only they can mend. Never holds a statement, a parameter, a row or a
   * secret: what a driver says may quote them, so of a cause there are only its class and its code.
   */
  failed(
    callId: string | undefined,
    source: string | undefined,
    error: unknown,
    /** What the client calls itself and its user, where its door takes such words. Never believed. */
    labels?: Readonly<{ client_id?: string; user_id?: string }>,
  ): void
}

/** Tells of a failure that nobody has named: no walk has seen it, so no walk has told. */
export function tellUnnamed(log: Log, callId: string | undefined, caught: unknown): void {
  if (!(caught instanceof SluiceError)) log.failed(callId, undefined, caught)
}

const REPEAT_MS = 10_000
const KINDS_MAX = 1_000

/** Writes one JSON line a failure. The same failure of the same source is told once in ten seconds, with how often it happened since. */
export function openLog(write: (line: string) => void, now: () => number = Date.now): Log {
  const told = new Map<string, { at: number; more: number }>()
  return {
    failed(callId, source, error, labels) {
      const { code, mend, message } = publicError(error)
      if (mend !== 'operator') return
      const at = now()
      const kind = `${code} ${source ?? ''}`
      const last = told.get(kind)
      if (last && at - last.at < REPEAT_MS) {
        last.more += 1
        return
      }
      if (told.size >= KINDS_MAX) told.clear()
      told.set(kind, { at, more: 0 })
      const line = {
        at: new Date(at).toISOString(),
        level: 'error',
        code,
        ...(source === undefined ? {} : { source }),
        ...(callId === undefined ? {} : { audit_id: callId }),
        ...labels,
        ...(code === 'internal' ? { stack: stackOf(error) } : { message: quiet(code, message), cause: causeOf(error) }),
        ...(last && last.more > 0 ? { more: last.more } : {}),
      }
      write(`${JSON.stringify(line)}\n`)
    },
  }
}

/** What a source says of a failure that we do not know may quote the statement. */
const quiet = (code: string, message: string): string | undefined => (code === 'source_failed' ? undefined : message)

function causeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error)) return undefined
  const code = (cause as { code?: unknown }).code
  return typeof code === 'string' || typeof code === 'number' ? `${cause.name} ${code}` : cause.name
}

/** Where a failure of our own happened: the class and the places, without the message. */
function stackOf(error: unknown): readonly string[] {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(root instanceof Error)) return [typeof root]
  const places = (root.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [
    root.name,
    ...places.slice(0, 12).map((line) => line.trim().replace(/(?<=[( ])(?:file:\/\/|\/|[A-Za-z]:\\)\S*[\\/](?=[^\\/]+$)/, '')),
  ]
}
