import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { Connection } from '../../bench/http-client.ts'

let server: Server | undefined
afterEach(() => void server?.close())

/** A server that writes its answer in pieces of the given size, so that every boundary is met. */
function answering(answer: string, size: number): Promise<number> {
  const write = async (socket: Socket) => {
    for (let i = 0; i < answer.length; i += size) {
      socket.write(answer.slice(i, i + size))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('data', () => void write(socket))
    socket.on('error', () => {})
  })
  return new Promise((resolve) => server!.listen(0, '127.0.0.1', () => resolve((server!.address() as { port: number }).port)))
}

const fixed = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n'

for (const size of [1, 2, 3, 7, 1000]) {
  test(`answers in pieces of ${size} are read to their end, again and again`, async () => {
    for (const [answer, body] of [
      [fixed, 'hello'],
      [chunked, 'hello, world'],
    ] as const) {
      const connection = new Connection(await answering(answer, size))
      for (let i = 0; i < 3; i++) {
        const got = await connection.send('x', true)
        expect({ ...got, body: String(got.body) }).toEqual({ status: 200, bytes: body.length, body })
      }
      connection.close()
      server!.close()
    }
  })
}

test('a server that goes away is an error, not an answer', async () => {
  server = createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal')))
  const port = await new Promise<number>((resolve) =>
    server!.listen(0, '127.0.0.1', () => resolve((server!.address() as { port: number }).port)),
  )
  await expect(new Connection(port).send('x', true)).rejects.toThrow('closed')
})
