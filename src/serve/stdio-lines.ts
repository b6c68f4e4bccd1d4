import type { Readable } from 'node:stream'
import { limits } from '../limits.ts'

/** Calls `line` for every line of bytes, without its end; `tooLong` for one over `limits.bodyBytesMax`, whose rest is thrown away. */
export function readLines(from: Readable, line: (bytes: Buffer) => void, tooLong: () => void, ended: () => void): void {
  let parts: Buffer[] = []
  let bytes = 0
  let skipping = false

  const add = (part: Buffer) => {
    if (skipping || part.byteLength === 0) return
    bytes += part.byteLength
    parts.push(part)
    if (bytes <= limits.bodyBytesMax) return
    skipping = true
    parts = []
    tooLong()
  }
  const finish = () => {
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    const skipped = skipping
    parts = []
    bytes = 0
    skipping = false
    if (!skipped && whole.byteLength > 0) line(whole)
  }

  from.on('data', (chunk: Buffer) => {
    let at = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      add(chunk.subarray(at, end))
      finish()
      at = end + 1
    }
    add(at === 0 ? chunk : chunk.subarray(at))
  })
  from.once('end', ended)
  from.once('close', ended)
  from.once('error', ended)
}
const NEWLINE = 10
