import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseInfo, databaseStats, listRelationships } from '../../src/explore.ts'
import { engines, openPlace, type Place, type Who } from './structure.ts'

/** The tools of the schema group on each engine, for one who sees everything and one from whom much is hidden. */

describe.each(engines)('on %s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
  }, 60_000)
  afterAll(() => place?.close())

  const items = async (who: Who, tool: string, list: string, fields: Readonly<Record<string, unknown>> = {}) =>
    (await place.tool(who, tool, fields)).structured[list] as readonly Readonly<Record<string, unknown>>[]
  const names = async (who: Who, tool: string, list: string, key: string, fields = {}) =>
    (await items(who, tool, list, fields)).map((one) => one[key])

  test('tables, sorted, with what may be told of them', async () => {
    expect(await names('reader', 'list_tables', 'tables', 'table')).toEqual([
      'customers',
      'note_texts',
      'notes',
      'order_totals',
      'orders',
      'paid',
      'payments',
    ])
    const { structured, text } = await place.tool('reader', 'list_tables', { limit: 2, offset: 1 })
    expect(structured).toMatchObject({ source: 'shop', total: 7, more: 4 })
    expect(text).toContain('4 more: send offset 3.')
    expect(await names('narrow', 'list_tables', 'tables', 'table')).toEqual(['customers', 'note_texts', 'notes', 'order_totals', 'orders'])
    for (const one of await items('narrow', 'list_tables', 'tables', { pattern: 'orders' })) expect(one).not.toHaveProperty('rows_estimate')
  })

  test('tables by the pattern of their name', async () => {
    for (const [pattern, found] of [
      ['note*', ['note_texts', 'notes']],
      ['%TOTAL%', ['order_totals']],
      ['*s', ['customers', 'note_texts', 'notes', 'order_totals', 'orders', 'payments']],
      ['pay', ['payments']],
      ['o*r*s', ['order_totals', 'orders']],
      ['nothing*', []],
    ] as const) {
      expect(await names('reader', 'search_tables', 'tables', 'table', { pattern }), pattern).toEqual(found)
    }
    expect(await names('narrow', 'search_tables', 'tables', 'table', { keyword: 'pa' })).toEqual([])
  })

  test('columns of a table and of all tables', async () => {
    expect(await names('reader', 'list_columns', 'columns', 'name', { table_name: 'customers' })).toEqual([
      'id',
      'email',
      'phone',
      'secret',
    ])
    const columns = await items('narrow', 'list_columns', 'columns', { table: 'customers', schema_name: place.schema })
    expect(columns.map(({ name, masked, primary_key }) => [name, masked, primary_key])).toEqual([
      ['id', undefined, true],
      ['email', 'email', false],
      ['phone', undefined, false],
    ])
    expect(await names('narrow', 'list_columns', 'columns', 'name', { pattern: 'sec*' })).toEqual([])
    expect(await names('reader', 'list_columns', 'columns', 'table', { pattern: '*_id' })).toEqual(['orders', 'paid', 'payments'])
  })

  test('indexes, none of them over what is hidden', async () => {
    const all = await names('reader', 'list_indexes', 'indexes', 'name')
    expect(all).toEqual(expect.arrayContaining(['orders_total', 'customers_secret', 'payments_order']))
    const seen = await names('narrow', 'list_indexes', 'indexes', 'name')
    expect(seen).toContain('orders_total')
    expect(seen).not.toContain('customers_secret')
    expect(seen).not.toContain('payments_order')
    const [one] = await items('narrow', 'list_indexes', 'indexes', { table: 'orders', limit: 100 }).then((found) =>
      found.filter(({ name }) => name === 'orders_total'),
    )
    expect(one).toMatchObject({ table: 'orders', columns: ['total'], unique: false, primary: false })
    expect(one).not.toHaveProperty('bytes')
    expect(one).not.toHaveProperty('definition')
  })

  test('foreign keys, in both directions', async () => {
    const whole = (await place.tool('reader', 'get_foreign_keys', { table: 'orders' })).structured
    expect(whole).toMatchObject({
      references: [{ from: 'orders', columns: ['customer_id'], to: 'customers', references: ['id'] }],
      referenced_by: [{ from: 'payments', columns: ['order_id'], to: 'orders', references: ['id'] }],
    })
    const cut = (await place.tool('narrow', 'get_foreign_keys', { name: 'orders' })).structured
    expect(cut).toMatchObject({ references: [{ to: 'customers' }], referenced_by: [] })
  })

  test('views, with their definition where nothing in it is hidden', async () => {
    const views = await items('reader', 'list_views', 'views')
    expect(views.map(({ view }) => view)).toEqual(['note_texts', 'order_totals', 'paid'])
    for (const { definition } of views) expect(definition).toMatch(/select/i)
    const seen = await items('narrow', 'list_views', 'views')
    expect(seen.map(({ view, definition }) => [view, definition !== undefined])).toEqual([
      ['note_texts', true],
      ['order_totals', false],
    ])
  })

  test('figures of a table, counted only among what may be seen', async () => {
    const whole = (await place.tool('reader', 'get_table_stats', { table: 'orders', exact: true })).structured
    expect(whole).toMatchObject({ table: 'orders', kind: 'table', columns: 5, rows: 3 })
    const cut = (await place.tool('narrow', 'get_table_stats', { table: 'orders', exact: true })).structured
    expect(cut).toMatchObject({ rows: 2, policies: [expect.stringContaining('row rule')] })
    for (const figure of ['rows_estimate', 'bytes', 'index_bytes']) expect(cut).not.toHaveProperty(figure)
    expect((await place.tool('narrow', 'get_table_stats', { table: 'orders' })).structured).not.toHaveProperty('rows')
  })

  test('what is hidden is found by no tool, and not told in any answer', async () => {
    for (const tool of ['describe_table', 'get_table_stats', 'list_columns', 'list_indexes', 'get_foreign_keys']) {
      for (const table of ['payments', 'paid', `${place.schema}.payments`]) {
        const failing = place.tool('narrow', tool, { table })
        await expect(failing, `${tool} ${table}`).rejects.toMatchObject({
          code: 'table_unknown',
          message: expect.not.stringContaining('mean pa'),
        })
      }
    }
    const answers = [
      await place.tool('narrow', 'list_tables'),
      await place.tool('narrow', 'list_columns', { limit: 1000 }),
      await place.tool('narrow', 'list_indexes', { limit: 1000 }),
      await place.tool('narrow', 'list_views'),
      await place.tool('narrow', 'search_tables', { pattern: '*' }),
      await place.tool('narrow', 'get_foreign_keys', { table: 'orders' }),
      await place.tool('narrow', 'get_table_stats', { table: 'customers', exact: true }),
      await place.tool('narrow', 'describe_table', { table: 'customers' }),
    ]
    for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/payment|paid|secret|sesame|4711/)
  })

  test('the database and its sums, without what tells of hidden things', async () => {
    const whole = await databaseInfo(place.call('reader'), place.opened.parts)
    expect(whole).toMatchObject({ source: 'shop', product: expect.any(String), tables: 4, views: 3 })
    const cut = await databaseInfo(place.call('narrow'), place.opened.parts)
    expect(cut).toMatchObject({ tables: 3, views: 2, product: whole.product })
    for (const figure of ['user', 'bytes', 'settings', 'started_at']) expect(cut).not.toHaveProperty(figure)
    expect(await databaseStats(place.call('reader'), place.opened.parts)).toMatchObject({ tables: 4, views: 3, columns: 17 })
    const sums = await databaseStats(place.call('narrow'), place.opened.parts)
    expect(sums).toMatchObject({ tables: 3, views: 2, columns: 13 })
    expect(sums.largest.map(({ table }) => table)).not.toContain('orders')
    expect(JSON.stringify(sums)).not.toContain('payments')
    const keys = await listRelationships(place.call('narrow'), { limit: 100, offset: 0 }, place.opened.parts)
    expect(keys.items).toEqual([{ from: 'orders', columns: ['customer_id'], to: 'customers', references: ['id'] }])
  })

  test('a limit is a limit, and an unknown field is told', async () => {
    expect((await place.tool('reader', 'list_columns', { limit: 3 })).structured).toMatchObject({ columns: { length: 3 } })
    await expect(place.tool('reader', 'list_tables', { limit: 0 })).rejects.toMatchObject({ code: 'field_invalid' })
    await expect(place.tool('reader', 'list_tables', { tabel: 'x' })).rejects.toMatchObject({ code: 'field_unknown' })
    await expect(place.tool('reader', 'search_tables', {})).rejects.toMatchObject({ code: 'field_missing' })
  })
})
