import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { run } from '../../src/gateway.ts'
import { type Opened, openParts } from '../../src/main.ts'
import type { Sink } from '../../src/result.ts'
import { newCallId } from '../../src/tools/tools.ts'
import { postgresUrl } from '../servers/servers.ts'

/** A database that sees each caller as themselves: its own row security decides, and no two callers share a cached answer. */

const mark = `sluice_identity_${process.pid}`
const keys = { seven: makeKey(), eight: makeKey(), nobody: makeKey(), forger: makeKey() }
let folder: string
let opened: Opened
let admin: Client

beforeAll(async () => {
  admin = new Client(postgresUrl())
  await admin.connect()
  await admin.query(`CREATE DATABASE ${mark}`)
  for (const tenant of [7, 8]) await admin.query(`CREATE ROLE ${mark}_${tenant}`)
  const url = new URL(postgresUrl())
  url.pathname = `/${mark}`
  const own = new Client(url.href)
  await own.connect()
  await own.query(`
    CREATE TABLE orders (tenant int, what text);
    INSERT INTO orders VALUES (7, 'seven'), (8, 'eight');
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (tenant = current_setting('app.tenant')::int);
    GRANT SELECT ON orders TO ${mark}_7, ${mark}_8`)
  await own.end()
  folder = mkdtempSync(join(tmpdir(), 'sluice-identity-'))
  const key = (name: keyof typeof keys, attributes: string) =>
    `  - { name: ${name}, hash: "${keys[name].hash}", roles: [read_only], attributes: ${attributes} }`
  const text = `
sources:
  shop:
    connector: postgres
    url: ${url.href}
    cache_ttl_ms: 60000
    identity: { role: "${mark}_{{principal.tenant}}", settings: { app.tenant: "{{principal.tenant}}" } }
keys:
${key('seven', '{ tenant: 7 }')}
${key('eight', '{ tenant: 8 }')}
${key('nobody', '{}')}
${key('forger', `{ tenant: '7"; RESET ROLE; --' }`)}
`
  opened = openParts(await configOf(join(folder, 'sluice.yaml'), text, {}))
})
afterAll(async () => {
  await opened.close()
  await admin.query(`DROP DATABASE ${mark} WITH (FORCE)`)
  for (const tenant of [7, 8]) await admin.query(`DROP ROLE ${mark}_${tenant}`)
  await admin.end()
  rmSync(folder, { recursive: true, force: true })
})

async function rowsOf(who: keyof typeof keys, sql = 'SELECT what FROM orders'): Promise<unknown> {
  let json = ''
  const sink: Sink = {
    columns: () => undefined,
    batch: (batch) => {
      json += `${json === '' ? '' : ','}${Buffer.from(batch.json).toString()}`
    },
  }
  const credential = { kind: 'bearer', token: keys[who].key } as const
  const signal = new AbortController().signal
  const receipt = await run(
    { id: newCallId(), door: 'http', credential, source: 'shop', action: 'query', text: sql, params: [], signal },
    sink,
    opened.parts,
  )
  return [receipt.from, ...JSON.parse(`[${json}]`)]
}

test('each caller sees their own rows, also from the cache', async () => {
  expect(await rowsOf('seven')).toEqual(['live', ['seven']])
  expect(await rowsOf('eight')).toEqual(['live', ['eight']])
  expect(await rowsOf('seven')).toEqual(['cache', ['seven']])
  expect(await rowsOf('eight')).toEqual(['cache', ['eight']])
})

test('whom the database cannot know gets nothing, and no session keeps who was there before', async () => {
  await expect(rowsOf('nobody')).rejects.toMatchObject({ code: 'action_refused', message: expect.stringContaining('tenant') })
  for (let i = 0; i < 5; i++)
    await expect(rowsOf('forger')).rejects.toMatchObject({ code: expect.stringMatching(/^(source_denied|source_failed|value_invalid)$/) })
  expect(await rowsOf('eight', 'SELECT what FROM orders WHERE tenant > 0')).toEqual(['live', ['eight']])
})
