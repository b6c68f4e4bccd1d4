import type { Readable } from 'node:stream'
import { limits } from '../limits.ts'

/**
 * Calls `line` for every line of bytes, without its end; `tooLong` for one over `limits.bodyBytesMax`, when it has ended, with the id that
 * its request may have: who sent it waits for an answer to that.
 */
export function readLines(
  from: Readable,
  line: (bytes: Buffer) => void,
  tooLong: (id: string | number | null) => void,
  ended: () => void,
): void {
  let parts: Buffer[] = []
  let bytes = 0
  let skipping = false
  let head = ''
  let tail = Buffer.alloc(0)

  const add = (part: Buffer) => {
    if (part.byteLength === 0) return
    if (skipping) {
      tail = endOf(tail, part)
      return
    }
    bytes += part.byteLength
    parts.push(part)
    if (bytes <= limits.bodyBytesMax) return
    skipping = true
    const whole = Buffer.concat(parts)
    head = whole.toString('utf8', 0, ID_WITHIN)
    tail = endOf(whole, Buffer.alloc(0))
    parts = []
  }
  const finish = () => {
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    const skipped = skipping
    parts = []
    bytes = 0
    skipping = false
    if (skipped) tooLong(requestId(head, tail.toString('utf8')))
    else if (whole.byteLength > 0) line(whole)
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

/** The id stands before or after the long params; of what lies between nothing is kept. */
const ID_WITHIN = 1024
const endOf = (before: Buffer, part: Buffer): Buffer<ArrayBuffer> =>
  Buffer.concat([before.subarray(-ID_WITHIN), part.subarray(-ID_WITHIN)]).subarray(-ID_WITHIN)

const words = String.raw`"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"`
const id = String.raw`"id"\s*:\s*("[^"\\]*"|-?\d{1,15})`
const atStart = new RegExp(String.raw`^\s*\{\s*(?:${words}\s*,\s*)*${id}\s*[,}]`)
const atEnd = new RegExp(String.raw`[,{]\s*${id}\s*(?:,\s*${words}\s*)*\}\s*$`)

/** The id of the JSON-RPC request that begins with `head` and ends with `tail`; null where it has none there. */
function requestId(head: string, tail: string): string | number | null {
  const text = (atStart.exec(head) ?? atEnd.exec(tail))?.[1]
  if (text === undefined) return null
  return text.startsWith('"') ? text.slice(1, -1) : Number(text)
}
