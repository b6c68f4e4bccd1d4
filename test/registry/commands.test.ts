import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Place, place, run } from '../cli/run.ts'

/** What is typed, and what must never be shown, kept in the shell's history or in a file. */

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())
const sluice = (args: readonly string[], setting: Parameters<typeof run>[1] = {}) => run([...args, '--config', here.config], setting)
const settings = async (name: string) => {
  const told = JSON.parse((await sluice(['source', 'list', '--json'])).out) as { name: string; settings: object }[]
  return told.find((one) => one.name === name)?.settings
}

test.each([
  [['--set', 'password=hunter2-SECRET'], 'password is a secret and no argument'],
  [['--set', 'url=postgres://u:hunter2-SECRET@h/d'], 'url is a secret and no argument'],
  [['--set', 'url=hunter2-SECRET'], 'url is a secret and no argument'],
  [['--set', 'host=x://u:hunter2-SECRET@h'], 'host is a secret and no argument'],
  [['--set', 'host'], '--set is KEY=VALUE'],
  [['--secret-env', 'password=NOT_SET'], 'NOT_SET is not set'],
  [['--secret', 'password'], 'Standard input must hold one line: password.'],
  [['--set', 'prot=hunter2-SECRET'], 'prot: unknown key; did you mean "port"?'],
  [['--set', 'port=hunter2-SECRET'], 'port: must be a whole number'],
])('source add %j is refused without a word of the secret', async (args, says) => {
  const { code, out, err } = await sluice(['source', 'add', 'second', '--connector', 'postgres', ...args])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(says)
  expect(err).not.toContain('hunter2')
  expect((await sluice(['source', 'list'])).out).not.toContain('second')
})

test('a secret comes from the terminal, where nobody reads along', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const running = sluice(['source', 'add', 'second', '--connector', 'mysql', '--set', 'host=h'], {
    input,
    tty: true,
    onErr: (text) => {
      if (text.endsWith('(it is not shown): ')) input.write('hunter2-SECRET\n')
    },
  })
  const { code, out, err } = await running
  expect(code).toBe(0)
  expect(`${out}${err}`).not.toContain('hunter2')
  expect(await settings('second')).toEqual({ host: 'h', password: '***' })
})

test('several come from the lines of standard input, or from variables, and can be changed', async () => {
  const args = ['source', 'add', 'second', '--connector', 'postgres', '--set', 'port=5433', '--secret', 'url', '--secret', 'password']
  expect(await sluice(args, { input: 'postgres://h/d\nhunter2-SECRET\n' })).toMatchObject({ code: 0 })
  expect(await settings('second')).toEqual({ port: 5433, url: '***', password: '***' })
  const change = (more: readonly string[], setting = {}) => sluice(['source', 'change', 'second', ...more], setting)
  expect(await change(['--secret-env', 'password=P'], { env: { P: 'another-SECRET' } })).toMatchObject({ code: 0 })
  expect(await change(['--set', 'host=h2', '--unset', 'url', '--unset', 'port', '--description', 'New'])).toMatchObject({ code: 0 })
  expect(await settings('second')).toEqual({ host: 'h2', password: '***' })
  expect(await change([])).toMatchObject({ code: 2, err: expect.stringContaining('Say what is to change') })
  expect(await change(['--set', 'hots=x'])).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "host"') })
  expect((await sluice(['source', 'list'])).out).toContain('New')
  expect(await sluice(['source', 'remove', 'secnd'])).toMatchObject({ code: 1, err: expect.stringContaining('second') })
})

test('an import says what it came to, keeps what has no connector, and names line and key of what is wrong', async () => {
  const file = join(here.folder, 'servers.yml')
  writeFileSync(file, readFileSync('examples/servers.yml', 'utf8'))
  const env = { SALES_PASSWORD: 'a-SECRET', STOCK_PASSWORD: 'b-SECRET', MSSQL_PASS_1: 'c-SECRET' }
  expect(await sluice(['source', 'import', file])).toMatchObject({
    code: 3,
    err: expect.stringContaining('servers.yml:9: sales-orders.password: the environment variable SALES_PASSWORD is not set'),
  })
  const first = await sluice(['source', 'import', file], { env })
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('Registered 4: sales-orders, sales-archive, stock, finance') })
  expect(first.out).toContain('Kept but not in use, because this version has no connector of their kind 1: finance')
  expect((await sluice(['source', 'import', file])).out).toMatch(/^Registered already 4: .*\nKept but not in use/)
  expect(await sluice(['source', 'enable', 'finance'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no connector of the kind sqlserver'),
  })
  const listed = await sluice(['source', 'list'])
  expect(listed.out).toMatch(/finance +sqlserver +registry +waiting/)
  expect(listed.out).toMatch(/sales-orders +postgres +registry +in use +prod, eu +Orders since 2019/)
  expect(await sluice(['source', 'test', 'finance'])).toMatchObject({ code: 4, out: expect.stringContaining('FAIL  find the connector') })
  expect(await sluice(['source', 'import', join(here.folder, 'none.yml')])).toMatchObject({
    code: 3,
    err: expect.stringContaining('ENOENT'),
  })
  expect(await sluice(['sources'])).toMatchObject({ code: 4, out: expect.stringContaining('sales-orders') })
})

test('a source is tried step by step, also one of the configuration', async () => {
  await sluice(['source', 'add', 'good', '--connector', 'sqlite', '--set', `path=${join(here.folder, 'shop.db')}`, '--disabled'])
  await sluice(['source', 'add', 'gone', '--connector', 'sqlite', '--set', `path=${join(here.folder, 'gone.db')}`])
  expect(await sluice(['source', 'test', 'good'])).toMatchObject({ code: 0, out: expect.stringMatching(/^ok {4}find the connector/) })
  expect(await sluice(['source', 'test', 'gone'])).toMatchObject({ code: 4, out: expect.stringMatching(/FAIL {2}find the file/) })
  const told = JSON.parse((await sluice(['source', 'test', 'shop', '--json'])).out) as { ok: boolean; steps: unknown[] }
  expect([told.ok, told.steps.length > 2]).toEqual([true, true])
  expect(await sluice(['source', 'test', 'nothing'])).toMatchObject({ code: 1 })
})

test('a key is made, and the registry is encrypted with another; every command is in the audit log', async () => {
  const key = await run(['key', 'generate'])
  expect(Buffer.from(key.out.trim(), 'base64')).toHaveLength(32)
  expect((await run(['key', 'generate'])).out).not.toBe(key.out)
  await sluice(['source', 'add', 'second', '--connector', 'mysql', '--secret', 'password'], { input: 'hunter2-SECRET' })
  const rotated = await sluice(['key', 'rotate-encryption'])
  expect(rotated).toMatchObject({
    code: 0,
    out: 'The secrets of 1 source are encrypted with the new key.\n',
    err: expect.stringContaining('change.key'),
  })
  expect((await sluice(['source', 'list'])).out).toMatch(/second +mysql +registry +in use/)
  const log = (await sluice(['audit', 'list', '--json'])).out
  for (const text of ['register the source second, mysql', 'encrypt the registry with another key', 'list sources'])
    expect(log).toContain(text)
  expect(log).not.toContain('hunter2')
})
