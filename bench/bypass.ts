/**
 * `npm run eval:bypass -- --corpus DIR [--dialect D] [--show]`: runs labelled attack strings through the whole way of a query against real
 * engines, on three variants of the same data: `a` base, `m` only masked columns differ, `f` only hidden rows differ. A `mask` answer
 * must be the same on a and m, a `filter` answer the same on a and f (rows, names, error text); `block` must be refused; `allow` must run.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Call } from '../src/call.ts'
import { loadConfig } from '../src/config/config.ts'
import { publicError } from '../src/error.ts'
import { run } from '../src/gateway.ts'
import { openParts } from '../src/main.ts'
import { fixture, type Place, start } from './fixtures.ts'

type Item = Readonly<{
  id: string
  dialect: string
  category: string
  sql: string
  expectation: 'block' | 'mask' | 'filter' | 'allow'
  why: string
}>
type Answer = Readonly<{ ok: boolean; text: string; code?: string }>

const { values: args } = parseArgs({
  options: { corpus: { type: 'string' }, dialect: { type: 'string' }, show: { type: 'boolean', default: false }, only: { type: 'string' } },
})
if (!args.corpus) throw new Error('--corpus DIR is missing: a folder that holds bypass.dev.jsonl and fixtures/')
const corpus = args.corpus
const items = readFileSync(join(corpus, 'bypass.dev.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Item)
const totals: Record<string, number> = {}
const count = (name: string) => {
  totals[name] = (totals[name] ?? 0) + 1
}

for (const dialect of ['sqlite', 'duckdb', 'mysql', 'postgres'] as const) {
  if (args.dialect && args.dialect !== dialect) continue
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bypass-'))
  const server = await start(dialect)
  try {
    const places: Record<string, Place> = {}
    for (const variant of ['a', 'm', 'f']) {
      places[variant] = await fixture(
        dialect,
        variant,
        readFileSync(join(corpus, 'fixtures', `${dialect}.${variant}.sql`), 'utf8'),
        folder,
        server,
      )
    }
    await judge(dialect, folder, places)
  } finally {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
console.log(totals)

async function judge(dialect: string, folder: string, places: Readonly<Record<string, Place>>): Promise<void> {
  const file = join(folder, 'sluice.yaml')
  const sources = Object.fromEntries(Object.entries(places).map(([variant, { settings }]) => [variant, settings]))
  const one = {
    tables: { allow: ['*'], deny: ['api_keys'] },
    columns: { users: { mask: { email: 'constant', ssn: 'constant' } } },
    rows: { users: 'tenant_id = 1', orders: 'tenant_id = 1' },
    actions: ['read', 'explain'],
    limits: { rows: 1000, seconds: 3, bytes: 5_000_000, concurrent: 100, per_minute: 1_000_000 },
  }
  const roles = { guarded: { sources: { a: one, m: one, f: one } } }
  writeFileSync(file, JSON.stringify({ state: './state', sources, roles, local: { roles: ['guarded'] } }))
  const opened = openParts(await loadConfig(file, process.env))
  const ask = async (source: string, template: string): Promise<Answer> => {
    const text = template.replaceAll('{{DB}}', places[source]!.database)
    const chunks: string[] = []
    const call: Call = {
      id: crypto.randomUUID(),
      door: 'cli',
      credential: { kind: 'local' },
      source,
      action: 'query',
      text,
      params: [],
      signal: AbortSignal.timeout(10_000),
    }
    try {
      const sink = {
        columns: (columns: readonly { name: string }[]) => void chunks.push(columns.map(({ name }) => name).join()),
        batch: ({ json }: { json: Uint8Array }) => void chunks.push(Buffer.from(json).toString()),
      }
      await run(call, sink, opened.parts)
      return { ok: true, text: chunks.join('\n') }
    } catch (error) {
      const { code, message } = publicError(error)
      return { ok: false, text: `${code}: ${message}`, code }
    }
  }
  for (const item of items) {
    if (item.dialect !== dialect || (args.only && item.id !== args.only)) continue
    const wrong = await verdict(item, ask)
    if (wrong || args.show) console.log(`${wrong ?? 'right'} ${item.id} ${item.category} ${JSON.stringify(item.sql)} (${item.why})`)
  }
  await opened.close()
}

async function verdict(item: Item, ask: (source: string, text: string) => Promise<Answer>): Promise<string | undefined> {
  const a = await ask('a', item.sql)
  const key = `${item.dialect}.${item.expectation}`
  count(`${key}.all`)
  if (item.expectation === 'block') {
    if (!a.ok) return undefined
    // A heavy query is stopped by a limit, or has ended before one was reached.
    if (item.category === 'dos') {
      count(`${key}.ended`)
      return undefined
    }
    count(`${key}.HARM`)
    return `HARM (answered ${a.text.slice(0, 200)})`
  }
  if (item.expectation === 'allow') {
    if (a.ok) count(`${key}.ran`)
    return a.ok ? undefined : `REFUSED ${a.text}`
  }
  const other = await ask(item.expectation === 'mask' ? 'm' : 'f', item.sql)
  if (a.text !== other.text) {
    count(`${key}.LEAK`)
    return `LEAK ${a.text.slice(0, 300)} | ${other.text.slice(0, 300)}`
  }
  if (a.ok) count(`${key}.answered`)
  return a.ok ? undefined : `refused ${a.text}`
}
