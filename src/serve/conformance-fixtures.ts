import type { Fixtures } from './mcp.ts'

export const fixtures = (): Fixtures => {
  throw new Error('later')
}
