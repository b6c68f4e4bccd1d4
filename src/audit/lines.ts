import fs from 'node:fs'

/** The whole lines of a file from byte `from` (a line that began before it is left out), one piece in memory at a time; `torn` bytes at the end are told last. */
export function eachLine(file: string, from: number, onLine: (line: string) => void): { torn: number } {
  const fd = fs.openSync(file, 'r')
  try {
    const piece = Buffer.allocUnsafe(1024 * 1024)
    let rest: Buffer = Buffer.alloc(0)
    let position = from
    let skipping = from > 0
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
