import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Place, place } from './run.ts'

/** What is published is the bundle: every process, thread and file that it looks for beside itself must be found. */
let here: Place
beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'pipe' })
  here = place()
  fs.mkdirSync(path.join(here.folder, 'files'))
  fs.writeFileSync(path.join(here.folder, 'files', 'tickets.csv'), 'id,body\n1,hello\n2,world\n')
  fs.writeFileSync(
    here.config,
    `state: state
sources:
  shop: { connector: sqlite, path: shop.db }
  files: { connector: duckdb, folder: files }
  pg: { connector: postgres, host: 127.0.0.1, port: 1, user: u, database: d }
  my: { connector: mysql, host: 127.0.0.1, port: 1, user: u, database: d }
`,
  )
})
afterAll(() => here.remove())

const bundle = pathToFileURL(path.resolve('dist/sluice.js')).href
function sluice(args: string[], input = ''): { code: number | null; out: string; err: string } {
  const program = path.join(here.folder, 'program.mjs')
  fs.writeFileSync(program, `import { start } from ${JSON.stringify(bundle)}\nprocess.exitCode = await start(process.argv.slice(2))\n`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--config', here.config], {
    input,
    encoding: 'utf8',
    cwd: here.folder,
  })
  return { code: status, out: stdout, err: stderr }
}
const rows = (source: string, sql: string): unknown => JSON.parse(sluice(['query', '-s', source, sql]).out).rows

it('reads SQLite and DuckDB in their own processes', () => {
  expect(rows('shop', 'SELECT count(*) FROM people')).toEqual([[3]])
  expect(rows('files', 'SELECT id, body FROM tickets ORDER BY id')).toEqual([
    [1, 'hello'],
    [2, 'world'],
  ])
})

it('reads every dialect, long statements in their thread', () => {
  const long = `SELECT ${Array.from({ length: 5_000 }, (_, i) => `c${i}`).join(', ')} FROM t`
  for (const dialect of ['postgres', 'mysql', 'sqlite', 'duckdb']) {
    const text = [
      { id: 1, sql: 'SELECT count(*) FROM t' },
      { id: 2, sql: long },
      { id: 3, sql: 'DROP TABLE t' },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
    const { code, out, err } = sluice(['check', '--dialect', dialect, '--batch', '-'], text)
    expect([code, err]).toEqual([0, ''])
    const verdicts = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { verdict: string; code: string | null })
    expect([dialect, ...verdicts.map((one) => one.code ?? one.verdict)]).toEqual([dialect, 'allow', 'allow', 'statement_refused'])
  }
})

it('loads the drivers of servers', () => {
  const { out } = sluice(['sources', '--json'])
  const states = Object.fromEntries(
    (JSON.parse(out) as { name: string; state: string; code?: string }[]).map((one) => [one.name, one.code ?? one.state]),
  )
  expect(states).toEqual({ shop: 'ok', files: 'ok', pg: 'source_unavailable', my: 'source_unavailable' })
})

it('holds nothing of this machine', () => {
  const root = path.resolve('.')
  const files = fs.readdirSync('dist').filter((file) => file.endsWith('.js'))
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((file) => fs.readFileSync(path.join('dist', file), 'utf8').includes(root))).toEqual([])
})
