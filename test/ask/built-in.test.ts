import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openShop, type Shop } from './shop.ts'

/** The way of one question through the built-in mode, over each kind of source. */

describe.each<Engine>(['sqlite', 'postgres', 'mysql'])('over %s', (engine) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(engine)
  })
  afterAll(() => shop.close())

  test('a question is answered in words, with its statement, rows, receipt and steps', async () => {
    const { answer, cells, steps } = await shop.ask('ana', 'How many customers?')
    expect(answer).toMatchObject({
      status: 'answered',
      mode: 'built-in',
      source: 'shop',
      words: 'There are 3 customers.',
      rows: 1,
      truncated: false,
      chart: { kind: 'number' },
      used: [{ table: 'customers' }],
      warnings: [],
    })
    expect(cells.map((row) => row.map(Number))).toEqual([[3]])
    expect(answer.receipt).toMatchObject({ source: 'shop', rows: 1 })
    expect(steps.map(({ step }) => step)).toEqual(['context', 'intent', 'context', 'candidates', 'compare', 'plan', 'run', 'answer'])
    expect(steps.every(({ says, ms }) => says !== '' && ms >= 0)).toBe(true)
  })

  test('values of the data are found as the asker may see them', async () => {
    expect((await shop.ask('ana', 'How many customers in germany?')).answer).toMatchObject({
      status: 'answered',
      words: 'There are 2 customers with country "Germany".',
    })
    // Rows of other countries do not exist for this caller, so neither do their countries.
    const hidden = await shop.ask('narrow', 'How many customers in france?')
    const never = await shop.ask('narrow', 'How many customers in atlantis?')
    expect(hidden.answer.status).toBe('refused')
    expect({ ...hidden.answer, question: '', words: hidden.answer.words.replace('france', 'X'), unlinked: [] }).toEqual({
      ...never.answer,
      question: '',
      words: never.answer.words.replace('atlantis', 'X'),
      unlinked: [],
    })
  })

  test('a row rule and a mask hold, and what is masked is told in no words', async () => {
    const { answer } = await shop.ask('narrow', 'How many customers?')
    expect(answer.words).toBe('There are 2 customers.')
    expect(answer.warnings.join()).toContain('Only rows that you may see')
    const grouped = await shop.ask('narrow', 'customers by email')
    expect(grouped.answer.status).toBe('answered')
    expect(grouped.cells.flat().join()).not.toContain('ana@')
    const told = JSON.stringify([grouped.answer.words, grouped.answer.follow_ups, grouped.steps])
    for (const [cell] of grouped.cells) expect(told).not.toContain(String(cell))
    expect(grouped.answer.warnings.join()).toContain('masked for you')
  })

  test('a hidden table is answered like one that there is not', async () => {
    const hidden = await shop.ask('narrow', 'How many salaries?')
    const never = await shop.ask('narrow', 'How many unicorns?')
    const same = (text: string) => text.replaceAll(/salaries|unicorns/g, 'THINGS')
    const { answer, steps } = hidden
    expect(same(JSON.stringify(answer))).toBe(same(JSON.stringify(never.answer)))
    expect(same(JSON.stringify(steps.map(({ says }) => says)))).toBe(same(JSON.stringify(never.steps.map(({ says }) => says))))
    expect((await shop.ask('ana', 'How many salaries?')).answer.words).toBe('There is 1 salary.')
  })

  test('a candidate that fails gives way to the next', async () => {
    const { answer, cells, steps } = await shop.ask('ana', 'broken customers')
    expect(answer.status).toBe('answered')
    expect(cells.flat()).toEqual(['Ana', 'Bo', 'Cy'])
    expect(steps.find(({ step }) => step === 'compare')!.says).toContain('1 failed')
  })

  test('two readings with different rows are put to the asker, and the chosen one runs', async () => {
    const { answer, cells } = await shop.ask('ana', 'best customers')
    expect(answer.status).toBe('ask_back')
    expect(cells).toEqual([])
    expect(answer.choices).toHaveLength(2)
    const chosen = await shop.ask('ana', 'best customers', { chosen: answer.choices![1]! })
    expect(chosen.answer).toMatchObject({ status: 'answered', used: [{ table: expect.stringContaining('customers') }] })
    expect(chosen.cells.flat()).toEqual(['Cy'])
    // A choice is a text like any other: it gets nobody further than their grant.
    const forged = { question: 'x', says: 'x', sql: 'SELECT amount FROM salaries' }
    await expect(shop.ask('narrow', 'x', { chosen: forged })).rejects.toMatchObject({ code: 'table_unknown' })
    const write = { question: 'x', says: 'x', sql: 'DELETE FROM customers' }
    await expect(shop.ask('ana', 'x', { chosen: write })).rejects.toMatchObject({ code: 'statement_refused' })
    expect((await shop.ask('ana', 'How many customers?')).answer.words).toBe('There are 3 customers.')
  })

  test('fewer rows than there are', async () => {
    const { answer, cells } = await shop.ask('ana', 'list customers', { rowsMax: 2 })
    expect(cells.flat()).toEqual(['Ana', 'Bo'])
    expect(answer).toMatchObject({ rows: 2, truncated: true })
    expect(answer.words).toBe('There are more than 2 customers: Ana, Bo and more.')
    expect(answer.warnings.join()).toContain('more rows')
  })

  test('a statement that is only written touches no row', async () => {
    const { answer, cells } = await shop.ask('ana', 'list customers', { execute: false })
    expect(answer).toMatchObject({ status: 'answered', sql: 'SELECT name FROM customers ORDER BY id', rows: 0 })
    expect(answer.receipt).toBeUndefined()
    expect(cells).toEqual([])
  })

  test('leaving ends the query in the source', async () => {
    const leaving = new AbortController()
    for (let i = 0; i < 40; i++) await shop.sql(`INSERT INTO orders (id, note) VALUES (${100 + i}, 'x')`)
    const asked = shop.ask('ana', 'slow orders', { signal: leaving.signal })
    setTimeout(() => leaving.abort(), 300)
    await expect(asked).rejects.toMatchObject({ code: 'query_cancelled' })
  })

  test('every statement is in the audit as the asker', async () => {
    const { answer } = await shop.ask('ben', 'customers by country')
    const told = async () => (await shop.opened.parts.trail.list({ last: 50, principal: 'ben' })).calls
    await expect.poll(async () => (await told()).find(({ call }) => call === answer.receipt!.audit_id)?.rows, { timeout: 20_000 }).toBe(2)
    const calls = await told()
    expect(calls.some(({ sql }) => sql?.includes('ask customers by country'))).toBe(true)
    expect(answer.chart).toEqual({ kind: 'bar', x: 'country', y: ['number'] })
  })
})
