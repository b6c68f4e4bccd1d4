import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exits } from '../../src/cli/cli.ts'
import { type Place, place } from './run.ts'

const program = path.resolve('bin/sluice.js')
/** Makes the running Node say that it is an older one, so that the program hands over to the one that is installed with it. */
const asOldNode = ['--import', "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"]
const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r WHERE n < 0'
const wide = "SELECT n, printf('%.10000c', 'x') AS x FROM numbers"

let here: Place
let children: ChildProcess[]
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())
children = []
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
})

type Running = Readonly<{
  child: ChildProcess
  ended: Promise<{ code: number | null; out: string; err: string }>
  said(pattern: RegExp): Promise<RegExpExecArray>
}>

function start(args: string[], { old = false, input = 'ignore' as 'ignore' | 'pipe' } = {}): Running {
  const child = spawn(process.execPath, [...(old ? asOldNode : []), program, ...args], { stdio: [input, 'pipe', 'pipe'], cwd: here.folder })
  children.push(child)
  const texts = { out: '', err: '' }
  const watchers = new Set<() => void>()
  for (const [name, stream] of [
    ['out', child.stdout!],
    ['err', child.stderr!],
  ] as const) {
    stream.on('data', (piece: Buffer) => {
      texts[name] += piece.toString()
      for (const watcher of watchers) watcher()
    })
  }
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...texts })),
  )
  const said = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(texts.out)
        if (!match) return
        watchers.delete(look)
        resolve(match)
      }
      watchers.add(look)
      look()
      void ended.then(() => reject(new Error(`ended before it said ${pattern}: ${texts.out}${texts.err}`)))
    })
  return { child, ended, said }
}

/** The reads that have been intended so far, from the files themselves. */
const intents = () =>
  fs.existsSync(here.audit)
    ? fs
        .readdirSync(here.audit)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => fs.readFileSync(path.join(here.audit, name), 'utf8').match(/"type":"intent"[^\n]*"kind":"read"/g) ?? [])
    : []

