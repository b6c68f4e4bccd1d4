import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reverify } from '../../src/bank.ts'
import { synchronise } from '../../src/catalog.ts'
import { onEachRegistry } from '../store/registries.ts'
import { type Engine, openPlace, type Place, type Who } from './place.ts'

/** What becomes of pairs when what they read is changed, on real engines. */

type Json = Readonly<Record<string, unknown>>

onEachRegistry((registry, kind) => {
  describe.each(kind === 'sqlite' ? (['sqlite', 'postgres'] as const) : (['sqlite'] as const))('%s', (engine: Engine) => {
    let place: Place
    beforeEach(async () => {
      const { setting } = await registry()
      place = await openPlace(engine, 'file' in setting ? setting.file : setting.url)
    })
    afterEach(() => place?.close())

    const store = async (who: Who, question: string, sql: string) =>
      (await place.ask(who, 'store_query', { source: 'shop', question, sql })).structured.pair as Json & { id: string }
    const list = async (who: Who, fields: Json = {}) =>
      (await place.ask(who, 'list_stored_queries', { source: 'shop', ...fields })).structured.pairs as (Json & { id: string })[]
    const again = (all = false, msMax?: number) =>
      reverify('shop', place.opened.parts, new AbortController().signal, { all, ...(msMax === undefined ? {} : { msMax }) })
    const sync = () => synchronise(['shop'], { parts: place.opened.parts, signal: new AbortController().signal, progress: () => undefined })
    const runs = async () =>
      (await place.opened.parts.trail.list({ last: 1_000 })).calls.filter(({ principal }) => principal?.startsWith('bank for')).length

    test('what uses nothing that has changed is not run', async () => {
      await store('ana', 'names', 'SELECT name FROM customers')
      await store('ana', 'all columns', 'SELECT * FROM customers')
      await place.sql('ALTER TABLE orders ADD COLUMN note varchar(10)')
      expect(await again()).toMatchObject({ checked: 2, unchanged: 2, good: 0, stale: 0 })
      expect(await again(true, 0)).toMatchObject({ checked: 2, undecided: 2 })
      expect(await runs()).toBe(0)
      expect(await again(true)).toMatchObject({ checked: 2, good: 2 })
      expect(await runs()).toBe(2)
    })

    test('a renamed column leaves its pairs behind, with the statement that would run', async () => {
      await sync()
      const old = await store(
        'ana',
        'customers by city',
        "SELECT c.city AS town, count(*) AS n FROM customers c WHERE c.city <> 'city' GROUP BY c.city",
      )
      const other = await store('ana', 'names', 'SELECT name FROM customers')
      await place.sql('ALTER TABLE customers RENAME COLUMN city TO residence')
      await sync()
      expect(await again()).toMatchObject({ checked: 2, unchanged: 1, stale: 1 })
      expect((await place.ask('ben', 'find_similar_queries', { question: 'customers by city', threshold: 0 })).structured.pairs).toEqual([])
      expect((await place.ask('ben', 'find_similar_queries', { question: 'names' })).structured.pairs).toMatchObject([{ id: other.id }])
      expect(await list('ben', { state: 'stale' })).toEqual([])
      const [stale] = await list('ana', { state: 'stale' })
      const mend = "SELECT c.residence AS town, count(*) AS n FROM customers c WHERE c.residence <> 'city' GROUP BY c.residence"
      expect(stale).toMatchObject({ id: old.id, mend })
      expect(stale!.reason).toMatch(/The column (main|public)\.customers\.city is gone\./)
      // Offered, not applied.
      expect(stale!.sql).toContain('c.city AS town')
      const mended = await place.ask('ana', 'review_query', { id: old.id, verdict: 'mend' })
      expect(mended.structured.pair).toMatchObject({ state: 'verified', sql: mend })
      expect((await place.ask('ben', 'find_similar_queries', { question: 'customers by city' })).structured.pairs).toMatchObject([
        { sql: mend },
      ])
      expect(await again()).toMatchObject({ unchanged: 2 })
    })

    test('a column that is gone, and comes back', async () => {
      const { id } = await store('boss', 'secrets', 'SELECT secret FROM customers')
      await place.ask('boss', 'review_query', { id, verdict: 'verify' })
      await place.sql('ALTER TABLE customers DROP COLUMN secret')
      expect(await again()).toMatchObject({ stale: 1 })
      expect(await list('boss')).toMatchObject([{ id, state: 'stale', reason: expect.stringContaining('customers.secret is gone') }])
      expect(await list('boss')).not.toMatchObject([{ mend: expect.anything() }])
      await expect(place.ask('boss', 'review_query', { id, verdict: 'verify' })).rejects.toMatchObject({ code: 'column_unknown' })
      await place.sql('ALTER TABLE customers ADD COLUMN secret varchar(50)')
      expect(await again()).toMatchObject({ healed: 1 })
      expect(await list('boss')).toMatchObject([{ id, state: 'verified' }])
    })

    test('another shape of the answer is told', async () => {
      const { id } = await store('ana', 'everything of customers', 'SELECT * FROM customers')
      await place.sql('ALTER TABLE customers ADD COLUMN vip integer')
      expect(await again()).toMatchObject({ stale: 1 })
      expect(await list('ana', { state: 'stale' })).toMatchObject([{ id, reason: 'The answer had 5 columns and has 6.' }])
      // Who verifies it again takes the new shape for good.
      await place.ask('ana', 'review_query', { id, verdict: 'verify' })
      expect(await again()).toMatchObject({ unchanged: 1 })
    })

    test('it runs as who stored it: with their roles and attributes, and no more', async () => {
      const { id } = await store('tenant1', 'orders', 'SELECT id, total FROM orders')
      await store('narrow', 'mails', 'SELECT email FROM customers')
      expect(await again(true)).toMatchObject({ checked: 2, good: 2 })
      const { calls } = await place.opened.parts.trail.list({ last: 50 })
      const ran = calls.filter(({ principal }) => principal?.startsWith('bank for'))
      expect(ran.map(({ principal }) => principal).sort()).toEqual(['bank for narrow', 'bank for tenant1'])
      expect(ran.find(({ principal }) => principal === 'bank for tenant1')?.sql).toMatch(/tenant = 1/)
      const kept = await (await place.opened.parts.store()).pairs.find(id)
      expect(kept?.attributes).not.toContain('tenant')
    })

    test('a source that does not answer decides nothing', async () => {
      await store('ana', 'names', 'SELECT name FROM customers')
      const left = new AbortController()
      left.abort(new Error('left'))
      await expect(reverify('shop', place.opened.parts, left.signal)).rejects.toThrow()
      expect(await list('ana')).toMatchObject([{ state: 'proposed' }])
      await expect(place.ask('ana', 'reverify_queries', { source: 'shop' })).rejects.toMatchObject({ code: 'tool_refused' })
      expect((await place.ask('keeper', 'reverify_queries', { source: 'shop', all: true })).structured).toMatchObject({ good: 1 })
    })

    test('who may not see the new column is not told of it', async () => {
      const { id } = await store('narrow', 'cities', 'SELECT city FROM customers')
      await place.sql('ALTER TABLE customers DROP COLUMN secret')
      await place.sql('ALTER TABLE customers RENAME COLUMN city TO secret')
      await sync()
      await again()
      const seen = JSON.stringify(await list('narrow'))
      expect(seen).toContain(id)
      expect(seen).not.toContain('secret')
      await expect(place.ask('narrow', 'review_query', { id, verdict: 'mend' })).rejects.toMatchObject({ code: 'change_refused' })
    })
  })
})
