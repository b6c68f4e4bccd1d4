import { type Cell, type Column, cells, type Sink } from '../result.ts'

/** A sink that keeps all rows as values: for a connector's own questions to the catalog, whose answers are bounded. */
export class Gather implements Sink {
  readonly rows: Cell[][] = []
  #columns: readonly Column[] = []

  columns(columns: readonly Column[]): void {
    this.#columns = columns
  }

  batch(batch: Parameters<Sink['batch']>[0]): void {
    for (const row of cells(batch, this.#columns)) this.rows.push(row)
  }
}

/** For the catalog: more rows or bytes than this are no schema that anybody could use. */
export const catalogMax = { rowsMax: 5_000_000, bytesMax: 1024 * 1024 * 1024 } as const
