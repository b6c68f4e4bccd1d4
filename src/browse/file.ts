import type { Batch, Column, Sink } from '../result.ts'

/** Where the bytes of a file go; what it returns is awaited, so that a slow reader slows the source. */
export type Bytes = (bytes: Uint8Array) => void | Promise<void>

/** A file that is made of rows as they come. */
export interface FileSink extends Sink {
  columns(columns: readonly Column[]): void | Promise<void>
  batch(batch: Batch): void | Promise<void>
  /** Writes what stands at the end of the file; only after the last row. */
  end(): void | Promise<void>
}

/** Names of columns with no name twice, by a number behind it: most readers of files want that. */
export function distinctNames(columns: readonly Column[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let one = name
    for (let i = 2; taken.has(one); i++) one = `${name}_${i}`
    taken.add(one)
    return one
  })
}

/** The rows of a batch as JSON values: big numbers and decimals are strings of their digits, so nothing is rounded. */
export function rowsOf({ json }: Batch): readonly (readonly unknown[])[] {
  return JSON.parse(`[${Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')}]`) as unknown[][]
}

/** A cell as a text; arrays and structs are their JSON. Undefined stands for NULL. */
export function textOf(cell: unknown): string | undefined {
  if (cell === null || cell === undefined) return undefined
  if (typeof cell === 'string') return cell
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
