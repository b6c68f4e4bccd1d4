import type { Schema } from '../../schema.ts'
import type { Ask } from '../served.ts'

export async function describe(_ask: Ask): Promise<Schema> {
  return { version: '1', searchPath: ['sluice'], tables: [], functions: [] }
}
