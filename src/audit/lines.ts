import fs from 'node:fs'
import path from 'node:path'
import { type ChainName, chainNames } from './chain-file.ts'

const pieceBytes = 1024 * 1024
/** A chain is renamed when a process claims it or lets it go; so many times in a row it is not. */
const renamesMax = 10

/** Opens the file of a chain for reading, under whatever name it has by now. */
function openToRead({ chain, file }: ChainName): number {
  let at: string | undefined = file
  for (let tries = 0; at !== undefined; tries++) {
    try {
      return fs.openSync(at, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === renamesMax) throw error
      at = chainNames(path.dirname(file)).find((name) => name.chain === chain)?.file
    }
  }
  throw new Error(`${chain} was removed while it was being read`)
}

/**
 * The whole lines of a chain from byte `from` (a line that began before it is left out), one piece in memory at a time. Answers the bytes
 * behind the last line: a record that is being written, or was torn.
 */
export function eachLine(name: ChainName, from: number | ((size: number) => number), onLine: (line: string) => void): { torn: number } {
  const fd = openToRead(name)
  try {
    const piece = Buffer.allocUnsafe(pieceBytes)
    let position = typeof from === 'number' ? from : from(fs.fstatSync(fd).size)
    let rest: Buffer = Buffer.alloc(0)
    let skipping = position > 0
    for (;;) {
      const read = fs.readSync(fd, piece, 0, piece.length, position)
      if (read === 0) return { torn: rest.length }
      position += read
      const bytes = Buffer.concat([rest, piece.subarray(0, read)])
      let start = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        if (!skipping) onLine(bytes.toString('utf8', start, end))
        skipping = false
        start = end + 1
      }
      rest = bytes.subarray(start)
    }
  } finally {
    fs.closeSync(fd)
  }
}

/** Between two pieces of a file the process does what else it has to do. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
/** So little that the lines of a piece are read in a few milliseconds. */
const smallPieceBytes = 64 * 1024

/**
 * As `eachLine`, for a process that serves others meanwhile: a small piece at a time. Reads to where the file ended when it began, so that
 * a log which is written all the time has an end.
 */
export async function eachLineSlowly(
  name: ChainName,
  from: number | ((size: number, fd: number) => number),
  onLine: (line: string) => void,
): Promise<{ torn: number }> {
  const fd = openToRead(name)
  try {
    const { size } = fs.fstatSync(fd)
    const piece = Buffer.allocUnsafe(smallPieceBytes)
    let position = typeof from === 'number' ? from : from(size, fd)
    let rest: Buffer = Buffer.alloc(0)
    let skipping = position > 0
    for (;;) {
      const read = fs.readSync(fd, piece, 0, Math.min(piece.length, Math.max(0, size - position)), position)
      if (read === 0) return { torn: rest.length }
      position += read
      const bytes = Buffer.concat([rest, piece.subarray(0, read)])
      let start = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        if (!skipping) onLine(bytes.toString('utf8', start, end))
        skipping = false
        start = end + 1
      }
      rest = bytes.subarray(start)
      await turn()
    }
  } finally {
    fs.closeSync(fd)
  }
}

/** The lines of a chain in groups that fit into memory, so that `take` may wait between them. */
export async function eachGroup(name: ChainName, take: (lines: readonly string[]) => Promise<void>): Promise<void> {
  const fd = openToRead(name)
  try {
    let rest: Buffer = Buffer.alloc(0)
    let position = 0
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes)
      const read = fs.readSync(fd, piece, 0, piece.length, position)
      if (read === 0) return
      position += read
      const bytes = Buffer.concat([rest, piece.subarray(0, read)])
      const end = bytes.lastIndexOf(10)
      rest = bytes.subarray(end + 1)
      if (end >= 0) await take(bytes.toString('utf8', 0, end).split('\n'))
    }
  } finally {
    fs.closeSync(fd)
  }
}
