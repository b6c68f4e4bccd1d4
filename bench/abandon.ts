import { cases } from './cases.ts'
import type { Contender } from './contenders.ts'
import type { Database } from './databases.ts'
import { Connection, post, toolCall } from './http-client.ts'
import { Pipe } from './stdio-client.ts'

export const waysToLeave = ['http disconnect', 'stdio cancelled', 'stdio closed input'] as const
export type WayToLeave = (typeof waysToLeave)[number]

const patienceMs = 5000
let marks = 47110000

/** Milliseconds from the caller's leaving until its query is gone from the server's own list; Infinity after five seconds. */
export async function abandon(contender: Contender, database: Database, way: WayToLeave): Promise<number> {
  const number = ++marks
  const mark = String(number)
  const line = toolCall(number, { source: 'bench', sql: cases.endless.sql(number) })
  const leave = way === 'http disconnect' ? overHttp(contender, line) : await overStdio(contender, line, number, way)
  try {
    if ((await until(database, mark, 'running')) === Number.POSITIVE_INFINITY)
      throw new Error(`The query of the bench did not start (${way}).`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    leave.now()
    return await until(database, mark, 'gone')
  } finally {
    await database.clear(mark)
    await leave.end()
  }
}

type Leave = Readonly<{ now(): void; end(): void | Promise<void> }>

function overHttp(contender: Contender, line: string): Leave {
  const connection = new Connection(contender.port)
  connection.send(post(contender.port, line), false).catch(() => {})
  return { now: () => connection.close(), end: () => connection.close() }
}

async function overStdio(contender: Contender, line: string, requestId: number, way: WayToLeave): Promise<Leave> {
  const pipe = new Pipe(contender.stdio)
  await pipe.initialize()
  void pipe.send(line, requestId, false)
  const now = () => (way === 'stdio cancelled' ? pipe.notify('notifications/cancelled', { requestId }) : pipe.closeInput())
  return { now, end: () => pipe.end() }
}

async function until(database: Database, mark: string, wanted: 'running' | 'gone'): Promise<number> {
  const from = performance.now()
  while (performance.now() - from < patienceMs) {
    if ((await database.running(mark)) > 0 === (wanted === 'running')) return performance.now() - from
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return Number.POSITIVE_INFINITY
}
