import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop } from './shop.ts'

/**
 * What a caller may not see is answered exactly as if it were not there: the same questions to two shops, one where a role hides a table and a
 * column, and one that has neither. With the gateway's own engine.
 */

let hiding: Shop
let without: Shop
beforeAll(async () => {
  hiding = await openShop()
  without = await openShop()
  await without.sql('DROP TABLE salaries')
  await without.sql('ALTER TABLE customers DROP COLUMN secret')
})
afterAll(() => Promise.all([hiding.close(), without.close()]))

const told = async (shop: Shop, question: string) => {
  const heard = await shop
    .ask('narrow', question, {}, shop.opened.parts)
    .catch((error: { code: string; message: string; hint: string }) => ({
      failed: [error.code, error.message, error.hint],
    }))
  if ('failed' in heard) return heard
  const { receipt, ...answer } = heard.answer
  return { answer, sql: receipt?.sql, cells: heard.cells, steps: heard.steps.map(({ step, says, sql }) => ({ step, says, sql })) }
}

test.each([
  'How many salaries are there?',
  'What is the total amount of salaries per person?',
  'average salary of Ana',
  'Show me salaries',
  'What is the secret of Ana?',
  'Which customer has the secret sesame?',
  'show me customers',
  'How many customers are there?',
  'Who earns the most?',
  'person with the highest amount',
])('%j', async (question) => {
  const [one, other] = [await told(hiding, question), await told(without, question)]
  expect(one).toEqual(other)
  expect(JSON.stringify(one)).not.toContain('"internal"')
  expect(JSON.stringify(one)).not.toMatch(/sesame.*pear|987654/)
  expect(JSON.stringify(one)).not.toMatch(/FROM \\*"?salaries|secret\\*" =/)
})
