import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ask, send } from '../../api/client.ts'
import { isAbort, problemOf } from '../../api/problem.ts'
import type { components, operations } from '../../api/schema.d.ts'
import { events } from '../../api/stream.ts'

type Answer<K extends keyof operations> = operations[K] extends { responses: { 200: { content: { 'application/json': infer T } } } }
  ? T
  : never
export type Figures = Omit<Answer<'get_api_run'>, 'past'>
export type RunningQuery = Figures['queries'][number]
export type Problem = components['schemas']['Error']['error']

/** What the charts draw, one a second; of the minutes before the page was opened one each five seconds. `at` in milliseconds. */
export type Point = Readonly<{
  at: number
  calls: number
  p95: number
  failed: number
  cached: number
  rows: number
  loop: number
  memory: number
}>

const SPAN_MS = 10 * 60_000
const AGAIN_MS = 2_000
const PAST_EACH_S = 5

export type Live = Readonly<{ figures: Figures | undefined; points: readonly Point[]; live: boolean; error: Error | null; refetch(): void }>

/** The figures of the gateway as they come, with the ten minutes before. A stream that breaks off is begun again. */
export function useFigures(): Live {
  const first = useQuery({
    queryKey: ['run'],
    queryFn: ({ signal }) => ask<Answer<'get_api_run'>>('GET', '/api/run', undefined, signal),
    staleTime: 0,
  })
  const [figures, setFigures] = useState<Figures>()
  const [points, setPoints] = useState<readonly Point[]>([])
  const [live, setLive] = useState(false)
  const before = useRef<Figures>(undefined)
  const ready = first.data !== undefined
  useEffect(() => {
    if (!first.data) return
    const { past, ...now } = first.data
    setFigures((known) => known ?? now)
    setPoints((known) => (known.length > 0 ? known : past.map(pointOf)))
    before.current ??= now
  }, [first.data])
  useEffect(() => {
    if (!ready) return
    const leave = new AbortController()
    const take = (next: Figures) => {
      const last = before.current
      before.current = next
      setLive(true)
      setFigures(next)
      if (last) setPoints((known) => [...known.filter(({ at }) => at > Date.parse(next.at) - SPAN_MS), between(last, next)])
    }
    void watch(take, () => setLive(false), leave.signal)
    return () => leave.abort()
  }, [ready])
  return { figures, points, live, error: first.error, refetch: () => void first.refetch() }
}

async function watch(take: (figures: Figures) => void, lost: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await send('GET', '/api/run/stream', undefined, signal, 'text/event-stream')
      for await (const { event, data } of events(response)) {
        if (event === 'figures') take(data as Figures)
        else if (event === 'error') break
      }
    } catch (caught) {
      // Who may not see them any more will not be let in by asking again.
      if (isAbort(caught) || problemOf(caught).told.status === 403) return lost()
    }
    if (signal.aborted) return
    lost()
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

const pointOf = (past: Answer<'get_api_run'>['past'][number]): Point => ({
  at: Date.parse(past.at),
  calls: past.per_second,
  p95: past.p95_ms,
  failed: past.failed / PAST_EACH_S,
  cached: past.cached / PAST_EACH_S,
  rows: past.rows / PAST_EACH_S,
  loop: past.loop_p99_ms,
  memory: past.memory_mb,
})

function between(last: Figures, next: Figures): Point {
  const seconds = Math.max(0.5, (Date.parse(next.at) - Date.parse(last.at)) / 1000)
  const grown = (of: (figures: Figures) => number) => Math.max(0, (of(next) - of(last)) / seconds)
  return {
    at: Date.parse(next.at),
    calls: grown(({ calls }) => calls.total),
    p95: next.calls.p95_ms,
    failed: grown(({ calls }) => calls.failed),
    cached: grown(({ calls }) => calls.cached),
    rows: grown(({ calls }) => calls.rows),
    loop: next.event_loop.delay_p99_ms,
    memory: next.memory.process_mb,
  }
}
