import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach } from 'vitest'
import { makeKey } from '../../src/auth/auth.ts'
import { type Place, place, run } from '../cli/run.ts'

/** A gateway that runs, and commands beside it that register sources. */

/** Where the test that runs now has its configuration and its state. */
export let here: Place
const stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  here = place()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  here.remove()
})

export const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A command with parts of its own: nothing in it is shared with the gateway but the folder. */
export const sluice = (args: readonly string[], setting: Parameters<typeof run>[1] = {}) => run([...args, '--config', here.config], setting)

/** The same in a process of its own. */
export const apart = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  promisify(execFile)(process.execPath, ['bin/sluice.js', ...args, '--config', here.config], { env: { ...process.env, ...env } })

export async function served(): Promise<Readonly<{ url: string; err: () => string }>> {
  const stop = new AbortController()
  let url = ''
  let err = ''
  const running = sluice(['serve', '--quiet', '--port', '0'], {
    signal: stop.signal,
    onOut: (text) => {
      url = text.trim()
    },
    onErr: (text) => {
      err = text
    },
  })
  stops.push(() => {
    stop.abort()
    return running
  })
  await until(() => url !== '')
  return { url, err: () => err }
}

export const keys = { admin: makeKey(), reader: makeKey(), only: makeKey(), narrow: makeKey(), shopAdmin: makeKey() }
export const withKeys = (more = '') => `state: state
log: { level: info }
sources:
  shop: { connector: sqlite, path: shop.db, description: A small shop }
roles:
  only: { sources: { shop: { tables: { allow: [people] }, actions: [read] } } }
  shop_admin: { sources: { shop: { tables: { allow: ['*'] }, actions: [read, admin] } } }
  pattern: { sources: { 'sh*': { tables: { allow: ['*'] }, actions: [read] } } }
local: { roles: [] }
keys:
  - { name: admin, hash: '${keys.admin.hash}', roles: [admin] }
  - { name: reader, hash: '${keys.reader.hash}', roles: [read_only] }
  - { name: only, hash: '${keys.only.hash}', roles: [only, pattern] }
  - { name: narrow, hash: '${keys.narrow.hash}', roles: [read_only], sources: [shop] }
  - { name: shopAdmin, hash: '${keys.shopAdmin.hash}', roles: [shop_admin] }
${more}`

export type Who = keyof typeof keys
export async function ask(
  url: string,
  path: string,
  who: Who,
  method = 'GET',
  body?: unknown,
): Promise<Readonly<{ status: number; text: string; body: unknown }>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${keys[who].key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text) }
}
export const query = (url: string, source: string, who: Who, sql = 'SELECT 1 AS one', limit = 10) =>
  ask(url, '/sql/execute', who, 'POST', { source, sql, limit })
export const names = async (url: string, who: Who) =>
  ((await ask(url, '/tools/list_sources', who, 'POST', {})).body as { sources: { name: string }[] }).sources.map(({ name }) => name)

/** Every file below a folder. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
