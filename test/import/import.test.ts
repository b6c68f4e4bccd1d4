import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Applied, Previewed } from '../../src/change.ts'
import { SluiceError } from '../../src/error.ts'
import { arrayRows, csvRows, jsonRows, ndjsonRows } from '../../src/import.ts'
import { bytesOf, kinds, type Scene, scene } from './scene.ts'

const max = 1_000_000
let at: Scene

beforeAll(async () => {
  at = await scene()
}, 120_000)
afterAll(() => at.close())
beforeEach(() => at.clear())

const csv = (text: string, setting = {}) => csvRows(bytesOf(text), setting, max)
const ndjson = (text: string, setting = {}) => ndjsonRows(bytesOf(text), setting, max)
const count = async (source: string) => Number((await at.rows(source, 'SELECT COUNT(*) FROM goods'))[0]![0])
const failure = (promise: Promise<unknown>): Promise<SluiceError> =>
  promise.then(
    () => expect.fail('was not refused'),
    (error) => {
      expect(error).toBeInstanceOf(SluiceError)
      return error as SluiceError
    },
  )
const applied = (answer: Previewed | Applied): Applied => {
  expect(answer.status).toBe('applied')
  return answer as Applied
}

describe.each(kinds)('%s', (source) => {
  it('imports CSV, with NULL apart from the empty text', async () => {
    const rows = csv('id,name,price,note\n1,"a,""b""",0.100000,\n2,é漢😀,,""\n9007199254740993,"line\nbreak",12345678901234.567891,x\n')
    const done = applied(await at.load(source, { rows }))
    expect(done.changed).toEqual({ goods: 3 })
    const found = await at.rows(source, 'SELECT id, name, CAST(price AS CHAR(30)), note, tenant FROM goods ORDER BY id')
    expect(found.map(([id, name, , note, tenant]) => [id, name, note, tenant])).toEqual([
      [1, 'a,"b"', null, 1],
      [2, 'é漢😀', '', 1],
      [9007199254740993n, 'line\nbreak', 'x', 1],
    ])
    if (source !== 'sqlite') expect(String(found[2]![2]).trim()).toBe('12345678901234.567891')
    expect(found[1]![2]).toBe(null)
  })

  it('imports lines of JSON, integers exact and each row with the columns it names', async () => {
    const rows = ndjson(
      '{"id": 9223372036854775807, "name": "x", "price": 0.10}\r\n\n{"id": 2, "name": "y", "tenant": 7}\n{"name":"z","id":3}',
    )
    await at.load(source, { rows })
    expect(await at.rows(source, 'SELECT id, name, tenant FROM goods ORDER BY id')).toEqual([
      [2, 'y', 7],
      [3, 'z', 1],
      [9223372036854775807n, 'x', 1],
    ])
  })

  it('imports a JSON document and rows that are here', async () => {
    await at.load(source, {
      rows: jsonRows(bytesOf('[{"id": 1, "name": "a"}, {"id": 2, "name": null, "note": "b"}]'.replace('null', '"n"')), {}, max),
    })
    await at.load(source, { rows: arrayRows([[3, 'c'], { id: 4, name: 'd' }], { columns: ['id', 'name'] }) })
    expect(await at.rows(source, 'SELECT id, name, note FROM goods ORDER BY id')).toEqual([
      [1, 'a', null],
      [2, 'n', 'b'],
      [3, 'c', null],
      [4, 'd', null],
    ])
  })

  it('keeps the values of every type', async () => {
    const text = [
      'i,d,f,b,t,dt,ts,bin,j,tm',
      `-9223372036854775808,1234567890123456789012345678.0123456789,0.1,true,"x",2024-02-29,2024-02-29T01:02:03.000004Z,AP8Q,"{""a"": 1}",01:02:03`,
      `,,,false,"",,,,,`,
    ].join('\n')
    await at.load(source, { table: 'kinds', rows: csv(text) })
    const d = source === 'mysql' ? 'CAST(d AS CHAR)' : 'CAST(d AS VARCHAR(60))'
    const found = await at.rows(source, `SELECT i, ${d}, f, b, t, dt, ts, bin FROM kinds ORDER BY b DESC`)
    const [first, second] = found as [unknown[], unknown[]]
    expect(first.slice(0, 3)).toEqual([-9223372036854775808n, '1234567890123456789012345678.0123456789', 0.1])
    expect([true, 1]).toContain(first[3])
    expect(first.slice(4, 6)).toEqual(['x', '2024-02-29'])
    expect(String(first[6])).toMatch(/^2024-02-29[ T]01:02:03\.000004/)
    expect(first[7]).toEqual(new Uint8Array([0, 255, 16]))
    expect([false, 0]).toContain(second[3])
    expect(second.filter((_, i) => i !== 3)).toEqual([null, null, null, '', null, null, null])
  })

  it('refuses a zone that its column would drop', async () => {
    const refused = await failure(
      at.load(source, { table: 'kinds', rows: csv('ts\n2024-01-01T00:00:00+02:00\n') }).then((done) => {
        // SQLite keeps the text as it is, zone and all.
        if (source === 'sqlite') throw new SluiceError('import_invalid', 'kept Row 1')
        return done
      }),
    )
    expect([refused.code, refused.message]).toEqual(['import_invalid', expect.stringContaining('Row 1')])
  })

  it('upserts by a key', async () => {
    await at.load(source, { rows: csv('id,name,note\n1,a,x\n2,b,y\n') })
    const rows = csv('id,name\n2,B\n3,C\n3,CC\n')
    const done = applied(await at.load(source, { rows, mode: 'upsert', key: ['id'] }))
    expect(done.changed).toEqual({ goods: 3 })
    expect(await at.rows(source, 'SELECT id, name, note FROM goods ORDER BY id')).toEqual([
      [1, 'a', 'x'],
      [2, 'B', 'y'],
      [3, 'CC', null],
    ])
    expect((await failure(at.load(source, { rows: csv('id,name\n1,a\n'), mode: 'upsert', key: ['name'] }))).code).toBe('change_invalid')
    expect((await failure(at.load(source, { rows: csv('name\na\n'), mode: 'upsert', key: ['id'] }))).message).toContain('id')
  })

  it.each([
    ['a key that is there', 5000, '7,again', 'constraint_violated', 5000],
    ['NULL in a column that takes none', 1234, '99999,', 'constraint_violated', 1234],
    ['a text in a column of numbers', 2001, 'abc,x', 'import_invalid', 2001],
    ['a field too many', 17, '99999,x,y', 'import_invalid', 17],
    ['a field too few', 17, '99999', 'import_invalid', 17],
    ['a quote that does not end', 6000, '99999,"x', 'import_invalid', 6000],
  ])(
    'names the row with %s, and leaves nothing',
    async (_what, row, bad, code, told) => {
      await at.load(source, { rows: csv('id,name\n7,seven\n') })
      const lines = Array.from({ length: 6000 }, (_, i) => `${i + 10_000},n${i}`)
      lines[row - 1] = bad
      const error = await failure(at.load(source, { rows: csvRows(bytesOf(`id,name\n${lines.join('\n')}\n`, 1000), {}, max) }))
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(new RegExp(`^Row ${told}\\b`))])
      expect(await count(source)).toBe(1)
    },
    60_000,
  )

  it('names the batch of a row that repeats a key of an earlier batch', async () => {
    const lines = Array.from({ length: 2500 }, (_, i) => `${i + 1},n`)
    lines[2400] = '5,n'
    const error = await failure(at.load(source, { rows: csvRows(bytesOf(`id,name\n${lines.join('\n')}\n`, 1000), {}, max) }))
    expect(error.code).toBe('constraint_violated')
    expect(error.message).toMatch(/^One of the rows 2001 to 2500, together with an earlier one/)
    expect(await count(source)).toBe(0)
  })

  it('leaves nothing when it is aborted in the middle of the stream', async () => {
    const leaving = new AbortController()
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('id,name\n')
      for (let i = 1; ; i++) {
        yield Buffer.from(`${i},n\n`)
        if (i === 3000) leaving.abort(new SluiceError('query_cancelled', 'The client left.'))
        if (i > 200_000) throw new Error('was read on')
      }
    }
    const error = await failure(at.load(source, { rows: csvRows(endless(), {}, 1e9) }, undefined, { signal: leaving.signal }))
    expect(error.code).toBe('query_cancelled')
    expect(await count(source)).toBe(0)
  })

  it('leaves nothing when the sender breaks off, and says so', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('id,name\n1,a\n2,b\n')
      throw new SluiceError('body_unreadable', 'The body broke off.')
    }
    expect((await failure(at.load(source, { rows: csvRows(broken(), {}, max) }))).code).toBe('body_unreadable')
    expect(await count(source)).toBe(0)
  })

  it('refuses what is too large, and leaves nothing', async () => {
    const error = await failure(at.load(source, { rows: csvRows(bytesOf(`id,name\n${'1,a\n'.repeat(3000)}`), {}, 5000) }))
    expect(error.code).toBe('body_too_large')
    expect(await count(source)).toBe(0)
  })
})
