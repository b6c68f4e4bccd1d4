import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Readable, Writable } from 'node:stream'
import { cli, type House } from '../../src/cli/cli.ts'
import { configFor, openParts } from '../../src/main.ts'
import { serveHttp, serveStdio } from '../../src/serve/serve.ts'

/** The real house, as `main.ts` hands it in. */
export const house: House = { configFor, openParts, serveHttp, serveStdio, demo: () => import('../../src/demo/demo.ts') }

export type Ran = Readonly<{ code: number; out: string; err: string }>
export type Setting = Readonly<{
  input?: string | Readable
  tty?: boolean
  columns?: number
  env?: Record<string, string>
  signal?: AbortSignal
  onOut?: (text: string) => void
  onErr?: (text: string) => void
  house?: House
}>

/** One command line in this process, with streams of its own. */
export async function run(args: readonly string[], setting: Setting = {}): Promise<Ran> {
  const { input = '', tty = false, columns = 100, env = {}, signal = new AbortController().signal } = setting
  const texts = { out: '', err: '' }
  const collect = (name: 'out' | 'err') =>
    Object.assign(
      new Writable({
        write(piece: Buffer, _encoding, done) {
          texts[name] += piece.toString()
          if (name === 'out') setting.onOut?.(texts.out)
          else setting.onErr?.(texts.err)
          done()
        },
      }),
      { isTTY: tty, columns },
    )
  const given = typeof input === 'string' ? Readable.from(input === '' ? [] : [input]) : input
  const code = await cli(args, setting.house ?? house, {
    in: Object.assign(given, { isTTY: tty && (input === '' || typeof input !== 'string') }),
    out: collect('out'),
    err: collect('err'),
    env,
    signal,
  })
  return { code, ...texts }
}

export type Place = Readonly<{ folder: string; config: string; audit: string; remove(): void }>

/** A folder with a small SQLite database and a configuration over it. */
export function place(more = ''): Place {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-cli-'))
  const db = new DatabaseSync(path.join(folder, 'shop.db'))
  db.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, born TEXT);
    INSERT INTO people VALUES (1, 'Ana', 'ana@example.com', '1990-05-01'), (2, 'NULL', NULL, ''), (3, 'Bo "x", y', 'bo@example.com', NULL);
    CREATE TABLE secrets (id INTEGER PRIMARY KEY, value TEXT);
    CREATE TABLE numbers (n INTEGER, big INTEGER);
    WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3000) INSERT INTO numbers SELECT n, 9007199254740993 FROM r;`)
  db.close()
  const config = path.join(folder, 'sluice.yaml')
  fs.writeFileSync(
    config,
    `state: state
sources:
  shop: { connector: sqlite, path: shop.db, description: A small shop }
roles:
  masked:
    extends: [read_only]
    sources:
      shop:
        tables: { deny: [secrets] }
        columns: { people: { deny: [born], mask: { email: email } } }
        rows: { people: 'id < 3' }
local: { roles: [read_only] }
${more}`,
  )
  return { folder, config, audit: path.join(folder, 'state', 'audit'), remove: () => fs.rmSync(folder, { recursive: true, force: true }) }
}
