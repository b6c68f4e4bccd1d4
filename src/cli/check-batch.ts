import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { limits } from '../limits.ts'
import type { Checked } from '../prepare.ts'
import type { Checker } from './check.ts'
import { exits, type Terminal, Trouble } from './command.ts'
import { put } from './rows-out.ts'

/** Verdicts are gathered to about this much before they are written. */
const writeBytes = 64 * 1024

/**
 * Reads `{id, sql}` lines and writes a verdict line for each, in order. A line that cannot be understood is refused like a statement that
 * cannot; nothing in the file ends the run. Holds one line and one piece of the file at a time.
 */
export async function checkBatch(file: string, judge: Checker, { in: input, out, signal }: Terminal): Promise<number> {
  let ready: string[] = []
  let bytes = 0
  for await (const line of linesOf(file === '-' ? input : fileOf(file))) {
    signal.throwIfAborted()
    const verdict = await verdictOn(line, judge)
    if (verdict === undefined) continue
    ready.push(verdict)
    bytes += verdict.length
    if (bytes < writeBytes) continue
    await put(out, ready.join(''))
    ready = []
    bytes = 0
  }
  await put(out, ready.join(''))
  return exits.ok.code
}

function fileOf(file: string): NodeJS.ReadableStream {
  const stream = createReadStream(file)
  if (!file.endsWith('.gz')) return stream
  const unzip = createGunzip()
  stream.on('error', (error) => unzip.destroy(error))
  return stream.pipe(unzip)
}

const tooLong = Symbol('a line that is longer than a request may be')

/** Lines without their ends. One that is longer than a request may be is skipped and told as `tooLong`. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string | typeof tooLong> {
  let rest: Buffer[] = []
  let bytes = 0
  const taken = (): string | typeof tooLong => {
    const line = bytes > limits.bodyBytesMax ? tooLong : Buffer.concat(rest).toString('utf8')
    rest = []
    bytes = 0
    return line
  }
  const add = (piece: Buffer) => {
    bytes += piece.byteLength
    if (bytes > limits.bodyBytesMax) rest = []
    else rest.push(piece)
  }
  try {
    for await (const given of stream) {
      const piece = Buffer.from(given as Uint8Array | string)
      let start = 0
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
        add(piece.subarray(start, end))
        yield taken()
        start = end + 1
      }
      add(piece.subarray(start))
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Trouble(
      exits.usage.code,
      `The batch cannot be read (${code ?? 'unknown reason'}).`,
      'Name a file of lines {"id": …, "sql": "…"}.',
      error,
    )
  }
  if (bytes > 0) yield taken()
}

type Verdict = Omit<Checked, 'hint'>

async function verdictOn(line: string | typeof tooLong, judge: Checker): Promise<string | undefined> {
  if (line === tooLong) return written(null, refusal('body_too_large', `The line is longer than ${limits.bodyBytesMax} bytes.`))
  if (line.trim() === '') return undefined
  const { id, sql, wrong } = requestOf(line)
  if (sql === undefined) return written(id, wrong!)
  try {
    return written(id, await judge(sql))
  } catch {
    return written(id, refusal('internal', 'The statement could not be judged.'))
  }
}

const refusal = (code: string, reason: string): Verdict => ({ verdict: 'refuse', kind: 'unknown', code, reason, tables: [] })

function requestOf(line: string): { id: unknown; sql?: string; wrong?: Verdict } {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    return { id: null, wrong: refusal('body_unreadable', 'The line is not JSON.') }
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return { id: null, wrong: refusal('field_invalid', 'The line is not a JSON object.') }
  }
  const { id = null, sql } = request as Record<string, unknown>
  if (sql === undefined) return { id, wrong: refusal('field_missing', 'The line has no field sql.') }
  return typeof sql === 'string' ? { id, sql } : { id, wrong: refusal('field_invalid', 'The field sql is not a string.') }
}

const written = (id: unknown, { verdict, kind, code, reason, tables }: Verdict): string =>
  `${JSON.stringify({ id, verdict, kind, code, reason, tables })}\n`
