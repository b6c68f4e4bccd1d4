import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import { type Code, SluiceError } from '../../src/error.ts'
import type { ColumnType, Ended, Sink } from '../../src/result.ts'
import type { Schema } from '../../src/schema.ts'
import type { Connection, Connector } from '../../src/source/source.ts'
import { ask, Collected, fails, rejection, wide } from './ask.ts'

export { ask, Collected, fails, parsed, rejection } from './ask.ts'

/** What a connector's test tells the suite about its source. Functions are called after the caller's own `beforeAll`. */
export type Given = Readonly<{
  connector: Connector
  /** Settings of a source that answers, as `config.ts` hands them to `open` (defaults filled in). */
  config: () => Readonly<Record<string, unknown>>
  /** Settings of a source that does not answer: every query must fail with `source_unavailable`. */
  unreachable: () => Readonly<Record<string, unknown>>
  /** Settings, laid over `config`, under which `holds` queries run at once and the next one waits at most some 100 ms. */
  narrow: Readonly<{ config: Readonly<Record<string, unknown>>; holds: number }>
  /** Text that `Connection.version` must match after the first query. */
  version: RegExp
  /** `sql` is a SELECT of one row and one column; `json` its value after JSON.parse; `native` is checked when given. */
  types: readonly Readonly<{ sql: string; json: unknown; type: ColumnType; native?: string }>[]
  /** True for an engine that types values and not expressions (SQLite): an expression without rows then has the type `other`. */
  typesValues?: true
  /** A SELECT of `count` rows with the columns `n` (1 … count, in order, an integer) and `t` (a text of about 100 characters). */
  series: (count: number) => string
  /** A SELECT that works in the source for at least 30 s before its first row. */
  endless: string
  /** How many `endless` queries the source itself says are running now (its process list, living processes). */
  running: () => Promise<number>
  /** Statements that the source rejects, and our code for each. The cause must be kept. */
  errors: readonly Readonly<{ sql: string; code: Code; params?: readonly Value[] }>[]
  /** Statements that write; each must be rejected by the session itself. */
  writes: readonly string[]
  /** Throws when one of the `writes` has left a trace. */
  unwritten: () => Promise<void>
  /** A SELECT that gives back each parameter with the type it came with, e.g. `SELECT $1::bigint`. */
  params: readonly Readonly<{ sql: string; values: readonly Value[]; json: readonly unknown[] }>[]
  /** Looks at what `describe` answered; the suite itself checks only its form. */
  described: (schema: Schema) => void
  /** Ends and starts the server (or kills the process of an embedded engine) while connections are idle in the pool. */
  restart: () => Promise<void>
}>

/** The milliseconds within which an abandoned query must be gone. */
const goneMsMax = 100

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await holds()) return
    await sleep(10)
  }
  throw new Error(`waited in vain until ${what}`)
}

/**
 * The one conformance suite of all connectors: call it at the top level of `test/source/<connector>.test.ts`, after the
 * `beforeAll` that starts the server and makes the data. It opens and closes its own connections. Each case is what the contract in
 * `src/source/source.ts` promises to the walk, so nothing may be left out; a connector's peculiarities go into its own tests.
 */
export function conforms(given: Given): void {
  describe(`${given.connector.name} conforms`, () => {
    let connection: Connection
    beforeAll(async () => {
      connection = await open()
    })
    afterAll(async () => connection.close())
    const open = (more: Readonly<Record<string, unknown>> = {}): Promise<Connection> =>
      given.connector.open('tested', { ...given.config(), ...more })
    const scene: Scene = { given, open, use: () => connection }
    values(scene)
    limitsHold(scene)
    streams(scene)
    stops(scene)
    refuses(scene)
    lives(scene)
  })
}

type Scene = Readonly<{ given: Given; open: (more?: Readonly<Record<string, unknown>>) => Promise<Connection>; use: () => Connection }>

