import { hash } from 'node:crypto'
import fs from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { chained, type Head, hashOfNothing, opened } from './record.ts'

/*
 * One chain belongs to one process at a time, so two processes never interleave. A chain that nobody writes is `audit-0001.jsonl`;
 * the process that writes it has renamed it to `audit-0001.<pid>@<host>.jsonl`. Renaming is atomic, so of two that want a chain one
 * wins; a chain whose process is gone is claimed the same way. There are as many files as processes ever ran at once, not one for
 * each `sluice query`. The `open` record of a chain names where the other chains stood, so a deleted or shortened one is missed, and
 * `audit-0001.head` says where the chain itself ended when it was let go.
 */
const fileName = /^audit-(\d{4,})(?:\.(\d+)@([^/]+))?\.jsonl$/

/** A file of a chain in the folder. `owner` is the process that writes it, or wrote it last without letting go. */
export type ChainName = Readonly<{ chain: string; file: string; owner: Readonly<{ pid: number; host: string }> | undefined }>

const hostPart = () => hostname().replace(/[^\w.-]/g, '_') || 'host'

export function chainNames(folder: string): ChainName[] {
  const names: ChainName[] = []
  for (const file of fs.readdirSync(folder)) {
    const match = fileName.exec(file)
    if (!match) continue
    const owner = match[2] === undefined ? undefined : { pid: Number(match[2]), host: match[3]! }
    names.push({ chain: `audit-${match[1]}`, file: path.join(folder, file), owner })
  }
  return names.sort((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0))
}

