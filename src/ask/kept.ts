import { type Batch, type Cell, type Column, cells, type Sink } from '../result.ts'

/** The first rows of an answer, kept while they go on to whoever asked. */
export type Kept = Sink &
  Readonly<{
    /** What has come so far. */
    readonly head: readonly Column[]
    readonly rows: number
    /** False as soon as something has come that was not kept. */
    readonly whole: boolean
    /** The kept rows as the source wrote them, one JSON array each. */
    lines(): readonly string[]
    cells(): Cell[][]
    /** Sends what was kept once more. */
    replay(sink: Sink): Promise<void>
  }>

/** Keeps at most so many rows and bytes; everything goes on to `next` where there is one. */
export function kept(rowsMax: number, bytesMax: number, next?: Sink): Kept {
  let head: readonly Column[] = []
  const batches: Batch[] = []
  let [rows, held, bytes, whole] = [0, 0, 0, true]
  return {
    columns(columns) {
      head = columns
      return next?.columns(columns)
    },
    batch(batch) {
      rows += batch.rows
      if (whole) {
        const fitting = fits(batch, rowsMax - held, bytesMax - bytes)
        whole = fitting === batch.rows
        if (fitting > 0) {
          const part = whole ? batch : { rows: fitting, json: batch.json.subarray(0, batch.ends[fitting - 1]!), ends: batch.ends }
          batches.push(part)
          held += fitting
          bytes += part.json.byteLength
        }
      }
      return next?.batch(batch)
    },
    get head() {
      return head
    },
    get rows() {
      return rows
    },
    get whole() {
      return whole
    },
    lines: () => batches.flatMap(linesOf),
    cells: () => batches.flatMap((batch) => cells(batch, head)),
    async replay(sink) {
      await sink.columns(head)
      for (const batch of batches) await sink.batch(batch)
    },
  }
}

function fits({ rows, json, ends }: Batch, rowsLeft: number, bytesLeft: number): number {
  let fitting = Math.max(0, Math.min(rows, rowsLeft))
  if (fitting === rows && json.byteLength <= bytesLeft) return fitting
  while (fitting > 0 && ends[fitting - 1]! > bytesLeft) fitting--
  return fitting
}

function linesOf({ rows, json, ends }: Batch): string[] {
  const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  return Array.from({ length: rows }, (_, i) => text.toString('utf8', i === 0 ? 0 : ends[i - 1]! + 1, ends[i]!))
}
