import { connect } from 'node:net'
import pg from 'pg'
import type { Floor } from './floor.ts'

const pool = 10

/** The driver as its manual shows it, reading row by row. */
export function open(url: string): Floor {
  const idle: pg.Client[] = []
  const waiting: ((client: pg.Client) => void)[] = []
  let opened = 0
  const take = async (): Promise<pg.Client> => {
    const client = idle.pop()
    if (client) return client
    if (opened >= pool) return new Promise((resolve) => waiting.push(resolve))
    opened++
    const fresh = new pg.Client(url)
    await fresh.connect()
    return fresh
  }
  const give = (client: pg.Client) => {
    const next = waiting.shift()
    if (next) next(client)
    else idle.push(client)
  }
  return {
    async query(sql, params, out, onAbort) {
      const client = await take()
      onAbort(() => cancel(client, url))
      try {
        await read(client, sql, params, out)
      } finally {
        give(client)
      }
    },
  }
}

function read(client: pg.Client, sql: string, params: readonly unknown[], out: Parameters<Floor['query']>[2]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = client.query(new pg.Query(sql, [...params]))
    const socket = (client as unknown as { connection: { stream: NodeJS.ReadableStream } }).connection.stream
    let comma = ''
    let paused = false
    query.on('row', (row: unknown) => {
      const go = out.write(comma + JSON.stringify(row))
      comma = ','
      if (go || paused) return
      paused = true
      socket.pause()
      out.onDrain(() => {
        paused = false
        socket.resume()
      })
    })
    query.on('end', () => resolve())
    query.on('error', reject)
  })
}

/** A CancelRequest on a second socket; the paused one must be read again to hear of the end. */
function cancel(client: pg.Client, url: string): void {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const { hostname, port } = new URL(url)
  const request = Buffer.alloc(16)
  for (const [i, word] of [16, 80877102, processID, secretKey].entries()) request.writeInt32BE(word, i * 4)
  const socket = connect(Number(port), hostname, () => socket.end(request))
  socket.on('error', () => {})
  ;(client as unknown as { connection: { stream: NodeJS.ReadableStream } }).connection.stream.resume()
}
