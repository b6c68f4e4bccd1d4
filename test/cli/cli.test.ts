import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands, exits } from '../../src/cli/cli.ts'
import { house, type Place, place, run } from './run.ts'

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())

describe('help and mistakes', () => {
  it('lists every command without opening anything', async () => {
    for (const args of [[], ['--help'], ['help'], ['-h']]) {
      const { code, out } = await run(args)
      expect(code).toBe(0)
      for (const { name, doc } of commands) {
        expect(out).toContain(name)
        expect(out).toContain(doc)
      }
    }
  })
  it('explains each command with its flags and an example', async () => {
    for (const command of commands) {
      const { code, out } = await run([...command.name.split(' '), '--help'])
      expect(code).toBe(0)
      expect(out).toContain(command.examples[0]![0])
      for (const flag of Object.keys(command.flags)) expect(out).toContain(`--${flag}`)
    }
  })
  it('tells its version', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string }
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })
  it.each([
    [['qurey'], 'Did you mean "query"?'],
    [['xyzzy'], '`sluice --help` lists the commands.'],
    [['audit'], 'There are: audit list, audit verify, audit export.'],
    [['audit', 'xyzzy'], 'There are: audit list, audit verify, audit export.'],
    [['audit', '--help'], 'There are: audit list, audit verify, audit export.'],
    [['audit', 'verfy'], 'Did you mean "audit verify"?'],
    [['query', '--sorce', 'shop', 'SELECT 1'], 'Did you mean --source?'],
    [['query', '--format', 'jsn', 'SELECT 1'], 'Did you mean json?'],
    [['query', '--source'], '--source needs a value'],
    [['query', '--source', '--format', 'json'], '--source needs a value'],
    [['query', '--demo=yes', 'SELECT 1'], '--demo takes no value'],
    [['query', '--limit', '0', 'SELECT 1'], '--limit is a whole number from 1'],
    [['query', '--limit', '1e3', 'SELECT 1'], '--limit is a whole number from 1'],
    [['query', '-s', 'a', '-s', 'b', 'SELECT 1'], '--source was given twice'],
    [['query', '-z', 'SELECT 1'], 'has no flag -z'],
    [['query', 'SELECT', '1'], 'Put a statement into quotes'],
    [['query', '--demo', '--config', 'x', 'SELECT 1'], 'exclude each other'],
    [['key', 'create', 'ana', '--expires', '2020-01-01'], '--expires is a date to come'],
    [['key', 'create', 'ana', '--expires', '2027-13-01'], '--expires is a date such as'],
    [['mcp', 'now'], 'does not know what to do with "now"'],
    [['audit', 'list', '--since', 'yesterday'], '--since is a date or time'],
  ])('%j is a usage error', async (args, says) => {
    const { code, out, err } = await run(args)
    expect(err).toContain(says)
    expect(code).toBe(exits.usage.code)
    expect(out).toBe('')
  })
  it('offers the nearest name only, and none where none is near', async () => {
    expect((await run(['query', '--xyzzy', 'SELECT 1'])).err).not.toContain('Did you mean')
    expect((await run(['query', '--format', 'xyzzy', 'SELECT 1'])).err).not.toContain('Did you mean')
    expect((await run(['check', '--dialect', 'sqlite', '--role', 'xyzzy', 'SELECT 1'])).err).not.toContain('Did you mean')
    expect((await run(['key', 'lst'])).err).toMatch(/Did you mean "key list"\?/)
  })
  it('says that nothing is configured when a source is asked for', async () => {
    const file = path.join(here.folder, 'empty.yaml')
    fs.writeFileSync(file, `state: ${JSON.stringify(path.join(here.folder, 'empty'))}\n`)
    const { err } = await run(['query', '--config', file, '-s', 'shop', 'SELECT 1'])
    expect(err).toMatch(/code: source_unknown\n {2}hint: No sources are configured\. `sluice init`/)
  })
  it('says what is wrong with a configuration, with its own exit code', async () => {
    const file = path.join(here.folder, 'wrong.yaml')
    fs.writeFileSync(file, 'sorces: {}\n')
    const { code, err } = await run(['sources', '--config', file])
    expect(code).toBe(exits.config.code)
    expect(err).toMatch(/wrong\.yaml:1: sorces.*did you mean "sources"/)
    expect((await run(['sources', '--config', path.join(here.folder, 'missing.yaml')])).code).toBe(exits.config.code)
  })
  it('is described by the page that its script writes', () => {
    expect(() => execFileSync(process.execPath, ['scripts/docs-cli.ts', '--check'], { stdio: 'pipe' })).not.toThrow()
  })
})

