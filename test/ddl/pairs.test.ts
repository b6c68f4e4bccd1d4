import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cases } from './cases.ts'
import { settingOf, shown } from './scene.ts'

/** Each `.sql` file holds what the cases become in one dialect: `-- # name`, then the statements. */
const pairsOf = (dialect: string): ReadonlyMap<string, string> => {
  const blocks = readFileSync(new URL(`./${dialect}.sql`, import.meta.url), 'utf8')
    .split(/^-- # /m)
    .slice(1)
  return new Map(blocks.map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1).trim()]))
}

describe.each(['postgres', 'mysql', 'sqlite', 'duckdb'] as const)('%s', (dialect) => {
  const pairs = pairsOf(dialect)

  test('every case has its pair and every pair its case', () => {
    expect([...pairs.keys()]).toEqual(Object.keys(cases))
  })

  test.each([...pairs])('%s', async (name, sql) => {
    expect(await shown(cases[name]!, await settingOf(dialect))).toBe(sql)
  })
})
