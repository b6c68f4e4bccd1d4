import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import type { Applied, Previewed } from '../../src/change.ts'
import { change } from '../../src/change.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { openShop, type Shop } from './shops.ts'

/** Row security of PostgreSQL itself, where each caller is somebody of their own in the source. */

const owner = `change_owner_${process.pid}`
const tenant = `change_tenant_${process.pid}`
const key = makeKey()
let shop: Shop
let opened: Opened

beforeAll(async () => {
  shop = await openShop('postgres')
  const [[database]] = (await shop.admin('SELECT current_database()')) as [[string]]
  for (const sql of [
    `CREATE ROLE ${tenant} NOLOGIN`,
    `CREATE ROLE ${owner} LOGIN PASSWORD 'pass'`,
    'CREATE TABLE parts (id integer PRIMARY KEY, tenant integer)',
    `ALTER TABLE parts OWNER TO ${owner}`,
    `GRANT ALL ON parts TO ${tenant}`,
    'ALTER TABLE parts ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE parts FORCE ROW LEVEL SECURITY',
    `CREATE POLICY own ON parts USING (tenant = coalesce(nullif(current_setting('app.tenant', true), ''), '2')::integer)`,
  ])
    await shop.admin(sql)
  const url = new URL((await import('../servers/servers.ts')).postgresUrl())
  url.pathname = `/${database}`
  const own = new URL(url)
  own.username = owner
  own.password = 'pass'
  const text = `
state: ./secured
sources:
  each: { connector: postgres, url: '${url.href}', identity: { role: ${tenant}, settings: { app.tenant: '{{principal.tenant}}' } } }
  shared: { connector: postgres, url: '${own.href}' }
keys:
  - { name: ana, hash: '${key.hash}', roles: [data_editor], attributes: { tenant: 1 } }
`
  opened = openParts(await configOf(`${shop.folder}/secured.yaml`, text, {}))
}, 60_000)
afterAll(async () => {
  await opened?.close()
  await shop?.admin('DROP TABLE IF EXISTS parts')
  await shop?.admin(`DROP OWNED BY ${owner}`)
  for (const role of [owner, tenant]) await shop?.admin(`DROP ROLE IF EXISTS ${role}`)
  await shop?.close()
})

const truncate = (source: string, token?: string) => {
  const credential = { kind: 'bearer', token: key.key } as const
  const call = { ...shop.call('editor', { credential, source }) }
  return change(call, { kind: 'rows', changes: [{ kind: 'truncate', table: 'parts' }] }, token, opened.parts)
}

test('who empties a table takes no row that row security hides', async () => {
  await shop.admin('INSERT INTO parts VALUES (1, 1), (2, 1), (3, 2)')
  const preview = (await truncate('each')) as Previewed
  expect(preview).toMatchObject({ changed: { parts: 2 }, statements: [expect.stringMatching(/^DELETE FROM/)] })
  expect((await truncate('each', preview.confirm_token)) as Applied).toMatchObject({ status: 'applied', changed: { parts: 2 } })
  expect(await shop.admin('SELECT id FROM parts')).toEqual([[3]])
  // Seen by its owner alone, whom row security binds as well.
  await expect(truncate('shared')).rejects.toMatchObject({ code: 'change_refused', message: expect.stringContaining('Row security') })
  await shop.admin('ALTER TABLE parts DISABLE ROW LEVEL SECURITY')
  expect(await truncate('shared')).toMatchObject({ changed: { parts: 1 }, statements: [expect.stringMatching(/^TRUNCATE/)] })
})
