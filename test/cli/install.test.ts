import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { merged } from '../../src/cli/install/merge.ts'
import { type Client, clients } from '../../src/clients.ts'
import { run } from './run.ts'

let home: string
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-install-'))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const named = (name: string): Client => clients.find((client) => client.name === name)!
const fileOf = (name: string) =>
  named(name).file({ platform: process.platform, home, env: { HOME: home, APPDATA: path.join(home, 'roaming') }, project: undefined })!
const install = (...args: string[]) => run(['install', ...args], { env: { HOME: home, APPDATA: path.join(home, 'roaming') } })

test.each(clients.map(({ name }) => name))('%s gets an entry that starts this program, and keeps what it had', async (name) => {
  const file = fileOf(name)
  const { key } = named(name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, JSON.stringify({ theme: 'dark', [key]: { other: { command: 'x' } } }))
  const { code, out } = await install(name, '--demo', '--yes')
  expect(code).toBe(0)
  expect(out).toContain('+ "sluice"')
  const written = JSON.parse(fs.readFileSync(file, 'utf8'))
  expect(written).toMatchObject({
    theme: 'dark',
    [key]: { other: { command: 'x' }, sluice: { args: expect.arrayContaining(['mcp', '--demo']) } },
  })
  expect(path.isAbsolute(written[key].sluice.command)).toBe(true)
  expect(JSON.parse(fs.readFileSync(`${file}.before-sluice`, 'utf8'))).toEqual({ theme: 'dark', [key]: { other: { command: 'x' } } })
  expect((await install(name, '--demo', '--yes')).out).toContain('as it should be already')
  await install(name, '--remove', '--yes')
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({ theme: 'dark', [key]: { other: { command: 'x' } } })
})

test('a running gateway is entered by its address, with the groups of tools in it', async () => {
  await install('vscode', '--url', 'http://127.0.0.1:8000/mcp', '--groups', 'core,schema', '--yes')
  expect(JSON.parse(fs.readFileSync(fileOf('vscode'), 'utf8')).servers.sluice).toEqual({
    type: 'http',
    url: 'http://127.0.0.1:8000/mcp/core,schema',
  })
})

test('--print shows the change and writes nothing', async () => {
  const { out } = await install('cursor', '--demo', '--print')
  expect(out).toContain('+ "sluice"')
  expect(fs.existsSync(fileOf('cursor'))).toBe(false)
})

test('a file that is not plain JSON is left as it is, and the entry is told', async () => {
  const file = fileOf('vscode')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const text = '{\n  // mine\n  "servers": {}\n}\n'
  fs.writeFileSync(file, text)
  const { code, err } = await install('vscode', '--demo', '--yes')
  expect(code).toBe(1)
  expect(err).toContain('by hand')
  expect(fs.readFileSync(file, 'utf8')).toBe(text)
})

test('where nobody can be asked nothing is written without --yes', async () => {
  const { code, err } = await install('cursor', '--demo')
  expect(code).toBe(2)
  expect(err).toContain('--yes')
  expect(fs.existsSync(fileOf('cursor'))).toBe(false)
})

test.each([
  [['--demo'], 'Name a client'],
  [['emacs', '--demo'], 'no client "emacs"'],
  [['cursor', '--config', 'nowhere.yaml'], 'There is no nowhere.yaml'],
  [['cursor', '--url', 'file:///etc/passwd'], '--url is an address'],
  [['cursor', '--demo', '--name', '../x'], 'starts with a letter'],
  [['claude-desktop', '--demo', '--project'], 'leave --project out'],
])('%j is refused', async (args, text) => {
  const { code, err } = await install(...args)
  expect(code).toBe(2)
  expect(err).toContain(text)
})

test('secrets of an entry that is replaced are not shown', async () => {
  const file = fileOf('cursor')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, JSON.stringify({ mcpServers: { sluice: { command: 'x', env: { SLUICE_API_KEY: 'slk_secret' } } } }))
  const { out } = await install('cursor', '--demo', '--print')
  expect(out).toContain('SLUICE_API_KEY')
  expect(out).not.toContain('slk_secret')
})

test('indent and order of the file stay', () => {
  const text = '{\n\t"a": 1,\n\t"mcpServers": {\n\t\t"b": {}\n\t},\n\t"c": 2\n}\n'
  expect(merged(text, named('cursor'), 'sluice', { url: 'u' }).text).toBe(
    '{\n\t"a": 1,\n\t"mcpServers": {\n\t\t"b": {},\n\t\t"sluice": {\n\t\t\t"url": "u"\n\t\t}\n\t},\n\t"c": 2\n}\n',
  )
})

const doctor = async () => {
  const { out } = await run(['doctor', '--config', path.join(home, 'sluice.yaml'), '--json'], { env: { HOME: home } })
  return (JSON.parse(out) as { level: string; what: string; text: string }[]).filter(({ what }) => what === 'Cursor')
}

test('doctor looks at what clients say of Sluice', async () => {
  fs.writeFileSync(path.join(home, 'sluice.yaml'), 'sources: {}\n')
  const file = fileOf('cursor')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const say = (entry: object) => fs.writeFileSync(file, JSON.stringify({ mcpServers: { sluice: entry } }))
  say({ command: process.execPath, args: [path.join(home, 'gone', 'sluice.js'), 'mcp'] })
  expect(await doctor()).toMatchObject([{ level: 'warning', text: expect.stringContaining('there is no') }])
  say({ command: 'node', args: ['bin/sluice.js', 'mcp'] })
  expect(await doctor()).toMatchObject([{ level: 'warning', text: expect.stringContaining('not absolute') }])
  say({ url: 'http://127.0.0.1:8000/mcp' })
  expect(await doctor()).toMatchObject([{ level: 'ok' }])
  fs.writeFileSync(file, '{"mcpServers":{}}')
  expect(await doctor()).toMatchObject([{ level: 'note', text: expect.stringContaining('no entry') }])
  fs.writeFileSync(file, '{ // mine')
  expect(await doctor()).toMatchObject([{ level: 'warning', text: expect.stringContaining('not plain JSON') }])
})
