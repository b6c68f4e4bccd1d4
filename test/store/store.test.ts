import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openStore, type SourcesTable } from '../../src/store/store.ts'
import { onEachRegistry } from './registries.ts'

const run = promisify(execFile)
const source = (name: string): SourcesTable => ({
  name,
  connector: 'postgres',
  description: '',
  settings: '{}',
  secrets: null,
  enabled: 1,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
})

onEachRegistry((place, kind) => {
  test('it is made when it is not there, and found again', async () => {
    const { setting } = await place()
    const first = await openStore(setting)
    expect(first.kind).toBe(kind)
    await first.db.insertInto('sources').values(source('shop')).execute()
    await first.close()
    const second = await openStore(setting)
    expect(await second.db.selectFrom('sources').select('name').execute()).toEqual([{ name: 'shop' }])
    await second.close()
  })

  test('bytes come back as they were, and what is removed takes what hangs on it along', async () => {
    const store = await openStore((await place()).setting)
    const bytes = new Uint8Array([0, 255, 1, 128])
    const version = {
      source: 's',
      number: 1,
      hash: 'h',
      tables: 1,
      columns: 1,
      schema: bytes,
      details: null,
      changes: '[]',
      created_at: 't',
    }
    await store.db.insertInto('versions').values(version).execute()
    const found = await store.db.selectFrom('versions').selectAll().executeTakeFirstOrThrow()
    expect(new Uint8Array(found.schema)).toEqual(bytes)
    await store.db
      .insertInto('sessions')
      .values({ id: 'a', owner: 'ana', name: '', source: 's', share: null, created_at: 't', updated_at: 't' })
      .execute()
    await store.db
      .insertInto('messages')
      .values({ session: 'a', number: 1, role: 'user', content: 'x', answer: null, good: null, created_at: 't' })
      .execute()
    await store.db.deleteFrom('sessions').where('id', '=', 'a').execute()
    expect(await store.db.selectFrom('messages').selectAll().execute()).toEqual([])
    await store.close()
  })

  test('a transaction that fails leaves nothing', async () => {
    const store = await openStore((await place()).setting)
    const failing = store.db.transaction().execute(async (db) => {
      await db.insertInto('sources').values(source('half')).execute()
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await store.db.selectFrom('sources').selectAll().execute()).toEqual([])
    await store.close()
  })

  test('many at once, in several transactions, lose nothing', async () => {
    const { setting } = await place()
    const stores = await Promise.all([openStore(setting), openStore(setting), openStore(setting)])
    await Promise.all(
      stores.flatMap(({ db }, i) =>
        Array.from({ length: 10 }, (_, n) =>
          db.transaction().execute(async (inner) => {
            await inner
              .insertInto('sources')
              .values(source(`s${i}_${n}`))
              .execute()
          }),
        ),
      ),
    )
    const { count } = await stores[0]!.db
      .selectFrom('sources')
      .select((build) => build.fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(30)
    await Promise.all(stores.map((store) => store.close()))
  })

  test('several processes that open a new one at the same moment all get it', async () => {
    const { setting } = await place()
    const script = `import { openStore } from './src/store/store.ts'
      const store = await openStore(${JSON.stringify(setting)})
      await store.db.insertInto('notes').values({ source: 's', table_name: String(process.pid), column_name: '', tags: '[]', terms: '[]', updated_by: 'x', updated_at: 't' }).execute()
      await store.close()`
    await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module-typescript', '-e', script])))
    const store = await openStore(setting)
    expect(await store.db.selectFrom('notes').selectAll().execute()).toHaveLength(4)
    await store.close()
  })

  test('what cannot be brought up to date as a whole is left as it was', async () => {
    const { setting, raw } = await place()
    const first = await openStore(setting)
    const tables = (await first.db.introspection.getTables()).filter(({ name }) => !name.startsWith('sluice_'))
    await first.close()
    for (const { name } of tables) await raw(`DROP TABLE ${name}${first.kind === 'postgres' ? ' CASCADE' : ''}`)
    await raw('DELETE FROM sluice_migrations')
    // In the way of the last change of shape, as if somebody had made it.
    await raw('CREATE TABLE held (id INTEGER)')
    await expect(openStore(setting)).rejects.toMatchObject({ code: 'config_invalid' })
    await expect(raw('SELECT 1 FROM sources')).rejects.toThrow(/sources/)
    await raw('DROP TABLE held')
    const store = await openStore(setting)
    expect(await store.sources.all()).toEqual([])
    await store.close()
  })

  test('one of a newer Sluice is refused and left as it is', async () => {
    const { setting, raw } = await place()
    await (await openStore(setting)).close()
    await raw("INSERT INTO sluice_migrations (name, timestamp) VALUES ('9999_future', '2030-01-01')")
    await expect(openStore(setting)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('newer Sluice') })
    await raw("DELETE FROM sluice_migrations WHERE name = '9999_future'")
    await (await openStore(setting)).close()
  })
})

test('a place that cannot be opened is told without the password in its address', async () => {
  const failing = openStore({ url: 'postgres://someone:hunter2@127.0.0.1:1/none' })
  await expect(failing).rejects.toMatchObject({ code: 'registry_unavailable', message: expect.stringContaining('127.0.0.1:1') })
  await failing.catch((error: Error) => expect(error.message).not.toContain('hunter2'))
})
