import type { Column, ColumnType } from '../../result.ts'

/** How a cell becomes JSON. Numbers, so that the switch in `cells.ts` is a jump. */
export const kinds = {
  text: 0,
  tiny: 1,
  short: 2,
  long: 3,
  longlong: 4,
  float: 5,
  double: 6,
  quoted: 7,
  binary: 8,
  bit: 9,
  date: 10,
  datetime: 11,
  time: 12,
  year: 13,
} as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** A column of an answer and how its cells are read. `decimals`: digits of a second's fraction, -1 when each value has its own. */
export type Reader = Readonly<{ column: Column; kind: Kind; unsigned: boolean; decimals: number }>

const unsignedFlag = 32
const enumFlag = 256
const setFlag = 2_048
const binaryCharset = 63

const numbers: Readonly<Record<number, readonly [name: string, type: ColumnType, kind: Kind]>> = {
  0: ['DECIMAL', 'decimal', kinds.quoted],
  1: ['TINYINT', 'int', kinds.tiny],
  2: ['SMALLINT', 'int', kinds.short],
  3: ['INT', 'int', kinds.long],
  4: ['FLOAT', 'float', kinds.float],
  5: ['DOUBLE', 'float', kinds.double],
  8: ['BIGINT', 'int', kinds.longlong],
  9: ['MEDIUMINT', 'int', kinds.long],
  246: ['DECIMAL', 'decimal', kinds.quoted],
}

const others: Readonly<Record<number, readonly [name: string, type: ColumnType, kind: Kind]>> = {
  6: ['NULL', 'text', kinds.text],
  7: ['TIMESTAMP', 'timestamp', kinds.datetime],
  10: ['DATE', 'date', kinds.date],
  11: ['TIME', 'time', kinds.time],
  12: ['DATETIME', 'timestamp', kinds.datetime],
  13: ['YEAR', 'int', kinds.year],
  14: ['DATE', 'date', kinds.date],
  16: ['BIT', 'int', kinds.bit],
  242: ['VECTOR', 'binary', kinds.binary],
  245: ['JSON', 'json', kinds.text],
  247: ['ENUM', 'text', kinds.text],
  248: ['SET', 'text', kinds.text],
  255: ['GEOMETRY', 'binary', kinds.binary],
}

/** Names of the types that hold text or bytes, by whether they are bytes. */
const strings: Readonly<Record<number, readonly [text: string, bytes: string]>> = {
  15: ['VARCHAR', 'VARBINARY'],
  249: ['TINYTEXT', 'TINYBLOB'],
  250: ['MEDIUMTEXT', 'MEDIUMBLOB'],
  251: ['LONGTEXT', 'LONGBLOB'],
  252: ['TEXT', 'BLOB'],
  253: ['VARCHAR', 'VARBINARY'],
  254: ['CHAR', 'BINARY'],
}

/** Reads a column definition packet in `bytes[at, end)`. `extended`: MariaDB's block with names of types and formats is in it. */
export function readColumn(bytes: Buffer, at: number, extended: boolean): Reader {
  const cursor = new Cursor(bytes, at)
  for (let skipped = 0; skipped < 4; skipped++) cursor.skip()
  const name = cursor.string()
  cursor.skip()
  const special = extended ? readExtended(cursor) : none
  cursor.at++
  const charset = bytes.readUInt16LE(cursor.at)
  const type = bytes[cursor.at + 6]!
  const flags = bytes.readUInt16LE(cursor.at + 7)
  const decimals = bytes[cursor.at + 9]!
  const unsigned = (flags & unsignedFlag) !== 0
  const [nativeType, columnType, kind] = typeOf(type, flags, charset, special)
  return { column: { name, type: columnType, nativeType }, kind, unsigned, decimals: decimals > 6 ? -1 : decimals }
}

type Special = Readonly<{ type?: string; format?: string }>
const none: Special = {}

function typeOf(type: number, flags: number, charset: number, special: Special): readonly [string, ColumnType, Kind] {
  const number = numbers[type]
  if (number) return flags & unsignedFlag ? [`${number[0]} UNSIGNED`, number[1], number[2]] : number
  const other = others[type]
  if (special.type === 'uuid') return ['UUID', 'uuid', kinds.text]
  if (special.type?.startsWith('inet')) return [special.type.toUpperCase(), 'other', kinds.text]
  if (special.format === 'json') return ['JSON', 'json', kinds.text]
  if (other) return other
  if (flags & enumFlag) return others[247]!
  if (flags & setFlag) return others[248]!
  const [text, bytes] = strings[type] ?? ['TEXT', 'BLOB']
  return charset === binaryCharset ? [bytes, 'binary', kinds.binary] : [text, 'text', kinds.text]
}

/** Pairs of one byte that says what follows and a string: 0 is a type, 1 a format. */
function readExtended(cursor: Cursor): Special {
  const size = cursor.length()
  const end = cursor.at + size
  let special: Special = none
  while (cursor.at < end) {
    const key = cursor.bytes[cursor.at++]
    const value = cursor.string()
    special = { ...special, ...(key === 0 ? { type: value } : key === 1 ? { format: value } : {}) }
  }
  cursor.at = end
  return special
}

/** Reads length-encoded things one after the other. */
export class Cursor {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  length(): number {
    const { bytes } = this
    const first = bytes[this.at++]!
    if (first < 251) return first
    const size = first === 0xfc ? 2 : first === 0xfd ? 3 : 8
    const length = size === 8 ? Number(bytes.readBigUInt64LE(this.at)) : bytes.readUIntLE(this.at, size)
    this.at += size
    return length
  }

  skip(): void {
    const length = this.length()
    this.at += length
  }

  string(): string {
    const length = this.length()
    this.at += length
    return this.bytes.toString('utf8', this.at - length, this.at)
  }
}
