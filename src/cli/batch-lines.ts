import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { limits } from '../limits.ts'
import { exits, Trouble } from './command.ts'

/**
 * The lines of a file of requests, `-` being standard input and `.gz` unpacked, one at a time: nothing else of the file is held. `form` says what a
 * line looks like. Throws Trouble where it cannot be read.
 */
export const batchLines = (file: string, input: NodeJS.ReadableStream, form: string): AsyncGenerator<string | typeof tooLong> =>
  linesOf(file === '-' ? input : fileOf(file), form)

function fileOf(file: string): NodeJS.ReadableStream {
  const stream = createReadStream(file)
  if (!file.endsWith('.gz')) return stream
  const unzip = createGunzip()
  stream.on('error', (error) => unzip.destroy(error))
  return stream.pipe(unzip)
}

/** Stands for a line of which nothing can be made. */
export const tooLong = Symbol('a line that is longer than a request may be')

/** Lines without their ends. One that is longer than a request may be is skipped and told as `tooLong`. */
async function* linesOf(stream: NodeJS.ReadableStream, form: string): AsyncGenerator<string | typeof tooLong> {
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
    throw new Trouble(exits.usage.code, `The batch cannot be read (${code ?? 'unknown reason'}).`, `Name a file of lines ${form}.`, error)
  }
  if (bytes > 0) yield taken()
}
