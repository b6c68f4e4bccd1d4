import type { Readable, Writable } from 'node:stream'
import type { Credential } from '../call.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import type { Group } from '../tools/declared.ts'
import { Connection } from './mcp-connection.ts'
import { readLines } from './stdio-lines.ts'
import { LineOut } from './stdio-out.ts'
import type { Run } from './tool-call.ts'

/** `credential` is whom the process acts for; a local caller by default. `groups` tells which groups of tools are listed, once the parts are open. */
export type StdioOptions = Readonly<{
  credential?: Credential
  input?: Readable
  output?: Writable
  run?: Run
  groups?: () => readonly Group[] | undefined
  taskAfterMs?: number
  lookMs?: number
}>

/** The hands, or their opening: a client may shake hands before the first source is known. */
export type PartsSoon = Parts | (() => Promise<Parts>)

/** Serves one MCP client over stdio until its input closes; then every running call is aborted, and the promise resolves when they have ended. */
export async function serveStdio(parts: PartsSoon, options: StdioOptions = {}): Promise<void> {
  const { credential = { kind: 'local' }, input = process.stdin, output = process.stdout, run, taskAfterMs, lookMs } = options
  const groups = options.groups ?? (() => undefined)
  let opened: Promise<Parts> | undefined
  const open = typeof parts === 'function' ? () => (opened ??= parts()) : async () => parts
  const connection = new Connection({ open, credential, groups, out: new LineOut(output), run, taskAfterMs, lookMs })
  const gone = Promise.withResolvers<void>()
  readLines(input, (line) => take(line, connection), tooLong(connection), gone.resolve)
  output.once('close', gone.resolve)
  output.once('error', () => gone.resolve())
  await gone.promise
  await connection.close()
}

function take(line: Buffer, connection: Connection): void {
  let message: unknown
  try {
    message = JSON.parse(line.toString('utf8'))
  } catch {
    connection.refuse('body_unreadable', 'The line is not JSON.', -32700)
    return
  }
  connection.message(message)
}

const tooLong = (connection: Connection) => (id: string | number | null) =>
  connection.refuse('body_too_large', `The message is larger than ${limits.bodyBytesMax} bytes.`, -32600, id)
