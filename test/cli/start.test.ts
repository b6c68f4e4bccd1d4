import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isStale } from '../../scripts/stale.js'
import { place } from './run.ts'

let folder: string
let children: ChildProcess[]
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-start-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true, force: true })
})

/** `npm start` without npm: resolves when the address is told. */
async function start(cwd: string, args: string[] = []): Promise<{ url: string; text: string; stop(): Promise<number | null> }> {
  const { SLUICE_CONFIG: _, ...env } = process.env
  const child = spawn(process.execPath, [path.resolve('scripts/start.js'), '--port', '0', ...args], {
    cwd,
    env: { ...env, SLUICE_DEMO: path.join(folder, 'demo') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        text += piece.toString()
        if (text.includes('Press Ctrl-C')) resolve()
      })
    }
    void ended.then(() => reject(new Error(text)))
  })
  const stop = () => {
    child.kill('SIGINT')
    return ended
  }
  return { url: /ready: (\S+)/.exec(text)![1]!, text, stop }
}

const ask = async (url: string, source: string, query: string) => {
  const answer = await fetch(`${url}/sql/execute`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ source, query }),
  })
  return (await answer.json()) as { rows: unknown[][]; receipt: { masked: string[] } }
}

it('makes the demo, serves it with its masks, and says what to try', async () => {
  const { url, text, stop } = await start(folder)
  expect(text).toMatch(/Making the demo data: shop\n(.*\n)*Sluice is ready/)
  expect(text).toMatch(/"mcpServers"[\s\S]*"--demo"/)
  expect(text).toMatch(/1\. [\s\S]*curl [\s\S]*2\. [\s\S]*query --demo[\s\S]*3\. /)
  const { rows, receipt } = await ask(url, 'shop', 'SELECT email, phone FROM customers WHERE phone IS NOT NULL LIMIT 20')
  expect(rows).toHaveLength(20)
  for (const row of rows) expect(row.join(' ')).toMatch(/^.\*\*\*@[\w.]+ \+[\d ]{2}\*+\d\d$/)
  expect(receipt.masked).toContain('customers.email')
  expect((await ask(url, 'web', 'SELECT count(*) FROM events')).rows).toEqual([[500_000]])
  expect((await ask(url, 'support', 'SELECT count(*) FROM tickets')).rows).toEqual([[5_000]])
  expect(await stop()).toBe(0)
  const again = await start(folder)
  expect(again.text).not.toContain('Making')
  expect(await again.stop()).toBe(0)
})

it('every statement that it tells people to try works', async () => {
  const { url, text, stop } = await start(folder)
  const body = /-d '(\{.*\})'/.exec(text)![1]!
  const answer = await fetch(`${url}/sql/execute`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  expect([answer.status, ((await answer.json()) as { rows: unknown[] }).rows.length > 5]).toEqual([200, true])
  const [, source, sql] = /query --demo --source (\w+) "(.*)"/.exec(text)!
  expect((await ask(url, source!, sql!)).rows).toHaveLength(5)
  expect(await stop()).toBe(0)
})

it('serves the sources of .env instead, and tells a client what it must set for them', async () => {
  fs.writeFileSync(path.join(folder, '.env'), '# MYSQL_DATABASE=none\nMYSQL_HOST=db.example\nMYSQL_USER=reader\nMYSQL_PASSWORD=sesame\n')
  const { text, stop } = await start(folder)
  expect(text).toContain('Sources: mysql\n')
  expect(text).toMatch(/"env": \{\s+"MYSQL_HOST": "db\.example",[\s\S]*"MYSQL_PASSWORD": "…"/)
  expect(text).not.toContain('sesame')
  expect(await stop()).toBe(0)
})

it('serves the configuration of the folder instead, where there is one', async () => {
  const here = place()
  try {
    const { url, text, stop } = await start(here.folder)
    expect(text).not.toContain('--demo')
    expect((await ask(url, 'shop', 'SELECT count(*) FROM people')).rows).toEqual([[3]])
    expect(await stop()).toBe(0)
  } finally {
    here.remove()
  }
})

it('says what to try where every caller needs a key', async () => {
  const here = place()
  try {
    fs.writeFileSync(here.config, fs.readFileSync(here.config, 'utf8').replace(/^local:.*$/m, 'local: { roles: [] }'))
    const started = await start(here.folder)
    expect(started.text).toContain('"SLUICE_API_KEY"')
    expect(started.text).toMatch(/curl .* -H "Authorization: Bearer \$SLUICE_API_KEY"/)
    expect(started.text).toMatch(/query --config \S+sluice\.yaml --source shop/)
    expect(await started.stop()).toBe(0)
  } finally {
    here.remove()
  }
})

it('ends with the npm that has started it', async () => {
  const { SLUICE_CONFIG: _, ...env } = process.env
  const line = `"${process.execPath}" "${path.resolve('scripts/start.js')}" --port 0; true`
  const shell = spawn('sh', ['-c', line], {
    cwd: folder,
    env: { ...env, SLUICE_DEMO: path.join(folder, 'demo'), npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (piece: Buffer) => (told += piece.toString()))
  const closed = new Promise((resolve) => shell.once('close', resolve))
  await expect.poll(() => told, { timeout: 20_000 }).toContain('Press Ctrl-C')
  shell.kill('SIGTERM')
  await closed
  expect(told).toContain('Stopping.')
  await expect(fetch(/ready: (\S+)/.exec(told)![1]!)).rejects.toThrow()
})

it('knows when the bundle is older than what goes into it', () => {
  const write = (file: string, seconds: number) => {
    const at = path.join(folder, file)
    fs.mkdirSync(path.dirname(at), { recursive: true })
    fs.writeFileSync(at, '')
    fs.utimesSync(at, seconds, seconds)
  }
  write('src/deep/down/a.ts', 1_000)
  write('src/notes.txt', 9_000)
  for (const file of ['package.json', 'package-lock.json', 'scripts/build.ts']) write(file, 1_000)
  expect(isStale(folder)).toBe(true)
  write('dist/sluice.js', 2_000)
  expect(isStale(folder)).toBe(false)
  for (const file of ['src/deep/down/a.ts', 'src/new.ts', 'package-lock.json', 'scripts/build.ts']) {
    write(file, 3_000)
    expect([file, isStale(folder)]).toEqual([file, true])
    write(file, 1_000)
  }
  expect(isStale(folder)).toBe(false)
})
