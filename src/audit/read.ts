import fs from 'node:fs'
import { type ChainName, chainNames } from './chain-file.ts'
import { eachGroup, eachLine } from './lines.ts'
import { type AuditRecord, opened } from './record.ts'

/**
 * `since` is an ISO time as the records have them, `last` counts calls; `via` tells callers of one name apart, `sources` are the only ones told of, `kind` is what a call came to.
 * `until` is the first time that is left out, `before` the call behind which a page goes on, and `fits` looks at each call as a whole.
 */
export type ListFilter = Readonly<{
  last: number
  principal?: string
  via?: string
  source?: string
  sources?: readonly string[]
  since?: string
  until?: string
  before?: Readonly<{ time: string; call: string }>
  kind?: string
  fits?: (call: Listed) => boolean
}>

/** One call as the log tells it. `code` is absent while the call runs, or for ever when the gateway was killed. */
export type Listed = Readonly<{
  call: string
  time: string
  door: string
  principal?: string
  via?: string
  source: string
  action: string
  kind?: string
  sql?: string
  text?: string
  tables?: readonly string[]
  policies?: readonly string[]
  params?: number
  code?: string
  reason?: string
  rows?: number
  truncated?: boolean
  from?: string
  ms?: number
}>

/** The newest calls that fit, oldest first. Reads from the end of the files, and only as far as it must. */
export function listCalls(folder: string, filter: ListFilter): Listed[] {
  const names = fs.existsSync(folder) ? chainNames(folder) : []
  for (let bytes = 512 * 1024; ; bytes *= 4) {
    const windows = names.map((name) => readWindow(name, bytes, filter))
    const calls = windows.flatMap((window) => window.calls).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    const kept = calls.slice(-filter.last)
    // Exact only when no call in a part that was not read could be newer than the oldest one kept.
    const from =
      windows
        .map(({ partialFrom }) => partialFrom)
        .sort()
        .at(-1) ?? ''
    if (from === '' || (kept.length === filter.last && kept[0]!.time > from) || (filter.since && filter.since > from)) return kept
  }
}

type Window = Readonly<{ calls: readonly Listed[]; partialFrom: string }>

function readWindow(name: ChainName, bytes: number, filter: ListFilter): Window {
  let from = 0
  const start = (size: number) => {
    from = Math.max(0, size - bytes)
    return from
  }
  const calls = new Calls(filter)
  eachLine(name, start, (line) => calls.take(line))
  // A window without a whole line has told nothing yet, so everything may still lie before it.
  return { calls: calls.all(), partialFrom: from === 0 ? '' : calls.first || '9' }
}

/** Puts together what the records of a chain tell of the calls that fit. */
export class Calls {
  readonly #filter: ListFilter
  readonly #calls = new Map<string, Listed>()
  /** Time of the first record, '' before there was one. */
  first = ''

  constructor(filter: ListFilter) {
    this.#filter = filter
  }

  all(): Listed[] {
    // Only now: a call that had to read the schema first says so in an earlier record.
    return [...this.#calls.values()].filter((call) => this.#whole(call))
  }

  /** Calls whose end was read since the last time: nothing more will be told of them. */
  ended(): Listed[] {
    const done = [...this.#calls.values()].filter((call) => call.code !== undefined)
    for (const { call } of done) this.#calls.delete(call)
    return done.filter((call) => this.#whole(call))
  }

  #whole(call: Listed): boolean {
    const { kind, before, fits } = this.#filter
    return (
      (kind === undefined || call.kind === kind) &&
      (before === undefined || call.time < before.time || (call.time === before.time && call.call < before.call)) &&
      (fits === undefined || fits(call))
    )
  }

  take(line: string): void {
    const record = opened(line)?.record
    if (!record) return
    if (this.first === '') this.first = record.time
    if (record.type !== 'intent' && record.type !== 'outcome') return
    const known = this.#calls.get(record.call!)
    if (known) {
      const more = record.type === 'intent' ? listed(record) : outcomeOf(record)
      this.#calls.set(record.call!, { ...known, ...more, time: known.time })
    } else if (record.door !== undefined && fits(record, this.#filter)) this.#calls.set(record.call!, listed(record))
  }
}

function fits(record: AuditRecord, { principal, via, source, sources, since, until }: ListFilter): boolean {
  return (
    (principal === undefined || record.principal === principal) &&
    (via === undefined || record.via === via) &&
    (source === undefined || record.source === source) &&
    (sources === undefined || sources.includes(record.source ?? '')) &&
    (since === undefined || record.time >= since) &&
    (until === undefined || record.time < until)
  )
}

function outcomeOf({ code, reason, rows, truncated, from, ms }: AuditRecord): Partial<Listed> {
  return JSON.parse(JSON.stringify({ code, reason, rows, truncated, from, ms })) as Partial<Listed>
}

function listed(record: AuditRecord): Listed {
  const { seq: _seq, type: _type, hash: _hash, text_hash: _textHash, text_chars: _textChars, roles: _roles, ...rest } = record
  return rest as unknown as Listed
}

/** Every record as it stands in the file, its chain's name put before it, chain after chain; `write` may wait. */
export async function exportRecords(
  folder: string,
  filter: Readonly<{ since?: string; until?: string }>,
  write: (line: string) => void | Promise<void>,
): Promise<number> {
  let records = 0
  for (const name of fs.existsSync(folder) ? chainNames(folder) : []) {
    await eachGroup(name, async (lines) => {
      const ready = lines.filter((line) => within(line, filter))
      records += ready.length
      if (ready.length > 0) await write(ready.map((line) => `{"chain":"${name.chain}",${line.slice(1)}\n`).join(''))
    })
  }
  return records
}

function within(line: string, { since, until }: Readonly<{ since?: string; until?: string }>): boolean {
  if (since === undefined && until === undefined) return true
  const time = opened(line)?.record.time
  return time === undefined || ((since === undefined || time >= since) && (until === undefined || time < until))
}

/** Every call that fits, chain after chain, in the order in which they ended; those without an end at last. `take` may wait. */
export async function eachCall(
  folder: string,
  filter: Omit<ListFilter, 'last'>,
  take: (call: Listed) => void | Promise<void>,
): Promise<void> {
  for (const name of fs.existsSync(folder) ? chainNames(folder) : []) {
    const calls = new Calls({ ...filter, last: 0 })
    await eachGroup(name, async (lines) => {
      for (const line of lines) calls.take(line)
      for (const call of calls.ended()) await take(call)
    })
    for (const call of calls.all()) await take(call)
  }
}
