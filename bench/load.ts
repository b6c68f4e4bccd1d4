/** The load generator: a process of its own, so that its work is not counted as the server's. It takes jobs from the bench, one at a time. */
import { type CaseName, cases } from './cases.ts'
import { Connection, post, toolCall } from './http-client.ts'
import { cpuSeconds, tree } from './process.ts'
import { Pipe } from './stdio-client.ts'

export type Job = Readonly<{
  /** HTTP at this port of the process `pid`, or stdio of a process that the generator starts itself and keeps by its name. */
  target: Readonly<{ port: number; pid: number } | { name: string; command: readonly string[] }>
  case: CaseName
  /** Connections over HTTP, calls in flight over stdio. */
  at: number
  /** Runs until the server has used this much CPU and this much time has passed, but not longer than the last. */
  cpuSecondsMin: number
  secondsMin: number
  secondsMax: number
}>

export type Measured = Readonly<{
  requests: number
  perSecond: number
  cpuMicros: number
  cpuSeconds: number
  p50: number
  p95: number
  p99: number
  bytes: number
}>

type Caller = Readonly<{ pid: number; lanes: readonly ((body: string, id: number, keep: boolean) => Promise<Reply>)[]; end(): void }>
type Reply = Readonly<{ bytes: number; body: Buffer | undefined }>

const pipes = new Map<string, Pipe>()
let counter = 1

async function open(job: Job): Promise<Caller> {
  const { target } = job
  if ('port' in target) {
    const connections = Array.from({ length: job.at }, () => new Connection(target.port))
    const lanes = connections.map((connection) => async (body: string, _id: number, keep: boolean) => {
      const answer = await connection.send(post(target.port, body), keep)
      if (answer.status !== 200) throw new Error(`The server answered ${answer.status}: ${answer.body?.toString().slice(0, 500) ?? ''}`)
      return answer
    })
    return { pid: target.pid, lanes, end: () => connections.forEach((connection) => void connection.close()) }
  }
  const known = pipes.get(target.name) ?? new Pipe(target.command)
  if (!pipes.has(target.name)) await known.initialize()
  pipes.set(target.name, known)
  const lane = (body: string, id: number, keep: boolean) => known.send(body, id, keep)
  return { pid: known.pid, lanes: Array.from({ length: job.at }, () => lane), end: () => {} }
}

/** Throws unless the answer holds the rows that were asked for. */
function check(body: Buffer, rows: number): void {
  const text = body.toString().replace(/^(?:event:.*\n)?data: /m, '')
  const answer = JSON.parse(text) as { result?: { structuredContent?: { rows?: unknown[] } } }
  const found = answer.result?.structuredContent?.rows?.length
  if (found !== rows) throw new Error(`Expected ${rows} rows, got ${found}: ${text.slice(0, 500)}`)
}

async function run(job: Job): Promise<Measured> {
  const caller = await open(job)
  const { sql, rows } = cases[job.case]
  const latencies: number[] = []
  let usual = 0
  let stop = false
  const one = async (lane: Caller['lanes'][number]) => {
    const id = ++counter
    const keep = usual === 0 || id % 1000 === 0
    const from = performance.now()
    const reply = await lane(toolCall(id, { source: 'bench', sql: sql(id) }), id, keep)
    latencies.push(performance.now() - from)
    if (reply.body) check(reply.body, rows)
    usual ||= reply.bytes
    if (reply.bytes < usual / 2) throw new Error(`An answer of ${reply.bytes} bytes where ${usual} are usual.`)
  }
  // Every lane is used before the clock starts: connections are open, the pool is full, the code is warm.
  const warm = job.case === 'rows_1000' ? 2 : 20
  await Promise.all(
    caller.lanes.map(async (lane) => {
      for (let i = 0; i < warm; i++) await one(lane)
    }),
  )
  latencies.length = 0
  const pids = tree(caller.pid)
  const cpu = cpuSeconds(pids)
  const from = performance.now()
  const seconds = () => (performance.now() - from) / 1000
  const watch = setInterval(() => {
    const enough = seconds() >= job.secondsMin && cpuSeconds(pids) - cpu >= job.cpuSecondsMin
    stop = stop || enough || seconds() >= job.secondsMax
  }, 100)
  await Promise.all(
    caller.lanes.map(async (lane) => {
      while (!stop) await one(lane)
    }),
  ).finally(() => clearInterval(watch))
  const took = seconds()
  const used = cpuSeconds(pids) - cpu
  caller.end()
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))]!
  const requests = latencies.length
  return {
    requests,
    perSecond: requests / took,
    cpuMicros: (used * 1e6) / requests,
    cpuSeconds: used,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    bytes: usual,
  }
}

process.on('message', (job: Job) => {
  run(job).then(
    (measured) => process.send!({ measured }),
    (error: unknown) => process.send!({ failed: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => {
  void Promise.all([...pipes.values()].map((pipe) => pipe.end())).then(() => process.exit(0))
})