describe('keys', () => {
  it('makes a key whose hash is what the configuration needs', async () => {
    const { code, out, err } = await run([
      ...['key', 'create', 'ana', '--role', 'masked', '--attribute', 'tenant=7', '--expires', '2099-01-01', '--print'],
    ])
    expect(code).toBe(0)
    const key = out.trim()
    expect(key).toMatch(/^slk_/)
    const entry = err.slice(err.indexOf('keys:'))
    expect(entry).not.toContain(key)
    const other = place(entry)
    try {
      expect((await run(['key', 'list', '--config', other.config])).out).toMatch(/ana +masked +valid +2099-01-01/)
      const asked = await run(['query', 'SELECT email FROM people WHERE id = 1', '--config', other.config], {
        env: { SLUICE_API_KEY: key },
      })
      expect(JSON.parse(asked.out).rows).toEqual([['a***@example.com']])
      const wrong = await run(['query', 'SELECT 1', '-s', 'shop', '--config', other.config], { env: { SLUICE_API_KEY: `${key}x` } })
      expect(wrong.code).toBe(1)
      expect(wrong.err).toContain('credential_unknown')
      expect(wrong.err).not.toContain(key)
    } finally {
      other.remove()
    }
  })
  it('makes, rotates and revokes a key of the state folder, each with its record in the audit log', async () => {
    const own = place()
    const ask = async (key: string) =>
      (await run(['query', 'SELECT 1', '--config', own.config, '-s', 'shop'], { env: { SLUICE_API_KEY: key } })).err
    try {
      const made = await run([
        'key',
        'create',
        'bot',
        '--role',
        'read_only',
        '--source',
        'shop',
        '--limit',
        'per_minute=9',
        '--config',
        own.config,
      ])
      expect([made.code, made.err]).toEqual([0, expect.stringMatching(/shown only now[\s\S]*key_/)])
      const key = made.out.trim()
      expect(await ask(key)).not.toContain('credential')
      const rotated = (await run(['key', 'rotate', 'bot', '--config', own.config])).out.trim()
      expect(await ask(key)).toContain('credential_unknown')
      expect(await ask(rotated)).not.toContain('credential')
      expect((await run(['key', 'list', '--config', own.config])).out).toMatch(/bot +read_only +valid +never +shop +key_/)
      expect((await run(['key', 'revoke', 'bot', '--config', own.config])).out).toContain('"bot" is revoked')
      expect(await ask(rotated)).toContain('credential_revoked')
      expect((await run(['key', 'revoke', 'nobody', '--config', own.config])).err).toContain('key_unknown')
      const log = (await run(['audit', 'list', '--config', own.config])).out
      for (const text of ['create key bot', 'rotate key bot', 'revoke key bot']) expect(log).toContain(text)
      expect(log).not.toContain(key)
    } finally {
      own.remove()
    }
  })
  it.each([
    [['key', 'create', 'a', '--group', 'sql'], '--group is one of'],
    [['key', 'create', 'a', '--limit', 'speed=3'], '--limit is NAME=NUMBER'],
    [['key', 'rotate'], 'needs the id or the name'],
    [['key', 'revoke'], 'needs the id or the name'],
    [['key', 'create'], 'needs a name'],
    [['key', 'create', 'a', '--expires', 'soon'], '--expires is a date'],
    [['key', 'create', 'a', '--attribute', 'tenant'], 'NAME=VALUE'],
  ])('%j is a usage error', async (args, says) => {
    const { code, err, out } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(says)
  })
})

describe('audit', () => {
  it('lists, verifies and exports what was asked', async () => {
    const other = place()
    const flags = ['--config', other.config]
    try {
      await run(['query', '-p', 'the-secret-parameter', 'SELECT ? AS x', ...flags])
      await run(['query', 'DELETE FROM people', ...flags])
      const { out } = await run(['audit', 'list', ...flags])
      expect(out).toMatch(/cli +local +shop +ok +1 .*SELECT \? AS x/)
      expect(out).toMatch(/cli +local +shop +statement_refused .*DELETE FROM people/)
      const calls = (await run(['audit', 'list', '--last', '1', '--json', ...flags])).out.trim().split('\n')
      expect(calls).toHaveLength(1)
      expect(JSON.parse(calls[0]!)).toMatchObject({ source: 'shop', code: 'statement_refused' })
      const exported = (await run(['audit', 'export', ...flags])).out
      expect(exported).not.toContain('the-secret-parameter')
      expect(
        exported
          .trim()
          .split('\n')
          .every((line) => JSON.parse(line).chain === 'audit-0001'),
      ).toBe(true)
      expect((await run(['audit', 'verify', ...flags])).code).toBe(0)
      const file = path.join(other.audit, 'audit-0001.jsonl')
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('DELETE FROM people', 'DELETE FROM peoplE'))
      const broken = await run(['audit', 'verify', ...flags])
      expect(broken.code).toBe(1)
      expect(broken.out).toMatch(/audit-0001 line \d+ \(record \d+\): the hash does not fit/)
    } finally {
      other.remove()
    }
  })
})

