import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import type { Value } from '../../src/call.ts'
import { Intake } from '../../src/source/intake.ts'
import { MysqlWire } from '../../src/source/mysql/wire.ts'
import { Types } from '../../src/source/postgres/types.ts'
import { PostgresWire } from '../../src/source/postgres/wire.ts'
import { Rows } from '../../src/source/rows.ts'
import { Collected } from './conformance.ts'

/** A stream that swallows what is written. */
const silent = (): Duplex => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
const wide = { rowsMax: 1_000_000, bytesMax: 1_000_000_000 }

type Wired = Readonly<{
  run(sql: string, params: readonly Value[], rows: Rows, keep: boolean): Promise<unknown>
  slab: Rows extends never ? never : PostgresWire['slab']
}>

/** What a connection makes of `bytes` when they come in pieces of these sizes, over and over. */
async function answered(
  make: (stream: Duplex, intake: Intake) => Wired,
  bytes: Buffer,
  sizes: readonly number[],
  params: readonly Value[] = [],
): Promise<Collected> {
  const intake = new Intake()
  const wire = make(silent(), intake)
  const sink = new Collected()
  const running = wire.run('SELECT', params, new Rows(wire.slab, sink, wide.rowsMax, wide.bytesMax), false)
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    intake.add(Buffer.from(bytes.subarray(at, at + size)))
    at += size
  }
  await running
  return sink
}

const cells = [
  ['1', 'plain', null],
  ['22', 'qu"ote\\', ''],
  ['-3', 'é漢😀\n\u0001', 'x'.repeat(300)],
  ...Array.from({ length: 900 }, (_, i) => [String(i), `row ${i} `.repeat(10), null]),
]
const expected = cells.map(([n, ...rest]) => [Number(n), ...rest])
const splits = [[1], [2], [3], [5, 1], [7], [11, 2, 64], [4_096], [65_536], [1, 100_000], [10_000_000]]

const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const fromPostgres = Buffer.concat([
  message('1'),
  message('2'),
  message('N', Buffer.from('Mnotice\0\0')),
  message(
    'T',
    int16(3),
    ...[23, 25, 25].map((oid) => Buffer.concat([Buffer.from('column\0'), int32(0), int16(0), int32(oid), int16(4), int32(-1), int16(0)])),
  ),
  ...cells.map((row) =>
    message(
      'D',
      int16(3),
      ...row.map((cell) => (cell === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(cell!)), Buffer.from(cell!)]))),
    ),
  ),
  message('C', Buffer.from('SELECT 903\0')),
  message('Z', Buffer.from('I')),
])

it.each(splits.map((sizes) => [sizes]))('PostgreSQL in pieces of %j bytes', async (sizes) => {
  const side = { types: new Types(), learn: async () => {}, cancel: async () => {} }
  const { rows, columnsSeen } = await answered((stream, intake) => new PostgresWire(stream, intake, side), fromPostgres, sizes)
  expect(columnsSeen!.map(({ type }) => type)).toEqual(['int', 'text', 'text'])
  expect(rows).toEqual(expected)
})

let sequence = 0
const packet = (...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence++ & 255
  return Buffer.concat([head, body])
}
const lenenc = (text: string | null): Buffer => {
  if (text === null) return Buffer.from([0xfb])
  const bytes = Buffer.from(text)
  const head = bytes.length < 251 ? Buffer.from([bytes.length]) : Buffer.from([0xfc, bytes.length & 255, bytes.length >> 8])
  return Buffer.concat([head, bytes])
}
const definition = (type: number): Buffer =>
  packet(...['def', '', '', '', 'column', ''].map(lenenc), Buffer.from([0x0c, 45, 0, 0, 1, 0, 0, type, 0, 0, 0, 0, 0]))
const eof = (): Buffer => packet(Buffer.from([0xfe, 0, 0, 2, 0]))
const columns = [packet(Buffer.from([3])), ...[3, 253, 253].map(definition), eof()]

const fromMysql = Buffer.concat([...columns, ...cells.map((row) => packet(...row.map((cell) => lenenc(cell!)))), eof()])
const binaryRow = ([n, ...texts]: readonly (string | null | undefined)[]): Buffer => {
  const bitmap = texts.reduce((bits, text, i) => bits | (text === null ? 1 << (i + 3) : 0), 0)
  const number = Buffer.alloc(4)
  number.writeInt32LE(Number(n))
  return packet(Buffer.from([0, bitmap]), number, ...texts.flatMap((text) => (text === null ? [] : [lenenc(text!)])))
}
const fromMysqlPrepared = Buffer.concat([
  packet(Buffer.from([0, 1, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0])),
  definition(253),
  eof(),
  ...[3, 253, 253].map(definition),
  eof(),
  ...columns,
  ...cells.map(binaryRow),
  eof(),
])

it.each(splits.map((sizes) => [sizes]))('MySQL in pieces of %j bytes', async (sizes) => {
  const side = { extended: false, cancel: async () => {} }
  const make = (stream: Duplex, intake: Intake) => new MysqlWire(stream, intake, side)
  const plain = await answered(make, fromMysql, sizes)
  expect(plain.columnsSeen!.map(({ type }) => type)).toEqual(['int', 'text', 'text'])
  expect(plain.rows).toEqual(expected)
  expect((await answered(make, fromMysqlPrepared, sizes, [1])).rows).toEqual(expected)
})

it('a message that makes no sense ends the connection, not the process', async () => {
  const side = { types: new Types(), learn: async () => {}, cancel: async () => {} }
  for (const bytes of [Buffer.from('Z\0\0\0\0'), Buffer.from('D\0\0\0\x06\0\x09'), message('T', int16(9))]) {
    const intake = new Intake()
    const wire = new PostgresWire(silent(), intake, side)
    const running = wire.run('SELECT', [], new Rows(wire.slab, new Collected(), wide.rowsMax, wide.bytesMax), false)
    intake.add(message('T', int16(0)))
    intake.add(bytes)
    intake.add(message('Z', Buffer.from('I')))
    const outcome = await Promise.race([
      running.then(
        () => 'answered',
        () => 'refused',
      ),
      new Promise((resolve) => setTimeout(resolve, 500, 'nothing')),
    ])
    expect(['answered', 'refused']).toContain(outcome)
  }
})
