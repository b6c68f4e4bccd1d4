import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { SluiceError } from '../error.ts'
import type { Bytes, Content } from './rows-in.ts'

/** Bytes that are counted and hashed as they pass; `content` is true once they have all passed. */
export type Metered = Readonly<{ bytes: Bytes; content(): Content }>

/** Throws `body_too_large` after `bytesMax` bytes, and the reason of the signal. */
export function metered(source: Bytes, bytesMax: number, signal: AbortSignal): Metered {
  const hash = createHash('sha256')
  let count = 0
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      signal.throwIfAborted()
      count += piece.byteLength
      if (count > bytesMax) {
        const hint = 'Split the content into several imports.'
        throw new SluiceError('body_too_large', `An import holds at most ${bytesMax} bytes; nothing was imported.`, { hint })
      }
      hash.update(piece)
      yield piece
    }
  }
  return { bytes: pass(), content: () => ({ digest: hash.digest('hex'), bytes: count }) }
}

/** The same bytes, known to be UTF-8, without a byte order mark in front. Throws `import_invalid`. */
export async function* utf8Only(source: Bytes): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  let first = true
  for await (const piece of source) {
    const own = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    const whole = rest.byteLength === 0 ? own : Buffer.concat([rest, own])
    const end = whole.byteLength - unfinished(whole)
    const text = whole.subarray(0, end)
    if (!isUtf8(text)) throw notUtf8()
    rest = Buffer.from(whole.subarray(end))
    if (text.byteLength === 0) continue
    yield first && text.byteLength >= 3 && text.subarray(0, 3).equals(MARK) ? text.subarray(3) : text
    first = false
  }
  if (rest.byteLength > 0) throw notUtf8()
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf])

const notUtf8 = (): SluiceError =>
  new SluiceError('import_invalid', 'The content is not UTF-8. Nothing was imported.', { hint: 'Save the content as UTF-8.' })

/** How many bytes at the end begin a character that goes on in the next piece. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back]!
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}