function values({ given, use }: Scene): void {
  it.each(given.types.map((type) => [type.sql, type] as const))('type survives: %s', async (_name, { sql, json, type, native }) => {
    const { columns, values } = await ask(use(), sql)
    expect(values).toEqual([[json]])
    expect(columns[0]!.type).toBe(type)
    if (native !== undefined) expect(columns[0]!.nativeType).toBe(native)
  })
  it('tells its version after the first query', async () => {
    await ask(use(), given.series(1))
    expect(use().version).toMatch(given.version)
  })
  it('names the columns of an empty result', async () => {
    const { columns, values, truncated } = await ask(use(), `SELECT * FROM (${given.series(3)}) AS s WHERE n < 0`)
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['n', given.typesValues ? 'other' : 'int'],
      ['t', columns[1]!.type],
    ])
    expect(values).toEqual([])
    expect(truncated).toBe(false)
  })
  it('keeps NULL, the empty string and every character apart', async () => {
    const { values } = await ask(use(), `SELECT NULL AS a, '' AS b, 'NULL' AS c, 'é漢😀 "q" ''s'' ${'\u0001'}${'\t'}${'\n'}x\u2028' AS d`)
    expect(values).toEqual([[null, '', 'NULL', `é漢😀 "q" 's' \u0001\t\nx\u2028`]])
  })
  it('keeps two columns of one name', async () => {
    const { columns, values } = await ask(use(), 'SELECT 1 AS a, 2 AS a')
    expect(columns.map(({ name }) => name)).toEqual(['a', 'a'])
    expect(values).toEqual([[1, 2]])
  })
  it.each(given.params.map((one) => [one.sql, one] as const))('parameters arrive: %s', async (_name, { sql, values: params, json }) => {
    const { values } = await ask(use(), sql, { params })
    expect(values).toEqual([json])
  })
}

