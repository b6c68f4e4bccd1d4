import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exits } from '../../src/cli/cli.ts'
import { sourceFindings } from '../../src/cli/findings.ts'
import { configOf } from '../../src/config/config.ts'
import { openParts } from '../../src/main.ts'
import { type Place, place, run } from './run.ts'

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())
const config = () => ['--config', here.config]

describe('sources and doctor', () => {
  it('lists sources with their state', async () => {
    const { code, out } = await run(['sources', ...config()])
    expect(code).toBe(0)
    expect(out).toMatch(/shop +sqlite +ok \([\d.]+ ms\) +SQLite [\d.]+ +A small shop/)
    const asJson = JSON.parse((await run(['sources', '--json', ...config()])).out) as unknown[]
    expect(asJson).toMatchObject([{ name: 'shop', dialect: 'sqlite', state: 'ok' }])
  })
  it('tells a source that cannot be opened by its exit code', async () => {
    const file = path.join(here.folder, 'gone.yaml')
    fs.writeFileSync(file, 'state: state\nsources: { gone: { connector: sqlite, path: gone.db } }\n')
    const { code, out } = await run(['sources', '--config', file])
    expect(code).toBe(exits.unavailable.code)
    expect(out).toContain('source_unavailable')
    expect((await run(['query', '-s', 'gone', 'SELECT 1', '--config', file])).code).toBe(exits.unavailable.code)
  })
  it('finds nothing to mend in a healthy place', async () => {
    const file = path.join(here.folder, 'healthy.yaml')
    fs.writeFileSync(file, `${fs.readFileSync(here.config, 'utf8')}server: { port: 0 }\n`)
    const { code, out } = await run(['doctor', '--config', file])
    expect(out).not.toMatch(/FAIL|warn/)
    expect(code).toBe(0)
    expect(out).toMatch(/ok +source shop: answers/)
  })
  it('counts the keys of the state folder', async () => {
    const other = place()
    try {
      const file = path.join(other.folder, 'team.yaml')
      const text = fs.readFileSync(other.config, 'utf8').replace(/^local:.*$/m, '')
      fs.writeFileSync(file, `${text}\nserver: { host: 0.0.0.0, port: 0 }\nlocal: { roles: [read_only] }\n`)
      expect((await run(['doctor', '--config', file])).out).toMatch(/warn {2}server: listens on 0\.0\.0\.0.* none that is valid/)
      expect((await run(['key', 'create', 'ana', '--role', 'data_editor', '--config', file])).code).toBe(0)
      const { out } = await run(['doctor', '--config', file])
      expect(out).toMatch(/ok +server: listens on 0\.0\.0\.0; callers need one of 1 keys/)
    } finally {
      other.remove()
    }
  })
  it('says beside advice to only read that callers may change the source', async () => {
    const config = await configOf(path.join(here.folder, 'sluice.yaml'), fs.readFileSync(here.config, 'utf8'), {})
    const opened = openParts(config)
    try {
      const found = async (roles: readonly string[], level: 'warning' | 'ok') => {
        const connection = { ping: async () => undefined, advise: async () => [{ level, text: 'It can write.', mend: 'Take that away.' }] }
        const source = { ...(await opened.parts.sources.get('shop')), connection }
        const parts = { ...opened.parts, sources: { ...opened.parts.sources, get: async () => source } } as unknown as typeof opened.parts
        const known = { ...config, local: { roles, attributes: {} } }
        return (await sourceFindings('shop', parts, known, new AbortController().signal)).map(({ text }) => text).join('\n')
      }
      expect(await found(['developer'], 'warning')).toMatch(/It can write\.\nCallers may change it \(write, ddl\)/)
      expect(await found(['data_analyst'], 'warning')).not.toContain('Callers may change it')
      expect(await found(['developer'], 'ok')).not.toContain('Callers may change it')
    } finally {
      await opened.close()
    }
  })
  it('warns of a mask that protects nothing because its name is misspelled', async () => {
    const file = path.join(here.folder, 'slip.yaml')
    fs.writeFileSync(file, `${fs.readFileSync(here.config, 'utf8').replace('email: email', 'emial: email')}server: { port: 0 }\n`)
    const { code, out } = await run(['doctor', '--config', file])
    expect(code).toBe(0)
    expect(out).toMatch(/warn {2}roles on shop: The role masked names the column people\.emial.* Did you mean email\?\n +mend: /)
  })
  it('says how to mend what is wrong', async () => {
    const other = place()
    try {
      const mask = path.join(other.folder, 'mask.key')
      fs.writeFileSync(mask, `${'a'.repeat(64)}\n`)
      fs.chmodSync(mask, 0o644)
      fs.writeFileSync(path.join(other.folder, 'state'), 'in the way of the audit')
      fs.writeFileSync(
        other.config,
        'state: state\nserver: { host: 0.0.0.0, port: 0 }\nmasks: { key_file: mask.key }\nsources: { gone: { connector: sqlite, path: gone.db } }\n',
      )
      const { code, out } = await run(['doctor', '--json', '--config', other.config])
      expect(code).toBe(1)
      const findings = JSON.parse(out) as { level: string; what: string; mend?: string }[]
      const wrong = findings.filter(({ level }) => level === 'problem' || level === 'warning')
      expect(wrong.map(({ what }) => what)).toEqual(['server', 'key of hash masks', 'audit', 'source gone'])
      expect(findings.find(({ what }) => what === 'source gone')).toMatchObject({
        text: `There is no ${path.join(other.folder, 'gone.db')}.`,
      })
      expect(wrong.every(({ mend }) => mend !== undefined && mend.length > 10)).toBe(true)
    } finally {
      other.remove()
    }
  })
})

