/**
 * `npm run eval:readonly -- --corpus DIR [--dialect D] [--source NAME --config FILE] [--show]`: how the guard judges statements that were
 * labelled by what the real engine did. `DIR` holds `<dialect>*.jsonl.gz` with `{id, sql, label: read|effect|fail}`; rows marked `gray`
 * or `ctx` are left out. Asks the command line, as anyone could. Exit code 1 when an effect was let through.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'

type Row = Readonly<{ id: string; sql: string; label: 'read' | 'effect' | 'fail'; gray?: unknown; ctx?: unknown }>
type Verdict = Readonly<{ id: string; verdict: 'allow' | 'refuse'; code?: string; reason?: string }>

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    dialect: { type: 'string' },
    source: { type: 'string' },
    config: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
})
if (!values.corpus) throw new Error('--corpus DIR is missing: a folder that holds <dialect>.*.jsonl.gz')
const { corpus, show } = values
let letThrough = 0
for (const dialect of ['postgres', 'mysql', 'sqlite', 'duckdb']) {
  if (values.dialect && values.dialect !== dialect) continue
  for (const file of readdirSync(corpus).filter((name) => name.startsWith(`${dialect}.`) && name.endsWith('.jsonl.gz'))) {
    letThrough += measure(dialect, join(corpus, file))
  }
}
process.exitCode = letThrough === 0 ? 0 : 1

function measure(dialect: string, file: string): number {
  const rows = lines<Row>(gunzipSync(readFileSync(file)).toString('utf8')).filter(({ gray, ctx }) => !gray && !ctx)
  const started = performance.now()
  const verdicts = ask(dialect, rows)
  const seconds = (performance.now() - started) / 1000
  const wrong = (label: Row['label'], verdict: Verdict['verdict']) =>
    rows.filter((row) => row.label === label && verdicts.get(row.id)?.verdict === verdict)
  const reads = rows.filter(({ label }) => label === 'read').length
  const effects = rows.filter(({ label }) => label === 'effect').length
  const passed = wrong('effect', 'allow')
  const refused = wrong('read', 'refuse')
  const share = ((100 * (reads - refused.length)) / reads).toFixed(2)
  console.log(
    `${dialect}: ${passed.length} of ${effects} effects let through, ${share} % of ${reads} reads allowed; ${rows.length} statements in ${seconds.toFixed(1)} s`,
  )
  for (const row of passed) console.log(`  LET THROUGH ${row.id} ${JSON.stringify(row.sql)}`)
  if (show)
    for (const row of refused) console.log(`  refused ${row.id} ${verdicts.get(row.id)?.reason} ${JSON.stringify(row.sql.slice(0, 300))}`)
  return passed.length
}

function ask(dialect: string, rows: readonly Row[]): ReadonlyMap<string, Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-readonly-'))
  try {
    const batch = join(folder, 'batch.jsonl')
    writeFileSync(batch, rows.map(({ id, sql }) => `${JSON.stringify({ id, sql })}\n`).join(''))
    const program = new URL('../bin/sluice.js', import.meta.url).pathname
    const more = [...(values.source ? ['--source', values.source] : []), ...(values.config ? ['--config', values.config] : [])]
    const { stdout } = spawnSync(process.execPath, [program, 'check', '--dialect', dialect, ...more, '--batch', batch], {
      maxBuffer: 1024 ** 3,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return new Map(lines<Verdict>(stdout.toString('utf8')).map((verdict) => [verdict.id, verdict]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