function limitsHold({ given, use }: Scene): void {
  it.each([
    [9, true],
    [10, false],
    [11, false],
  ])('10 rows under rowsMax %i: truncated is %s', async (rowsMax, truncated) => {
    const answer = await ask(use(), given.series(10), { rowsMax })
    expect(answer.truncated).toBe(truncated)
    expect(answer.rows).toBe(Math.min(10, rowsMax))
    expect(answer.values.map((row) => row[0])).toEqual(Array.from({ length: answer.rows }, (_, i) => i + 1))
  })
  it('tells exactly whether more rows existed, across batches', async () => {
    for (const [rowsMax, truncated] of [[19_999, true] as const, [20_000, false] as const]) {
      const answer = await ask(use(), given.series(20_000), { rowsMax })
      expect([answer.rows, answer.values.length, answer.truncated]).toEqual([rowsMax, rowsMax, truncated])
    }
  })
  it('no rows wanted: columns and the truth about more', async () => {
    const answer = await ask(use(), given.series(1), { rowsMax: 0 })
    expect([answer.rows, answer.values.length, answer.truncated, answer.columns.length]).toEqual([0, 0, true, 2])
  })
  it('a limit on a large result frees the source, which answers again', async () => {
    for (let i = 0; i < 5; i++) expect((await ask(use(), given.series(200_000), { rowsMax: 5 })).truncated).toBe(true)
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('stops with result_too_large', async () => {
    const sink = new Collected()
    const tooLarge = use().query({ sql: given.series(20_000), params: [], ...wide, bytesMax: 200_000 }, sink, new AbortController().signal)
    await fails(tooLarge, 'result_too_large')
    expect(JSON.stringify(sink.rows).length).toBeLessThan(300_000)
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('stops with query_timeout, and the query is gone', async () => {
    await fails(ask(use(), given.endless, { timeoutMs: 300 }), 'query_timeout')
    expect(await given.running()).toBe(0)
  })
}

function streams({ given, use }: Scene): void {
  it('waits for a slow sink: nothing more arrives and memory stays bounded', async () => {
    const before = heldBytes()
    let batches = 0
    let rows = 0
    const { promise: opened, resolve: openSink } = Promise.withResolvers<void>()
    const sink: Sink = {
      columns: () => undefined,
      batch: async (batch) => {
        batches++
        rows += batch.rows
        await opened
      },
    }
    const query = use().query({ sql: given.series(200_000), params: [], ...wide }, sink, new AbortController().signal)
    await until('the first batch is there', async () => batches > 0)
    await sleep(500)
    expect(batches).toBe(1)
    expect(heldBytes() - before).toBeLessThan(24 * 1024 * 1024)
    openSink()
    expect(await query).toEqual({ rows: 200_000, truncated: false } satisfies Ended)
    expect(rows).toBe(200_000)
  })
  it('200,000 rows pass in order through bounded memory', async () => {
    let next = 1
    let most = 0
    const before = heldBytes()
    const sink: Sink = {
      columns: () => undefined,
      batch: (batch) => {
        for (const row of JSON.parse(`[${Buffer.from(batch.json).toString()}]`) as unknown[][]) {
          if (row[0] !== next) throw new Error(`row ${next} expected, got ${String(row[0])}`)
          next++
        }
        most = Math.max(most, heldBytes() - before)
      },
    }
    await use().query({ sql: given.series(200_000), params: [], ...wide }, sink, new AbortController().signal)
    expect(next).toBe(200_001)
    expect(most).toBeLessThan(64 * 1024 * 1024)
  })
  it('a sink that throws ends the query with its own error', async () => {
    const own = new Error('the client left')
    const sink: Sink = {
      columns: () => undefined,
      batch: () => {
        throw own
      },
    }
    expect(await rejection(use().query({ sql: given.series(200_000), params: [], ...wide }, sink, new AbortController().signal))).toBe(own)
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
}

/** Buffers and foreign memory, which garbage collection of small objects does not blur. */
const heldBytes = (): number => process.memoryUsage().external

/** Runs `endless`, stops it once the source shows it, and answers how long that took in milliseconds. */
async function stopped({ given }: Scene, connection: Connection): Promise<number> {
  const stop = new AbortController()
  const reason = new Error('no longer wanted')
  const query = connection.query({ sql: given.endless, params: [], ...wide }, new Collected(), stop.signal)
  const seen = rejection(query)
  await until('the source shows the query', async () => (await given.running()) > 0)
  const start = performance.now()
  stop.abort(reason)
  expect(await seen).toBe(reason)
  const took = performance.now() - start
  expect(await given.running()).toBe(0)
  return took
}

function stops(scene: Scene): void {
  const { given, open, use } = scene
  it('aborted before it starts: rejects with the reason and touches nothing', async () => {
    const reason = new Error('never wanted')
    const sink = new Collected()
    expect(await rejection(use().query({ sql: given.series(1), params: [], ...wide }, sink, AbortSignal.abort(reason)))).toBe(reason)
    expect(sink.columnsSeen).toBeUndefined()
  })
  it('aborted while the source works: gone within 100 ms', async () => {
    const took = [await stopped(scene, use()), await stopped(scene, use()), await stopped(scene, use())]
    expect(Math.min(...took), `took ${took.map(Math.round)} ms`).toBeLessThan(goneMsMax)
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('aborted while the sink waits: rejects with the reason, and the source is free', async () => {
    const stop = new AbortController()
    const reason = new Error('left in the middle')
    const sink: Sink = { columns: () => undefined, batch: () => new Promise(() => {}) }
    const seen = rejection(use().query({ sql: given.series(200_000), params: [], ...wide }, sink, stop.signal))
    await sleep(200)
    stop.abort(reason)
    expect(await seen).toBe(reason)
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('aborted after its end: nothing happens', async () => {
    const stop = new AbortController()
    await ask(use(), given.series(1), {}, stop.signal)
    stop.abort(new Error('too late'))
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('aborted while it waits for its turn: rejects and leaves the queue', async () => {
    const narrow = await open(given.narrow.config)
    const stop = new AbortController()
    const busy = Array.from({ length: given.narrow.holds }, () => rejection(ask(narrow, given.endless, {}, stop.signal)))
    await until('all are running', async () => (await given.running()) === given.narrow.holds)
    const reason = new Error('tired of waiting')
    const waits = new AbortController()
    const waiting = rejection(ask(narrow, given.series(1), {}, waits.signal))
    waits.abort(reason)
    expect(await waiting).toBe(reason)
    stop.abort()
    await Promise.all(busy)
    expect((await ask(narrow, given.series(1))).rows).toBe(1)
    await narrow.close()
  })
}

function refuses({ given, use, open }: Scene): void {
  it.each(given.errors.map((one) => [one.sql.slice(0, 80), one] as const))(
    'names the error of: %s',
    async (_name, { sql, code, params }) => {
      const error = await fails(ask(use(), sql, { params: params ?? [] }), code)
      expect(error.cause, 'the cause is kept').toBeDefined()
      expect((await ask(use(), given.series(1))).rows).toBe(1)
    },
  )
  it.each(given.writes.map((sql) => [sql.slice(0, 80), sql] as const))('the session itself refuses: %s', async (_name, sql) => {
    const error = await rejection(ask(use(), sql))
    expect(error).toBeInstanceOf(SluiceError)
    await given.unwritten()
    expect((await ask(use(), given.series(1))).rows).toBe(1)
  })
  it('a source that does not answer is source_unavailable, and tells no secret', async () => {
    const config = given.unreachable()
    const connection = await given.connector.open('tested', config)
    const error = await fails(ask(connection, given.series(1)), 'source_unavailable')
    await fails(connection.ping(AbortSignal.timeout(10_000)), 'source_unavailable')
    for (const [key, setting] of Object.entries(given.connector.settings)) {
      if (setting.secret && typeof config[key] === 'string' && config[key] !== '') expect(error.message).not.toContain(config[key])
    }
    expect(error.message).not.toMatch(/\d+\.\d+\.\d+\.\d+|:\d{2,5}\b|\/\w+\//)
    await connection.close()
  })
  it('more queries than the pool holds are source_busy', async () => {
    const narrow = await open(given.narrow.config)
    const stop = new AbortController()
    const busy = Array.from({ length: given.narrow.holds }, () => rejection(ask(narrow, given.endless, {}, stop.signal)))
    await until('all are running', async () => (await given.running()) === given.narrow.holds)
    await fails(ask(narrow, given.series(1)), 'source_busy')
    stop.abort()
    await Promise.all(busy)
    expect((await ask(narrow, given.series(1))).rows).toBe(1)
    await narrow.close()
  })
}

function lives({ given, open, use }: Scene): void {
  it('serves many queries at once, each its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(use(), given.series(100 + i))))
    expect(answers.map(({ rows }) => rows)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + i))
  })
  it('describes what it holds', async () => {
    const schema = await use().describe(AbortSignal.timeout(30_000))
    expect(schema.version).toMatch(/\S/)
    expect(schema.searchPath.length).toBeGreaterThan(0)
    const names = schema.tables.map((table) => `${table.schema}.${table.name}`)
    expect(new Set(names).size, 'each table once').toBe(names.length)
    for (const table of schema.tables) expect(new Set(table.columns.map(({ name }) => name)).size).toBe(table.columns.length)
    expect((await use().describe(AbortSignal.timeout(30_000))).version, 'unchanged is unchanged').toBe(schema.version)
    given.described(schema)
  })
  it('answers ping and gives advice', async () => {
    await use().ping(AbortSignal.timeout(10_000))
    for (const { level, text } of await use().advise(AbortSignal.timeout(10_000))) {
      expect(['ok', 'note', 'warning']).toContain(level)
      expect(text).toMatch(/\S/)
    }
  })
  it('comes back after the source has restarted', async () => {
    await ask(use(), given.series(1))
    await given.restart()
    let rows = 0
    await until('it answers', async () => {
      rows = await ask(use(), given.series(3)).then((answer) => answer.rows, onlyUnavailable)
      return rows === 3
    })
    expect(rows).toBe(3)
  })
  it('close ends what is running and can be called twice', async () => {
    const own = await open()
    const running = rejection(ask(own, given.endless))
    await until('the source shows the query', async () => (await given.running()) > 0)
    await own.close()
    expect(await running).toMatchObject({ code: 'stopping' })
    await own.close()
    expect(await given.running()).toBe(0)
    await fails(ask(own, given.series(1)), 'stopping')
  })
}

/** While a source comes back it may be unavailable, and nothing else. */
function onlyUnavailable(error: unknown): number {
  expect(error).toBeInstanceOf(SluiceError)
  expect((error as SluiceError).code).toBe('source_unavailable')
  return 0
}
