import { cases } from './cases.ts'
import type { Contender } from './contenders.ts'
import { Connection, post, toolCall } from './http-client.ts'

export type Pace = Readonly<{ perSecond: number; p95: number; p99: number; slept: number; refused: number }>
/** The same quick calls without and with sleeping ones among them. */
export type Contention = Readonly<{ alone: Pace; beside: Pace }>

/** `lanes`: 3 of 64 connections only sleep. `mixed`: each connection sleeps at one call in twenty. `flood`: nobody waits for the sleepers. */
export type Way = 'lanes' | 'mixed' | 'flood'

const CONNECTIONS = 64
const sleep = { pg: 'SELECT pg_sleep(2)', mysql: 'SELECT SLEEP(2) AS slept' } as const

export async function sleepers(gateway: Contender, way: Way, seconds: number): Promise<Contention> {
  await run(gateway, 'none', 2)
  return { alone: await run(gateway, 'none', seconds), beside: await run(gateway, way, seconds) }
}

async function run({ port, engine }: Contender, way: Way | 'none', seconds: number): Promise<Pace> {
  const latencies: number[] = []
  const open: Connection[] = []
  const connect = () => {
    const connection = new Connection(port)
    open.push(connection)
    return connection
  }
  let slept = 0
  let refused = 0
  let id = 0
  const until = performance.now() + seconds * 1000
  const sleeping = async (connection: Connection) => {
    const answer = await connection.send(post(port, toolCall(++id, { source: 'bench', sql: sleep[engine] })), true)
    if (String(answer.body).includes('"isError":true')) refused++
    else slept++
  }
  const quick = async (connection: Connection) => {
    const from = performance.now()
    const answer = await connection.send(post(port, toolCall(++id, { source: 'bench', sql: cases.point.sql(id) })), true)
    latencies.push(performance.now() - from)
    if (answer.status !== 200 || !String(answer.body).includes('"truncated":false')) throw new Error(`A quick call failed: ${answer.body}`)
  }
  const spare: Connection[] = []
  const beside: Promise<void>[] = []
  const aside = () => {
    const connection = spare.pop() ?? connect()
    beside.push(sleeping(connection).then(() => void spare.push(connection)))
  }
  const lanes = Array.from({ length: CONNECTIONS }, async (_, lane) => {
    const connection = connect()
    for (let n = lane; performance.now() < until; n++) {
      if (way === 'lanes' && lane < 3) await sleeping(connection)
      else if (way === 'mixed' && n % 20 === 0) await sleeping(connection)
      else {
        if (way === 'flood' && n % 20 === 0) aside()
        await quick(connection)
      }
    }
  })
  await Promise.all(lanes)
  await Promise.all(beside)
  for (const connection of open) connection.close()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return { perSecond: latencies.length / seconds, p95: at(0.95), p99: at(0.99), slept, refused }
}