/** False only when nobody can be writing: no owner, or an owner on this host that no longer lives. */
export function mayBeWritten({ owner }: ChainName): boolean {
  if (!owner) return false
  if (owner.host !== hostPart()) return true
  // Chains of this very process are kept apart by `held`; the same pid otherwise means an earlier life of this container.
  if (owner.pid === process.pid) return false
  try {
    process.kill(owner.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Files that this process writes, so that two logs in one process do not claim the same chain. */
const held = new Set<string>()

/** A chain that is open for appending, with the state that a failed write falls back to. */
export type ChainFile = {
  readonly fd: number
  readonly file: string
  readonly chain: string
  readonly inode: number
  head: Head
  /** Bytes that are known to be whole records. */
  size: number
  /** True while bytes of a failed write may lie behind `size`. */
  torn: boolean
}

/** Claims a free chain or makes the next one. Throws what the file system throws; nothing is left open then. */
export function claimChain(folder: string, time: string): ChainFile {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const others = chainNames(folder)
  for (const name of others) {
    if (held.has(name.file) || mayBeWritten(name)) continue
    const claimed = path.join(folder, ownedName(name.chain))
    try {
      fs.renameSync(name.file, claimed)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    const chain = openChain(claimed, name.chain, others, time)
    if (chain) return chain
  }
  return newChain(folder, others, time)
}

const ownedName = (chain: string) => `${chain}.${process.pid}@${hostPart()}.jsonl`

function newChain(folder: string, others: readonly ChainName[], time: string): ChainFile {
  let number = others.reduce((most, { chain }) => Math.max(most, Number(chain.slice(6))), 0)
  // A chain that was deleted keeps its number: its head file still stands.
  for (;;) {
    number += 1
    const chain = `audit-${String(number).padStart(4, '0')}`
    const mark = path.join(folder, `${chain}.head`)
    try {
      fs.closeSync(fs.openSync(mark, 'wx', 0o600))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw error
    }
    const file = path.join(folder, ownedName(chain))
    try {
      fs.closeSync(fs.openSync(file, 'wx', 0o600))
    } catch (error) {
      fs.rmSync(mark, { force: true })
      throw error
    }
    syncFolder(folder)
    return openChain(file, chain, others, time)!
  }
}

/** A new name in a folder is on disk only after the folder is. Some systems cannot; the records themselves are synced anyway. */
function syncFolder(folder: string): void {
  let fd: number | undefined
  try {
    fd = fs.openSync(folder, 'r')
    fs.fsyncSync(fd)
  } catch {
    return
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** Reads the end, cuts off a torn line, says so in the chain. Undefined when the last record is not ours to continue. */
function openChain(file: string, chain: string, others: readonly ChainName[], time: string): ChainFile | undefined {
  const fd = fs.openSync(file, 'a+', 0o600)
  try {
    const end = readEnd(fd)
    const last = end.line === undefined ? { seq: -1, hash: hashOfNothing } : headOf(end.line)
    if (!last) {
      fs.closeSync(fd)
      fs.renameSync(file, path.join(path.dirname(file), `${chain}.jsonl`))
      return undefined
    }
    const open: ChainFile = { fd, file, chain, inode: fs.fstatSync(fd).ino, head: last, size: end.size, torn: end.rest.length > 0 }
    held.add(file)
    const parts = [openPart(chain, others)]
    if (end.rest.length > 0)
      parts.unshift(`"type":"repair","removed_bytes":${end.rest.length},"removed_hash":"${hash('sha256', end.rest, 'hex')}"`)
    append(open, time, parts)
    writeHead(open)
    return open
  } catch (error) {
    held.delete(file)
    fs.closeSync(fd)
    throw error
  }
}

function headOf(line: string): Head | undefined {
  const record = opened(line)
  return record && { seq: record.record.seq, hash: record.claimed }
}

function openPart(chain: string, others: readonly ChainName[]): string {
  const heads: Record<string, readonly [number, string]> = {}
  for (const other of others) {
    if (other.chain === chain) continue
    const head = endOf(other.file)
    if (head) heads[other.chain] = [head.seq, head.hash]
  }
  return `"type":"open","chain":"${chain}","pid":${process.pid},"others":${JSON.stringify(heads)}`
}

/** The last whole record of a file; undefined when there is none or the file has just been renamed. */
function endOf(file: string): Head | undefined {
  let fd: number
  try {
    fd = fs.openSync(file, 'r')
  } catch {
    return undefined
  }
  try {
    const { line } = readEnd(fd)
    return line === undefined ? undefined : headOf(line)
  } finally {
    fs.closeSync(fd)
  }
}

/** The last line that ends in a newline, the size up to it, and the bytes behind it. */
function readEnd(fd: number): { line: string | undefined; size: number; rest: Buffer } {
  const total = fs.fstatSync(fd).size
  let bytes = Buffer.alloc(0)
  let start = total
  for (;;) {
    const step = Math.min(64 * 1024, start)
    const piece = Buffer.alloc(step)
    start -= step
    fs.readSync(fd, piece, 0, step, start)
    bytes = Buffer.concat([piece, bytes])
    const newline = bytes.lastIndexOf(10)
    const before = newline > 0 ? bytes.lastIndexOf(10, newline - 1) : -1
    if (start === 0 || before >= 0) {
      if (newline < 0) return { line: undefined, size: 0, rest: bytes }
      return { line: bytes.toString('utf8', before + 1, newline), size: start + newline + 1, rest: bytes.subarray(newline + 1) }
    }
  }
}

/**
 * Writes the records in one go. When that fails nothing of them counts: the state stays where it was, and what did reach the file is
 * cut off before anything else is written. Throws what the file system throws.
 */
export function append(chain: ChainFile, time: string, parts: readonly string[]): void {
  if (chain.torn) fs.ftruncateSync(chain.fd, chain.size)
  chain.torn = false
  const { bytes, head } = chained(chain.head, time, parts)
  try {
    for (let written = 0; written < bytes.length; ) written += fs.writeSync(chain.fd, bytes, written)
  } catch (error) {
    chain.torn = true
    cutBack(chain)
    throw error
  }
  chain.size += bytes.length
  chain.head = head
}

function cutBack(chain: ChainFile): void {
  try {
    fs.ftruncateSync(chain.fd, chain.size)
    chain.torn = false
  } catch {
    // The next append tries again before it writes; a start after a crash repairs the same.
    chain.torn = true
  }
}

/** True when the file under its name is still the one that is open and nobody else has changed its size. */
export function isIntact(chain: ChainFile): boolean {
  const seen = fs.statSync(chain.file, { throwIfNoEntry: false })
  return seen !== undefined && seen.ino === chain.inode && (chain.torn || seen.size === chain.size)
}

/** Seals the chain and gives it back under its free name. */
export function releaseChain(chain: ChainFile, time: string): void {
  try {
    append(chain, time, ['"type":"close"'])
    fs.fsyncSync(chain.fd)
    writeHead(chain)
    fs.renameSync(chain.file, path.join(path.dirname(chain.file), `${chain.chain}.jsonl`))
  } finally {
    abandonChain(chain)
  }
}

/** Closes the file without a word in it; it keeps its name, so the next start treats it as that of a crashed process. */
export function abandonChain(chain: ChainFile): void {
  held.delete(chain.file)
  fs.closeSync(chain.fd)
}

function writeHead({ file, chain, head }: ChainFile): void {
  const folder = path.dirname(file)
  const fresh = path.join(folder, `${chain}.head.${process.pid}`)
  try {
    fs.writeFileSync(fresh, `${JSON.stringify({ chain, seq: head.seq, hash: head.hash })}\n`, { mode: 0o600 })
    fs.renameSync(fresh, path.join(folder, `${chain}.head`))
  } catch (error) {
    fs.rmSync(fresh, { force: true })
    throw error
  }
}
