import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { type Server, startMariadb, startPostgres } from '../test/servers/servers.ts'

/**
 * How long a source of many tables takes to be synchronised, and how much memory. Each measurement is a process of its own, through the command
 * line's way: open the parts, synchronise, close. `node bench/catalog.ts [TABLES]`.
 */
const tables = Number(process.argv[2] ?? 10_000)
const COLUMNS = 12
const AT_ONCE = 200

if (process.argv[2] === '--one') await measureOne(process.argv[3]!)
else await main()

async function main(): Promise<void> {
  for (const kind of ['postgres', 'mysql'] as const) {
    const server = await (kind === 'postgres' ? startPostgres({ settings: { max_locks_per_transaction: '1024' } }) : startMariadb())
    const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
    try {
      await fill(kind, server)
      const config = join(folder, 'sluice.yaml')
      writeFileSync(config, `sources:\n  big: { connector: ${kind}, url: '${server.url}' }\n`)
      console.log(`${server.version}: ${tables} tables, ${tables * COLUMNS} columns, ${tables} foreign keys`)
      report('first', config)
      report('nothing new', config)
      await alter(kind, server)
      report('one column new', config)
    } finally {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

type One = Readonly<{ ok: boolean; ms: number; tables?: number; changes: number; text?: string; idleMb: number; peakMb: number }>

function report(what: string, config: string): void {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--one', config], { encoding: 'utf8' })
  if (stdout.trim() === '') throw new Error(stderr)
  const one = JSON.parse(stdout) as One
  if (!one.ok) throw new Error(one.text)
  const memory = `${one.peakMb} MB at most, ${one.idleMb} MB before`
  console.log(`  ${what.padEnd(16)} ${(one.ms / 1000).toFixed(1).padStart(6)} s  ${memory}  ${one.tables} tables, ${one.changes} changes`)
}

/** The peak is the whole process's; what it held before it began to read is beside it. */
async function measureOne(file: string): Promise<void> {
  const { configFor, openParts } = await import('../src/main.ts')
  const { synchronise } = await import('../src/catalog.ts')
  const { parts, close } = openParts(await configFor({ file }))
  await parts.store()
  const idleMb = Math.round(process.memoryUsage.rss() / 1024 / 1024)
  const started = performance.now()
  const [one] = await synchronise(['big'], { parts, signal: new AbortController().signal, progress: () => undefined })
  const ms = performance.now() - started
  await close()
  const { ok, tables, changes, text } = one!
  console.log(
    JSON.stringify({ ok, ms, tables, changes: changes.length, text, idleMb, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }),
  )
}

async function fill(kind: 'postgres' | 'mysql', server: Server): Promise<void> {
  const run = await runner(kind, server)
  for (let from = 1; from <= tables; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, tables - from + 1) }, (_, i) => tableSql(from + i))
    await run.exec(batch)
  }
  await run.end()
}

async function alter(kind: 'postgres' | 'mysql', server: Server): Promise<void> {
  const run = await runner(kind, server)
  await run.exec([`ALTER TABLE customer_orders_${tables} ADD COLUMN extra INTEGER`])
  await run.end()
}

function tableSql(number: number): string {
  const columns = Array.from({ length: COLUMNS - 2 }, (_, i) => `attribute_number_${i + 1} VARCHAR(40) DEFAULT 'none'`)
  const parent = Math.max(1, number - 1)
  return `CREATE TABLE customer_orders_${number} (id INTEGER PRIMARY KEY, parent_id INTEGER, ${columns.join(', ')}, FOREIGN KEY (parent_id) REFERENCES customer_orders_${parent} (id))`
}

async function runner(kind: 'postgres' | 'mysql', { url }: Server) {
  if (kind === 'mysql') {
    const connection = await createConnection({ uri: url, multipleStatements: true })
    return { exec: async (sql: readonly string[]) => void (await connection.query(sql.join(';'))), end: () => connection.end() }
  }
  const client = new pg.Client(url)
  await client.connect()
  return { exec: async (sql: readonly string[]) => void (await client.query(sql.join(';'))), end: () => client.end() }
}
