import { zstdCompressSync } from 'node:zlib'
import { SluiceError } from '../error.ts'
import type { Column } from '../result.ts'
import { type Bytes, distinctNames, type FileSink, rowsOf } from './file.ts'
import { type Kind, kindOf, pageOf } from './parquet-column.ts'
import { structBytes, type Thrift } from './thrift.ts'

const MAGIC = Buffer.from('PAR1')
/** A group of rows is written when it has so many, or so many bytes of JSON have come for it. */
const GROUP_ROWS = 50_000
const GROUP_BYTES = 16 * 1024 * 1024
const ZSTD = 6
const PLAIN = 0
const RLE = 3

/**
 * Apache Parquet, written a group of rows at a time and packed with Zstandard. Whole numbers, floats, booleans, dates and times without a zone keep
 * their types; decimals and what else Parquet would change are text with all their digits.
 */
export function parquetSink(out: Bytes): FileSink {
  let columns: readonly Column[] = []
  let names: readonly string[] = []
  let kinds: readonly Kind[] | undefined
  let rows: (readonly unknown[])[] = []
  let bytes = 0
  let written = 0
  let total = 0
  const groups: Thrift[] = []
  const write = (piece: Buffer) => {
    written += piece.byteLength
    return out(piece)
  }
  const group = async () => {
    const cells = columns.map((_, i) => rows.map((row) => row[i]))
    kinds ??= columns.map(({ type }, i) => kindOf(type, cells[i]!))
    const chunks: Thrift[] = []
    const began = written
    for (const [i, kind] of kinds.entries()) {
      const page = pageOf(kind, cells[i]!)
      if ('unfit' in page) throw unfit(names[i]!, total + page.unfit + 1)
      const packed = zstdCompressSync(page)
      const head = pageHead(page.byteLength, packed.byteLength, rows.length)
      chunks.push(chunk(kind, names[i]!, rows.length, head.byteLength, page.byteLength, packed.byteLength, written))
      await write(head)
      await write(packed)
    }
    groups.push({ struct: { 1: { list: chunks }, 2: { i64: written - began }, 3: { i64: rows.length } } })
    total += rows.length
    rows = []
    bytes = 0
  }
  return {
    columns(told) {
      columns = told
      names = distinctNames(told)
      return write(MAGIC)
    },
    async batch(batch) {
      for (const row of rowsOf(batch)) rows.push(row)
      bytes += batch.json.byteLength
      if (rows.length >= GROUP_ROWS || bytes >= GROUP_BYTES) await group()
    },
    async end() {
      if (rows.length > 0 || kinds === undefined) await group()
      const foot = footer(names, kinds!, total, groups)
      const size = Buffer.allocUnsafe(4)
      size.writeUInt32LE(foot.byteLength)
      await write(Buffer.concat([foot, size, MAGIC]))
    },
  }
}

const unfit = (name: string, row: number) =>
  new SluiceError('value_invalid', `Column ${JSON.stringify(name)} has a value of another type in row ${row}, which Parquet cannot hold.`, {
    hint: 'Take CSV, NDJSON or XLSX, or CAST the column to text in the statement.',
  })

const pageHead = (whole: number, packed: number, values: number): Buffer =>
  structBytes({
    1: { i32: 0 },
    2: { i32: whole },
    3: { i32: packed },
    5: { struct: { 1: { i32: values }, 2: { i32: PLAIN }, 3: { i32: RLE }, 4: { i32: RLE } } },
  })

function chunk(kind: Kind, name: string, values: number, head: number, whole: number, packed: number, at: number): Thrift {
  const about: Readonly<Record<number, Thrift>> = {
    1: { i32: kind.physical },
    2: { list: [{ i32: PLAIN }, { i32: RLE }] },
    3: { list: [{ text: name }] },
    4: { i32: ZSTD },
    5: { i64: values },
    6: { i64: head + whole },
    7: { i64: head + packed },
    9: { i64: at },
  }
  return { struct: { 2: { i64: at }, 3: { struct: about } } }
}

function footer(names: readonly string[], kinds: readonly Kind[], rows: number, groups: readonly Thrift[]): Buffer {
  const optional = 1
  const schema: Thrift[] = [
    { struct: { 4: { text: 'rows' }, 5: { i32: names.length } } },
    ...names.map((name, i): Thrift => {
      const { physical, meaning } = kinds[i]!
      return { struct: { 1: { i32: physical }, 3: { i32: optional }, 4: { text: name }, ...meaning } }
    }),
  ]
  return structBytes({
    1: { i32: 2 },
    2: { list: schema },
    3: { i64: rows },
    4: { list: groups },
    6: { text: 'sluice' },
  })
}
