import { type Cell, type Column, cells, type Sink } from '../result.ts'

/** A sink that keeps all rows as values: for a connector's own questions to the catalog, whose answers are bounded. */
export class Gather implements Sink {
  readonly rows: Cell[][] = []
  #columns: readonly Column[] = []
  readonly #seen: ((rows: readonly Cell[][]) => void) | undefined

  /** `seen` is told the rows of each batch as they come. */
  constructor(seen?: (rows: readonly Cell[][]) => void) {
    this.#seen = seen
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns
  }

  batch(batch: Parameters<Sink['batch']>[0]): void {
    const rows = cells(batch, this.#columns)
    for (const row of rows) this.rows.push(row)
    this.#seen?.(rows)
  }
}

/** For the catalog: more rows or bytes than this are no schema that anybody could use. */
export const catalogMax = { rowsMax: 5_000_000, bytesMax: 1024 * 1024 * 1024 } as const
