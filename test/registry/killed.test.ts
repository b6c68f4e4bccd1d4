import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { importServers, registeredFrom, rotateEncryption } from '../../src/registry.ts'
import { openKeyring } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'
import { folder, opened } from './scene.ts'

/** Imports and additions by processes of their own, as commands are. */

const SERVERS = 1_500
const HEAD = `
  import { addSource, importServers, rotateEncryption } from './src/registry.ts'
  import { openKeyring, openStore } from './src/store/store.ts'
`

const started = (script: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module-typescript', '-e', HEAD + script], { stdio: ['ignore', 'pipe', 'inherit'] })

onEachRegistry((place) => {
  test('an import that is killed leaves all or nothing, and can be done again', async () => {
    const { setting } = await place()
    const file = join(folder(), 'registry.key')
    const store = await opened(setting)
    const keyring = openKeyring({ file })
    const script = `
      const keyring = openKeyring({ file: ${JSON.stringify(file)} })
      const { sources } = await openStore(${JSON.stringify(setting)})
      // Each statement is told, so that whoever kills can do so at any of them.
      const book = { all: sources.all, change: (work) => sources.change((known) => { console.log('in the transaction'); return work(known) }) }
      const text = Array.from({ length: ${SERVERS} }, (_, i) => '- { name: s' + i + ', kind: postgres, host: h, password: p' + i + '-SECRET }').join('\\n')
      await importServers({ text, file: 'servers.yml', folder: '/', env: {}, update: false, by: 'test' }, { book, keyring })
      console.log('done')
      process.exit(0)`
    const counts: number[] = []
    // From the moment at which the transaction is open on, a little later each time.
    for (const afterMs of [0, 20, 60, 120, 250]) {
      const child = started(script)
      const exited = new Promise((resolve) => child.once('exit', resolve))
      await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()))
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      child.kill('SIGKILL')
      await exited
      counts.push((await store.sources.all()).length)
    }
    expect(counts.filter((count) => count !== 0 && count !== SERVERS)).toEqual([])
    const last = started(script)
    expect(await new Promise((resolve) => last.once('exit', resolve))).toBe(0)
    const rows = await store.sources.all()
    expect(rows).toHaveLength(SERVERS)
    expect(registeredFrom(rows.find(({ name }) => name === 's77')!, keyring).settings.password).toBe('p77-SECRET')
  }, 90_000)

  test('a rotation that is killed at any moment leaves every secret readable, and can be done again', async () => {
    const { setting } = await place()
    const file = join(folder(), 'registry.key')
    const keyring = openKeyring({ file })
    const { sources } = await opened(setting)
    const text = Array.from({ length: 300 }, (_, i) => `- { name: s${i}, kind: postgres, host: h, password: p${i}-SECRET }`).join('\n')
    await importServers({ text, file: 'servers.yml', folder: '/', env: {}, update: false, by: 'test' }, { book: sources, keyring })
    const script = `
      const { sources } = await openStore(${JSON.stringify(setting)})
      console.log('open')
      for (;;) {
        await rotateEncryption({ file: ${JSON.stringify(file)} }, sources)
        console.log('rotated')
      }`
    const names = new Set<string>()
    // Some in the first rotation, some after it.
    for (const [word, afterMs] of [
      ['open', 5],
      ['rotated', 17],
      ['open', 31],
      ['open', 60],
      ['rotated', 3],
      ['open', 140],
    ] as const) {
      const child = started(script)
      const exited = new Promise((resolve) => child.once('exit', resolve))
      await new Promise<void>((resolve) => child.stdout!.on('data', (text) => String(text).includes(word) && resolve()))
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      child.kill('SIGKILL')
      await exited
      const rows = await sources.all()
      const passwords = rows.map((row) => registeredFrom(row, openKeyring({ file })).settings.password)
      expect(passwords).toEqual(rows.map(({ name }) => `p${name.slice(1)}-SECRET`))
      for (const { secrets } of rows) names.add(secrets!.split('.')[1]!)
      expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(2)
    }
    // It was rotated in between, not only begun.
    expect(names.size).toBeGreaterThan(1)
    expect(await rotateEncryption({ file }, sources)).toEqual({ sources: 300, key: 'file' })
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1)
  }, 60_000)

  test('several processes that add at once, the key file not made yet, lose nothing', async () => {
    const { setting } = await place()
    const file = join(folder(), 'deep', 'registry.key')
    const script = (name: string) => `${HEAD}
      const keyring = openKeyring({ file: ${JSON.stringify(file)} })
      const store = await openStore(${JSON.stringify(setting)})
      for (let i = 0; i < 10; i++) {
        const wanted = { name: '${name}' + i, connector: 'mysql', description: '', enabled: true, settings: { password: '${name}' + i + '-SECRET' } }
        await addSource(wanted, { folder: '/' }, { book: store.sources, keyring })
      }
      await store.close()`
    await Promise.all(
      ['a', 'b', 'c'].map((name) => promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script(name)])),
    )
    const rows = await (await opened(setting)).sources.all()
    expect(rows).toHaveLength(30)
    const keyring = openKeyring({ file })
    expect(rows.map((row) => registeredFrom(row, keyring).settings.password)).toEqual(rows.map(({ name }) => `${name}-SECRET`))
  }, 60_000)
})
