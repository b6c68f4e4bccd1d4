import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/servers/process.ts'
import type { Database, Engine } from './databases.ts'
import { Connection, post, toolCall } from './http-client.ts'

export type ContenderName = 'gateway' | 'floor'

/** A server under test: running over HTTP, and the command that starts the same over stdio. */
export type Contender = Readonly<{
  name: ContenderName
  engine: Engine
  port: number
  pid: number
  stdio: readonly string[]
  stop(): Promise<void>
}>

const connectors: Record<Engine, string> = { pg: 'postgres', mysql: 'mysql' }

/** Nothing is switched off for the bench; only the limits of the role are lifted, because a million rows are asked for. */
const configuration = (database: Database, port: number): string => `
server: { port: ${port} }
sources:
  bench: { connector: ${connectors[database.engine]}, url: '${database.url}' }
roles:
  bench:
    sources:
      bench:
        tables: { allow: ['*'] }
        functions: [pg_sleep, sleep]
        actions: [read, explain]
        limits: { rows: 1000000000, bytes: 1000000000000, seconds: 600, concurrent: 100000, per_minute: 1000000000 }
local: { roles: [bench] }
`

export async function startGateway(database: Database): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const config = join(folder, 'sluice.yaml')
  const port = await freePort()
  writeFileSync(config, configuration(database, port))
  const program = [process.execPath, new URL('../bin/sluice.js', import.meta.url).pathname]
  const child = await started([...program, 'serve', '--config', config], port)
  const stop = () => ended(child).then(() => rmSync(folder, { recursive: true, force: true }))
  return { name: 'gateway', engine: database.engine, port, pid: child.pid!, stdio: [...program, 'mcp', '--config', config], stop }
}

export async function startFloor(database: Database): Promise<Contender> {
  const port = await freePort()
  const program = [process.execPath, new URL('./floor.ts', import.meta.url).pathname, database.engine, database.url]
  const child = await started([...program, 'http', String(port)], port)
  return { name: 'floor', engine: database.engine, port, pid: child.pid!, stdio: [...program, 'stdio'], stop: () => ended(child) }
}

/** Resolves when the server lists its tools. */
async function started(command: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  let last: unknown
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    try {
      if ((await ask(port, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}')).includes('"tools":[')) return child
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error('The server under test did not start.', { cause: last })
}

/** Asks one query, so that what is loaded on first use is loaded. */
export async function firstQuery({ port }: Contender): Promise<void> {
  const answer = await ask(port, toolCall(1, { source: 'bench', sql: 'SELECT 1 AS one' }))
  if (!answer.includes('"rows":[')) throw new Error(`The server under test answered: ${answer.slice(0, 1000)}`)
}

async function ask(port: number, body: string): Promise<string> {
  const connection = new Connection(port)
  const answer = await connection.send(post(port, body), true)
  connection.close()
  return String(answer.body)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(late)
}
