import { useCallback, useEffect, useRef, useState } from 'react'
import { send } from './client.ts'
import { isAbort, type Problem, problemOf, unreachable } from './problem.ts'

/** One event of a stream: its name (`message` where it has none) and its data as they came. */
export type StreamEvent = Readonly<{ event: string; data: unknown }>

/**
 * Reads server-sent events or lines of JSON as they come. A stream that breaks off throws `Problem` with the code `unreachable`; leaving the loop, or
 * aborting, closes the connection, and that ends the query in the database.
 */
export async function* events(response: Response): AsyncGenerator<StreamEvent> {
  const lines = (response.headers.get('content-type') ?? '').includes('ndjson')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      rest += value
      const parts = rest.split(lines ? '\n' : /\r?\n\r?\n/)
      rest = parts.pop()!
      for (const part of parts) {
        const event = lines ? { event: 'message', data: part === '' ? undefined : JSON.parse(part) } : eventOf(part)
        if (event?.data !== undefined) yield event
      }
    }
  } catch (caught) {
    throw caught instanceof TypeError ? unreachable() : caught
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

function eventOf(block: string): StreamEvent | undefined {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
  }
  if (data.length === 0) return undefined
  const text = data.join('\n')
  try {
    return { event, data: JSON.parse(text) }
  } catch {
    return { event, data: text }
  }
}

/** Sends a request and yields its events. */
export async function* stream(path: string, body: unknown, signal: AbortSignal, accept = 'text/event-stream'): AsyncGenerator<StreamEvent> {
  yield* events(await send('POST', path, body, signal, accept))
}

export type Streaming = Readonly<{
  running: boolean
  problem: Problem | undefined
  /** Starts it, ending one that runs. Resolves true when it ended by itself, false when it was stopped or failed. */
  start(path: string, body: unknown, take: (event: StreamEvent) => void): Promise<boolean>
  /** Ends it here and in the database. */
  stop(): void
}>

/** A stream that a component starts and stops; it ends with the component. */
export function useStream(): Streaming {
  const [running, setRunning] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const controller = useRef<AbortController>(undefined)
  const stop = useCallback(() => controller.current?.abort(), [])
  useEffect(() => stop, [stop])
  const start = useCallback(async (path: string, body: unknown, take: (event: StreamEvent) => void) => {
    controller.current?.abort()
    const own = new AbortController()
    controller.current = own
    setRunning(true)
    setProblem(undefined)
    try {
      for await (const event of stream(path, body, own.signal)) take(event)
      return true
    } catch (caught) {
      if (!isAbort(caught) && !own.signal.aborted) setProblem(problemOf(caught))
      return false
    } finally {
      if (controller.current === own) setRunning(false)
    }
  }, [])
  return { running, problem, start, stop }
}
