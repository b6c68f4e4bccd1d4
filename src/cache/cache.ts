import type { Batch, Column, Ended } from '../result.ts'

/** A whole result, kept as the bytes that went to the door. */
export type Kept = Readonly<{ columns: readonly Column[]; batches: readonly Batch[]; ended: Ended }>

export interface Cache {
  /** Milliseconds that results of this source are kept; 0 = never. */
  ttlMs(source: string): number
  get(key: string): Kept | undefined
  set(key: string, kept: Kept, ttlMs: number): void
}
