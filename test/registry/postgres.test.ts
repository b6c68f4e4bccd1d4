import { writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Place, place, run } from '../cli/run.ts'
import { postgresUrl } from '../servers/servers.ts'

/** A registry in PostgreSQL, reached through a door that the tests open and shut. */

let here: Place
let door: Awaited<ReturnType<typeof openDoor>>
let database: string
const stops: (() => Promise<unknown>)[] = []

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client(postgresUrl())
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

async function openDoor() {
  const { hostname, port } = new URL(postgresUrl())
  const open = new Set<Socket>()
  let shut = false
  const server: Server = createServer((socket) => {
    if (shut) return socket.destroy()
    const up = connect(Number(port), hostname)
    for (const [one, other] of [
      [socket, up],
      [up, socket],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    shut(now: boolean) {
      shut = now
      if (now) for (const socket of open) socket.destroy()
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

beforeEach(async () => {
  here = place()
  door = await openDoor()
  database = `gateway_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await asAdmin(`CREATE DATABASE ${database}`)
  const url = new URL(postgresUrl())
  url.port = String(door.port)
  url.pathname = `/${database}`
  writeFileSync(
    here.config,
    `state: state\nregistry: ${url.href}\nsources:\n  shop: { connector: sqlite, path: shop.db }\nlocal: { roles: [admin] }\nlog: { level: info }\n`,
  )
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  door.shut(true)
  await door.close()
  await asAdmin(`DROP DATABASE ${database} WITH (FORCE)`)
  here.remove()
})

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
const sluice = (args: readonly string[], setting: Parameters<typeof run>[1] = {}) => run([...args, '--config', here.config], setting)

async function served() {
  const stop = new AbortController()
  const texts = { url: '', err: '' }
  const running = sluice(['serve', '--quiet', '--port', '0'], {
    signal: stop.signal,
    onOut: (text) => {
      texts.url = text.trim()
    },
    onErr: (text) => {
      texts.err = text
    },
  })
  stops.push(() => {
    stop.abort()
    return running
  })
  await until(() => texts.url !== '')
  return texts
}
const names = async (url: string) => ((await (await fetch(`${url}/api/datasources`)).json()) as { id: string }[]).map(({ id }) => id)
const add = (name: string) => sluice(['source', 'add', name, '--connector', 'sqlite', '--set', `path=${join(here.folder, 'shop.db')}`])

test('gateways that share it see what one of them registers', async () => {
  const [one, two] = [await served(), await served()]
  const path = '/api/sources'
  const body = { name: 'second', connector: 'postgres', settings: { host: '127.0.0.1', password: 'hunter2-SECRET' } }
  const answer = await fetch(`${one.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(201)
  expect(await names(one.url)).toEqual(['shop', 'second'])
  await until(async () => (await names(two.url)).includes('second'))
  await sluice(['source', 'remove', 'second'])
  await until(async () => !(await names(one.url)).includes('second') && !(await names(two.url)).includes('second'))
}, 60_000)

test('a registry that goes away takes no source from those who use it, and is seen again when it is back', async () => {
  await add('second')
  const one = await served()
  expect(await names(one.url)).toEqual(['shop', 'second'])
  door.shut(true)
  // Reads everything again, by hand.
  const reloaded = await fetch(`${one.url}/tools/reload_config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(reloaded.status).toBe(200)
  expect(await names(one.url)).toEqual(['shop', 'second'])
  const refused = await fetch(`${one.url}/api/sources`)
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
    expect.any(Number),
    expect.stringMatching(/registry_unavailable|config_invalid/),
  ])

  // One that starts without it begins with what the configuration has, says so, and finds the rest later.
  const two = await served()
  expect(two.err).toContain('does not answer')
  expect(two.err).not.toContain(new URL(postgresUrl()).password || 'no password')
  expect(await names(two.url)).toEqual(['shop'])
  door.shut(false)
  await until(async () => (await names(two.url)).includes('second'))
  await add('third')
  await until(async () => (await names(one.url)).includes('third') && (await names(two.url)).includes('third'))
}, 60_000)
