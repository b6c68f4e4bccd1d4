import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reverify } from '../../src/bank.ts'
import { engines, openPlace, type Place, type Who } from '../tools/structure.ts'

/** The bank over every engine: what each dialect writes, and what each engine answers. */

type Json = Readonly<Record<string, unknown>>

describe.each(engines)('%s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
  })
  afterAll(() => place?.close())
  const ask = async (who: Who, name: string, fields: Json) =>
    JSON.parse(JSON.stringify((await place.tool(who, name, fields)).structured)) as Json
  const store = async (question: string, sql: string) =>
    (await ask('admin', 'store_query', { question, sql })).pair as Json & { id: string }

  test('store, find, template and verify again', async () => {
    const text = engine === 'mysql' ? `"it's"` : "'it''s'"
    const one = await store('orders above 10', 'SELECT id, total FROM orders WHERE total > 10 ORDER BY id')
    expect(one).toMatchObject({
      columns: [
        { name: 'id', type: 'int' },
        { name: 'total', type: engine === 'sqlite' ? expect.any(String) : 'decimal' },
      ],
    })
    expect(one.tables).toEqual([`${place.schema}.orders`])
    const two = await store('orders above 15', 'select id, total from orders where total > 15 order by id')
    const note = await store('notes that say so', `SELECT id FROM notes WHERE text = ${text}`)
    const mail = await store(
      'mail of ana',
      `SELECT id FROM customers WHERE email = ${engine === 'mysql' ? '"ana@example.com"' : "'ana@example.com'"}`,
    )
    const hidden = await store('words of customers', 'SELECT secret FROM customers')
    for (const { id } of [one, two, note, mail, hidden]) await ask('admin', 'review_query', { id, verdict: 'verify' })
    const found = async (who: Who, question: string) =>
      ((await ask(who, 'find_similar_queries', { question })).pairs as Json[]).map(({ id }) => id)
    expect(await found('narrow', 'the orders above 99')).toEqual([one.id, two.id])
    expect(await found('narrow', 'notes that say so')).toEqual([note.id])
    for (const question of ['mail of ana', 'words of customers']) {
      expect(await found('reader', question)).toHaveLength(1)
      expect(await found('narrow', question)).toEqual([])
    }
    const { templates } = await ask('narrow', 'list_query_templates', {})
    expect(templates).toMatchObject([{ pairs: 2, slots: [{ name: 'total', type: 'integer', optional: false }] }])
    const again = await reverify('shop', place.opened.parts, new AbortController().signal, { all: true })
    expect(again).toMatchObject({ checked: 5, good: 5, stale: 0, undecided: 0 })
  })
})
