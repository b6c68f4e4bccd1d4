import { describe, expect, test } from 'vitest'
import type { DialectName } from '../../src/facts.ts'
import { pairsOf, prepared } from './house.ts'

const dialects: readonly DialectName[] = ['sqlite', 'postgres', 'mysql', 'duckdb']

describe.each(dialects)('%s: what a statement becomes', (dialect) => {
  test.each(pairsOf(`test/rewrite/${dialect}.sql`))('$title', async ({ role, before, after }) => {
    const answer = await prepared(dialect, role, before).then(
      ({ sql }) => sql,
      (error: { code?: string; message: string }) => `refused: ${error.code ?? error.message}`,
    )
    expect(answer).toBe(after)
  })
})
