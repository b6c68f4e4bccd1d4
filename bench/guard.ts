/**
 * Measures what reading, guarding, rewriting and printing a statement costs, without any source: statements per second, p50 and p99.
 *
 *   node bench/guard.ts [--seconds N] [--only DIALECT]
 */
import { parseArgs } from 'node:util'
import { configOf } from '../src/config/config.ts'
import type { DialectName } from '../src/facts.ts'
import type { Grant } from '../src/grant.ts'
import { plans } from '../src/plans.ts'
import { openPolicy } from '../src/policy/policy.ts'
import { prepare } from '../src/prepare.ts'
import type { Schema, Table } from '../src/schema.ts'
import { type Dialect, dialects } from '../src/sql/sql.ts'

const { seconds, only } = parseArgs({ options: { seconds: { type: 'string', default: '1' }, only: { type: 'string' } } }).values
const names: readonly DialectName[] = ['postgres', 'mysql', 'sqlite', 'duckdb']

/** `n` makes texts differ, so that nothing is remembered. */
const statements: Readonly<Record<string, (n: number) => string>> = {
  point: (n) => `SELECT id, customer_id, status, total FROM orders WHERE id = ${n}`,
  join: (n) =>
    `SELECT c.country, count(*) AS orders, sum(o.total) AS total FROM orders AS o JOIN customers AS c ON c.id = o.customer_id WHERE o.total > ${n} GROUP BY c.country ORDER BY total DESC LIMIT 20`,
  window: (n) =>
    `WITH recent AS (SELECT customer_id, total, row_number() OVER (PARTITION BY customer_id ORDER BY id DESC) AS nth FROM orders WHERE id > ${n}) SELECT c.name, c.email, r.total FROM recent AS r JOIN customers AS c ON c.id = r.customer_id WHERE r.nth <= 3 AND c.country IN ('DE', 'FR', 'IT') ORDER BY c.name`,
}

const roles = `
sources:
  open: { connector: sqlite, path: open.db }
  ruled: { connector: sqlite, path: ruled.db }
roles:
  bench:
    sources:
      open: { tables: { allow: ['*'] }, actions: [read] }
      ruled:
        tables: { allow: ['*'] }
        actions: [read]
        columns: { customers: { mask: { email: email, phone: hash } } }
        rows: { orders: tenant_id = 7, customers: tenant_id = 7 }
`

const column = (name: string, type: 'int' | 'text' | 'decimal', nativeType: string) => ({ name, type, nativeType, nullable: true })
const table = (schema: string, name: string, columns: Table['columns']): Table => ({ schema, name, kind: 'table', columns })

function schemaOf(dialect: DialectName): Schema {
  const home = { postgres: 'public', mysql: 'shop', sqlite: 'main', duckdb: 'main' }[dialect]
  const integers = (...columns: string[]) => columns.map((name) => column(name, 'int', dialect === 'postgres' ? 'int4' : 'INTEGER'))
  const texts = (...columns: string[]) => columns.map((name) => column(name, 'text', dialect === 'postgres' ? 'text' : 'VARCHAR'))
  return {
    version: '1',
    searchPath: [home],
    tables: [
      table(home, 'orders', [...integers('id', 'tenant_id', 'customer_id'), ...texts('status'), column('total', 'decimal', 'numeric')]),
      table(home, 'customers', [...integers('id', 'tenant_id'), ...texts('name', 'email', 'phone', 'country')]),
    ],
    functions: [],
  }
}

async function grants(dialect: DialectName): Promise<Record<string, Grant>> {
  const config = await configOf(undefined, roles, {})
  const policy = openPolicy({ roles: config.roles, sources: new Map(['open', 'ruled'].map((name) => [name, dialect])) })
  const principal = { name: 'bench', via: 'local', roles: ['bench'], attributes: {} } as const
  return { open: policy.grant(principal, 'open'), ruled: policy.grant(principal, 'ruled') }
}

type Timed = Readonly<{ perSecond: number; p50: number; p99: number }>

async function timed(run: (n: number) => unknown): Promise<Timed> {
  let n = 1
  const measure = async (forMs: number): Promise<number[]> => {
    const took: number[] = []
    const end = performance.now() + forMs
    for (let now = performance.now(); now < end; n++) {
      await run(n)
      const then = performance.now()
      took.push((then - now) * 1000)
      now = then
    }
    return took.sort((a, b) => a - b)
  }
  await measure(500)
  const took = await measure(Number(seconds) * 1000)
  const at = (part: number) => took[Math.floor(took.length * part)]!
  return { perSecond: took.length / Number(seconds), p50: at(0.5), p99: at(0.99) }
}

async function measure(dialect: Dialect): Promise<void> {
  const schema = schemaOf(dialect.name)
  for (const [grantName, grant] of Object.entries(await grants(dialect.name))) {
    const setting = { dialect, grant, schema, maskKey: () => '0'.repeat(64), rowsMax: 1000 }
    for (const [name, text] of Object.entries(statements)) {
      const kept = plans()
      const fresh = await timed((n) => prepare(text(n), setting))
      const parsing = await timed((n) => dialect.parse(text(n), schema))
      const again = await timed((n) => kept.through(grant.version, text(n % 100), (shaped) => prepare(shaped, setting)))
      const show = ({ perSecond, p50, p99 }: Timed) =>
        [perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1)].map((cell) => cell.padStart(8)).join('')
      console.log(`${dialect.name.padEnd(9)}${grantName.padEnd(6)}${name.padEnd(7)}${show(fresh)} |${show(parsing)} |${show(again)}`)
    }
  }
}

console.log('                      new text                | parsing alone           | remembered')
console.log('dialect  grant case      per s  p50 µs  p99 µs |   per s  p50 µs  p99 µs |   per s  p50 µs  p99 µs')
const { duckdbParser } = await import('../src/source/duckdb.ts')
const readers = dialects(async () => duckdbParser())
for (const name of names) if (!only || only === name) await measure(await readers(name))
process.exit(0)
