import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AuditLog, exportRecords, listCalls, openAudit, verify } from '../../src/audit/audit.ts'
import { SluiceError } from '../../src/error.ts'
import { ana, call, reading, some } from './calls.ts'

let folder: string
let logs: AuditLog[]
const open = () => {
  const log = openAudit({ folder })
  logs.push(log)
  return log
}
const chain = () => path.join(folder, 'audit-0001.jsonl')
const text = () => fs.readFileSync(chain(), 'utf8')

beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-audit-')), 'audit')
  logs = []
})
afterEach(async () => {
  for (const log of logs) await log.close().catch(() => {})
  fs.rmSync(path.dirname(folder), { recursive: true, force: true })
})

describe('verify', () => {
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
