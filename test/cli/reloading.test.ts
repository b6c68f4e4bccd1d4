import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Place, place, run } from './run.ts'

/** A server that runs, and whoever changes its configuration. */

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function served(
  more: string,
  use: (url: string, told: () => string) => Promise<void>,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<string> {
  const own = place(more)
  const stop = new AbortController()
  let url = ''
  let err = ''
  const running = run(['serve', '--quiet', '--port', '0', '--config', own.config, ...flags], {
    signal: stop.signal,
    env,
    onOut: (text) => {
      url = text.trim()
    },
    onErr: (text) => {
      err = text
    },
  })
  try {
    await until(() => url !== '')
    here.remove()
    here = own
    await use(url, () => err)
  } finally {
    stop.abort()
    await running
  }
  return err
}

const ask = async (url: string) => {
  const answer = await fetch(`${url}/sql/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'shop', sql: 'SELECT value FROM secrets' }),
  })
  return answer.status
}
const denied =
  'sources: { shop: { connector: sqlite, path: shop.db } }\nstate: state\nroles: { some: { sources: { shop: { tables: { allow: [people] }, actions: [read] } } } }\nlocal: { roles: [some] }\n'

it('reads its configuration again on SIGHUP, and keeps the one it has when the new one is wrong', async () => {
  await served('', async (url, told) => {
    expect(await ask(url)).toBe(200)
    writeFileSync(here.config, 'sourcess: {}')
    process.emit('SIGHUP')
    await until(() => told().includes('stays as it was'))
    expect(told()).toContain('did you mean "sources"')
    expect(await ask(url)).toBe(200)
    writeFileSync(here.config, denied)
    process.emit('SIGHUP')
    await until(() => told().includes('was read again'))
    expect(told()).toContain('roles.some')
    expect(await ask(url)).toBe(404)
  })
  expect(process.listenerCount('SIGHUP')).toBe(0)
})

it('does not take half a file that is still being written', async () => {
  const half = denied.replace('people', "'*'")
  await served('server: { reload: true }', async (url, told) => {
    // Each look finds another file, until nobody writes any more.
    const writing = setInterval(() => writeFileSync(here.config, `${half}# ${performance.now()}\n`), 100)
    try {
      await new Promise((resolve) => setTimeout(resolve, 3_500))
      expect(told()).not.toContain('was read again')
    } finally {
      clearInterval(writing)
    }
    writeFileSync(here.config, denied)
    await until(() => told().includes('was read again'))
    expect(await ask(url)).toBe(404)
  })
}, 20_000)

it('reads it again by itself where it says so', async () => {
  await served('server: { reload: true }', async (url, told) => {
    expect(await ask(url)).toBe(200)
    writeFileSync(here.config, denied)
    await until(() => told().includes('was read again'))
    expect(told()).toContain('Only a restart changes server.reload')
    expect(await ask(url)).toBe(404)
  })
})

it('reads it again by itself where a flag says so', async () => {
  const flagged = async (url: string, told: () => string) => {
    writeFileSync(here.config, denied)
    await until(() => told().includes('was read again'))
    expect(await ask(url)).toBe(404)
  }
  await served('', flagged, {}, ['--reload'])
})
