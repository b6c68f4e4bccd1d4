import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ChangeRecord, type Image, openJournal } from '../../src/journal/journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const day = 86_400_000
const open = (more: Partial<Parameters<typeof openJournal>[0]> = {}) =>
  openJournal({ folder: join(folder, 'changes'), keyFile: join(folder, 'change.key'), keepDays: 30, ...more })
const idOf = (n: number) => `0190000${n}-0000-7000-8000-000000000000`
const record = (n: number, over: Partial<ChangeRecord> = {}): ChangeRecord => ({
  id: idOf(n),
  principal: 'key:ana',
  source: 'shop',
  kind: 'update',
  tables: ['public.orders'],
  changed: 1,
  at: new Date().toISOString(),
  state: 'pending',
  ...over,
})
const images: readonly Image[] = [
  {
    table: 'public.orders',
    key: ['id'],
    columns: ['id', 'note', 'n', 'b'],
    rows: [
      { before: [1n, 'confidential', 2 ** 53, new Uint8Array([0, 255])], after: [9223372036854775807n, null, 1.5, new Uint8Array()] },
      { after: [2n, '$int', -0.5, null] },
    ],
  },
]
const files = () => readdirSync(join(folder, 'changes')).sort()

test('what was kept comes back as it was, also in another process', async () => {
  const journal = open()
  await journal.begin(record(1), images)
  expect(await open().find(idOf(1))).toEqual({ record: record(1, { at: expect.any(String) as unknown as string }), images })
  await journal.end(idOf(1), 'applied')
  expect(await open().find(idOf(1))).toMatchObject({ record: { state: 'applied' }, images })
})

test('no value can be read in the files, and only the owner can open them', async () => {
  await open().begin(record(1), images)
  for (const name of files()) {
    const file = join(folder, 'changes', name)
    expect(readFileSync(file).toString('latin1')).not.toContain('confidential')
    expect(statSync(file).mode & 0o077).toBe(0)
  }
  expect(statSync(join(folder, 'change.key')).mode & 0o077).toBe(0)
  expect(statSync(join(folder, 'changes')).mode & 0o077).toBe(0)
})

test('rows that were altered, or sealed with another key or for another change, are not taken', async () => {
  const journal = open()
  await journal.begin(record(1), images)
  await journal.begin(record(2), images)
  const [one, two] = [1, 2].map((n) => join(folder, 'changes', `${idOf(n)}.rows`)) as [string, string]
  const bytes = readFileSync(one)
  writeFileSync(two, bytes)
  await expect(journal.find(idOf(2))).rejects.toMatchObject({ code: 'change_conflict' })
  bytes[20] = bytes[20]! ^ 1
  writeFileSync(one, bytes)
  await expect(journal.find(idOf(1))).rejects.toMatchObject({ code: 'change_conflict' })
  await expect(open({ key: 'ab'.repeat(32) }).find(idOf(2))).rejects.toMatchObject({ code: 'change_conflict' })
  writeFileSync(one, '')
  await expect(journal.find(idOf(1))).rejects.toMatchObject({ code: 'change_conflict' })
})

test.each(['ab'.repeat(32), Buffer.alloc(32, 7).toString('base64')])('the key may be given: %s', async (key) => {
  await open({ key }).begin(record(1), images)
  expect((await open({ key }).find(idOf(1)))?.images).toEqual(images)
  expect(readdirSync(folder)).toEqual(['changes'])
})

test.each(['short', 'zz'.repeat(32), Buffer.alloc(31).toString('base64')])('a key that is none is told: %s', async (key) => {
  await expect(open({ key }).begin(record(1), images)).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.not.stringContaining(key),
  })
})

test('what ended another way keeps no rows', async () => {
  const journal = open()
  for (const n of [1, 2, 3]) await journal.begin(record(n), images)
  await journal.end(idOf(1), 'dropped')
  await journal.end(idOf(2), 'undone')
  await journal.end(idOf(3), 'not_undoable')
  expect(files()).toEqual([`${idOf(2)}.json`, `${idOf(3)}.json`])
  expect(await journal.find(idOf(1))).toBeUndefined()
  expect(await journal.find(idOf(2))).toMatchObject({ record: { state: 'undone' }, images: [] })
  await journal.end(idOf(9), 'applied')
})

test('a change of a process that died is told as pending', async () => {
  await open().begin(record(1), images)
  expect(await open().list({ last: 10 })).toMatchObject([{ id: idOf(1), state: 'pending' }])
})

test('the newest are listed first, of one caller or source where that is asked', async () => {
  const journal = open()
  await journal.begin(record(1), [])
  await journal.begin(record(2, { principal: 'key:ben' }), [])
  await journal.begin(record(3, { source: 'web' }), [])
  const ids = async (filter: Parameters<typeof journal.list>[0]) => (await journal.list(filter)).map(({ id }) => id)
  expect(await ids({ last: 2 })).toEqual([idOf(3), idOf(2)])
  expect(await ids({ principal: 'key:ana', last: 10 })).toEqual([idOf(3), idOf(1)])
  expect(await ids({ source: 'shop', last: 10 })).toEqual([idOf(2), idOf(1)])
  expect(await open({ folder: join(folder, 'nowhere') }).list({ last: 10 })).toEqual([])
})

test('what is too old goes, and the oldest when all together are too much', async () => {
  const now = Date.now()
  await open().begin(record(1, { at: new Date(now - 31 * day).toISOString() }), images)
  await open().begin(record(2, { at: new Date(now - 29 * day).toISOString() }), images)
  await open().begin(record(3), images)
  expect((await open().list({ last: 10 })).map(({ id }) => id)).toEqual([idOf(3), idOf(2)])
  await open({ bytesMax: 900 }).begin(record(4), [])
  expect((await open().list({ last: 10 })).map(({ id }) => id)).toEqual([idOf(4), idOf(3)])
})

test.each(['../../etc/passwd', '..', '', 'a/b', 'a'.repeat(100), '.hidden12'])('an id that is none reaches no file: %s', async (id) => {
  const journal = open()
  expect(await journal.find(id)).toBeUndefined()
  await expect(journal.begin(record(1, { id }), images)).rejects.toMatchObject({ code: 'change_unknown' })
  await expect(journal.end(id, 'dropped')).rejects.toMatchObject({ code: 'change_unknown' })
})

test('a folder that cannot be written stops the change', async () => {
  writeFileSync(join(folder, 'changes'), 'a file')
  await expect(open().begin(record(1), images)).rejects.toMatchObject({ code: 'audit_unavailable' })
})

test('a record that is no JSON is no change, and goes with the next tidying', async () => {
  await open().begin(record(1), [])
  writeFileSync(join(folder, 'changes', `${idOf(2)}.json`), '{"id":')
  expect(await open().find(idOf(2))).toBeUndefined()
  expect(await open().list({ last: 10 })).toHaveLength(1)
})
