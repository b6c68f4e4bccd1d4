import { hash } from 'node:crypto'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Principal } from '../principal.ts'
import type { Intent, Outcome } from './audit.ts'

/** Hash before the first record of a chain. */
export const hashOfNothing = '0'.repeat(64)

/** Longer statements are recorded by their hash, length and beginning: a refused 4 MB text must not fill the log. */
const textCharsMax = 4_096

const quoted = JSON.stringify

/** The name of a source that does not exist, and a message that repeats a name, can be as long as a request. */
const namesCharsMax = 1_000
const short = (text: string): string => quoted(text.length > namesCharsMax ? `${text.slice(0, namesCharsMax)}…` : text)

/** Where a chain stands: the last record's number and hash. */
export type Head = Readonly<{ seq: number; hash: string }>

/** What stands in the file between a record's hash and the next record. */
const between = '"}\n'
const hashMark = ',"hash":"'

/** Kept between calls: making a buffer for every write costs more than filling it. A burst gets one of its own, which is not kept. */
const scratch = Buffer.allocUnsafe(256 * 1024)

/**
 * Records as the bytes of their lines, chained: each hash is SHA-256 over the bytes of the file from the previous hash up to
 * `,"hash":"`, so that verifying needs no canonical form of JSON. `parts` are the insides of the records, `"type":"intent",…`.
 * The bytes are good until the next call.
 */
export function chained(previous: Head, time: string, parts: readonly string[]): { bytes: Uint8Array; head: Head } {
  let room = 64 + between.length
  for (const part of parts) room += part.length * 3 + 256
  const buffer = room <= scratch.length ? scratch : Buffer.allocUnsafe(room)
  let head = previous
  let from = 0
  let at = buffer.write(previous.hash + between, 0, 'latin1')
  const start = at
  for (const part of parts) {
    const seq = head.seq + 1
    at += buffer.write(`{"seq":${seq},"time":"${time}",${part}`, at, 'utf8')
    const next = hash('sha256', buffer.subarray(from, at), 'hex')
    from = at + hashMark.length
    at += buffer.write(hashMark + next + between, at, 'latin1')
    head = { seq, hash: next }
  }
  return { bytes: buffer.subarray(start, at), head }
}

const tailLength = hashMark.length + 64 + '"}'.length

/** A line without its newline, as its record and the hash that it claims; undefined when it is not one of ours. */
export function opened(line: string): { record: AuditRecord; claimed: string } | undefined {
  const claimed = line.slice(-66, -2)
  if (!line.endsWith('"}') || line.slice(-tailLength, -66) !== hashMark || !/^[0-9a-f]{64}$/.test(claimed)) return undefined
  try {
    const record = JSON.parse(line) as AuditRecord
    return Number.isSafeInteger(record.seq) && typeof record.type === 'string' ? { record, claimed } : undefined
  } catch {
    return undefined
  }
}

/** The hash that a line should have after `previous`. */
export function hashOf(line: string, previous: string): string {
  return hash('sha256', previous + between + line.slice(0, -tailLength), 'hex')
}

/** A record as read back. Which fields are there depends on `type`. */
export type AuditRecord = Readonly<{
  seq: number
  time: string
  /** `open` and `close` frame a process; `repair` tells of a torn line cut off; `lost` of outcomes that could not be kept. */
  type: 'open' | 'close' | 'repair' | 'lost' | 'intent' | 'outcome'
  hash: string
  call?: string
  door?: string
  principal?: string
  via?: string
  roles?: readonly string[]
  source?: string
  action?: string
  kind?: string
  text?: string
  text_hash?: string
  text_chars?: number
  sql?: string
  params?: number
  tables?: readonly string[]
  policies?: readonly string[]
  code?: string
  reason?: string
  rows?: number
  truncated?: boolean
  from?: string
  ms?: number
  chain?: string
  pid?: number
  others?: Readonly<Record<string, readonly [seq: number, hash: string]>>
  removed?: readonly string[]
}>

/** Who and what, for the first record of a call. The credential never comes here. */
function callPart(call: Call, principal: Principal | undefined): string {
  const who = principal ? `"principal":${quoted(principal.name)},"via":"${principal.via}","roles":${quoted(principal.roles)},` : ''
  return `"call":${quoted(call.id)},"door":"${call.door}",${who}"source":${short(call.source)},"action":"${call.action}",${textPart(call.text)}`
}

function textPart(text: string): string {
  if (text.length <= textCharsMax) return `"text":${quoted(text)}`
  return `"text":${quoted(text.slice(0, 500))},"text_hash":"${hash('sha256', text, 'hex')}","text_chars":${text.length}`
}

export function intentPart(call: Call, principal: Principal, intent: Intent): string {
  const { sql, kind, tables, policies, params } = intent
  return `"type":"intent",${callPart(call, principal)},"kind":${quoted(kind)},"sql":${quoted(sql)},"params":${params},"tables":${quoted(tables)},"policies":${quoted(policies)}`
}

/** `principal` and `call` in full only for a call whose intent was never written: nothing else would say who asked for what. */
export function outcomePart(
  call: Call,
  principal: Principal | undefined,
  intended: boolean,
  outcome: Outcome | undefined,
  failure: unknown,
  ms: number,
): string {
  const head = intended ? `"call":${quoted(call.id)}` : callPart(call, principal)
  const counts = outcome ? `,"rows":${outcome.rows},"truncated":${outcome.truncated},"from":"${outcome.from}"` : ''
  return `"type":"outcome",${head},${failurePart(outcome, failure)}${counts},"ms":${Math.round(ms * 1000) / 1000}`
}

function failurePart(outcome: Outcome | undefined, failure: unknown): string {
  if (failure === undefined && outcome) return '"code":"ok"'
  if (failure instanceof SluiceError) return `"code":"${failure.code}","reason":${short(failure.message)}`
  return '"code":"internal"'
}
