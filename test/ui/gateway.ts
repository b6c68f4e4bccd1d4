import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buildPage } from '../../scripts/build-page.ts'
import { isPageStale } from '../../scripts/stale.js'
import { makeKey } from '../../src/auth/auth.ts'
import { configOf } from '../../src/config/config.ts'
import { type Opened, openParts } from '../../src/main.ts'
import { type HttpServer, serveHttp } from '../../src/serve/serve.ts'

/** A gateway with a shop, files and what is awkward to show, for the tests of the page. */
export type Gateway = Readonly<{
  url: string
  /** Keys by role: `boss` administers, `ana` is an analyst with masks and a row rule, `nobody` may use nothing. */
  keys: Readonly<Record<'boss' | 'ana' | 'nobody', string>>
  opened: Opened
  folder: string
  /** Ends the door, and opens it again at the same address. */
  away(): Promise<void>
  back(): Promise<void>
  close(): Promise<void>
}>

export const SCRIPT = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'

/** `more` is YAML at the top level, `sources` more entries of `sources`, both indented as they should be. */
export async function openGateway({ more = '', sources = '' }: { more?: string; sources?: string } = {}): Promise<Gateway> {
  if (isPageStale()) await buildPage()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-page-'))
  makeShop(join(folder, 'shop.db'))
  makeOdd(join(folder, 'odd.db'))
  mkdirSync(join(folder, 'files'))
  writeFileSync(
    join(folder, 'files', 'visits.csv'),
    `id,page,seconds\n${Array.from({ length: 500 }, (_, i) => `${i},/p/${i % 7},${i % 13}.5`).join('\n')}\n`,
  )
  const keys = { boss: makeKey(), ana: makeKey(), nobody: makeKey() }
  const text = `
state: ${join(folder, 'state')}
sources:
  shop: { connector: sqlite, path: ./shop.db, description: 'Customers, products and orders.' }
  odd: { connector: sqlite, path: ./odd.db, description: 'What is awkward to show ${SCRIPT.replaceAll("'", "''")}' }
  files: { connector: duckdb, folder: ./files, description: 'Visits of pages.' }
${sources}
roles:
  analyst:
    extends: [data_analyst]
    sources:
      shop:
        columns: { customers: { mask: { email: email } } }
        rows: { orders: "status <> 'secret'" }
  nothing: { sources: {} }
local: { roles: [admin] }
keys:
  - { name: boss, hash: '${keys.boss.hash}', roles: [admin] }
  - { name: ana, hash: '${keys.ana.hash}', roles: [analyst] }
  - { name: nobody, hash: '${keys.nobody.hash}', roles: [nothing] }
${more}`
  const file = join(folder, 'sluice.yaml')
  writeFileSync(file, text)
  const opened = openParts(await configOf(file, text, {}))
  let server: HttpServer = await serveHttp(opened.parts, { host: '127.0.0.1', port: 0 })
  const { url } = server
  const port = Number(new URL(url).port)
  return {
    url,
    keys: { boss: keys.boss.key, ana: keys.ana.key, nobody: keys.nobody.key },
    opened,
    folder,
    away: () => server.close(),
    async back() {
      server = await serveHttp(opened.parts, { host: '127.0.0.1', port })
    },
    async close() {
      await server.close()
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeShop(path: string): void {
  const file = new DatabaseSync(path)
  file.exec(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, country TEXT, created_at TIMESTAMP);
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), product_id INTEGER REFERENCES products (id), status TEXT, total_cents INTEGER, ordered_at TIMESTAMP);
    CREATE INDEX orders_by_customer ON orders (customer_id);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 60)
      INSERT INTO customers SELECT i, 'Customer ' || i, 'c' || i || '@example.com', CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' ELSE 'PL' END, '2026-01-' || printf('%02d', i % 28 + 1) || ' 10:00:00' FROM s;
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 12) INSERT INTO products SELECT i, 'Product ' || i, i * 250 FROM s;
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 900)
      INSERT INTO orders SELECT i, i % 60 + 1, i % 12 + 1, CASE WHEN i % 50 = 0 THEN 'secret' WHEN i % 4 = 0 THEN 'cancelled' ELSE 'paid' END, i * 10, '2026-0' || (i % 6 + 1) || '-' || printf('%02d', i % 28 + 1) || ' 12:00:00' FROM s;`)
  file.close()
}

const COLUMNS = 1_999
const CELL_BYTES = 50 * 1024 * 1024

function makeOdd(path: string): void {
  const file = new DatabaseSync(path)
  const columns = Array.from({ length: COLUMNS }, (_, i) => `c${i} INTEGER`)
  file.exec(`
    CREATE TABLE wide (${columns.join(', ')});
    INSERT INTO wide (c0, c1, c1998) VALUES (1, 9007199254740993, 7);
    CREATE TABLE huge (id INTEGER PRIMARY KEY, body TEXT);
    INSERT INTO huge VALUES (1, printf('%.*c', ${CELL_BYTES}, 'x')), (2, ''), (3, NULL);
    CREATE TABLE "markup ${SCRIPT.replaceAll('"', '""')}" (id INTEGER PRIMARY KEY, "${SCRIPT.replaceAll('"', '""')}" TEXT);
    INSERT INTO "markup ${SCRIPT.replaceAll('"', '""')}" VALUES (1, '${SCRIPT.replaceAll("'", "''")}');
    CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT, big INTEGER, price REAL);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 1000000) INSERT INTO many SELECT i, 'row ' || i, 9007199254740993 + i, i / 8.0 FROM s;`)
  file.close()
}
