import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import mysql from '../../src/source/mysql.ts'
import type { Connection } from '../../src/source/source.ts'
import { type Server, startMariadb } from '../servers/servers.ts'
import { diagnoses } from './served-diagnosis.ts'

let server: Server
let connection: Connection
const soon = (): AbortSignal => AbortSignal.timeout(30_000)

beforeAll(async () => {
  server = await startMariadb()
  const admin = await createConnection(server.url)
  const statements = [
    `CREATE TABLE owners (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) DEFAULT 'nobody', note text, UNIQUE KEY by_name (name), KEY by_note (note(10), id))`,
    'CREATE TABLE `Odd Things` (id int PRIMARY KEY, `Own er` int, half int AS (id DIV 2) STORED, CONSTRAINT fk FOREIGN KEY (`Own er`) REFERENCES owners (id))',
    'CREATE VIEW seen AS SELECT name FROM owners',
    'CREATE VIEW seen_twice AS SELECT * FROM seen',
    'CREATE TRIGGER looks BEFORE INSERT ON owners FOR EACH ROW SET NEW.note = NULL',
    `CREATE USER 'reader'@'%' IDENTIFIED BY 'reading'`,
    `GRANT SELECT ON sluice.owners TO 'reader'@'%'`,
    `CREATE USER 'blind'@'%' IDENTIFIED BY 'seeing'`,
  ]
  for (const sql of statements) await admin.query(sql)
  await admin.end()
  connection = await mysql.open('tested', { url: server.url })
})
afterAll(async () => {
  await connection.close()
  await server.stop()
})

it('tells indexes, sizes, dependents and the server', async () => {
  const { database, indexes, sizes, dependents } = await connection.details!(soon())
  expect(database).toMatchObject({ product: 'MariaDB', database: 'sluice', settings: { max_connections: expect.any(String) } })
  expect(database.version).toMatch(/^10\./)
  expect(new Date(database.startedAt!).getTime()).toBeLessThan(Date.now() + 2_000)
  const index = (table: string, name: string) => indexes.find((one) => one.table === table && one.name === name)
  expect(index('owners', 'PRIMARY')).toEqual({
    schema: 'sluice',
    table: 'owners',
    name: 'PRIMARY',
    columns: ['id'],
    unique: true,
    primary: true,
    method: 'btree',
  })
  expect(index('owners', 'by_note')).toMatchObject({ columns: ['note(10)', 'id'], unique: false })
  expect(index('Odd Things', 'fk')).toMatchObject({ columns: ['Own er'] })
  expect(sizes.find(({ table }) => table === 'owners')).toMatchObject({ schema: 'sluice', rowsEstimate: 0, bytes: 16_384 })
  expect(dependents).toEqual([
    { on: 'sluice.owners', kind: 'view', name: 'sluice.seen' },
    { on: 'sluice.seen', kind: 'view', name: 'sluice.seen_twice' },
    { on: 'sluice.owners', kind: 'foreign_key', name: 'sluice.Odd Things' },
    { on: 'sluice.owners', kind: 'trigger', name: 'sluice.looks' },
  ])
})

it('tells defaults and what the source computes', async () => {
  const { tables } = await connection.describe(soon())
  const columns = tables
    .filter(({ schema }) => schema === 'sluice')
    .flatMap((table) => table.columns.map((column) => [`${table.name}.${column.name}`, column] as const))
  const told = Object.fromEntries(columns.map(([name, { generated, default: given }]) => [name, [generated, given]]))
  expect(told).toMatchObject({
    'owners.id': ['identity', undefined],
    'owners.name': [undefined, "'nobody'"],
    'owners.note': [undefined, undefined],
    'Odd Things.half': ['always', undefined],
  })
})

diagnoses({
  connector: mysql,
  url: () => server.url,
  startWithTls: (tls) => startMariadb({ tls }),
  blind: { user: 'blind', password: 'seeing' },
  reader: { user: 'reader', password: 'reading' },
})
