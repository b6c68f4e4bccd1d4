import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { synchronise } from '../../src/catalog.ts'
import { openPlace, type Place, type Who } from '../bank/place.ts'
import { onEachRegistry } from '../store/registries.ts'

/** Saved queries by the tools, on real engines and both kinds of registry. */

type Told = Readonly<{
  id: string
  name: string
  sql: string
  state: string
  own: boolean
  mend?: string
  problem?: { code: string }
  revision: number
}>

const names = async (place: Place, who: Who, fields: object = {}): Promise<readonly string[]> =>
  ((await place.ask(who, 'list_saved_queries', { source: 'shop', ...fields })).structured.queries as Told[]).map(({ name }) => name)
const save = async (place: Place, who: Who, fields: object): Promise<Told> =>
  (await place.ask(who, 'save_query', { source: 'shop', ...fields })).structured.query as Told
const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  )

onEachRegistry((registry, kind) => {
  describe(`over ${kind === 'sqlite' ? 'PostgreSQL' : 'SQLite'} as the source`, () => {
    let place: Place
    beforeAll(async () => {
      const { setting } = await registry()
      place = await openPlace(kind === 'sqlite' ? 'postgres' : 'sqlite', 'file' in setting ? setting.file : setting.url)
    })
    afterAll(() => place?.close())

    test('what is saved is found, run, changed and removed by its owner', async () => {
      const saved = await save(place, 'ana', {
        name: '  Cities \n by name ',
        sql: 'SELECT city FROM customers ORDER BY id',
        tags: ['geo', 'geo'],
        description: 'Where they live',
      })
      expect(saved).toMatchObject({
        name: 'Cities by name',
        state: 'ok',
        own: true,
        revision: 1,
        tags: ['geo'],
        roles: [],
        params: 0,
        tables: [expect.stringContaining('customers')],
      })
      expect(await names(place, 'ana', { text: 'LIVE' })).toEqual(['Cities by name'])
      expect(await names(place, 'ana', { tag: 'geo' })).toEqual(['Cities by name'])
      expect(await names(place, 'ana', { tag: 'other' })).toEqual([])
      expect((await place.ask('ana', 'run_saved_query', { id: saved.id })).structured.rows).toEqual([['Berlin'], ['Paris']])
      const changed = await place.ask('ana', 'save_query', { id: saved.id, sql: 'SELECT name FROM customers ORDER BY id', revision: 1 })
      expect(changed.structured.query).toMatchObject({
        name: 'Cities by name',
        sql: 'SELECT name FROM customers ORDER BY id',
        revision: 2,
        tags: ['geo'],
      })
      expect(await refusal(place.ask('ana', 'save_query', { id: saved.id, name: 'late', revision: 1 }))).toBe('change_conflict')
      expect((await place.ask('ana', 'remove_saved_query', { id: saved.id })).structured).toEqual({ removed: true })
      expect(await refusal(place.ask('ana', 'run_saved_query', { id: saved.id }))).toBe('query_unknown')
    })

    test('placeholders take values when it runs', async () => {
      const mark = kind === 'sqlite' ? '$1' : '?'
      const saved = await save(place, 'ana', { name: 'One', sql: `SELECT name FROM customers WHERE id = ${mark}`, roles: ['*'] })
      expect(saved).toMatchObject({ params: 1, state: 'ok' })
      expect((await place.ask('ben', 'run_saved_query', { id: saved.id, params: [2] })).structured.rows).toEqual([['Bo']])
      expect(await refusal(place.ask('ben', 'run_saved_query', { id: saved.id }))).toBe('parameter_count')
      await place.ask('ana', 'remove_saved_query', { id: saved.id })
    })

    test('what is private, of another role or beyond the grant is unknown, whoever knows its id', async () => {
      const secret = await save(place, 'ana', { name: 'Private', sql: 'SELECT name FROM customers' })
      const team = await save(place, 'ana', { name: 'Team', sql: 'SELECT name FROM customers', roles: ['data_analyst'] })
      const open = await save(place, 'ana', { name: 'Open', sql: 'SELECT secret FROM customers', roles: ['*'] })
      const paid = await save(place, 'ana', { name: 'Payments', sql: 'SELECT id FROM payments', roles: ['*'] })
      expect(await names(place, 'ben')).toEqual(['Payments', 'Open', 'Team'])
      expect(await names(place, 'ben', { mine: true })).toEqual([])
      // Not of the role, and neither the column nor the table exists for it.
      expect(await names(place, 'narrow')).toEqual([])
      expect(await names(place, 'viewer')).toEqual([])
      expect(await refusal(names(place, 'elsewhere'))).toBe('source_unknown')
      expect(((await place.ask('elsewhere', 'list_saved_queries')).structured.queries as unknown[]).length).toBe(0)
      for (const [who, id] of [
        ['ben', secret.id],
        ['narrow', team.id],
        ['narrow', open.id],
        ['viewer', paid.id],
        ['elsewhere', open.id],
      ] as const) {
        for (const [tool, fields] of [
          ['run_saved_query', { id }],
          ['list_saved_queries', { id }],
          ['save_query', { id, name: 'mine' }],
          ['remove_saved_query', { id }],
        ] as const)
          expect([who, tool, await refusal(place.ask(who, tool, fields))]).toEqual([who, tool, 'query_unknown'])
      }
      expect(await refusal(place.ask('ben', 'save_query', { id: team.id, name: 'mine' }))).toBe('action_refused')
      expect(await refusal(place.ask('ben', 'remove_saved_query', { id: team.id }))).toBe('action_refused')
      // Who administers the whole source tidies up; who sees a part of it does not even find these.
      expect((await place.ask('boss', 'remove_saved_query', { id: open.id })).structured).toEqual({ removed: true })
      expect(await refusal(place.ask('keeper', 'remove_saved_query', { id: paid.id }))).toBe('query_unknown')
      for (const { id } of [secret, team, paid]) await place.ask('ana', 'remove_saved_query', { id })
    })

    test('a shared query shows and runs what its reader may see; one that compares with what is masked is not theirs', async () => {
      const all = await save(place, 'ana', { name: 'Orders', sql: 'SELECT count(*) AS n FROM orders', roles: ['narrow', 'tenants'] })
      const masked = await save(place, 'ana', {
        name: 'Who',
        sql: `SELECT id FROM customers WHERE email = 'ana@example.com'`,
        roles: ['narrow'],
      })
      expect(await names(place, 'narrow')).toEqual(['Orders'])
      expect((await place.ask('ana', 'run_saved_query', { id: all.id })).structured.rows).toEqual([[3]])
      expect((await place.ask('narrow', 'run_saved_query', { id: all.id })).structured.rows).toEqual([[2]])
      expect((await place.ask('tenant2', 'run_saved_query', { id: all.id })).structured.rows).toEqual([[1]])
      expect(await refusal(place.ask('narrow', 'run_saved_query', { id: masked.id }))).toBe('query_unknown')
      for (const { id } of [all, masked]) await place.ask('ana', 'remove_saved_query', { id })
    })

    test('what its owner may not run, or what is no reading statement, is not saved', async () => {
      const refused: readonly (readonly [Who, object, string])[] = [
        ['narrow', { name: 'x', sql: 'SELECT id FROM payments' }, 'table_unknown'],
        ['ana', { name: 'x', sql: 'DELETE FROM orders' }, 'statement_refused'],
        ['ana', { name: 'x', sql: 'SELEC name FROM customers' }, 'sql_syntax'],
        ['ana', { name: ' ', sql: 'SELECT 1' }, 'field_invalid'],
        ['ana', { name: 'a\0b', sql: 'SELECT 1' }, 'field_invalid'],
        ['ana', { sql: 'SELECT 1' }, 'field_missing'],
        ['ana', { name: 'x' }, 'field_missing'],
        ['ana', { name: 'x', sql: `SELECT 1 ${' '.repeat(64_100)} + 1` }, 'sql_too_large'],
        ['ana', { name: 'x', sql: 'SELECT 1', roles: Array.from({ length: 21 }, (_, i) => `r${i}`) }, 'field_invalid'],
      ]
      for (const [who, fields, code] of refused) expect([code, await refusal(save(place, who, fields))]).toEqual([code, code])
      expect(await names(place, 'ana')).toEqual([])
    })

    test('saving tells nothing of a hidden column: it is like one that there is not, also when it goes', async () => {
      const hidden = await save(place, 'narrow', { name: 'hidden', sql: 'SELECT secret FROM customers' })
      const none = await save(place, 'narrow', { name: 'none', sql: 'SELECT nix FROM customers' })
      const told = ({ id: _, name: __, sql: ___, ...rest }: Told & { created_at?: string; updated_at?: string }) => ({
        ...rest,
        created_at: '',
        updated_at: '',
      })
      expect(told(hidden)).toEqual(told(none))
      for (const { id } of [hidden, none]) expect(await refusal(place.ask('narrow', 'run_saved_query', { id }))).toBe('column_unknown')
      await place.sql('ALTER TABLE customers RENAME COLUMN secret TO hush')
      await place.ask('boss', 'sync_catalog', { source: 'shop' })
      const now = (await place.ask('narrow', 'list_saved_queries', { source: 'shop' })).structured.queries as Told[]
      expect(now.map(told)).toEqual([told(hidden), told(hidden)])
      await place.sql('ALTER TABLE customers RENAME COLUMN hush TO secret')
      await place.ask('boss', 'sync_catalog', { source: 'shop' })
      for (const { id } of [hidden, none]) await place.ask('narrow', 'remove_saved_query', { id })
    })

    test('after a renaming its owner learns that it broke, of what, and what would run; others find it no more', async () => {
      await place.sql('CREATE TABLE stores (id integer PRIMARY KEY, town varchar(50), size integer)')
      await synchronise(['shop'], { parts: place.opened.parts, signal: new AbortController().signal, progress: () => undefined })
      const saved = await save(place, 'ana', { name: 'Towns', sql: 'SELECT town FROM stores WHERE size > 3', roles: ['*'] })
      await save(place, 'ben', { name: 'Private of Ben', sql: 'SELECT size FROM stores' })
      expect(await names(place, 'ben', { text: 'towns' })).toEqual(['Towns'])
      await place.sql('ALTER TABLE stores RENAME COLUMN town TO city_town')
      await synchronise(['shop'], { parts: place.opened.parts, signal: new AbortController().signal, progress: () => undefined })
      expect(await names(place, 'ben', { text: 'towns' })).toEqual([])
      const [broken] = (await place.ask('ana', 'list_saved_queries', { source: 'shop', state: 'broken' })).structured.queries as Told[]
      expect(broken).toMatchObject({ id: saved.id, problem: { code: 'column_unknown' }, mend: expect.stringContaining('city_town') })
      type Breaks = readonly { use: { what: string; name: string }; mend: string }[]
      const breaks = async (who: Who) =>
        ((await place.ask(who, 'get_schema_drift', { source: 'shop' })).structured.breaks as Breaks).filter(
          ({ use }) => use.what === 'query',
        )
      expect(await breaks('ana')).toMatchObject([{ use: { name: 'Towns' }, certain: true, mend: expect.stringContaining('city_town') }])
      expect((await breaks('boss')).map(({ use }) => use.name)).toEqual(['Towns'])
      expect(await breaks('ben')).toEqual([])
      expect(await breaks('narrow')).toEqual([])
      const mended = await place.ask('ana', 'save_query', { id: saved.id, sql: broken!.mend })
      expect(mended.structured.query).toMatchObject({ state: 'ok' })
      expect(await names(place, 'ben', { text: 'towns' })).toEqual(['Towns'])
    })
  })
})
