import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFinder, type Told } from '../../src/finder/finder.ts'
import type { Schema, Table } from '../../src/schema.ts'
import { search } from '../../src/search/search.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-finder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const table = (name: string, columns: readonly string[]): Table => ({
  schema: 'main',
  name,
  kind: 'table',
  columns: columns.map((column) => ({ name: column, type: 'text', nativeType: 'text', nullable: true })),
})
const schema = (version: string, tables: readonly Table[]): Schema => ({ version, searchPath: ['main'], functions: [], tables })
const nothing: Told = { version: '', notes: new Map(), values: new Map() }

/** Enough columns for an index that is worth a file. */
const many = Array.from({ length: 250 }, (_, i) =>
  table(
    `table_${i}`,
    Array.from({ length: 10 }, (_, k) => `field_${i}_${k}`),
  ),
)
const files = () => readdirSync(folder).filter((file) => file.endsWith('.index'))

test('the index of a large source is kept in a file that only its owner may read, and found again after a restart', async () => {
  const before = await openFinder({ folder }).index('big / one', schema('1', many), nothing)
  expect(files()).toHaveLength(1)
  const file = join(folder, files()[0]!)
  expect(statSync(file).mode & 0o077).toBe(0)
  const bytes = readFileSync(file)
  const after = await openFinder({ folder }).index('big / one', schema('1', many), nothing)
  expect(after).not.toBe(before)
  expect(after.columnWords).toEqual(before.columnWords)
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('what changed is made anew, and the file follows', async () => {
  const finder = openFinder({ folder })
  const { model } = await finder.data()
  const changed = [...many.slice(1), table('vessels', ['tonnage', 'home_port'])]
  const index = await finder.index('big / one', schema('2', changed), nothing)
  expect(search('tonnage of ships', index, model, 1)[0]!.table.name).toBe('vessels')
  expect(search('table_0', index, model, 3).map((hit) => hit.table.name)).not.toContain('table_0')
  expect(await finder.index('big / one', schema('2', changed), nothing)).toBe(index)
  const again = await openFinder({ folder }).index('big / one', schema('2', changed), nothing)
  expect(search('tonnage of ships', again, model, 1)[0]!.table.name).toBe('vessels')
})

test('notes count as soon as they are other ones', async () => {
  const finder = openFinder({ folder })
  const { model } = await finder.data()
  const small = schema('1', [table('t_77', ['a', 'b']), table('t_78', ['a', 'b'])])
  const before = await finder.index('small', small, nothing)
  expect(search('clickstream', before, model, 1)).toEqual([])
  const noted = { ...nothing, version: 'n1', notes: new Map([['main.t_78', new Map([['', 'clickstream of visitors']])]]) }
  const after = await finder.index('small', small, noted)
  expect(search('clickstream', after, model, 1)[0]!.table.name).toBe('t_78')
})

test('a file that is damaged, or of another version, is made anew', async () => {
  const file = join(folder, files()[0]!)
  for (const bytes of [Buffer.from('SIX1 and then nothing'), readFileSync(file).subarray(0, 500), Buffer.alloc(0)]) {
    writeFileSync(file, bytes)
    const index = await openFinder({ folder }).index('big / one', schema('3', many), nothing)
    expect(index.tables).toHaveLength(250)
    expect(readFileSync(file).length).toBeGreaterThan(10_000)
  }
})

test('an index that cannot be kept is still an index', async () => {
  writeFileSync(join(folder, 'in-the-way'), '')
  const index = await openFinder({ folder: join(folder, 'in-the-way') }).index('big', schema('1', many), nothing)
  expect(index.tables).toHaveLength(250)
})

test('two sources never share a file', async () => {
  const finder = openFinder({ folder: join(folder, 'two') })
  await finder.index('a/b', schema('1', many), nothing)
  await finder.index('a b', schema('1', many), nothing)
  expect(readdirSync(join(folder, 'two'))).toHaveLength(2)
})
