import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop } from './shop.ts'

/** What is no question that can be answered is said plainly, and nothing is run for it. */

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const reads = async () => (await shop.opened.parts.trail.list({ last: 1_000 })).calls.filter(({ kind }) => kind === 'read').length

test.each([
  ['', 'question_empty'],
  ['   \n\t ', 'question_empty'],
  ['?!…', 'question_empty'],
  ['x'.repeat(50_000), 'question_too_long'],
  ['How many customers? '.repeat(2_500), 'question_too_long'],
])('%j', async (question, code) => {
  const before = await reads()
  await expect(shop.ask('ana', question)).rejects.toMatchObject({ code })
  expect(await reads()).toBe(before)
})

test.each([
  ['delete the customers', 'question_writes', 'insert_rows'],
  ['How many customers are there? How many orders are there?', 'question_many', 'one at a time'],
  ['kuinka monta asiakasta on', 'question_language', 'English'],
  ['hello there', 'question_unclear', 'Ask'],
  ['How many unicorns?', 'question_unclear', '"unicorns"'],
])('%j is refused in words', async (question, code, words) => {
  const { answer, cells } = await shop.ask('ana', question)
  expect(answer).toMatchObject({ status: 'refused', code, words: expect.stringContaining(words), rows: 0 })
  expect(answer.sql).toBeUndefined()
  expect(cells).toEqual([])
})

test('two questions come back as two that can be asked', async () => {
  const { answer } = await shop.ask('ana', 'How many customers are there? How many orders are there?')
  expect(answer).toMatchObject({
    code: 'question_many',
    follow_ups: [expect.stringContaining('customers'), expect.stringContaining('orders')],
  })
})

test('a day, a zone and a source that there are not', async () => {
  await expect(shop.ask('ana', 'How many customers?', { today: '2026-02-30' })).rejects.toMatchObject({ code: 'field_invalid' })
  await expect(shop.ask('ana', 'How many customers?', { zone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'field_invalid' })
  await expect(shop.ask('ana', 'How many customers?', { source: 'nowhere' })).rejects.toMatchObject({ code: 'source_unknown' })
  await expect(shop.ask('nobody', 'How many customers?', { source: '' })).rejects.toMatchObject({ code: 'source_unknown' })
  await expect(shop.ask('stranger', 'How many customers?')).rejects.toMatchObject({ code: 'credential_unknown' })
})

test('a model that is not there is said, and the try recorded', async () => {
  await expect(shop.ask('ana', 'How many customers?', { mode: 'standalone' })).rejects.toMatchObject({ code: 'model_missing' })
  await expect
    .poll(
      async () => (await shop.opened.parts.trail.list({ last: 20, principal: 'ana' })).calls.some(({ code }) => code === 'model_missing'),
      { timeout: 20_000 },
    )
    .toBe(true)
})
