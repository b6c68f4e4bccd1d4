import { cases } from './cases.ts'
import type { Contender } from './contenders.ts'
import { Connection, post, toolCall } from './http-client.ts'
import { forgetPeak, memoryMb, peakMb, tree } from './process.ts'

export type Crowd = Readonly<{ errors: number; perSecond: number; p95: number; beforeMb: number; peakMb: number; afterMb: number }>

const CALLS = 5
const SETTLE_MS = 5_000
const settled = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'crowd', version: '1' } },
})
const list = '{"jsonrpc":"2.0","id":2,"method":"tools/list"}'

/** Many clients, all connected at the same time, each of which shakes hands, lists the tools and calls one; memory is looked at before and after. */
export async function crowdClients({ port, pid }: Contender, clients: number): Promise<Crowd> {
  await once(port, 50)
  await settled()
  const pids = tree(pid)
  const beforeMb = memoryMb(pids)
  forgetPeak(pids)
  const from = performance.now()
  const { errors, latencies } = await once(port, clients)
  const seconds = (performance.now() - from) / 1000
  const peak = peakMb(pids)
  await settled()
  latencies.sort((a, b) => a - b)
  return {
    errors,
    perSecond: latencies.length / seconds,
    p95: latencies[Math.floor(latencies.length * 0.95)] ?? 0,
    beforeMb,
    peakMb: peak,
    afterMb: memoryMb(pids),
  }
}

async function once(port: number, clients: number): Promise<{ errors: number; latencies: number[] }> {
  const latencies: number[] = []
  let errors = 0
  const connections = Array.from({ length: clients }, () => new Connection(port))
  await Promise.all(
    connections.map(async (connection, client) => {
      const send = async (body: string, wanted: string) => {
        const at = performance.now()
        const answer = await connection.send(post(port, body), true)
        latencies.push(performance.now() - at)
        if (answer.status !== 200 || !String(answer.body).includes(wanted)) errors++
      }
      try {
        await send(initialize, '"serverInfo"')
        await send(list, '"tools":[')
        for (let i = 0; i < CALLS; i++)
          await send(toolCall(10 + i, { source: 'bench', sql: cases.point.sql(client * CALLS + i) }), '"rows":[')
      } catch {
        errors++
      }
    }),
  )
  for (const connection of connections) connection.close()
  return { errors, latencies }
}
