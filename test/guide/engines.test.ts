import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines, openPlace, type Place } from '../tools/structure.ts'

/** What helps to write SQL, and what tells of a source, on every engine. */

type Json = Readonly<Record<string, unknown>>

describe.each(engines)('%s', (engine) => {
  let place: Place
  beforeAll(async () => {
    place = await openPlace(engine)
  })
  afterAll(() => place?.close())
  const told = async (who: Parameters<Place['tool']>[0], name: string, fields: Json = {}) =>
    JSON.parse(JSON.stringify((await place.tool(who, name, fields)).structured)) as Json

  test('every suggestion is one that runs, also for who sees a part', async () => {
    for (const who of ['reader', 'narrow'] as const) {
      for (const fields of [{ table: 'orders' }, { question: 'total of orders by customer' }]) {
        const { suggestions } = await told(who, 'suggest_sql_from_schema', fields)
        expect((suggestions as Json[]).length).toBeGreaterThan(1)
        for (const { sql } of suggestions as readonly Json[]) {
          const tested = await told(who, 'test_query', { sql })
          expect([sql, tested.ok]).toEqual([sql, true])
        }
      }
    }
  })

  test('the schema for a model is that of the caller, with the rules of the dialect', async () => {
    const { rules, schema, tables } = await told('narrow', 'get_schema_for_llm')
    expect((rules as string[])[0]).toMatch({ sqlite: /SQLite/, postgres: /PostgreSQL/, mysql: /MySQL/, duckdb: /DuckDB/ }[engine])
    expect(schema).toContain('masked: email')
    expect(JSON.stringify([schema, tables])).not.toMatch(/secret|payments/)
  })

  test('a verdict knows the columns, and names the nearest', async () => {
    expect(await told('reader', 'validate_sql_only', { sql: 'SELECT total FROM orders' })).toMatchObject({
      valid: true,
      checked_by: 'source',
    })
    const wrong = await told('reader', 'validate_sql_only', { sql: 'SELECT totl FROM orders' })
    expect(wrong).toMatchObject({ valid: false, code: 'column_unknown' })
    expect(wrong.reason).toContain('Did you mean total?')
    expect(await told('narrow', 'validate_sql_only', { sql: 'SELECT secret FROM customers' })).not.toMatchObject({
      valid: true,
      checked_by: 'source',
    })
  })

  test('names that are nearly right are mended', async () => {
    const fixed = await told('reader', 'fix_sql', { sql: 'SELECT totl FROM ordrs' })
    expect(fixed).toMatchObject({ fixed: true, sql: 'SELECT total FROM orders', verdict: { valid: true } })
  })

  test('a statement in words, and advice on it', async () => {
    const sql = 'SELECT * FROM orders WHERE abs(total) > 3'
    const { sentences, plan } = await told('reader', 'explain_sql', { sql })
    expect((sentences as string[]).join(' ')).toContain('abs(total) > 3')
    expect((plan as string[]).length).toBeGreaterThan(0)
    const about = ((await told('reader', 'optimize_query', { sql })).advice as readonly { about: string }[]).map((one) => one.about)
    // An index on orders (total) is there; where the source tells it, so do we.
    expect(about).toEqual(expect.arrayContaining(['columns', 'limit', 'index']))
  })

  test('the plan of a statement is not told where it would tell of hidden rows', async () => {
    const told1 = JSON.stringify(await told('narrow', 'explain_sql', { sql: 'SELECT id FROM orders WHERE total > 1' }))
    expect(told1).not.toMatch(/rows=\d|cost=|"rows":/)
  })

  test('the source tells how it is, and each step of reaching it', async () => {
    expect(await told('reader', 'health_check')).toMatchObject({ status: 'ok' })
    const { ok, steps } = await told('admin', 'diagnose_connection')
    expect(ok).toBe(true)
    expect((steps as Json[]).length).toBeGreaterThan(1)
    const info = await told('admin', 'get_database_info')
    expect(info).toMatchObject({ product: expect.any(String), tables: 4, views: 3 })
    const { sources } = await told('admin', 'get_connections')
    expect(sources).toMatchObject([{ source: 'shop', pool: expect.anything() }])
    expect(JSON.stringify(await told('admin', 'get_security_status'))).toContain('source shop')
  })
})
