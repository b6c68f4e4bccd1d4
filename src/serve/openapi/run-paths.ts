import * as z from 'zod'
import type { Operation } from './paths.ts'

const tag = 'Run'
const strings = z.array(z.string())
const someObject = z.record(z.string(), z.unknown())

const query = z.object({
  id: z.string().describe('The audit id of the call'),
  source: z.string(),
  principal: z.string(),
  via: z.string(),
  door: z.string(),
  sql: z.string().describe('As it runs; empty until that is known'),
  at: z.string(),
  ms: z.int(),
  yours: z.boolean(),
})

const moment = z.object({
  at: z.string(),
  per_second: z.number(),
  failed: z.int(),
  cached: z.int(),
  rows: z.int(),
  p50_ms: z.number(),
  p95_ms: z.number(),
  p99_ms: z.number(),
  running: z.int(),
  loop_p99_ms: z.number(),
  loop_share: z.number(),
  memory_mb: z.number(),
})

const pool = z.object({ open: z.int(), busy: z.int(), idle: z.int(), waiting: z.int(), max: z.int() })
const ofSource = z.object({ total: z.int(), failed: z.int(), p50_ms: z.number(), p95_ms: z.number(), rows: z.int() })

const figures = z.object({
  at: z.string(),
  uptime_s: z.number(),
  cpu: z.object({ cores: z.int(), process_share: z.number(), load_1m: z.number() }),
  memory: z.object({ process_mb: z.number(), heap_mb: z.number(), total_mb: z.number(), free_mb: z.number() }),
  disk: z.object({ path: z.string(), total_mb: z.number(), free_mb: z.number() }).nullable(),
  event_loop: z.object({ delay_p50_ms: z.number(), delay_p99_ms: z.number(), utilization: z.number() }),
  calls: ofSource.extend({ cached: z.int(), running: z.int(), per_second: z.number(), p99_ms: z.number() }),
  by_source: z.record(z.string(), ofSource),
  slow: z.array(
    z.object({
      audit_id: z.string(),
      source: z.string(),
      principal: z.string(),
      sql: z.string(),
      ms: z.number(),
      rows: z.int(),
      at: z.string(),
    }),
  ),
  audit_writable: z.boolean(),
  sources: z.array(z.object({ source: z.string(), version: z.string().optional(), pool: pool.nullable() })),
  sessions: z.array(z.object({ principal: z.string(), source: z.string(), running: z.int(), requests: z.int(), rows: z.int() })),
  queries: z.array(query),
})

/** How the gateway runs, as the OpenAPI document tells it. */
export const runOperations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/run': {
    get: {
      tag,
      summary: 'Figures of now and of the last ten minutes',
      description: 'Of sources and callers only those of sources on which you have the action `admin`.',
      answer: figures.extend({ past: z.array(moment).describe('A moment each five seconds, the oldest first') }),
    },
  },
  '/api/run/stream': { get: { tag, summary: 'The same figures each second, as events `figures`', answerTypes: ['text/event-stream'] } },
  '/api/run/configuration': {
    get: {
      tag,
      summary: 'The process and its configuration, with where each value comes from',
      description: 'For who administers every source; others learn how many sources they may use. What is secret is shown as `***`.',
      answer: z.object({
        sources: z.int(),
        mode: z.string(),
        process: someObject.optional(),
        listens: z.object({ host: z.string(), port: z.int() }).optional(),
        configuration: z.array(z.object({ key: z.string(), value: z.unknown(), from: z.string() })).optional(),
        warnings: strings.optional(),
      }),
    },
  },
  '/api/run/clients': {
    get: {
      tag,
      summary: 'What MCP clients need to reach this gateway',
      answer: z.object({
        url: z.string(),
        key_needed: z.boolean(),
        clients: z.array(
          z.object({
            name: z.string(),
            title: z.string(),
            entry: someObject,
            install: z.string(),
            files: z.record(z.string(), z.string()),
            project_file: z.string().nullable(),
            next: z.string(),
          }),
        ),
      }),
    },
  },
  '/api/run/queries': { get: { tag, summary: 'Queries that run now, the longest first', answer: z.object({ queries: z.array(query) }) } },
  '/api/run/queries/:id/cancel': {
    post: {
      tag,
      summary: 'End a running query in its source',
      description: 'Your own, or one on a source on which you have the action `admin`.',
      answer: z.object({ cancelled: z.boolean().describe('False where it has ended already') }),
    },
  },
}
