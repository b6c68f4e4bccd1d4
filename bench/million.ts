import { cases } from './cases.ts'
import type { Contender } from './contenders.ts'
import { Connection, post, toolCall } from './http-client.ts'
import { forgetPeak, peakMb, tree } from './process.ts'

/** A million rows in one answer. `peakMb` is above what the process held when it was idle, after its first query. */
export type Million = Readonly<{ firstByteMs: number; seconds: number; peakMb: number; bytes: number }>

const slowBytesPerSecond = 20_000_000
const slowSeconds = 3

/** A slow client takes 20 MB a second for three seconds, and then all it can get. */
export async function million(contender: Contender, pace: 'fast' | 'slow', idleMb: number): Promise<Million> {
  const pids = tree(contender.pid)
  forgetPeak(pids)
  const connection = new Connection(contender.port)
  const from = performance.now()
  let firstByteMs = 0
  let received = 0
  connection.onBytes = (bytes) => {
    firstByteMs ||= performance.now() - from
    received += bytes
    if (pace === 'slow') hold(connection, received, performance.now() - from - firstByteMs)
  }
  const answer = await connection.send(post(contender.port, toolCall(1, { source: 'bench', sql: cases.million.sql() })), false)
  const seconds = (performance.now() - from) / 1000
  connection.close()
  // The shortest row has more than 60 characters of data.
  if (answer.status !== 200 || answer.bytes < cases.million.rows * 60) {
    throw new Error(`Not a million rows: status ${answer.status}, ${answer.bytes} bytes.`)
  }
  return { firstByteMs, seconds, peakMb: peakMb(pids) - idleMb, bytes: answer.bytes }
}

function hold(connection: Connection, received: number, ms: number): void {
  const aheadMs = (received / slowBytesPerSecond) * 1000 - ms
  if (ms > slowSeconds * 1000 || aheadMs < 5) return
  connection.socket.pause()
  setTimeout(() => connection.socket.resume(), aheadMs)
}
