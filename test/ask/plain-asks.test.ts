import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openShop, type Shop } from './shop.ts'

/** What chat clients ask most: a table and nothing else. And what a statement may cost. */

describe.each<Engine>(['sqlite', 'postgres', 'mysql'])('over %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
    for (let i = 4; i <= 130; i++) await shop.sql(`INSERT INTO customers (id, name, country) VALUES (${i}, 'c${i}', 'Italy')`)
  })
  afterAll(() => shop.close())
  const ids = async (question: string, who: 'ana' | 'narrow' = 'ana') => {
    const { answer, cells } = await shop.ask(who, question)
    return {
      status: answer.status,
      ids: cells.map(([id]) => Number(id)),
      columns: answer.columns.map(({ name }) => name),
      words: answer.words,
    }
  }

  test('"show me customers" shows a hundred rows, with every column that the caller sees', async () => {
    const shown = await ids('Show me customers')
    expect(shown.ids).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(shown.columns).toEqual(['id', 'name', 'country', 'email', 'secret'])
    expect(shown.words).toMatch(/^The first 100 customers: Ana, Bo/)
    const narrow = await ids('show me the customers', 'narrow')
    expect(narrow).toMatchObject({ ids: [1, 3], columns: ['id', 'name', 'country', 'email'] })
    expect((await ids('please show me all customers')).ids).toHaveLength(130)
  })

  test('the newest by date, else by key; the first by key', async () => {
    expect((await ids('latest customers')).ids).toEqual([130, 129, 128, 127, 126, 125, 124, 123, 122, 121])
    expect((await ids('show me the last 2 customers')).ids).toEqual([130, 129])
    expect((await ids('first 2 orders')).ids).toEqual([1, 2])
    await shop.sql(`INSERT INTO orders (id, note, placed) VALUES (90, 'old', '2020-01-01')`)
    const newest = await ids('newest 2 orders?')
    expect(newest.ids).toEqual([3, 2])
    expect(newest.words).toBe('The 2 orders with the latest placed: third and second.')
    expect((await ids('the oldest order')).ids).toEqual([90])
    expect((await ids('the 2 newest orders')).ids).toEqual([3, 2])
    expect((await ids('latest order')).ids).toEqual([3])
  })

  test.each(['show me customers in Germany', 'show me unicorns', 'show me', 'latest', 'top 5 customers', 'show me the names of customers'])(
    '%j is none',
    async (question) => {
      expect((await ids(question)).status).toBe('refused')
    },
  )

  test('a hidden table is none either', async () => {
    expect(await ids('show me salaries', 'narrow')).toMatchObject({ status: 'refused', ids: [] })
    expect((await ids('show me salaries')).status).toBe('answered')
  })
})

describe.each<Engine>(['postgres', 'mysql'])('over %s', (engine) => {
  test('a statement that would cost more than is allowed is not run', async () => {
    const shop = await openShop(engine, 'ask: { cost_max: 0.5 }\n')
    try {
      const { answer, cells, steps } = await shop.ask('ana', 'customers by country')
      expect(answer).toMatchObject({ status: 'refused', code: 'question_costly', sql: expect.stringContaining('GROUP BY country') })
      expect(cells).toEqual([])
      expect(steps.find(({ step }) => step === 'plan')!.says).toMatch(/expects a cost of \d/)
      // Plans of callers from whom rows are hidden tell no cost, so nothing is refused for it.
      expect((await shop.ask('narrow', 'customers by country')).answer.status).toBe('answered')
    } finally {
      await shop.close()
    }
  })
})

test('over large tables the source is asked before anything is tried', async () => {
  const shop = await openShop('postgres', 'ask: { cost_max: 1000000 }\n')
  try {
    await shop.sql(`INSERT INTO orders (id, note) SELECT n, 'x' FROM generate_series(1000, 130000) AS n`)
    await shop.sql('ANALYZE orders')
    const { answer, cells } = await shop.ask('ana', 'slow orders')
    expect(answer).toMatchObject({ status: 'refused', code: 'question_costly', sql: expect.stringContaining('FROM orders a') })
    expect(cells).toEqual([])
    await expect
      .poll(async () => (await shop.opened.parts.trail.list({ last: 50, principal: 'ana' })).calls.some(({ kind }) => kind === 'explain'), {
        timeout: 20_000,
      })
      .toBe(true)
    const { calls } = await shop.opened.parts.trail.list({ last: 50, principal: 'ana' })
    expect(calls.some(({ kind, sql }) => kind === 'read' && sql?.includes('orders a'))).toBe(false)
    expect((await shop.ask('ana', 'how many orders')).answer.status).toBe('answered')
  } finally {
    await shop.close()
  }
})
