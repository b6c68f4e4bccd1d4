import fs from 'node:fs'
import { SluiceError } from '../error.ts'
import type { Statistics, Trail } from './audit.ts'
import { type ChainName, chainNames } from './chain-file.ts'
import { eachLineSlowly } from './lines.ts'
import { Calls, eachCall, exportRecords, type Listed, type ListFilter } from './read.ts'
import { type AuditRecord, opened } from './record.ts'
import { verifySlowly } from './verify.ts'

/** How far a list looks back in each chain; beyond it there is `sluice audit list`, which stands in nobody's way. */
const LIST_BYTES_MAX = 64 * 1024 * 1024
const FIRST_WINDOW_BYTES = 512 * 1024
const NAMES_MAX = 200
const SLOWEST = 10

/** The past as the files of the folder tell it, read a small piece at a time: the process that asks also serves. */
export function openTrail(folder: string): Trail {
  const names = () => (fs.existsSync(folder) ? chainNames(folder) : [])
  const inTurn = turns()
  return {
    list: (filter) => inTurn(() => list(names(), filter)),
    statistics: (since, sources) => inTurn(() => statistics(names(), since, sources)),
    verify: () => inTurn(() => verifySlowly(folder)),
    each: (filter, take) => eachCall(folder, filter, take),
    records: (filter, write) => exportRecords(folder, filter, write),
  }
}

const WAITING_MAX = 16

/** One reading at a time, so that many who ask at once take no more of the process than one. */
function turns() {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async <T>(read: () => Promise<T>): Promise<T> => {
    if (waiting >= WAITING_MAX) {
      throw new SluiceError('concurrency_limited', 'Too many are reading the audit log at this moment.', { hint: 'Try again shortly.' })
    }
    waiting += 1
    const mine = last.then(read)
    last = mine.catch(() => undefined)
    return mine.finally(() => {
      waiting -= 1
    })
  }
}

async function statistics(names: readonly ChainName[], since: string, sources: readonly string[] | undefined): Promise<Statistics> {
  const counting = new Counting(since, sources)
  for (const name of names) {
    await eachLineSlowly(
      name,
      (size, fd) => startOf(since, size, fd),
      (line) => counting.take(line),
    )
  }
  return counting.statistics()
}

async function list(names: readonly ChainName[], filter: ListFilter): Promise<Readonly<{ calls: readonly Listed[]; complete: boolean }>> {
  for (let bytes = FIRST_WINDOW_BYTES; ; bytes = Math.min(bytes * 4, LIST_BYTES_MAX)) {
    const calls: Listed[] = []
    // The newest of the times before which some part was not read.
    let unread = ''
    for (const name of names) {
      let from = 0
      const found = new Calls(filter)
      const start = (size: number) => {
        from = Math.max(0, size - bytes)
        return from
      }
      await eachLineSlowly(name, start, (line) => found.take(line))
      calls.push(...found.all())
      if (from > 0 && (found.first || '9') > unread) unread = found.first || '9'
    }
    calls.sort(byTime)
    const kept = filter.last > 0 ? calls.slice(-filter.last) : []
    const complete = unread === '' || (kept.length === filter.last && kept[0]!.time > unread) || (filter.since ?? '') > unread
    if (complete || bytes >= LIST_BYTES_MAX) return { calls: kept, complete }
  }
}

/** Calls of one moment in an order that stays, so that pages go on where they ended. */
const byTime = (a: Listed, b: Listed): number => (a.time === b.time ? (a.call < b.call ? -1 : 1) : a.time < b.time ? -1 : 1)

const LINE_BYTES_MAX = 64 * 1024

/** A byte before the first record since a time, found by halving: the records of a chain stand in the order of their times. */
function startOf(since: string, size: number, fd: number): number {
  let low = 0
  let high = size
  const piece = Buffer.allocUnsafe(LINE_BYTES_MAX)
  while (high - low > LINE_BYTES_MAX) {
    const middle = Math.floor((low + high) / 2)
    const time = timeIn(piece.toString('latin1', 0, fs.readSync(fd, piece, 0, piece.length, middle)))
    if (time !== undefined && time < since) low = middle
    else high = middle
  }
  return low
}

const timeIn = (text: string): string | undefined => /\n\{"seq":\d+,"time":"([^"]+)"/.exec(text)?.[1]

/** What the records since a time add up to. Only calls that began since then count. */
class Counting {
  readonly #since: string
  readonly #sources: ReadonlySet<string> | undefined
  readonly #open = new Map<string, Listed>()
  readonly #by = { principal: new Map(), source: new Map(), door: new Map(), kind: new Map(), code: new Map() } as const
  readonly #slowest: Listed[] = []
  #calls = 0
  #failed = 0
  #rows = 0

  constructor(since: string, sources: readonly string[] | undefined) {
    this.#since = since
    this.#sources = sources && new Set(sources)
  }

  take(line: string): void {
    const record = opened(line)?.record
    if (!record || (record.type !== 'intent' && record.type !== 'outcome')) return
    const known = this.#open.get(record.call!)
    if (known === undefined) {
      if (record.door === undefined || record.time < this.#since || !(this.#sources?.has(record.source ?? '') ?? true)) return
      this.#begin(record)
    } else if (record.type === 'intent') this.#open.set(record.call!, { ...beginning(record), time: known.time })
    if (record.type === 'outcome') this.#end(record)
  }

  #begin(record: AuditRecord): void {
    this.#calls += 1
    count(this.#by.principal, record.principal ?? '')
    count(this.#by.source, record.source ?? '')
    count(this.#by.door, record.door!)
    this.#open.set(record.call!, beginning(record))
  }

  #end({ call, code = 'internal', rows = 0, ms = 0 }: AuditRecord): void {
    const ended = this.#open.get(call!)
    if (!ended) return
    this.#open.delete(call!)
    this.#rows += rows
    if (code !== 'ok') this.#failed += 1
    count(this.#by.code, code)
    count(this.#by.kind, ended.kind ?? 'refused')
    if (this.#slowest.length === SLOWEST && ms <= (this.#slowest.at(-1)!.ms ?? 0)) return
    this.#slowest.push({ ...ended, code, rows, ms })
    this.#slowest.sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
    if (this.#slowest.length > SLOWEST) this.#slowest.pop()
  }

  statistics(): Statistics {
    for (const { kind } of this.#open.values()) count(this.#by.kind, kind ?? 'refused')
    const { principal, source, door, kind, code } = this.#by
    return {
      since: this.#since,
      calls: this.#calls,
      failed: this.#failed,
      open: this.#open.size,
      rows: this.#rows,
      by_principal: Object.fromEntries(principal),
      by_source: Object.fromEntries(source),
      by_door: Object.fromEntries(door),
      by_kind: Object.fromEntries(kind),
      by_code: Object.fromEntries(code),
      slowest: this.#slowest,
    }
  }
}

const SQL_CHARS_MAX = 500

/** What is kept of a call until its end is read: many can be open at once. */
function beginning({ call, time, door, principal, source, action, kind, sql }: AuditRecord): Listed {
  const shown = sql !== undefined && sql.length > SQL_CHARS_MAX ? `${sql.slice(0, SQL_CHARS_MAX)}…` : sql
  return {
    call: call!,
    time,
    door: door!,
    source: source ?? '',
    action: action ?? '',
    ...(principal === undefined ? {} : { principal }),
    ...(kind === undefined ? {} : { kind }),
    ...(shown === undefined ? {} : { sql: shown }),
  }
}

/** Strangers may call sources what they like, so there is an end of names. */
function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < NAMES_MAX ? name : '…'
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
