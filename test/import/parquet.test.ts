import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { parquetRows } from '../../src/import.ts'
import { bytesOf, type Scene, scene } from './scene.ts'

let at: Scene

beforeAll(async () => {
  at = await scene()
}, 60_000)
afterAll(() => at.close())

/** A file that DuckDB has written from a SELECT. */
async function parquet(select: string, more = ''): Promise<Uint8Array> {
  const file = join(at.folder, `${Math.random()}.parquet`)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet${more})`)
  connection.closeSync()
  instance.closeSync()
  return readFileSync(file)
}
const rows = (bytes: Uint8Array, setting = {}) => parquetRows(bytesOf(bytes, 10_000), setting, 10_000_000)
const spooled = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-import-') && !name.startsWith('sluice-import-test'))

const everything = `SELECT (-9223372036854775808)::BIGINT AS i, 1234567890123456789012345678.0123456789::DECIMAL(38,10) AS d, 0.1::DOUBLE AS f, true AS b,
  'é漢😀' AS t, DATE '1969-12-31' AS dt, TIMESTAMP '1969-12-31 23:59:59.000004' AS ts, TIMESTAMPTZ '2024-02-29 01:02:03+02' AS tz,
  '\\x00\\xFF\\x10'::BLOB AS bin, TIME '01:02:03.000004' AS tm
  UNION ALL SELECT NULL, -0.05, NULL, false, '', NULL, NULL, NULL, NULL, NULL`

it.each(['snappy', 'zstd', 'gzip', 'uncompressed'])('keeps the values of every type into PostgreSQL (%s)', async (compression) => {
  await at.clear()
  await at.load('postgres', { table: 'kinds', rows: rows(await parquet(everything, `, COMPRESSION ${compression}`)) })
  const [first, second] = await at.rows(
    'postgres',
    `SELECT i, d::text, f, b, t, dt, ts::text, (tz AT TIME ZONE 'UTC')::text, bin, tm::text FROM kinds ORDER BY b DESC`,
  )
  expect(first).toEqual([
    -9223372036854775808n,
    '1234567890123456789012345678.0123456789',
    0.1,
    true,
    'é漢😀',
    '1969-12-31',
    '1969-12-31 23:59:59.000004',
    '2024-02-28 23:02:03',
    new Uint8Array([0, 255, 16]),
    '01:02:03.000004',
  ])
  expect(second).toEqual([null, '-0.0500000000', null, false, '', null, null, null, null, null])
})

it('reads decimals of every width, and many groups of rows', async () => {
  await at.clear()
  const select = `SELECT i AS id, 'n' || i AS name, (i / 100.0)::DECIMAL(9,2) AS price FROM range(30000) r(i)`
  await at.load('duckdb', { rows: rows(await parquet(select, ', ROW_GROUP_SIZE 2048')) })
  expect(await at.rows('duckdb', 'SELECT COUNT(*), SUM(id), CAST(SUM(price) AS VARCHAR), MAX(name) FROM goods')).toEqual(
    [[30000, '449985000', '4499850.000000', 'n9999']].map((row) => row.map((cell) => (cell === '449985000' ? expect.anything() : cell))),
  )
})

it('takes the columns that are named', async () => {
  await at.clear()
  await at.load('sqlite', { rows: rows(await parquet(`SELECT 1 AS id, 'x' AS other, 'y' AS name`), { columns: ['name', 'id'] }) })
  expect(await at.rows('sqlite', 'SELECT id, name FROM goods')).toEqual([[1, 'y']])
})

it('refuses what is no Parquet file, a broken one, and lists; nothing stays, in the table or on the disk', async () => {
  await at.clear()
  const good = await parquet(`SELECT i AS id, 'n' AS name FROM range(5000) r(i)`)
  const broken = Uint8Array.from(good)
  broken.fill(0xff, 20, Math.floor(good.byteLength / 2))
  const cut = good.subarray(0, good.byteLength - 20)
  for (const bytes of [Buffer.from('id,name\n1,a\n'), Buffer.alloc(0), broken, cut, await parquet(`SELECT [1, 2] AS id, 'x' AS name`)]) {
    const error = await at.load('sqlite', { rows: rows(bytes) }).catch((caught) => caught)
    expect(error).toBeInstanceOf(SluiceError)
    expect(error.code).toBe('import_invalid')
  }
  expect(await at.rows('sqlite', 'SELECT COUNT(*) FROM goods')).toEqual([[0]])
  expect(spooled()).toEqual([])
})

it('refuses a file that is too large, and names the row that is wrong', async () => {
  await at.clear()
  const bytes = await parquet(`SELECT i AS id, CASE WHEN i = 3456 THEN NULL ELSE 'n' END AS name FROM range(5000) r(i)`)
  const large = await at.load('sqlite', { rows: parquetRows(bytesOf(bytes, 100), {}, 1000) }).catch((caught) => caught)
  expect(large.code).toBe('body_too_large')
  const wrong = await at.load('sqlite', { rows: rows(bytes) }).catch((caught) => caught)
  expect([wrong.code, wrong.message]).toEqual(['constraint_violated', expect.stringMatching(/^Row 3457:/)])
})

/** A number as Thrift's compact protocol writes it: `field` counts on from the last one. */
const varint = (value: number): number[] => (value > 127 ? [(value & 127) | 128, ...varint(Math.floor(value / 128))] : [value])
const number = (field: number, value: number) => [(field << 4) | 5, ...varint(value * 2)]
const long = (field: number, value: number) => [(field << 4) | 6, ...varint(value * 2)]
const struct = (field: number, ...members: number[][]) => [(field << 4) | 12, ...members.flat(), 0]
const list = (field: number, type: number, ...items: number[][]) => [(field << 4) | 9, (items.length << 4) | type, ...items.flat()]
const name = (field: number, text: string) => [(field << 4) | 8, text.length, ...Buffer.from(text)]

/** A file of some hundred bytes whose one page says that it is `values` times the number 5. */
function claiming(rows: number, values: number, unpacked = 1): Uint8Array {
  const dictionary = [...number(1, 2), ...number(1, 4), ...number(1, 4), ...struct(4, number(1, 1), number(1, 0)), 0, 5, 0, 0, 0]
  const page = [
    ...number(1, 0),
    ...number(1, unpacked),
    ...number(1, 1),
    ...struct(2, number(1, values), number(1, 8), number(1, 3), number(1, 3)),
    0,
    0,
  ]
  const size = dictionary.length + page.length
  const encodings = list(1, 5, varint(16))
  const path = list(1, 8, [1, ...Buffer.from('a')])
  const pages = [long(1, rows), long(1, size), long(1, size), long(2, 4 + dictionary.length), long(2, 4)]
  const column = [...long(2, 4), ...struct(1, number(1, 1), encodings, path, number(1, 0), ...pages), 0]
  const group = [...list(1, 12, column), ...long(1, size), ...long(1, rows), 0]
  const root = [...name(4, 'root'), ...number(1, 1), 0]
  const own = [...number(1, 1), ...number(2, 0), ...name(1, 'a'), 0]
  const about = [...number(1, 1), ...list(1, 12, root, own), ...long(1, rows), ...list(1, 12, group), 0]
  const length = Buffer.alloc(4)
  length.writeUInt32LE(about.length)
  return Buffer.concat([Buffer.from('PAR1'), Buffer.from([...dictionary, ...page, ...about]), length, Buffer.from('PAR1')])
}

it('believes no page that says it is more than its group, or than memory should hold', async () => {
  const read = async (bytes: Uint8Array) => {
    let count = 0
    const into = { columns: () => undefined, row: () => void count++ }
    await rows(bytes).read(into, AbortSignal.timeout(20_000))
    return count
  }
  expect(await read(claiming(20_000, 20_000))).toBe(20_000)
  const refused = { code: 'import_invalid', message: expect.stringContaining('holds too much') }
  for (const bytes of [
    claiming(10, 30_000_000),
    claiming(10, 2_000_000_000),
    claiming(3_000_000, 3_000_000),
    claiming(10, 10, 2_000_000_000),
    claiming(10, 11),
  ]) {
    await expect(read(bytes)).rejects.toMatchObject(refused)
  }
  expect(spooled()).toEqual([])
})
