import type { Batch, Column, Sink } from '../result.ts'
import type { Used } from './quota.ts'

/** A sink that passes everything on and counts what it was given. */
export class Counted implements Sink, Used {
  rows = 0
  bytes = 0
  readonly #sink: Sink
  constructor(sink: Sink) {
    this.#sink = sink
  }
  columns(columns: readonly Column[]): void | Promise<void> {
    return this.#sink.columns(columns)
  }
  batch(batch: Batch): void | Promise<void> {
    this.rows += batch.rows
    this.bytes += batch.json.byteLength
    return this.#sink.batch(batch)
  }
}
