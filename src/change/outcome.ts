import { hash } from 'node:crypto'
import type { Sample } from '../change.ts'
import type { Image } from '../journal/journal.ts'
import type { Cell } from '../result.ts'

/** Rows and bytes of images that one change keeps; beyond it is applied, but cannot be undone. */
export const imageRowsMax = 10_000
export const imageBytesMax = 16 * 1024 * 1024

export type Answered = Readonly<{ columns: readonly string[]; rows: readonly (readonly Cell[])[] }>

/** What a change comes to, as its steps find it out one after the other. */
export class Outcome {
  readonly changed: Record<string, number> = Object.create(null)
  readonly samples: Sample[] = []
  readonly results: (Answered | null)[] = []
  readonly warnings = new Set<string>()
  /** What statements that only read have answered, all together. */
  readonly answered = { rows: 0, bytes: 0 }
  images: Image[] = []
  undoReason: string | undefined
  #rows = 0
  #bytes = 0
  /** What tells this outcome from another: counts, and the keys of the rows that were there before. */
  readonly #marks: unknown[] = []

  count(table: string, rows: number): void {
    this.changed[table] = (this.changed[table] ?? 0) + rows
    this.#marks.push([table, rows])
  }

  /** Remembers which rows a step found, so that an apply that would change others is not taken for what was shown. */
  found(keys: readonly (readonly Cell[])[]): void {
    const sorted = keys.map((key) => JSON.stringify(key, textOf)).sort()
    this.#marks.push(hash('sha256', sorted.join('\n'), 'hex'))
  }

  hasRoom(rows: number, bytes = 0): boolean {
    return this.#rows + rows <= imageRowsMax && this.#bytes + bytes <= imageBytesMax
  }

  keep(image: Image, bytes = 0): void {
    this.#rows += image.rows.length
    this.#bytes += bytes
    if (this.undoReason === undefined) this.images.push(image)
  }

  cannotUndo(reason: string): void {
    this.undoReason ??= reason
    this.images = []
  }

  get total(): number {
    return Object.values(this.changed).reduce((sum, rows) => sum + rows, 0)
  }

  get digest(): string {
    return hash('sha256', JSON.stringify(this.#marks), 'base64url').slice(0, 22)
  }
}

/** bigint and bytes as text, so that rows can be compared as JSON. */
export const textOf = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
