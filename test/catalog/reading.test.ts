import { expect, test } from 'vitest'
import { readSource } from '../../src/catalog/reading.ts'
import type { Details } from '../../src/details.ts'
import type { Schema } from '../../src/schema.ts'
import type { Source } from '../../src/source/sources.ts'
import { schemaOf, table } from '../graph/tables.ts'

/** Schemas that change while they are read, by a source that answers one thing after the other. */

const details = (...indexes: string[]): Details => ({
  database: { product: 'P', version: '1', database: 'd', settings: {} },
  indexes: indexes.map((name) => ({ schema: 'public', table: 'a', name, columns: ['id'], unique: false, primary: false })),
  sizes: [],
  dependents: [],
})
const a = table('a', ['id int'])
const b = table('b', ['id int', 'a_id int'])
const half = table('b', ['id int'])

/** The last answer is given for ever. */
function answering(schemas: readonly Schema[], indexes: readonly Details[] = [details()]) {
  const asked = { describe: 0, details: 0 }
  const source = {
    name: 'shop',
    connection: {
      describe: async () => schemas[Math.min(asked.describe++, schemas.length - 1)],
      details: async () => indexes[Math.min(asked.details++, indexes.length - 1)],
    },
  } as unknown as Source
  return { source, asked }
}
const signal = new AbortController().signal
const names = ({ tables }: Schema) => tables.map(({ name, columns }) => `${name} ${columns.length}`)

test('what is known needs one reading, what is not needs two that agree', async () => {
  const first = answering([schemaOf([a, b])])
  const reading = await readSource(first.source, undefined, signal)
  expect(first.asked).toEqual({ describe: 2, details: 1 })
  const again = answering([schemaOf([a, b])])
  expect((await readSource(again.source, reading.hash, signal)).hash).toBe(reading.hash)
  expect(again.asked).toEqual({ describe: 1, details: 1 })
})

test('a schema that changes during its reading is read until it rests', async () => {
  const { source, asked } = answering([schemaOf([a]), schemaOf([a, half]), schemaOf([a, b])])
  expect(names((await readSource(source, undefined, signal)).schema)).toEqual(['a 1', 'b 2'])
  expect(asked.describe).toBe(4)
})

test('a schema that never rests is taken as it was last', async () => {
  const endless = Array.from({ length: 50 }, (_, i) => schemaOf([table(`t${i}`, ['id int'])]))
  const { source, asked } = answering(endless)
  const { schema } = await readSource(source, undefined, signal)
  expect(schema.tables).toHaveLength(1)
  expect(asked.describe).toBeLessThan(10)
})

test('order, estimates, tables of the engine and sequences make no difference, indexes do', async () => {
  const hash = async (tables: Parameters<typeof schemaOf>[0], ...indexes: string[]) =>
    (await readSource(answering([schemaOf(tables)], [details(...indexes)]).source, undefined, signal)).hash
  const plain = await hash([a, b])
  expect(await hash([b, { ...a, rowsEstimate: 9 }])).toBe(plain)
  expect(await hash([a, b, { ...half, name: 'pg_x', system: true }, { ...half, name: 's', kind: 'sequence' }])).toBe(plain)
  expect(await hash([a, b], 'by_id')).not.toBe(plain)
  expect(await hash([a, b], 'x', 'y')).toBe(await hash([a, b], 'y', 'x'))
  expect(await hash([a, half])).not.toBe(plain)
})

test('who leaves is let go at once, and what fails is told as it failed', async () => {
  const leaving = new AbortController()
  const source = {
    name: 'shop',
    connection: {
      describe: (signal: AbortSignal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    },
  } as unknown as Source
  const left = readSource(source, undefined, leaving.signal)
  leaving.abort(new Error('enough'))
  await expect(left).rejects.toThrow('enough')
})
