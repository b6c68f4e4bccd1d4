import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AuditLog, exportRecords, listCalls, openAudit, verify } from '../../src/audit/audit.ts'
import { SluiceError } from '../../src/error.ts'
import { ana, call, reading } from './calls.ts'

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

async function some(log: AuditLog, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const entry = log.open(call(`${prefix}-${i}`))
    await entry.intend(ana, reading)
    entry.close({ rows: i, truncated: false, from: 'live', ms: 1.5 }, undefined)
  }
}

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
    entry.close(undefined, new SluiceError('audit_unavailable', 'x'))
    await some(log, 'c', 1)
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

describe('verify', () => {
  const chain = () => path.join(folder, 'audit-0001.jsonl')
  const edit = (change: (lines: string[]) => string[]) =>
    fs.writeFileSync(chain(), change(fs.readFileSync(chain(), 'utf8').trimEnd().split('\n')).join('\n').concat('\n'))
  const broken = () => verify(folder).broken
  beforeEach(async () => {
    const log = open()
    await some(log, 'a', 5)
    await log.close()
    expect(broken()).toEqual([])
  })

  it('finds an edited record', () => {
    edit((lines) => lines.map((line, i) => (i === 3 ? line.replace('"principal":"ana"', '"principal":"bob"') : line)))
    expect(broken()).toMatchObject([{ chain: 'audit-0001', line: 4, seq: 3, what: expect.stringMatching(/changed/) }])
  })
  it('finds an edited record whose hash was made to fit', async () => {
    const { hashOf } = await import('../../src/audit/record.ts')
    edit((lines) => {
      const forged = lines[3]!.replace('"principal":"ana"', '"principal":"bob"')
      lines[3] = `${forged.slice(0, -66)}${hashOf(forged, lines[2]!.slice(-66, -2))}"}`
      return lines
    })
    expect(broken()).toMatchObject([{ line: 5, seq: 4 }])
  })
  it('finds a deleted record', () => {
    edit((lines) => lines.filter((_, i) => i !== 4))
    expect(broken()).toMatchObject([{ line: 5, seq: 5, what: expect.stringMatching(/record 4 was expected/) }])
  })
  it('finds two records in the other order', () => {
    edit((lines) => [...lines.slice(0, 4), lines[5]!, lines[4]!, ...lines.slice(6)])
    expect(broken().map(({ line }) => line)).toEqual([5, 6, 7])
  })
  it('finds an added line', () => {
    edit((lines) => [...lines.slice(0, 4), 'nonsense', ...lines.slice(4)])
    expect(broken()).toMatchObject([{ line: 5, what: 'this line is not an audit record' }])
  })
  it('finds a missing end, even one that was cut at an earlier close', async () => {
    const log = open()
    await some(log, 'b', 2)
    await log.close()
    const whole = fs.readFileSync(chain(), 'utf8')
    edit((lines) => lines.slice(0, -2))
    expect(
      broken()
        .map(({ what }) => what)
        .join(),
    ).toMatch(/the end is missing/)
    fs.writeFileSync(chain(), whole)
    edit((lines) => lines.slice(0, lines.findIndex((line) => line.includes('"type":"close"')) + 1))
    expect(broken()).toMatchObject([{ what: expect.stringMatching(/audit-0001.head knows record/) }])
  })
  it('finds a missing chain and a shortened one by what another chain saw, without head files', async () => {
    const [first, second] = [open(), open()]
    await some(first, 'b', 1)
    await some(second, 'c', 1)
    await Promise.all([first.close(), second.close()])
    for (const file of fs.readdirSync(folder)) if (file.endsWith('.head')) fs.rmSync(path.join(folder, file))
    expect(broken()).toEqual([])
    edit((lines) => lines.slice(0, lines.findIndex((line) => line.includes('"type":"close"')) + 1))
    expect(broken()).toMatchObject([{ chain: 'audit-0001', what: expect.stringMatching(/audit-0002 knows record/) }])
    fs.rmSync(chain())
    expect(broken()).toMatchObject([{ chain: 'audit-0001', what: 'the file of this chain is missing' }])
  })
  it('is content with no log at all', () => {
    expect(verify(path.join(folder, 'nowhere'))).toEqual({ records: 0, chains: [], broken: [], more: false })
  })
})

describe('list and export', () => {
  it('answers the newest calls that fit, oldest first, intent and outcome as one', async () => {
    const log = open()
    await some(log, 'a', 5)
    log.open(call('r', { source: 'web' })).close(undefined, new SluiceError('table_unknown', 'no such table'))
    const running = log.open(call('running'))
    await running.intend(ana, reading)
    const ids = (filter: Parameters<typeof listCalls>[1]) => listCalls(folder, filter).map(({ call }) => call)
    expect(ids({ last: 3 })).toEqual(['a-4', 'r', 'running'])
    expect(ids({ last: 2, source: 'shop' })).toEqual(['a-4', 'running'])
    expect(ids({ last: 9, principal: 'bob' })).toEqual([])
    expect(ids({ last: 9, since: '2999-01-01' })).toEqual([])
    const [listed] = listCalls(folder, { last: 1, source: 'web' })
    expect(listed).toMatchObject({ call: 'r', code: 'table_unknown', reason: 'no such table' })
    expect(listCalls(folder, { last: 1 })[0]).not.toHaveProperty('code')
  })

  it('finds old calls behind more than one window of the file', async () => {
    const log = open()
    await log.open(call('old', { source: 'web' })).intend(ana, reading)
    const filler = { ...reading, sql: 'x'.repeat(20_000) }
    for (let i = 0; i < 60; i++) await log.open(call(`f-${i}`)).intend(ana, filler)
    expect(listCalls(folder, { last: 1, source: 'web' }).map(({ call }) => call)).toEqual(['old'])
    expect(listCalls(folder, { last: 100 })).toHaveLength(61)
  })

  it('reads a chain that is claimed and let go meanwhile', async () => {
    const log = open()
    await some(log, 'a', 3)
    await log.close()
    const seen: number[] = []
    const readdir = fs.readdirSync
    // The names that reading starts from are those of a moment ago.
    const stale = fs.readdirSync(folder)
    const next = open()
    await some(next, 'b', 1)
    let first = true
    fs.readdirSync = ((...args: Parameters<typeof readdir>) => {
      const names = first ? stale : readdir(...args)
      first = false
      return names
    }) as typeof fs.readdirSync
    try {
      seen.push(listCalls(folder, { last: 10 }).length)
      first = true
      await exportRecords(folder, {}, (lines) => void seen.push(lines.split('\n').length - 1))
    } finally {
      fs.readdirSync = readdir
    }
    expect(seen[0]).toBe(4)
    expect(seen[1]).toBeGreaterThanOrEqual(10)
  })

  it('exports every record with its chain, waiting for the writer', async () => {
    const log = open()
    await some(log, 'a', 3)
    await log.close()
    let out = ''
    const count = await exportRecords(folder, {}, async (lines) => {
      await new Promise((resolve) => setImmediate(resolve))
      out += lines
    })
    const lines = out.trim().split('\n')
    expect(count).toBe(8)
    expect(lines.map((line) => (JSON.parse(line) as { chain: string }).chain)).toEqual(Array(8).fill('audit-0001'))
    expect(lines.map((line) => line.replace('"chain":"audit-0001",', '')).join('\n')).toBe(text().trim())
    expect(await exportRecords(folder, { until: '2000-01-01' }, () => {})).toBe(0)
    expect(await exportRecords(folder, { since: '2000-01-01', until: '2999-01-01' }, () => {})).toBe(8)
  })
})
