import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addSource, registeredFrom, rotateEncryption } from '../../src/registry.ts'
import { newKey, openKeyring } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'
import { anywhere, folder, keeping, shop } from './scene.ts'

const passwords = (
  rows: Awaited<ReturnType<Awaited<ReturnType<typeof keeping>>['book']['all']>>,
  keyring: ReturnType<typeof openKeyring>,
) => rows.map((row) => registeredFrom(row, keyring).settings.password)

onEachRegistry((place) => {
  test('the key file gets a new key; who has it open goes on, and the old key opens nothing', async () => {
    const file = join(folder(), 'registry.key')
    const here = await keeping((await place()).setting, openKeyring({ file }))
    await addSource(shop(), anywhere, here)
    await addSource(shop({ name: 'two' }), anywhere, here)
    await addSource(shop({ name: 'none', settings: { host: 'h' } }), anywhere, here)
    const old = readFileSync(file, 'utf8').trim()
    expect(await rotateEncryption({ file }, here.book)).toEqual({ sources: 2, key: 'file' })
    expect(readFileSync(file, 'utf8')).not.toContain(old)
    const rows = (await here.book.all()).filter(({ name }) => name !== 'none')
    expect(passwords(rows, here.keyring)).toEqual(['hunter2-SECRET', 'hunter2-SECRET'])
    expect(() => passwords(rows, openKeyring({ key: old, file }))).not.toThrow()
    expect(rows.map((row) => registeredFrom(row, openKeyring({ key: old, file })).problem)).toEqual([
      expect.stringContaining('another key'),
      expect.stringContaining('another key'),
    ])
    expect(existsSync(`${file}.lock`)).toBe(false)
    await addSource(shop({ name: 'later' }), anywhere, here)
    expect(passwords(await here.book.all(), here.keyring).filter(Boolean)).toHaveLength(3)
  })

  test('from the file to ENCRYPTION_KEY, from that to another, and again', async () => {
    const file = join(folder(), 'registry.key')
    const here = await keeping((await place()).setting, openKeyring({ file }))
    await addSource(shop(), anywhere, here)
    const [first, second] = [newKey(), newKey()]
    expect(await rotateEncryption({ key: first, file }, here.book)).toEqual({ sources: 1, key: 'ENCRYPTION_KEY' })
    expect(passwords(await here.book.all(), openKeyring({ key: first, file }))).toEqual(['hunter2-SECRET'])
    const both = { key: second, old: first, file: join(folder(), 'none.key') }
    // A gateway that knows both reads before and after.
    expect(passwords(await here.book.all(), openKeyring(both))).toEqual(['hunter2-SECRET'])
    for (let i = 0; i < 2; i++) {
      await rotateEncryption(both, here.book)
      expect(passwords(await here.book.all(), openKeyring({ key: second, file }))).toEqual(['hunter2-SECRET'])
    }
    expect(passwords(await here.book.all(), openKeyring(both))).toEqual(['hunter2-SECRET'])
  })

  test('one secret that no key opens changes nothing, not even the key file', async () => {
    const { setting, raw } = await place()
    const file = join(folder(), 'registry.key')
    const here = await keeping(setting, openKeyring({ file }))
    await addSource(shop(), anywhere, here)
    await addSource(shop({ name: 'zebra' }), anywhere, here)
    await raw(`UPDATE sources SET secrets = (SELECT s.secrets FROM sources s WHERE s.name = 'shop') WHERE name = 'zebra'`)
    const before = await here.book.all()
    const key = readFileSync(file, 'utf8')
    await expect(rotateEncryption({ file }, here.book)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/^zebra: .*Nothing was changed\.$/),
    })
    await expect(rotateEncryption({ key: newKey(), old: newKey(), file: join(folder(), 'none.key') }, here.book)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('shop: '),
    })
    expect(await here.book.all()).toEqual(before)
    expect(readFileSync(file, 'utf8')).toBe(key)
    expect(passwords(before.slice(0, 1), here.keyring)).toEqual(['hunter2-SECRET'])
  })

  test('one that was killed half way leaves everything readable, and can be done again', async () => {
    const file = join(folder(), 'registry.key')
    const here = await keeping((await place()).setting, openKeyring({ file }))
    await addSource(shop(), anywhere, here)
    // As it is after the new key was written and before the secrets were.
    writeFileSync(file, `${newKey()}\n${readFileSync(file, 'utf8')}`, { mode: 0o600 })
    expect(passwords(await here.book.all(), here.keyring)).toEqual(['hunter2-SECRET'])
    await addSource(shop({ name: 'between' }), anywhere, here)
    await rotateEncryption({ file }, here.book)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1)
    expect(passwords(await here.book.all(), here.keyring)).toEqual(['hunter2-SECRET', 'hunter2-SECRET'])
  })

  test('sources that are added while the key is rotated are all readable', async () => {
    const { setting } = await place()
    const file = join(folder(), 'registry.key')
    const [one, two] = [await keeping(setting, openKeyring({ file })), await keeping(setting, openKeyring({ file }))]
    await addSource(shop({ name: 'first' }), anywhere, one)
    const adding = Array.from({ length: 12 }, (_, i) => addSource(shop({ name: `s${i}` }), anywhere, two))
    for (let i = 0; i < 3; i++) await rotateEncryption({ file }, one.book)
    await Promise.all(adding)
    expect(passwords(await one.book.all(), openKeyring({ file }))).toEqual(Array.from({ length: 13 }, () => 'hunter2-SECRET'))
  })
})

test('a key file that others may read, or a key that is none, is refused and shown to nobody', async () => {
  const file = join(folder(), 'open.key')
  writeFileSync(file, newKey(), { mode: 0o644 })
  const nothing = { all: async () => [], tags: async () => new Map(), change: async () => expect.unreachable() }
  await expect(rotateEncryption({ file }, nothing)).rejects.toMatchObject({
    message: expect.stringContaining('may be read by other users'),
  })
  await expect(rotateEncryption({ key: 'short-SECRET', file: '/nowhere' }, nothing)).rejects.toMatchObject({
    message: expect.not.stringContaining('short-SECRET'),
  })
})
