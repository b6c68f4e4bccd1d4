import { expect } from 'vitest'
import { type Code, SluiceError } from '../../src/error.ts'
import type { Batch, Column, Sink } from '../../src/result.ts'
import type { Connection, SourceQuery } from '../../src/source/source.ts'

/** Bounds that nothing reaches. */
export const wide = { rowsMax: 1_000_000_000, bytesMax: 1_000_000_000_000, timeoutMs: 60_000 }

/** Everything that a query pushed, with the rows parsed; the form of each batch is checked as it comes. */
export class Collected implements Sink {
  columnsSeen: readonly Column[] | undefined
  rows: unknown[][] = []
  batches = 0
  columns(columns: readonly Column[]): void {
    expect(this.columnsSeen, 'columns come once').toBeUndefined()
    this.columnsSeen = columns
  }
  batch(batch: Batch): void {
    expect(this.columnsSeen, 'columns come first').toBeDefined()
    this.batches++
    this.rows.push(...parsed(batch))
  }
}

/** The rows of a batch, after checking that `rows`, `json` and `ends` agree. */
export function parsed(batch: Batch): unknown[][] {
  const text = Buffer.from(batch.json)
  const rows = JSON.parse(`[${text.toString('utf8')}]`) as unknown[][]
  expect(rows.length).toBe(batch.rows)
  expect(batch.ends.length).toBeGreaterThanOrEqual(batch.rows)
  for (let i = 0, start = 0; i < batch.rows; i++) {
    const end = batch.ends[i]!
    if (i < 20 || i === batch.rows - 1) expect(JSON.parse(text.toString('utf8', start, end))).toEqual(rows[i])
    start = end + 1
  }
  expect(batch.ends[batch.rows - 1]).toBe(text.length)
  return rows
}

/** Runs one statement and collects the whole answer. */
export async function ask(connection: Connection, sql: string, more: Partial<SourceQuery> = {}, signal = new AbortController().signal) {
  const sink = new Collected()
  const ended = await connection.query({ sql, params: [], ...wide, ...more }, sink, signal)
  return { ...ended, columns: sink.columnsSeen!, values: sink.rows, batches: sink.batches }
}

/** What a promise was rejected with; fails the test when it was fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  expect(outcome, 'must be rejected').toBeDefined()
  return outcome!.error
}

/** The one way to say "this is refused with that code". */
export async function fails(promise: Promise<unknown>, code: Code): Promise<SluiceError> {
  const error = await rejection(promise)
  expect(error).toBeInstanceOf(SluiceError)
  expect({ code: (error as SluiceError).code, message: (error as SluiceError).message }).toMatchObject({ code })
  return error as SluiceError
}
