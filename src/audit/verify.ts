import fs from 'node:fs'
import path from 'node:path'
import { type ChainName, chainNames, mayBeWritten } from './chain-file.ts'
import { eachLine } from './lines.ts'
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
  const heads = fs.existsSync(folder) ? headsSeen(folder, names) : []
  const broken: Broken[] = []
  const note = (each: Broken) => broken.push(each)
  let records = 0
  const chains = names.map((name) => {
    const seen = verifyChain(
      name,
      heads.filter(({ chain }) => chain === name.chain),
      note,
    )
    records += seen.records
    return { chain: name.chain, seq: seen.head.seq, hash: seen.head.hash }
  })
  const known = new Set(names.map(({ chain }) => chain))
  for (const chain of new Set(heads.map((head) => head.chain)))
    if (!known.has(chain)) note({ chain, what: 'the file of this chain is missing' })
  return { records, chains, broken: broken.slice(0, brokenMax), more: broken.length > brokenMax }
}

type Seen = Head & Readonly<{ chain: string; by: string }>

/** Where each chain is known to have stood: by head files, and by the `open` records of other chains. */
function headsSeen(folder: string, names: readonly ChainName[]): Seen[] {
  const heads: Seen[] = []
  for (const file of fs.readdirSync(folder)) {
    if (!/^audit-\d{4,}\.head$/.test(file)) continue
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    // Made empty, a moment before the first record of a new chain.
    if (text.trim() === '') continue
    heads.push({ ...headFrom(text), chain: file.slice(0, -'.head'.length), by: file })
  }
  for (const name of names) {
    eachLine(name, 0, (line) => {
      const record = line.includes('"type":"open"') ? opened(line)?.record : undefined
      if (record?.type !== 'open') return
      for (const [other, [seq, hash]] of Object.entries(record.others ?? {})) heads.push({ chain: other, seq, hash, by: name.chain })
    })
  }
  return heads
}

function headFrom(text: string): Head {
  try {
    const { seq, hash } = JSON.parse(text) as Partial<Head>
    return { seq: Number(seq), hash: String(hash) }
  } catch {
    return { seq: Number.NaN, hash: '' }
  }
}

function verifyChain(name: ChainName, heads: readonly Seen[], note: (broken: Broken) => void): { records: number; head: Head } {
  const { chain } = name
  const wanted = new Map<number, Seen[]>()
  for (const head of heads) wanted.set(head.seq, [...(wanted.get(head.seq) ?? []), head])
  let head: Head = { seq: -1, hash: hashOfNothing }
  let last: AuditRecord | undefined
  let line = 0
  const { torn } = eachLine(name, 0, (text) => {
    line += 1
    const read = opened(text)
    if (!read) {
      note({ chain, line, what: 'this line is not an audit record' })
      return
    }
    const { record, claimed } = read
    const { seq } = record
    if (seq !== head.seq + 1)
      note({ chain, line, seq, what: `record ${head.seq + 1} was expected here: records are missing, added or out of order` })
    else if (claimed !== hashOf(text, head.hash))
      note({ chain, line, seq, what: 'the hash does not fit: this record or the one before it was changed' })
    for (const seen of wanted.get(seq) ?? []) {
      if (seen.hash !== claimed) note({ chain, line, seq, what: `${seen.by} knows another hash of this record` })
      wanted.delete(seq)
    }
    head = { seq, hash: claimed }
    last = record
  })
  for (const seen of [...wanted.values()].flat()) {
    note({ chain, what: `the end is missing: ${seen.by} knows record ${seen.seq}, the last one here is ${head.seq}` })
  }
  if (torn > 0 && !mayBeWritten(name) && !name.owner) note({ chain, line: line + 1, what: 'the last line is cut off' })
  if (!name.owner && last?.type !== 'close') note({ chain, what: 'the end is missing: a chain that was let go ends in a `close` record' })
  return { records: line, head }
}
