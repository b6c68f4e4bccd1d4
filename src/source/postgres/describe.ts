import type { Cell } from '../../result.ts'
import type { Schema } from '../../schema.ts'

export async function describe(_ask: (sql: string) => Promise<Cell[][]>): Promise<Schema> {
  return { version: '1', searchPath: ['public'], tables: [], functions: [] }
}
