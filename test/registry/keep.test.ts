import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aboutSource, addSource, changeSource, registeredFrom, removeSource } from '../../src/registry.ts'
import { newKey, openKeyring } from '../../src/store/store.ts'
import { onEachRegistry } from '../store/registries.ts'
import { anywhere, keeping, shop } from './scene.ts'

onEachRegistry((place, kind) => {
  test('a source is kept with its secrets encrypted, and read as it was given', async () => {
    const { setting } = await place()
    const here = await keeping(setting)
    await addSource(shop(), anywhere, here)
    const [row] = await here.book.all()
    expect(row).toMatchObject({ name: 'shop', connector: 'postgres', description: 'A shop', enabled: 1 })
    expect(JSON.parse(row!.settings)).toEqual({ host: 'db.internal', port: 5433, database: 'shop', user: 'reader' })
    expect(JSON.stringify(row)).not.toContain('hunter2')
    expect(registeredFrom(row!, here.keyring).settings).toMatchObject({ port: 5433, password: 'hunter2-SECRET' })
    expect(await aboutSource(row!, new Set(), here.keyring)).toMatchObject({ state: 'used', settings: { password: '***', port: 5433 } })
    if (kind === 'sqlite') expect(filesOf(setting as { file: string })).not.toContain('hunter2')
  })

  test('an address with a password in it is a secret wherever it stands', async () => {
    const here = await keeping((await place()).setting)
    const row = await addSource(shop({ settings: { url: 'postgres://reader:pa55-word@db/shop' } }), anywhere, here)
    expect(row.settings).toBe('{}')
    expect(JSON.stringify([row, await aboutSource(row, new Set(), here.keyring)])).not.toContain('pa55')
    const odd = await addSource(shop({ name: 'odd', settings: { host: 'x://a:pa55@b' } }), anywhere, here)
    expect(odd.settings).not.toContain('pa55')
  })

  test.each([
    ['a name that is taken', {}, 'registered already'],
    ['a name with a blank', { name: 'a b' }, 'starts with a letter'],
    ['a name of JavaScript', { name: '__proto__' }, 'starts with a letter'],
    ['a kind that there is not', { name: 'a', connector: 'postgrs' }, 'did you mean "postgres"'],
    ['a kind of JavaScript', { name: 'a', connector: 'constructor' }, 'no such connector'],
    ['a setting that there is not', { name: 'a', settings: { hots: 'b' } }, 'hots: unknown key; did you mean "host"?'],
    ['a setting of JavaScript', { name: 'a', settings: { constructor: 'b' } }, 'constructor: unknown key'],
    ['a value that does not fit', { name: 'a', settings: { port: 'hunter2' } }, 'port: must be a whole number'],
    ['a path that is missing', { name: 'a', connector: 'sqlite', settings: {} }, 'path: is missing'],
  ])('%s is refused and changes nothing', async (_, over, says) => {
    const here = await keeping((await place()).setting)
    await addSource(shop(), anywhere, here)
    const before = await here.book.all()
    const failed = await addSource(shop(over), anywhere, here).catch((error: Error) => error)
    expect(failed).toMatchObject({ code: 'field_invalid', message: expect.stringContaining(says) })
    expect((failed as Error).message).not.toContain('hunter2')
    expect(await here.book.all()).toEqual(before)
  })

  test('paths begin at a folder, or are not taken at all', async () => {
    const here = await keeping((await place()).setting)
    const file = shop({ connector: 'sqlite', settings: { path: 'a.db' } })
    await expect(addSource(file, { folder: '/', paths: false }, here)).rejects.toMatchObject({
      code: 'field_invalid',
      message: expect.stringContaining('names a file of the gateway'),
    })
    expect(JSON.parse((await addSource(file, anywhere, here)).settings)).toEqual({ path: '/srv/a.db' })
  })

  test.each([
    ['host', '/var/run/postgresql'],
    ['host', './socket'],
    ['url', 'postgres://u:p@localhost/db?host=/var/run/postgresql'],
    ['url', 'postgres://%2Fvar%2Frun%2Fpostgresql/db'],
    ['url', 'postgres:///db?host=%2Ftmp'],
    ['tls_ca', '/etc/passwd'],
  ])('from afar no %s may be a file or a socket of this machine: %s', async (key, value) => {
    const here = await keeping((await place()).setting)
    const wanted = shop({ settings: { [key]: value } })
    await expect(addSource(wanted, { folder: '/', paths: false }, here)).rejects.toMatchObject({
      code: 'field_invalid',
      message: expect.stringMatching(/names a file of the gateway/),
    })
    await addSource(shop({ settings: { url: 'postgres://u:p@db.internal:5432/db?sslmode=require' } }), { folder: '/', paths: false }, here)
    await expect(changeSource('shop', { settings: { [key]: value } }, { folder: '/', paths: false }, here)).rejects.toMatchObject({
      code: 'field_invalid',
    })
    // Who stands at the machine may.
    await changeSource('shop', { settings: { [key]: value } }, anywhere, here)
    // And what stands there already is no reason to refuse another change.
    await changeSource('shop', { description: 'x', settings: { port: 5 } }, { folder: '/', paths: false }, here)
  })

  test.each(['a\0b', 'x'.repeat(2_001), 'half \ud83d'])('a description that cannot be kept is refused', async (description) => {
    const here = await keeping((await place()).setting)
    await expect(addSource(shop({ description }), anywhere, here)).rejects.toMatchObject({ code: 'field_invalid' })
    await addSource(shop({ description: 'ünï 🎉' }), anywhere, here)
    await expect(changeSource('shop', { description }, anywhere, here)).rejects.toMatchObject({ code: 'field_invalid' })
    expect((await here.book.all()).map((row) => row.description)).toEqual(['ünï 🎉'])
  })

  test('numbers may be text where they come from a command line, and there only', async () => {
    const here = await keeping((await place()).setting)
    const settings = { host: 'h', port: '5433' }
    await expect(addSource(shop({ settings }), anywhere, here)).rejects.toMatchObject({ code: 'field_invalid' })
    expect(JSON.parse((await addSource(shop({ settings }), { ...anywhere, asText: true }, here)).settings)).toEqual({
      host: 'h',
      port: 5433,
    })
  })

  test('a change leaves what it does not name, secrets too', async () => {
    const here = await keeping((await place()).setting)
    await addSource(shop(), anywhere, here)
    await changeSource('shop', { settings: { port: 6000, database: null } }, anywhere, here)
    await changeSource('shop', { description: 'Another', enabled: false }, anywhere, here)
    const [row] = await here.book.all()
    expect(row).toMatchObject({ description: 'Another', enabled: 0 })
    expect(JSON.parse(row!.settings)).toEqual({ host: 'db.internal', port: 6000, user: 'reader' })
    const again = await changeSource('shop', { enabled: true }, anywhere, here)
    expect(registeredFrom(again, here.keyring).settings.password).toBe('hunter2-SECRET')
    const other = await changeSource('shop', { settings: { password: 'new-SECRET' } }, anywhere, here)
    expect(registeredFrom(other, here.keyring).settings).toMatchObject({ password: 'new-SECRET', port: 6000 })
    await expect(changeSource('shop', { settings: { prot: 1 } }, anywhere, here)).rejects.toMatchObject({ code: 'field_invalid' })
    await expect(changeSource('shap', { enabled: true }, anywhere, here)).rejects.toMatchObject({
      code: 'source_unknown',
      message: expect.stringContaining('shop'),
    })
  })

  test('a removed source is gone, and of two that remove it one is told', async () => {
    const here = await keeping((await place()).setting)
    await addSource(shop(), anywhere, here)
    const outcomes = await Promise.allSettled([removeSource('shop', here), removeSource('shop', here)])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await here.book.all()).toEqual([])
  })

  test('two that add the same name at once make one, and the other is told', async () => {
    const { setting } = await place()
    const first = await keeping(setting)
    const second = await keeping(setting, first.keyring)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => addSource(shop({ name: `s${Math.floor(i / 2)}` }), anywhere, i % 2 === 0 ? first : second)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    for (const one of outcomes) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'field_invalid' })
    expect((await first.book.all()).map(({ name }) => name)).toEqual(['s0', 's1', 's2', 's3', 's4'])
  })

  describe('a wrong key', () => {
    test('reads nothing, loses nothing, and writes no secret beside the others', async () => {
      const { setting } = await place()
      const here = await keeping(setting)
      await addSource(shop(), anywhere, here)
      await addSource(shop({ name: 'open', settings: { host: 'h' } }), anywhere, here)
      const wrong = { ...here, keyring: openKeyring({ key: newKey(), file: '/nowhere/registry.key' }) }
      const before = await here.book.all()
      const [open, kept] = before
      expect(registeredFrom(kept!, wrong.keyring)).toMatchObject({ problem: expect.stringContaining('encrypted with another key') })
      expect(registeredFrom(open!, wrong.keyring).problem).toBeUndefined()
      expect(await aboutSource(kept!, new Set(), wrong.keyring)).toMatchObject({ state: 'unreadable', name: 'shop' })
      await expect(addSource(shop({ name: 'more' }), anywhere, wrong)).rejects.toMatchObject({ code: 'config_invalid' })
      await expect(changeSource('shop', { settings: { port: 1 } }, anywhere, wrong)).rejects.toMatchObject({ code: 'config_invalid' })
      expect(await here.book.all()).toEqual(before)
      expect(registeredFrom(kept!, here.keyring).settings.password).toBe('hunter2-SECRET')
    })

    test('is no reason to keep a source from being mended, as long as no other stays unreadable', async () => {
      const { setting } = await place()
      const here = await keeping(setting)
      await addSource(shop(), anywhere, here)
      const wrong = { ...here, keyring: openKeyring({ key: newKey(), file: '/nowhere/registry.key' }) }
      // With the address alone another secret would be lost.
      await expect(changeSource('shop', { settings: { url: 'postgres://u:p@h/d' } }, anywhere, wrong)).rejects.toMatchObject({
        code: 'config_invalid',
      })
      const mended = await changeSource('shop', { settings: { password: 'new-SECRET' } }, anywhere, wrong)
      expect(registeredFrom(mended, wrong.keyring).settings).toMatchObject({ host: 'db.internal', password: 'new-SECRET' })
      await addSource(shop({ name: 'two' }), anywhere, wrong)
      await expect(changeSource('two', { settings: { password: 'x-SECRET' } }, anywhere, here)).rejects.toMatchObject({
        code: 'config_invalid',
      })
    })

    test('a secret that was moved to another source, or another setting, is not read', async () => {
      const { setting, raw } = await place()
      const here = await keeping(setting)
      await addSource(shop(), anywhere, here)
      await addSource(shop({ name: 'mine', settings: { host: 'evil', password: 'own' } }), anywhere, here)
      await raw(`UPDATE sources SET secrets = (SELECT s.secrets FROM sources s WHERE s.name = 'shop') WHERE name = 'mine'`)
      await raw(`UPDATE sources SET secrets = replace(secrets, '"password"', '"url"') WHERE name = 'shop'`)
      const [mine, moved] = (await here.book.all()).map((row) => registeredFrom(row, here.keyring))
      expect(mine).toMatchObject({ name: 'mine', settings: {}, problem: expect.stringContaining('belongs elsewhere') })
      expect(moved).toMatchObject({ name: 'shop', settings: {}, problem: expect.stringContaining('belongs elsewhere') })
    })

    test('a row that is no JSON any more is told without its text', async () => {
      const { setting, raw } = await place()
      const here = await keeping(setting)
      await addSource(shop(), anywhere, here)
      await raw(`UPDATE sources SET settings = '{"host": "hunter2'`)
      const [row] = await here.book.all()
      expect(registeredFrom(row!, here.keyring).problem).toContain('not in a form that this Sluice knows')
      const about = await aboutSource(row!, new Set(), here.keyring)
      expect(about).toMatchObject({ state: 'unreadable' })
      expect(JSON.stringify(about)).not.toContain('hunter2')
    })
  })
})

const filesOf = ({ file }: { file: string }) => [file, `${file}-wal`].map((one) => readFileSync(one, 'latin1')).join('\n')
