import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'

/** Commands to the server, each with the header of its packet. From the client/server protocol of MySQL and MariaDB. */

const packetBytesMax = 0xffffff
const types = { tiny: 1, double: 5, null: 6, longlong: 8, blob: 252, varString: 253 } as const
const unsignedFlag = 0x80

/** One command, cut into packets where it is too long for one. */
function framed(payload: Buffer): Buffer {
  if (payload.length < packetBytesMax) {
    const packet = Buffer.allocUnsafe(payload.length + 4)
    packet.writeUIntLE(payload.length, 0, 3)
    packet[3] = 0
    payload.copy(packet, 4)
    return packet
  }
  const pieces: Buffer[] = []
  for (let at = 0, sequence = 0; at <= payload.length; at += packetBytesMax, sequence++) {
    const piece = payload.subarray(at, at + packetBytesMax)
    const header = Buffer.allocUnsafe(4)
    header.writeUIntLE(piece.length, 0, 3)
    header[3] = sequence & 0xff
    pieces.push(header, piece)
  }
  return Buffer.concat(pieces)
}

const text = (command: number, sql: string): Buffer => {
  const payload = Buffer.allocUnsafe(1 + Buffer.byteLength(sql))
  payload[0] = command
  payload.write(sql, 1)
  return framed(payload)
}

export const quit = (): Buffer => framed(Buffer.from([0x01]))
export const query = (sql: string): Buffer => text(0x03, sql)
export const prepare = (sql: string): Buffer => text(0x16, sql)

export function closeStatement(id: number): Buffer {
  const payload = Buffer.allocUnsafe(5)
  payload[0] = 0x19
  payload.writeUInt32LE(id, 1)
  return framed(payload)
}

/** COM_STMT_EXECUTE without a cursor; each value carries its type. */
export function execute(id: number, params: readonly Value[]): Buffer {
  const encoded = params.map(encode)
  const nullBytes = (params.length + 7) >> 3
  const typesAt = 10 + nullBytes + (params.length > 0 ? 1 : 0)
  let pos = typesAt + params.length * 2
  const payload = Buffer.alloc(encoded.reduce((sum, { size }) => sum + size, pos))
  payload[0] = 0x17
  payload.writeUInt32LE(id, 1)
  payload.writeUInt32LE(1, 6)
  if (params.length > 0) payload[typesAt - 1] = 1
  encoded.forEach(({ type, flags, write }, i) => {
    payload[typesAt + i * 2] = type
    payload[typesAt + i * 2 + 1] = flags
    if (type === types.null) payload[10 + (i >> 3)]! |= 1 << (i & 7)
    pos = write(payload, pos)
  })
  return framed(payload)
}

type Encoded = Readonly<{ type: number; flags: number; size: number; write: (out: Buffer, pos: number) => number }>

function encode(value: Value): Encoded {
  if (value === null) return { type: types.null, flags: 0, size: 0, write: (_out, pos) => pos }
  if (typeof value === 'boolean') return { type: types.tiny, flags: 0, size: 1, write: (out, pos) => out.writeInt8(value ? 1 : 0, pos) }
  if (typeof value === 'number') return number(value)
  if (typeof value === 'bigint') return bigint(value)
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return {
    type: typeof value === 'string' ? types.varString : types.blob,
    flags: 0,
    size: lengthSize(bytes.length) + bytes.length,
    write(out, pos) {
      const start = writeLength(bytes.length, out, pos)
      out.set(bytes, start)
      return start + bytes.length
    },
  }
}

function number(value: number): Encoded {
  if (Number.isSafeInteger(value)) return bigint(BigInt(value))
  if (!Number.isFinite(value)) throw new SluiceError('parameter_invalid', 'This source has no NaN and no infinity.')
  return { type: types.double, flags: 0, size: 8, write: (out, pos) => out.writeDoubleLE(value, pos) }
}

function bigint(value: bigint): Encoded {
  if (BigInt.asIntN(64, value) === value)
    return { type: types.longlong, flags: 0, size: 8, write: (out, pos) => out.writeBigInt64LE(value, pos) }
  if (BigInt.asUintN(64, value) === value) {
    return { type: types.longlong, flags: unsignedFlag, size: 8, write: (out, pos) => out.writeBigUInt64LE(value, pos) }
  }
  return encode(String(value))
}

const lengthSize = (length: number): number => (length < 251 ? 1 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 9)

function writeLength(length: number, out: Buffer, pos: number): number {
  const size = lengthSize(length)
  if (size === 1) return out.writeUInt8(length, pos)
  out[pos] = size === 3 ? 0xfc : size === 4 ? 0xfd : 0xfe
  if (size === 9) return out.writeBigUInt64LE(BigInt(length), pos + 1)
  return out.writeUIntLE(length, pos + 1, size - 1)
}
