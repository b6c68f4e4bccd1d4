import { afterAll, beforeAll, expect, test } from 'vitest'
import { completerOf, completions } from '../../src/ask/suggest-complete.ts'
import { followUps } from '../../src/ask/suggest-follow.ts'
import { questionsOf, startingQuestions } from '../../src/ask/suggest-questions.ts'
import { thingsOf } from '../../src/ask/suggest-things.ts'
import { completeQuestion, exploreQuestions } from '../../src/ask.ts'
import type { Call } from '../../src/call.ts'
import type { Visible } from '../../src/explore.ts'
import type { Query } from '../../src/nl2sql/nl2sql.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { sceneOf, smallShop } from '../nl2sql/shop.ts'
import { openShop, type Shop, type Who } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop('sqlite')
}, 60_000)
afterAll(async () => await shop?.close())

const callOf = (who: Who, source = 'shop'): Call => ({
  id: newCallId(),
  door: 'http',
  credential: { kind: 'bearer', token: shop.key(who) },
  source,
  action: 'query',
  text: '',
  params: [],
  signal: new AbortController().signal,
})
const complete = (who: Who, typed: string) => completeQuestion(callOf(who), typed, 10, newCallId, shop.parts)
const texts = async (who: Who, typed: string) => (await complete(who, typed)).map(({ text }) => text)

test('a half-typed question is completed with usual ones about what is there', async () => {
  expect(await texts('ana', 'how many cu')).toContain('How many customers are there?')
  expect(await texts('ana', 'How many orders are there for')).toEqual([])
  expect(await texts('ana', 'customers country')).toContain('How many customers are there for each country?')
  expect(await texts('ana', 'show the coun')).toContain('show the country')
  expect((await texts('ana', '')).length).toBeGreaterThan(3)
  expect(await texts('ana', 'zzzz')).toEqual([])
})

test('values that were read for an earlier question complete too, and only for who may see them', async () => {
  expect(await texts('ana', 'customers in Ger')).not.toContain('customers in Germany')
  await shop.ask('ana', 'count of customers')
  expect(await texts('ana', 'customers in Ger')).toContain('customers in Germany')
  expect(await texts('ana', 'customers with secret ses')).toContain('customers with secret sesame')
  await shop.ask('narrow', 'count of customers')
  expect(JSON.stringify([await texts('narrow', 'customers with secret ses'), await texts('narrow', 'email ana')])).not.toMatch(
    /sesame|ana@/,
  )
  expect(await texts('narrow', 'customers in Fra')).not.toContain('customers in France')
})

test('what may not be seen completes nothing and begins nothing', async () => {
  const asAna = [...(await texts('ana', 'sal')), ...(await exploreQuestions(callOf('ana'), 20, shop.parts))]
  expect(JSON.stringify(asAna)).toMatch(/salaries/)
  const typed = ['sal', 'How many sal', 'sec', 'show the sec', 'emai', '', 'How many']
  const asNarrow = await Promise.all(typed.map((one) => texts('narrow', one)))
  const begins = await exploreQuestions(callOf('narrow'), 20, shop.parts)
  expect(JSON.stringify([asNarrow, begins])).not.toMatch(/salar|secret|email/i)
  expect(begins).toContain('How many customers are there?')
  await expect(complete('nobody', 'how')).rejects.toMatchObject({ code: 'source_unknown' })
  await expect(complete('stranger', 'how')).rejects.toMatchObject({ code: 'credential_unknown' })
  await expect(exploreQuestions(callOf('nobody'), 5, shop.parts)).rejects.toMatchObject({ code: 'source_unknown' })
})

const db = smallShop()
const scene = sceneOf(db, '2026-11-20')
const { index } = scene
const places = new Map(
  index.tables.map((table, place): [number, Visible] => [
    place,
    {
      name: table.name,
      table,
      grant: { columns: table.columns.map(({ name }) => name), masks: new Map(), row: undefined } as unknown as Visible['grant'],
    },
  ]),
)
const things = thingsOf({ index, cut: undefined, places })
const table = (name: string) => index.tables.findIndex((one) => one.name === name)
const at = (owner: string, column: string) =>
  index.firstColumn[table(owner)]! + index.tables[table(owner)]!.columns.findIndex(({ name }) => name === column)
const plain: Query = {
  select: [],
  distinct: false,
  tables: [table('customers')],
  where: [],
  whereAny: false,
  group: [],
  having: [],
  order: [],
}

test('questions to begin with are of several kinds and over several tables, the most useful first', () => {
  const starts = startingQuestions(questionsOf(things), 8)
  expect(new Set(starts).size).toBe(8)
  for (const name of ['customers', 'orders', 'products'])
    expect(
      starts.some((question) => question.includes(name)),
      name,
    ).toBe(true)
  expect(starts.some((question) => /by month/.test(question))).toBe(true)
  expect(starts.some((question) => /highest|most/.test(question))).toBe(true)
  expect(starts.join()).not.toMatch(/phone|email|customer id/)
})

test('what to ask next follows from what was asked, and each is understood', () => {
  const shape = { rows: 1, truncated: false }
  const count = followUps({ ...plain, select: [{ column: -1, aggregate: 'count' }] }, shape, scene, things)
  expect(count).toContain('and by country')
  expect(count).toContain('and by month')
  const country = at('customers', 'country')
  const grouped = followUps(
    { ...plain, select: [{ column: country }, { column: -1, aggregate: 'count' }], group: [country] },
    { rows: 9, truncated: false },
    scene,
    things,
  )
  expect(grouped).toContain('only the top 5')
  const list = followUps({ ...plain, select: [{ column: at('customers', 'name') }] }, { rows: 6, truncated: false }, scene, things)
  expect(list).toContain('how many are there?')
  for (const one of [count, grouped, list]) expect(one.length).toBeLessThanOrEqual(4)
  // A masked or hidden column is none to go on with.
  const blind = thingsOf({
    index,
    cut: undefined,
    places: new Map([
      [
        table('customers'),
        { ...places.get(table('customers'))!, grant: { ...places.get(table('customers'))!.grant, columns: ['id', 'name'] } },
      ],
    ]),
  })
  expect(followUps({ ...plain, select: [{ column: -1, aggregate: 'count' }] }, shape, scene, blind)).toEqual([])
})

test('of ten thousand questions the fitting ones come first, whole beginnings before the rest', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ question: `How many things${i} are there?`, worth: 0.5 }))
  const completer = completerOf(
    [...many, { question: 'Which city has the most things77?', worth: 0.9 }],
    ['How many things77 did we sell?'],
    ['things77', 'city'],
  )
  const found = completions('how many things77', completer, 5)
  expect(found[0]).toEqual({ text: 'How many things77 did we sell?', kind: 'asked' })
  expect(found.map(({ text }) => text)).toContain('How many things77 are there?')
  expect(completions('things77', completer, 10).map(({ text }) => text)).toContain('Which city has the most things77?')
})
