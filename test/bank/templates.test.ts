import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onEachRegistry } from '../store/registries.ts'
import { type Engine, openPlace, type Place } from './place.ts'

/** What statements have in common, filled with honest and hostile values, on real engines; and what the bank learns. */

type Json = Readonly<Record<string, unknown>>
type Template = Readonly<{ id: string; question: string; sql: string; slots: readonly Json[]; pairs: number }>

onEachRegistry((registry, kind) => {
  describe.each(kind === 'sqlite' ? (['sqlite', 'postgres'] as const) : (['sqlite'] as const))('%s', (engine: Engine) => {
    let place: Place
    beforeAll(async () => {
      const { setting } = await registry()
      place = await openPlace(engine, 'file' in setting ? setting.file : setting.url, 'bank: { learn: ask }\n')
      const add = async (question: string, sql: string) => {
        const { structured } = await place.ask('boss', 'store_query', { source: 'shop', question, sql })
        await place.ask('boss', 'review_query', { id: (structured.pair as Json).id, verdict: 'verify' })
      }
      await add('Customers of Berlin', "SELECT name FROM customers WHERE city = 'Berlin' AND id < 100 ORDER BY 1 LIMIT 5")
      await add('Customers of Paris', "select name from customers where city = 'Paris' and id < 100 order by 1 limit 5")
      await add('Orders above 10', 'SELECT id FROM orders WHERE total > 10 ORDER BY id')
      await add('Orders above 25', 'SELECT id FROM orders WHERE total > 25.50 ORDER BY id')
      await add('Words of sesame', "SELECT name FROM customers WHERE secret = 'sesame'")
      await add('Words of apple', "SELECT name FROM customers WHERE secret = 'apple'")
      await add('A single one', "SELECT id FROM customers WHERE name = 'Ana'")
      await add('First of them', 'SELECT id FROM customers ORDER BY 1 LIMIT 1')
      await add('First of two', 'SELECT id FROM customers ORDER BY 1 LIMIT 2')
    })
    afterAll(() => place?.close())

    const templates = async (who: 'boss' | 'ben' | 'narrow') =>
      (await place.ask(who, 'list_query_templates', { source: 'shop' })).structured.templates as Template[]
    const fill = async (who: 'boss' | 'ben' | 'narrow' | 'tenant1', template: string, values: Json) =>
      (await place.ask(who, 'run_query_template', { source: 'shop', template, values })).structured.rows

    test('statements that differ in values have one template, with slots named and typed', async () => {
      const found = await templates('boss')
      expect(found.map(({ question }) => question).sort()).toEqual(
        ['Customers of {city}', 'Orders above {total}', 'Words of {secret}'].sort(),
      )
      const city = found.find(({ question }) => question === 'Customers of {city}')!
      expect(city.slots).toMatchObject([
        { name: 'city', type: 'text', optional: false },
        { name: 'id', type: 'integer', example: '100', optional: true },
      ])
      expect(city.sql.toLowerCase()).toMatch(/city = (\$1|\?) and id < (\$2|\?) order by 1 limit 5$/)
      expect(found.find(({ question }) => question === 'Orders above {total}')!.slots).toMatchObject([{ name: 'total', type: 'number' }])
    })

    test('a template is filled and runs under the grant of who asks', async () => {
      const found = await templates('ben')
      const idOf = (question: string) => found.find((one) => one.question === question)!.id
      expect(await fill('ben', idOf('Customers of {city}'), { city: 'Paris' })).toEqual([['Bo']])
      expect(await fill('ben', idOf('Customers of {city}'), { city: 'Paris', id: 1 })).toEqual([])
      expect(await fill('ben', idOf('Orders above {total}'), { total: '15.25' })).toEqual([[2], [3]])
      expect(await fill('narrow', idOf('Orders above {total}'), { total: 15 })).toEqual([[2]])
      expect((await templates('narrow')).map(({ question }) => question)).not.toContain('Words of {secret}')
      await expect(fill('narrow', idOf('Words of {secret}'), { secret: 'apple' })).rejects.toMatchObject({ code: 'pair_unknown' })
    })

    test('hostile values are values', async () => {
      const found = await templates('ben')
      const { id } = found.find((one) => one.question === 'Customers of {city}')!
      const total = found.find((one) => one.question === 'Orders above {total}')!.id
      const hostile = [
        "' OR '1'='1",
        "Berlin'; DROP TABLE customers; --",
        "\\' OR 1=1 --",
        '" OR ""="',
        "Berlin' UNION SELECT secret FROM customers --",
        '$1',
        '?',
        '%',
        '{city}',
      ]
      for (const city of hostile) expect(await fill('ben', id, { city })).toEqual([])
      for (const bad of ['1 OR 1=1', '1e9', '0x10', '', ' 1', '1;--', 'NaN', "1'"]) {
        await expect(fill('ben', total, { total: bad })).rejects.toMatchObject({ code: 'field_invalid' })
      }
      await expect(fill('ben', id, { city: 'Paris', id: '1 OR 1=1' })).rejects.toMatchObject({ code: 'field_invalid' })
      await expect(fill('ben', id, { city: 'Paris', extra: 1 })).rejects.toMatchObject({ code: 'field_unknown' })
      await expect(fill('ben', id, { __proto__: { city: 'Paris' } })).rejects.toMatchObject({ code: 'field_missing' })
      await expect(fill('ben', id, {})).rejects.toMatchObject({ code: 'field_missing' })
      await expect(fill('ben', id, { city: { a: 1 } })).rejects.toMatchObject({ code: 'field_invalid' })
      await expect(fill('ben', 'no such', { city: 'Paris' })).rejects.toMatchObject({ code: 'pair_unknown' })
      expect(await fill('ben', id, { city: 'Berlin' })).toEqual([['Ana']])
    })

    test('an outcome is counted for the pair that was used; new questions are kept only where that is asked for', async () => {
      const pairOf = async (question: string) =>
        ((await place.ask('ben', 'find_similar_queries', { source: 'shop', question })).structured.pairs as Json[])[0]
      const sql = "SELECT id  FROM customers WHERE name = 'Ana'"
      await place.ask('ben', 'execute_validated_sql', { source: 'shop', sql, question: 'a single one' })
      await expect.poll(async () => (await pairOf('a single one'))?.uses).toBe(1)
      await place.ask('ben', 'execute_validated_sql', {
        source: 'shop',
        sql: 'SELECT max(total) FROM orders',
        question: 'the biggest order ever',
      })
      await place.ask('ben', 'execute_validated_sql', {
        source: 'shop',
        sql: 'SELECT min(total) FROM orders',
        question: 'the smallest order ever',
        remember: true,
      })
      await expect.poll(async () => (await pairOf('the smallest order ever'))?.state).toBe('proposed')
      expect(await pairOf('the biggest order ever')).toBeUndefined()
      await place
        .ask('ben', 'execute_validated_sql', { source: 'shop', sql: 'SELECT nope FROM orders', question: 'failing', remember: true })
        .catch(() => undefined)
      await place.ask('ben', 'execute_validated_sql', {
        source: 'shop',
        sql: 'SELECT count(*) FROM orders',
        question: 'counting',
        remember: true,
      })
      await expect.poll(async () => (await pairOf('counting'))?.state).toBe('proposed')
      expect(await pairOf('failing')).toBeUndefined()
    })
  })
})
