import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AuditLog, openAudit, verify } from '../../src/audit/audit.ts'
import { SluiceError } from '../../src/error.ts'
import { ana, call, reading, some } from './calls.ts'

let folder: string
let logs: AuditLog[]
const open = () => {
  const log = openAudit({ folder })
  logs.push(log)
  return log
}
const files = () => fs.readdirSync(folder).filter((file) => file.endsWith('.jsonl'))
const text = () =>
  files()
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'))
    .join('')
const records = () =>
  text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-audit-')), 'audit')
  logs = []
})
afterEach(async () => {
  for (const log of logs) await log.close().catch(() => {})
  fs.rmSync(path.dirname(folder), { recursive: true, force: true })
})

describe('writing', () => {
  it('has the intent in the file when its promise resolves, and the outcome after it', async () => {
    const log = open()
    const entry = log.open(call('a'))
    await entry.intend(ana, reading)
    expect(records().map(({ type, call }) => [type, call])).toEqual([
      ['open', undefined],
      ['intent', 'a'],
    ])
    entry.close({ rows: 3, truncated: true, from: 'cache', ms: 2.5 }, undefined)
    await log.close()
    expect(records().at(2)).toMatchObject({ type: 'outcome', call: 'a', code: 'ok', rows: 3, truncated: true, from: 'cache', ms: 2.5 })
    expect(records().at(1)).toMatchObject({
      door: 'cli',
      principal: 'ana',
      via: 'key',
      roles: ['data_analyst'],
      source: 'shop',
      action: 'query',
      kind: 'read',
      text: 'SELECT 1',
      sql: 'SELECT 1 LIMIT 11',
      params: 1,
      tables: ['orders'],
      policies: ['row rule on orders'],
    })
  })

  it('never holds a credential or a parameter value', async () => {
    const log = open()
    await some(log, 'a', 2)
    log.open(call('refused')).close(undefined, new SluiceError('sql_syntax', 'no'))
    log.open(call('broken')).close(undefined, new Error('the-secret-cause'))
    await log.close()
    expect(text()).not.toMatch(/the-secret/)
  })

  it('names the caller, the text, the code and the reason of a call that was refused before its intent', async () => {
    const log = open()
    const entry = log.open(call('r', { text: 'DROP TABLE users' }))
    entry.identified(ana)
    entry.close(undefined, new SluiceError('statement_refused', 'DROP is not a reading statement.'))
    log.open(call('i')).close(undefined, new TypeError('x is undefined'))
    await log.close()
    expect(records().at(1)).toMatchObject({
      type: 'outcome',
      call: 'r',
      principal: 'ana',
      source: 'shop',
      text: 'DROP TABLE users',
      code: 'statement_refused',
      reason: 'DROP is not a reading statement.',
    })
    expect(records().at(2)).toMatchObject({ call: 'i', code: 'internal' })
    expect(records().at(2)).not.toHaveProperty('reason')
  })

  it('writes an outcome once, and without an intent to ride along with', async () => {
    const log = open()
    const entry = log.open(call('a'))
    await entry.intend(ana, reading)
    entry.close({ rows: 1, truncated: false, from: 'live', ms: 1 }, undefined)
    entry.close(undefined, new Error('again'))
    await expect.poll(() => records().filter(({ type }) => type === 'outcome')).toHaveLength(1)
  })

  it('keeps no more of a name than a name can be', async () => {
    const log = open()
    const long = 'x'.repeat(2_000_000)
    log.open(call('long', { source: long })).close(undefined, new SluiceError('source_unknown', `There is no source ${long}.`))
    await log.close()
    const record = records().at(1)!
    expect(JSON.stringify(record).length).toBeLessThan(4_000)
    expect(record).toMatchObject({ code: 'source_unknown', source: expect.stringMatching(/^x+…$/), reason: expect.stringMatching(/…$/) })
    expect(verify(folder).broken).toEqual([])
  })
  it('keeps a long statement as its hash, its length and its beginning', async () => {
    const log = open()
    const long = `SELECT '${'x'.repeat(5_000_000)}'`
    log.open(call('long', { text: long })).close(undefined, new SluiceError('sql_too_large', 'too large'))
    await log.close()
    expect(records().at(1)).toMatchObject({ text: long.slice(0, 500), text_chars: long.length })
    expect(records().at(1)!.text_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('survives hostile text: line breaks, quotes, NUL, unpaired surrogates, other scripts', async () => {
    const log = open()
    const hostile = '"}\n{"seq":1,"hash":"x"}\r\u2028\0\ud800 Größe 数据 \u{1F600}'
    const entry = log.open(call('h', { text: hostile, source: 'sh"op\n' }))
    await entry.intend({ ...ana, name: 'an"a' }, { ...reading, sql: hostile })
    entry.close(undefined, new SluiceError('source_failed', hostile))
    await log.close()
    expect(verify(folder).broken).toEqual([])
    expect(records().at(1)).toMatchObject({ text: hostile, source: 'sh"op\n', principal: 'an"a' })
  })

  it('commits the intents of one turn with one write', async () => {
    const log = open()
    await some(log, 'first', 1)
    const size = () => fs.statSync(path.join(folder, files()[0]!)).size
    const before = size()
    const promises = Array.from({ length: 50 }, (_, i) => log.open(call(`c${i}`)).intend(ana, reading))
    let written = 0
    const seen = promises.map((promise) =>
      promise.then(() => (written = Math.max(written, records().filter(({ type }) => type === 'intent').length))),
    )
    expect(size()).toBe(before)
    await seen[0]
    expect(written).toBe(51)
    await Promise.all(promises)
  })

  it('refuses more waiting intents than the limit', async () => {
    const log = open()
    const promises = Array.from({ length: 10_001 }, (_, i) =>
      log
        .open(call(`c${i}`))
        .intend(ana, reading)
        .then(
          () => 'ok',
          (error: SluiceError) => error.code,
        ),
    )
    const answers = await Promise.all(promises)
    expect(answers.filter((each) => each === 'ok')).toHaveLength(10_000)
    expect(answers.at(-1)).toBe('audit_unavailable')
  })

  it('has a write on disk before it resolves, by fsync of its own file', async () => {
    const log = open()
    await some(log, 'a', 1)
    const synced: number[] = []
    const fsync = fs.fsync
    fs.fsync = ((fd: number, done: fs.NoParamCallback) => {
      synced.push(records().filter(({ kind }) => kind === 'write' || kind === 'ddl').length)
      fsync(fd, done)
    }) as typeof fs.fsync
    try {
      await log.open(call('r')).intend(ana, reading)
      expect(synced).toEqual([])
      await log.open(call('w')).intend(ana, { ...reading, kind: 'write' })
      await log.open(call('d')).intend(ana, { ...reading, kind: 'ddl' })
      expect(synced).toEqual([1, 2])
      fs.fsync = ((_fd: number, done: fs.NoParamCallback) => {
        setImmediate(() => done(Object.assign(new Error('io'), { code: 'EIO' })))
      }) as typeof fs.fsync
      await expect(log.open(call('w2')).intend(ana, { ...reading, kind: 'write' })).rejects.toMatchObject({ code: 'audit_unavailable' })
    } finally {
      fs.fsync = fsync
    }
    await some(log, 'after', 1)
    await log.close()
    expect(verify(folder).broken).toEqual([])
  })

  it('says `stopping` after close', async () => {
    const log = open()
    await some(log, 'a', 1)
    await log.close()
    await expect(log.open(call('b')).intend(ana, reading)).rejects.toMatchObject({ code: 'stopping' })
  })
})

describe('files', () => {
  it('continues one chain from process to process instead of leaving a file for each', async () => {
    for (const prefix of ['a', 'b', 'c']) {
      const log = open()
      await some(log, prefix, 2)
      await log.close()
    }
    expect(files()).toEqual(['audit-0001.jsonl'])
    expect(records().map(({ seq }) => seq)).toEqual(records().map((_, i) => i))
    expect(verify(folder)).toMatchObject({ records: 18, broken: [] })
  })

  it('gives each of two logs at once its own chain', async () => {
    const [a, b] = [open(), open()]
    await Promise.all([some(a, 'a', 20), some(b, 'b', 20)])
    expect(files()).toHaveLength(2)
    expect(verify(folder).broken).toEqual([])
    await Promise.all([a.close(), b.close()])
    expect(verify(folder)).toMatchObject({ records: 2 * (40 + 2), broken: [] })
  })

  it('makes nothing before the first call', () => {
    open()
    expect(fs.existsSync(folder)).toBe(false)
  })

  it('cuts off a torn last line, and says so', async () => {
    const log = open()
    await some(log, 'a', 2)
    await log.close()
    const file = path.join(folder, 'audit-0001.jsonl')
    // What a crashed process leaves: its own name on the file, and half a record.
    const crashed = path.join(folder, `audit-0001.${2 ** 22 + 1}@${os.hostname()}.jsonl`)
    fs.renameSync(file, crashed)
    fs.appendFileSync(crashed, '{"seq":6,"time":"2026-')
    const next = open()
    await some(next, 'b', 1)
    await next.close()
    expect(files()).toEqual(['audit-0001.jsonl'])
    expect(records().find(({ type }) => type === 'repair')).toMatchObject({ removed_bytes: 22 })
    expect(verify(folder).broken).toEqual([])
  })

  it('does not touch the chain of a process that lives', async () => {
    const log = open()
    await some(log, 'a', 1)
    await log.close()
    const theirs = path.join(folder, `audit-0001.${process.ppid}@${os.hostname()}.jsonl`)
    fs.renameSync(path.join(folder, 'audit-0001.jsonl'), theirs)
    const before = fs.readFileSync(theirs)
    const next = open()
    await some(next, 'b', 1)
    expect(fs.readFileSync(theirs)).toEqual(before)
    expect(files()).toHaveLength(2)
  })

  it('refuses everything when its file is removed, and goes on in a new chain that verify holds against the old', async () => {
    const log = open()
    await some(log, 'a', 2)
    fs.rmSync(path.join(folder, files()[0]!))
    const entry = log.open(call('b'))
    await expect(entry.intend(ana, reading)).rejects.toMatchObject({ code: 'audit_unavailable' })
    expect(log.failing).toBe(true)
    entry.close(undefined, new SluiceError('audit_unavailable', 'x'))
    await some(log, 'c', 1)
    expect(log.failing).toBe(false)
    await log.close()
    expect(records().some(({ call, code }) => call === 'b' && code === 'audit_unavailable')).toBe(true)
    expect(verify(folder).broken).toEqual([{ chain: 'audit-0001', what: 'the file of this chain is missing' }])
  })

  it('refuses everything when its folder cannot be made', async () => {
    fs.writeFileSync(folder, 'not a folder')
    const log = open()
    expect(() => log.check()).toThrowError(expect.objectContaining({ code: 'audit_unavailable' }))
    await expect(log.open(call('b')).intend(ana, reading)).rejects.toMatchObject({ code: 'audit_unavailable' })
    fs.rmSync(folder)
    await some(log, 'c', 1)
    log.check()
  })
})
