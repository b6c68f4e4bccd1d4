import fs from 'node:fs'
import path from 'node:path'
import { type ChainName, chainNames, mayBeWritten } from './chain-file.ts'
import { eachLine, eachLineSlowly } from './lines.ts'
import { type AuditRecord, type Head, hashOf, hashOfNothing, opened } from './record.ts'

/** One thing that is wrong. `line` counts from 1 and is absent where a whole file or its end is meant. */
export type Broken = Readonly<{ chain: string; line?: number; seq?: number; what: string }>
export type Verdict = Readonly<{
  records: number
  chains: readonly Readonly<{ chain: string; seq: number; hash: string }>[]
  broken: readonly Broken[]
  /** True when more was broken than is listed. */
  more: boolean
}>

const brokenMax = 100

/**
 * Reads every record of every chain. An edited, deleted, inserted or reordered record breaks the hashes or the numbers; a missing
 * end shows by a missing `close`, by the chain's own head file, or by what the other chains saw of it when they were opened.
 */
export function verify(folder: string): Verdict {
  const names = fs.existsSync(folder) ? chainNames(folder) : []
  const heads = fs.existsSync(folder) ? headFiles(folder) : []
  for (const name of names) eachLine(name, 0, (line) => heads.push(...headsIn(line, name)))
  const checks = names.map((name) => new Check(name, heads))
  for (const check of checks) check.end(eachLine(check.name, 0, (line) => check.line(line)).torn)
  return verdictOf(checks, heads)
}

/** The same within a process that serves others meanwhile. What it writes itself while this reads is left for the next time. */
export async function verifySlowly(folder: string): Promise<Verdict> {
  const names = fs.existsSync(folder) ? chainNames(folder) : []
  const heads = fs.existsSync(folder) ? headFiles(folder) : []
  for (const name of names) await eachLineSlowly(name, 0, (line) => heads.push(...headsIn(line, name)))
  const checks = names.map((name) => new Check(name, heads))
  for (const check of checks) check.end((await eachLineSlowly(check.name, 0, (line) => check.line(line))).torn)
  return verdictOf(checks, heads)
}

function verdictOf(checks: readonly Check[], heads: readonly Seen[]): Verdict {
  const known = new Set(checks.map(({ name }) => name.chain))
  const missing = [...new Set(heads.map((head) => head.chain))].filter((chain) => !known.has(chain))
  const lost = missing.map((chain): Broken => ({ chain, what: 'the file of this chain is missing' }))
  const broken = [...checks.flatMap((check) => check.broken), ...lost]
  return {
    records: checks.reduce((sum, { lines }) => sum + lines, 0),
    chains: checks.map(({ name, head }) => ({ chain: name.chain, seq: head.seq, hash: head.hash })),
    broken: broken.slice(0, brokenMax),
    more: broken.length > brokenMax,
  }
}

type Seen = Head & Readonly<{ chain: string; by: string }>

/** Where each chain is known to have stood by its head file. */
function headFiles(folder: string): Seen[] {
  const heads: Seen[] = []
  for (const file of fs.readdirSync(folder)) {
    if (!/^audit-\d{4,}\.head$/.test(file)) continue
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    // Made empty, a moment before the first record of a new chain.
    if (text.trim() === '') continue
    heads.push({ ...headFrom(text), chain: file.slice(0, -'.head'.length), by: file })
  }
  return heads
}

/** Where the other chains stood, as an `open` record says. */
function headsIn(line: string, { chain: by }: ChainName): Seen[] {
  const record = line.includes('"type":"open"') ? opened(line)?.record : undefined
  if (record?.type !== 'open') return []
  return Object.entries(record.others ?? {}).map(([chain, [seq, hash]]) => ({ chain, seq, hash, by }))
}

function headFrom(text: string): Head {
  try {
    const { seq, hash } = JSON.parse(text) as Partial<Head>
    return { seq: Number(seq), hash: String(hash) }
  } catch {
    return { seq: Number.NaN, hash: '' }
  }
}

/** The check of one chain, line by line. */
class Check {
  readonly name: ChainName
  readonly broken: Broken[] = []
  readonly #wanted = new Map<number, Seen[]>()
  head: Head = { seq: -1, hash: hashOfNothing }
  lines = 0
  #last: AuditRecord | undefined

  constructor(name: ChainName, heads: readonly Seen[]) {
    this.name = name
    for (const head of heads) {
      if (head.chain === name.chain) this.#wanted.set(head.seq, [...(this.#wanted.get(head.seq) ?? []), head])
    }
  }

  line(text: string): void {
    this.lines += 1
    const read = opened(text)
    if (!read) {
      this.#note({ line: this.lines, what: 'this line is not an audit record' })
      return
    }
    const { record, claimed } = read
    const { seq } = record
    const at = { line: this.lines, seq }
    const { head } = this
    if (seq !== head.seq + 1)
      this.#note({ ...at, what: `record ${head.seq + 1} was expected here: records are missing, added or out of order` })
    else if (claimed !== hashOf(text, head.hash))
      this.#note({ ...at, what: 'the hash does not fit: this record or the one before it was changed' })
    for (const seen of this.#wanted.get(seq) ?? []) {
      if (seen.hash !== claimed) this.#note({ ...at, what: `${seen.by} knows another hash of this record` })
      this.#wanted.delete(seq)
    }
    this.head = { seq, hash: claimed }
    this.#last = record
  }

  /** `torn` are the bytes behind the last whole line. */
  end(torn: number): void {
    const { name } = this
    for (const seen of [...this.#wanted.values()].flat()) {
      this.#note({ what: `the end is missing: ${seen.by} knows record ${seen.seq}, the last one here is ${this.head.seq}` })
    }
    if (torn > 0 && !mayBeWritten(name) && !name.owner) this.#note({ line: this.lines + 1, what: 'the last line is cut off' })
    if (!name.owner && this.#last?.type !== 'close')
      this.#note({ what: 'the end is missing: a chain that was let go ends in a `close` record' })
  }

  #note(broken: Omit<Broken, 'chain'>): void {
    if (this.broken.length <= brokenMax) this.broken.push({ chain: this.name.chain, ...broken })
  }
}
