import type { Value } from '../../call.ts'
import type { Column, Ended } from '../../result.ts'

/** From the gateway to an engine: a task, the leave to send more batches of it, or the wish that it stop. */
export type ToEngine = Readonly<{ op: string; args: unknown }> | Readonly<{ more: number }> | Readonly<{ stop: true }>

/** From an engine to the gateway. `done` and `failed` end the task; nothing follows. */
export type FromEngine = Readonly<{ columns: readonly Column[] }> | Readonly<{ done: unknown }> | Readonly<{ failed: Failure }>

/** An error of the engine, as it crosses the pipe. `code` is the engine's own: a number (SQLite), a kind such as `Binder` (DuckDB). */
export type Failure = Readonly<{ message: string; code?: string | number }>

/** A query as an engine gets it. */
export type EngineQuery = Readonly<{ sql: string; params: readonly Packed[]; rowsMax: number; bytesMax: number }>

/** How a writing session begins: what opens the database, and whether it is one transaction. */
export type EngineBegin<Open> = Open & Readonly<{ transaction: boolean }>
export type EngineStatement = Readonly<{ sql: string; params: readonly Packed[] }>

/** What a query ends with; `full` when the bytes ran out first. */
export type EngineEnded = Ended & Readonly<{ full?: true }>

/** Batches that an engine may send before it must wait for leave. */
export const creditBatches = 4

/** A parameter in JSON. */
export type Packed = null | string | number | boolean | Readonly<{ int: string }> | Readonly<{ bytes: string }>

export const pack = (value: Value): Packed =>
  typeof value === 'bigint'
    ? { int: value.toString() }
    : value instanceof Uint8Array
      ? { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
      : value

export function unpack(value: Packed): Value {
  if (value === null || typeof value !== 'object') return value
  return 'int' in value ? BigInt(value.int) : new Uint8Array(Buffer.from(value.bytes, 'base64'))
}