describe('policy', () => {
  it('lists predefined and own roles with what they say', async () => {
    const { code, out } = await run(['policy', 'list', ...config()])
    expect(code).toBe(0)
    expect(out).toMatch(/^read_only \(predefined; held by the local caller\)$/m)
    expect(out).toMatch(/^masked \(extends read_only\)$/m)
    expect(out).toContain('people.email masked (email)')
    expect(out).toContain('rows of people where id < 3')
  })
  it('shows a statement as a role would run it, and why', async () => {
    const { code, out } = await run(['policy', 'explain', '--role', 'masked', '-s', 'shop', 'SELECT email FROM people', ...config()])
    expect(code).toBe(0)
    expect(out).toMatch(/Runs as:\n +SELECT email FROM \(.*id < 3/i)
    expect(out).toContain('only rows where id < 3')
    expect(out).toMatch(/email: masked \(email\), masked by role masked/)
    expect(out).toMatch(/born: hidden/)
    expect(out).not.toContain('numbers')
  })
  it('shows everything of a source without a statement, as JSON too', async () => {
    const { out } = await run(['policy', 'explain', '--role', 'masked', ...config()])
    expect(out).toMatch(/secrets: does not exist for this role/)
    const asJson = await run(['policy', 'explain', '--json', '--role', 'masked', ...config()])
    const { tables } = JSON.parse(asJson.out) as { tables: { table: string; visible: boolean }[] }
    expect(tables.find(({ table }) => table.endsWith('secrets'))!.visible).toBe(false)
  })
  it('says why a statement is refused', async () => {
    const { code, out } = await run(['policy', 'explain', '--role', 'masked', 'SELECT * FROM secrets', ...config()])
    expect(code).toBe(1)
    expect(out).toMatch(/Refused \(table_\w+\)/)
    expect((await run(['policy', 'explain', '--role', 'maskd', ...config()])).err).toContain('Did you mean masked?')
    expect((await run(['policy', 'explain', '-s', 'nowhere', ...config()])).err).toContain('source_unknown')
  })
  it('never prints the key of a hash mask', async () => {
    const other = place()
    try {
      fs.writeFileSync(other.config, fs.readFileSync(other.config, 'utf8').replace('email: email', 'email: hash'))
      const args = ['policy', 'explain', '--role', 'masked', 'SELECT email FROM people', '--config', other.config]
      const { out } = await run(args)
      const { out: json } = await run([...args, '--json'])
      for (const text of [out, json]) expect(text).not.toMatch(/[0-9a-f]{64}/)
      expect(out).toContain('…')
      expect(fs.readFileSync(path.join(other.folder, 'state', 'mask.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
    } finally {
      other.remove()
    }
  })
})