describe('the program', () => {
  it('works from any folder and keeps exit codes, also when it hands over from an older Node', async () => {
    for (const old of [false, true]) {
      expect((await start(['--version'], { old }).ended).out).toMatch(/^\d+\.\d+\.\d+\n$/)
      expect((await start(['qurey'], { old }).ended).code).toBe(exits.usage.code)
      const { code, out } = await start(['query', 'SELECT 41 + 1 AS x'], { old }).ended
      expect(code).toBe(0)
      expect(JSON.parse(out).rows).toEqual([[42]])
    }
  })
  it('ends the query and says 130 when it is interrupted, also through an older Node', async () => {
    for (const old of [false, true]) {
      const before = intents().length
      const running = start(['query', endless, '--format', 'csv'], { old })
      await expect.poll(() => intents().length, { timeout: 10_000 }).toBe(before + 1)
      running.child.kill('SIGINT')
      const { code, err } = await running.ended
      expect(code).toBe(exits.interrupted.code)
      expect(err).toContain('query_cancelled')
    }
    const listed = await start(['audit', 'list', '--json']).ended
    expect(
      listed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).code as string)
        .filter((code) => code === 'query_cancelled'),
    ).toHaveLength(2)
  })
  it('stops quietly when nobody reads its output any more', async () => {
    const running = start(['query', wide, '--format', 'csv'])
    await running.said(/xxx/)
    running.child.stdout!.destroy()
    const { code, err } = await running.ended
    expect(code).toBe(exits.interrupted.code)
    expect(err).toBe('')
  })
  it('serves until it is told to stop, and seals the audit', async () => {
    const running = start(['serve', '--port', '0'])
    const [, url] = await running.said(/ready: (http:\S+)/)
    const answer = await fetch(`${url}/sql/execute`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ source: 'shop', query: 'SELECT count(*) AS n FROM people' }),
    })
    expect(((await answer.json()) as { rows: unknown }).rows).toEqual([[3]])
    const taken = await start(['serve', '--port', new URL(url!).port]).ended
    expect(taken.code).toBe(exits.unavailable.code)
    expect(taken.err).toMatch(/is taken[\s\S]*--port 0/)
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
    const file = fs.readdirSync(here.audit).find((name) => name === 'audit-0001.jsonl')!
    expect(fs.readFileSync(path.join(here.audit, file), 'utf8').trimEnd()).toMatch(/"type":"close"[^\n]*$/)
    expect((await start(['audit', 'verify']).ended).code).toBe(0)
  })
  it('goes on serving when nobody reads what it tells the operator', async () => {
    const own = place()
    const running = start(['serve', '--port', '0', '--config', own.config])
    const [, url] = await running.said(/ready: (http:\S+)/)
    running.child.stderr!.destroy()
    const ask = () =>
      fetch(`${url}/sql/execute`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ source: 'shop', query: 'SELECT count(*) AS n FROM people' }),
      })
    expect((await ask()).status).toBe(200)
    fs.rmSync(own.audit, { recursive: true })
    fs.writeFileSync(own.audit, '')
    expect(((await (await ask()).json()) as { error: { code: string } }).error.code).toBe('audit_unavailable')
    await new Promise((resolve) => setTimeout(resolve, 100))
    fs.rmSync(own.audit)
    expect((await ask()).status).toBe(200)
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(0)
    own.remove()
  })
  it('prints a client configuration that starts it', async () => {
    const running = start(['serve', '--port', '0'])
    const [text] = await running.said(/\{[\s\S]*?\n\}/)
    running.child.kill('SIGTERM')
    await running.ended
    const { command, args } = (JSON.parse(text) as { mcpServers: { sluice: { command: string; args: string[] } } }).mcpServers.sluice
    expect([path.isAbsolute(command), path.isAbsolute(args[0]!)]).toEqual([true, true])
    const client = spawn(command, args, { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(client)
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    client.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize })}\n`)
    const reply = await new Promise<string>((resolve) => client.stdout.once('data', (piece: Buffer) => resolve(piece.toString())))
    expect(JSON.parse(reply)).toMatchObject({ id: 1, result: { serverInfo: { name: 'sluice' } } })
    client.stdin.end()
    expect(await new Promise((resolve) => client.once('close', resolve))).toBe(0)
  })
  it('tells a wrong configuration to whoever starts it as an MCP server, although the input stays open', async () => {
    fs.writeFileSync(path.join(here.folder, 'wrong.yaml'), 'sorces: {}\n')
    const { code, err, out } = await start(['mcp', '--config', 'wrong.yaml'], { input: 'pipe' }).ended
    expect([code, out]).toEqual([exits.config.code, ''])
    expect(err).toContain('did you mean "sources"')
  })
})

it('reads its configuration again on SIGHUP and goes on; SIGTERM ends it', async () => {
  const own = place()
  const { child, ended, said } = start(['serve', '--quiet', '--port', '0', '--config', own.config])
  const [url] = await said(/http:\S+/)
  const ask = async () => {
    const body = JSON.stringify({ source: 'shop', sql: 'SELECT value FROM secrets' })
    return (await fetch(`${url}/sql/execute`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status
  }
  expect(await ask()).toBe(200)
  fs.appendFileSync(own.config, 'limits: { rows: 0 }\n')
  let told = ''
  child.stderr!.on('data', (piece: Buffer) => {
    told += piece.toString()
  })
  child.kill('SIGHUP')
  while (!told.includes('stays as it was')) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await ask()).toBe(200)
  fs.writeFileSync(
    own.config,
    fs.readFileSync(own.config, 'utf8').replace('rows: 0', 'rows: 9').replace('roles: [read_only] }', 'roles: [masked] }'),
  )
  while ((await ask()) === 200) child.kill('SIGHUP')
  expect(await ask()).toBe(404)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(exits.ok.code)
  own.remove()
})
