import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { valuesSql } from '../../src/ask/values.ts'
import { type Engine, openShop, type Shop } from './shop.ts'

/** Values of the data that questions may name: read as the asker, bounded, and never what is masked. */

describe.each<Engine>(['sqlite', 'postgres', 'mysql'])('over %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
  })
  afterAll(() => shop.close())
  const statements = async (who: string) =>
    (await shop.opened.parts.trail.list({ last: 500, principal: who })).calls.flatMap(({ sql }) => (sql?.includes(' AS c, ') ? [sql] : []))

  test('they are read once for who has the same grant, and never again for a while', async () => {
    await shop.ask('ana', 'How many customers in germany?')
    const first = (await statements('ana')).length
    expect(first).toBeGreaterThan(0)
    await shop.ask('ana', 'How many customers in france?')
    await shop.ask('ben', 'How many customers in france?')
    expect(await statements('ana')).toHaveLength(first)
    expect(await statements('ben')).toHaveLength(0)
  })

  test('a masked column and a hidden table are not read', async () => {
    await shop.ask('narrow', 'How many customers in germany?')
    const read = (await statements('narrow')).join('\n')
    expect(read).toContain('country')
    // As it runs the statement holds the mask's own expression; what is selected is what counts.
    expect(read).not.toMatch(/CAST\(["`]?(email|secret|person)["`]? AS \w+\) AS v|\b(email|secret|person)::text AS v|salaries/)
    const whole = (await shop.ask('ana', 'How many customers in "ana@example.com"?')).answer
    expect(whole.sql).toContain("email = 'ana@example.com'")
    expect(JSON.stringify((await shop.ask('narrow', 'How many customers in "ana@example.com"?')).answer.sql)).not.toContain('@')
  })
})

test('names are quoted whatever they hold', () => {
  const columns = [{ place: 0, table: 't"x', column: 'a"; DROP TABLE t; --' }]
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
  expect(valuesSql(columns, 5, 'sqlite', quote, quote)).toBe(
    'SELECT 0 AS c, y.v AS v FROM (SELECT DISTINCT x.v AS v FROM (SELECT CAST("a""; DROP TABLE t; --" AS text) AS v FROM "t""x" WHERE "a""; DROP TABLE t; --" IS NOT NULL AND length(CAST("a""; DROP TABLE t; --" AS text)) <= 80 LIMIT 20000) AS x LIMIT 5) AS y',
  )
})