describe('init', () => {
  const write = (name: string, ...args: string[]) => run(['init', path.join(here.folder, name), ...args])
  it('writes a configuration that works, readable by its owner only, and never over another', async () => {
    const args = ['--connector', 'sqlite', '--name', 'shop', '--set', 'path=shop.db']
    const { code, out } = await write('made.yaml', ...args)
    expect(code).toBe(0)
    expect(out).toContain('Next: sluice doctor --config')
    const file = path.join(here.folder, 'made.yaml')
    expect(fs.statSync(file).mode & 0o077).toBe(0)
    const asked = await run(['query', 'SELECT count(*) AS n FROM people', '--config', file])
    expect(JSON.parse(asked.out).rows).toEqual([[3]])
    const before = fs.readFileSync(file, 'utf8')
    const again = await write('made.yaml', ...args)
    expect(again.code).toBe(1)
    expect(again.err).toContain('exists already')
    expect(fs.readFileSync(file, 'utf8')).toBe(before)
  })
  it('asks on a terminal for what the flags do not say', async () => {
    const answers = ['sqlte', 'sqlite', '', '', 'shop.db']
    const input = new PassThrough()
    let asked = ''
    const onErr = (text: string) => {
      const shown = stripVTControlCharacters(text)
      if (!shown.endsWith(': ') || shown === asked) return
      asked = shown
      const answer = answers.shift()
      if (answer !== undefined) setImmediate(() => input.write(`${answer}\n`))
    }
    const file = path.join(here.folder, 'asked.yaml')
    const { code, err } = await run(['init', file], { tty: true, input, onErr })
    expect(code).toBe(0)
    expect(err).toContain('Did you mean sqlite?')
    expect(err).toContain('This is needed.')
    const { sources } = await house.configFor({ file })
    expect(sources).toMatchObject({ sqlite: { connector: 'sqlite', settings: { path: path.join(here.folder, 'shop.db') } } })
  })
  it('says on a terminal that MCP is spoken by clients', async () => {
    const input = new PassThrough()
    const running = run(['mcp', '--config', here.config], { tty: true, input })
    input.end()
    const { code, err } = await running
    expect([code, err]).toEqual([0, expect.stringContaining('started by an MCP client')])
  })
  it('reads secrets from the environment instead of writing them', async () => {
    const settings = ['--set', 'host=127.0.0.1', '--set', 'user=reader', '--set', 'database=app']
    const { code, out } = await write('pg.yaml', '--connector', 'postgres', ...settings)
    expect(code).toBe(0)
    expect(out).toContain('POSTGRES_PASSWORD')
    expect(fs.readFileSync(path.join(here.folder, 'pg.yaml'), 'utf8')).toMatch(/^ {4}password: \$\{POSTGRES_PASSWORD\}$/m)
    const refused = await write('pg2.yaml', '--connector', 'postgres', '--set', 'password=the-secret')
    expect(refused.code).toBe(2)
    expect(refused.err).not.toContain('the-secret')
  })
  it.each([
    [['--connector', 'sqlit'], 'Did you mean sqlite?'],
    [['--connector', 'sqlite', '--set', 'pth=x'], 'Did you mean path?'],
    [['--connector', 'sqlite', '--set', 'xyzzy=x'], 'Known: path,'],
    [['--connector', 'sqlite', '--set', 'path'], '--set is KEY=VALUE'],
    [['--connector', 'sqlite', '--name', '1x', '--set', 'path=x'], 'starts with a letter'],
    [['--connector', 'sqlite'], 'path'],
    [['--connector', 'duckdb'], '--set folder='],
    [[], 'Kind of the source'],
  ])('%j is a usage error and writes nothing', async (args, says) => {
    const { code, err } = await write('never.yaml', ...args)
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(fs.existsSync(path.join(here.folder, 'never.yaml'))).toBe(false)
  })
})
