import type { ColumnType } from '../result.ts'
import { textOf } from './file.ts'
import type { Thrift } from './thrift.ts'

/** How a column is kept: its physical type, what it means, and its values as bytes; `bytes` answers undefined for a value that does not fit. */
export type Kind = Readonly<{
  physical: number
  meaning: Readonly<Record<number, Thrift>>
  bytes(cell: unknown): Buffer | undefined
}>

const BOOLEAN = 0
const INT32 = 1
const INT64 = 2
const DOUBLE = 5
const BYTE_ARRAY = 6
const INT64_MAX = 2n ** 63n - 1n
const DAY_MS = 86_400_000

/** Fields 6 (the older name of a meaning) and 10 (the newer). */
const meaning = (older: number, newer: Readonly<Record<number, Thrift>>): Readonly<Record<number, Thrift>> => ({
  6: { i32: older },
  10: { struct: newer },
})
const nothing: Thrift = { struct: {} }

const text: Kind = {
  physical: BYTE_ARRAY,
  meaning: meaning(0, { 1: nothing }),
  bytes(cell) {
    const bytes = Buffer.from(textOf(cell)!)
    const whole = Buffer.allocUnsafe(bytes.byteLength + 4)
    whole.writeUInt32LE(bytes.byteLength)
    whole.set(bytes, 4)
    return whole
  },
}

const kinds: Readonly<Partial<Record<ColumnType, Kind>>> = {
  bool: { physical: BOOLEAN, meaning: {}, bytes: (cell) => (typeof cell === 'boolean' ? Buffer.from([cell ? 1 : 0]) : undefined) },
  int: {
    physical: INT64,
    meaning: {},
    bytes(cell) {
      if (!/^-?\d+$/.test(String(cell))) return undefined
      const value = BigInt(String(cell))
      if (value > INT64_MAX || value < -INT64_MAX - 1n) return undefined
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeBigInt64LE(value)
      return bytes
    },
  },
  float: {
    physical: DOUBLE,
    meaning: {},
    bytes(cell) {
      const special: Readonly<Record<string, number>> = {
        NaN: Number.NaN,
        Infinity: Number.POSITIVE_INFINITY,
        '-Infinity': Number.NEGATIVE_INFINITY,
      }
      const value = typeof cell === 'number' ? cell : special[String(cell)]
      if (value === undefined) return undefined
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeDoubleLE(value)
      return bytes
    },
  },
  date: {
    physical: INT32,
    meaning: meaning(6, { 6: nothing }),
    bytes(cell) {
      const at = /^\d{4}-\d\d-\d\d$/.test(String(cell)) ? Date.parse(`${String(cell)}T00:00:00Z`) : Number.NaN
      if (Number.isNaN(at)) return undefined
      const bytes = Buffer.allocUnsafe(4)
      bytes.writeInt32LE(at / DAY_MS)
      return bytes
    },
  },
  timestamp: {
    physical: INT64,
    // In microseconds, of no zone.
    meaning: { 10: { struct: { 8: { struct: { 1: { bool: false }, 2: { struct: { 2: nothing } } } } } } },
    bytes(cell) {
      const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(String(cell))
      const at = found ? Date.parse(`${found[1]}T${found[2]}Z`) : Number.NaN
      if (Number.isNaN(at)) return undefined
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeBigInt64LE(BigInt(at) * 1_000n + BigInt((found![3] ?? '').padEnd(6, '0')))
      return bytes
    },
  },
}

/**
 * How to keep a column of this type whose first values are these. Where one of them is of another type, as SQLite has it, and for every type of which
 * Parquet would lose something, the column is text with the values as the source writes them.
 */
export function kindOf(type: ColumnType, first: readonly unknown[]): Kind {
  const kind = kinds[type]
  return kind && first.every((cell) => cell === null || kind.bytes(cell) !== undefined) ? kind : text
}

/** Which value of a page does not fit its column. */
export type Unfit = Readonly<{ unfit: number }>

/** One page of values: which of them there are, then their bytes, booleans eight to the byte. */
export function pageOf(kind: Kind, cells: readonly unknown[]): Buffer | Unfit {
  const present = cells.map((cell) => cell !== null && cell !== undefined)
  const values: Buffer[] = []
  for (const [at, cell] of cells.entries()) {
    if (!present[at]) continue
    const bytes = kind.bytes(cell)
    if (bytes === undefined) return { unfit: at }
    values.push(bytes)
  }
  const levels = bits(present)
  const groups = varint((Math.ceil(cells.length / 8) << 1) | 1)
  const size = Buffer.allocUnsafe(4)
  size.writeUInt32LE(groups.byteLength + levels.byteLength)
  return Buffer.concat([size, groups, levels, ...(kind.physical === BOOLEAN ? [bits(values.map((one) => one[0] === 1))] : values)])
}

function bits(flags: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(flags.length / 8))
  for (const [i, flag] of flags.entries()) if (flag) bytes[i >> 3]! |= 1 << (i & 7)
  return bytes
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
