import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import postgres from '../../src/source/postgres.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startPostgres } from '../servers/servers.ts'
import { diagnoses } from './served-diagnosis.ts'

let server: Server
let connection: Connection
const soon = (): AbortSignal => AbortSignal.timeout(30_000)

beforeAll(async () => {
  server = await startPostgres()
  const admin = new Client(server.url)
  await admin.connect()
  await admin.query(`
    CREATE TABLE owners (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) DEFAULT 'nobody'::varchar UNIQUE);
    CREATE TABLE "Odd Things" (id serial PRIMARY KEY, "Own er" int REFERENCES owners (id), half int GENERATED ALWAYS AS (id / 2) STORED);
    CREATE INDEX odd_by ON "Odd Things" USING btree ("Own er", lower(id::text)) INCLUDE (half);
    INSERT INTO "Odd Things" SELECT FROM generate_series(1, 1000);
    CREATE VIEW seen AS SELECT name FROM owners;
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER looks BEFORE INSERT ON owners FOR EACH ROW EXECUTE FUNCTION look();
    CREATE TABLE hidden (id int PRIMARY KEY REFERENCES owners (id));
    CREATE ROLE blind LOGIN PASSWORD 'seeing';
    CREATE ROLE reader LOGIN PASSWORD 'reading';
    GRANT SELECT ON owners TO reader`)
  await admin.end()
  connection = await postgres.open('tested', { url: server.url })
})
afterAll(async () => {
  await connection.close()
  await server.stop()
})

it('tells indexes, sizes, dependents and the server', async () => {
  const { database, indexes, sizes, dependents } = await connection.details!(soon())
  expect(database).toMatchObject({
    product: 'PostgreSQL',
    database: 'postgres',
    encoding: 'UTF8',
    settings: { max_connections: expect.any(String) },
  })
  expect(new Date(database.startedAt!).getTime()).toBeLessThan(Date.now())
  expect(database.bytes).toBeGreaterThan(1_000_000)
  const index = (name: string) => indexes.find((one) => one.name === name)
  expect(index('owners_pkey')).toMatchObject({
    schema: 'public',
    table: 'owners',
    columns: ['id'],
    unique: true,
    primary: true,
    method: 'btree',
  })
  expect(index('odd_by')).toMatchObject({ table: 'Odd Things', columns: ['Own er', 'lower(id::text)'], unique: false, primary: false })
  expect(index('odd_by')!.definition).toMatch(/^CREATE INDEX odd_by/)
  expect(sizes.find(({ table }) => table === 'Odd Things')!.bytes).toBeGreaterThan(30_000)
  expect(dependents).toEqual([
    { on: 'public.owners', kind: 'foreign_key', name: 'public.Odd Things' },
    { on: 'public.owners', kind: 'foreign_key', name: 'public.hidden' },
    { on: 'public.owners', kind: 'trigger', name: 'public.looks' },
    { on: 'public.owners', kind: 'view', name: 'public.seen' },
  ])
})

it('tells a user of what that user can read only', async () => {
  const own = await postgres.open('tested', { url: server.url, user: 'reader', password: 'reading' })
  const { indexes, sizes, dependents } = await own.details!(soon())
  expect([...new Set([...indexes, ...sizes].map(({ table }) => table))]).toEqual(['owners'])
  expect(dependents.map(({ name }) => name)).toEqual(['public.looks'])
  await own.close()
})

it('tells defaults and what the source computes', async () => {
  const { tables } = await connection.describe(soon())
  const columns = tables
    .filter(({ schema }) => schema === 'public')
    .flatMap((table) => table.columns.map((column) => [`${table.name}.${column.name}`, column] as const))
  const told = Object.fromEntries(columns.map(([name, { generated, default: given }]) => [name, [generated, given]]))
  expect(told).toMatchObject({
    'owners.id': ['identity', undefined],
    'owners.name': [undefined, "'nobody'::character varying"],
    'Odd Things.id': [undefined, expect.stringMatching(/^nextval/)],
    'Odd Things.half': ['always', undefined],
    'Odd Things.Own er': [undefined, undefined],
  })
})

diagnoses({
  connector: postgres,
  url: () => server.url,
  startWithTls: (tls) => startPostgres({ tls }),
  blind: { user: 'blind', password: 'seeing' },
  reader: { user: 'reader', password: 'reading' },
})
