import { ascii, base64, integer, nothing, quoted, raw, text } from '../encode.ts'
import { kinds, type Reader } from './columns.ts'

const minus = 0x2d
const zero = 0x30

/** The position after a length-encoded length is left here, because two numbers cannot be returned without making an object. */
let contentAt = 0

/** Length of what follows at `at`; -1 for NULL. */
function lengthAt(src: Buffer, at: number): number {
  const first = src[at]!
  if (first < 251) {
    contentAt = at + 1
    return first
  }
  if (first === 251) {
    contentAt = at + 1
    return -1
  }
  if (first === 252) {
    contentAt = at + 3
    return src[at + 1]! | (src[at + 2]! << 8)
  }
  if (first === 253) {
    contentAt = at + 4
    return src[at + 1]! | (src[at + 2]! << 8) | (src[at + 3]! << 16)
  }
  contentAt = at + 9
  return Number(src.readBigUInt64LE(at + 1))
}

/** A row of the text protocol at `at` as one JSON array; returns the position after it. */
export function textRow(readers: readonly Reader[], src: Buffer, at: number, out: Buffer, pos: number): number {
  out[pos++] = 0x5b
  for (let i = 0; i < readers.length; i++) {
    if (i > 0) out[pos++] = 0x2c
    const length = lengthAt(src, at)
    const from = contentAt
    if (length < 0) {
      pos = nothing(out, pos)
      at = from
    } else {
      at = from + length
      pos = textCell(readers[i]!, src, from, at, out, pos)
    }
  }
  out[pos++] = 0x5d
  return pos
}

function textCell(reader: Reader, src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  switch (reader.kind) {
    case kinds.tiny:
    case kinds.short:
    case kinds.long:
    case kinds.longlong:
    case kinds.year:
      return integer(src, withoutZeros(src, from, to), to, out, pos)
    case kinds.float:
    case kinds.double:
      return raw(src, withoutZeros(src, from, to), to, out, pos)
    case kinds.quoted:
    case kinds.date:
    case kinds.datetime:
    case kinds.time:
      return quoted(src, from, to, out, pos)
    case kinds.binary:
      return base64(src, from, to, out, pos)
    case kinds.bit:
      return bit(src, from, to, out, pos)
    default:
      return text(src, from, to, out, pos)
  }
}

/** ZEROFILL and YEAR bring zeros in front, which JSON does not know; such numbers have no sign. */
function withoutZeros(src: Buffer, from: number, to: number): number {
  while (src[from] === zero && from + 1 < to && src[from + 1]! >= zero && src[from + 1]! <= 0x39) from++
  return from
}

/** BIT(n) is up to eight bytes, the highest first: an integer. */
function bit(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  let value = 0n
  for (let i = from; i < to; i++) value = (value << 8n) | BigInt(src[i]!)
  return exact(String(value), out, pos)
}

/** Digits as a number, or as a string when a number would round them. */
function exact(digits: string, out: Buffer, pos: number): number {
  if (Number.isSafeInteger(Number(digits))) return ascii(digits, out, pos)
  return ascii(`"${digits}"`, out, pos)
}

/** A row of the binary protocol: a zero byte, a bitmap of what is NULL (from bit 2 on), the values. */
export function binaryRow(readers: readonly Reader[], src: Buffer, at: number, out: Buffer, pos: number): number {
  const bitmap = at + 1
  at = bitmap + ((readers.length + 9) >> 3)
  out[pos++] = 0x5b
  for (let i = 0; i < readers.length; i++) {
    if (i > 0) out[pos++] = 0x2c
    if (src[bitmap + ((i + 2) >> 3)]! & (1 << ((i + 2) & 7))) {
      pos = nothing(out, pos)
      continue
    }
    const reader = readers[i]!
    const size = fixedSizes[reader.kind]!
    if (size > 0) {
      pos = fixedCell(reader, src, at, out, pos)
      at += size
    } else {
      const length = lengthAt(src, at)
      const from = contentAt
      at = from + length
      pos = reader.kind >= kinds.date ? momentCell(reader, src, from, length, out, pos) : textCell(reader, src, from, at, out, pos)
    }
  }
  out[pos++] = 0x5d
  return pos
}

/** Bytes of a value in the binary protocol; 0 when its length comes first. In the order of `kinds`. */
const fixedSizes = [0, 1, 2, 4, 8, 4, 8, 0, 0, 0, 0, 0, 0, 2]

function fixedCell({ kind, unsigned }: Reader, src: Buffer, at: number, out: Buffer, pos: number): number {
  switch (kind) {
    case kinds.tiny:
      return small(unsigned ? src[at]! : src.readInt8(at), out, pos)
    case kinds.short:
    case kinds.year:
      return small(unsigned ? src.readUInt16LE(at) : src.readInt16LE(at), out, pos)
    case kinds.long:
      return small(unsigned ? src.readUInt32LE(at) : src.readInt32LE(at), out, pos)
    case kinds.longlong:
      return long(unsigned, src, at, out, pos)
    case kinds.float:
      return ascii(shortestFloat(src.readFloatLE(at)), out, pos)
    default:
      return ascii(String(src.readDoubleLE(at)), out, pos)
  }
}

function long(unsigned: boolean, src: Buffer, at: number, out: Buffer, pos: number): number {
  const high = unsigned ? src.readUInt32LE(at + 4) : src.readInt32LE(at + 4)
  const value = high * 4_294_967_296 + src.readUInt32LE(at)
  if (Number.isSafeInteger(value)) return small(value, out, pos)
  return ascii(`"${unsigned ? src.readBigUInt64LE(at) : src.readBigInt64LE(at)}"`, out, pos)
}

const digits = Buffer.allocUnsafe(20)

/** A safe integer, without making a string of it. */
function small(value: number, out: Buffer, pos: number): number {
  if (value < 0) {
    out[pos++] = minus
    value = -value
  }
  let i = digits.length
  do {
    const rest = Math.floor(value / 10)
    digits[--i] = zero + (value - rest * 10)
    value = rest
  } while (value > 0)
  while (i < digits.length) out[pos++] = digits[i++]!
  return pos
}

/** The fewest digits that still mean this 32-bit float. */
function shortestFloat(value: number): string {
  for (let precision = 6; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

/** Dates and times as the server would write them in the text protocol. Zero dates are kept. */
function momentCell({ kind, decimals }: Reader, src: Buffer, at: number, length: number, out: Buffer, pos: number): number {
  out[pos++] = 0x22
  if (kind === kinds.time) {
    pos = time(src, at, length, out, pos)
    pos = fraction(length >= 12 ? src.readUInt32LE(at + 8) : 0, decimals, out, pos)
  } else {
    pos = padded(length >= 4 ? src.readUInt16LE(at) : 0, 4, out, pos)
    out[pos++] = minus
    pos = padded(length >= 4 ? src[at + 2]! : 0, 2, out, pos)
    out[pos++] = minus
    pos = padded(length >= 4 ? src[at + 3]! : 0, 2, out, pos)
    if (kind === kinds.datetime) {
      out[pos++] = 0x20
      pos = clock(length >= 7 ? src[at + 4]! : 0, length >= 7 ? src[at + 5]! : 0, length >= 7 ? src[at + 6]! : 0, out, pos)
      pos = fraction(length >= 11 ? src.readUInt32LE(at + 7) : 0, decimals, out, pos)
    }
  }
  out[pos++] = 0x22
  return pos
}

/** A sign, days (4 bytes), hours, minutes, seconds: `-838:59:59`. */
function time(src: Buffer, at: number, length: number, out: Buffer, pos: number): number {
  if (length < 8) return clock(0, 0, 0, out, pos)
  if (src[at] === 1) out[pos++] = minus
  return clock(src.readUInt32LE(at + 1) * 24 + src[at + 5]!, src[at + 6]!, src[at + 7]!, out, pos)
}

function clock(hours: number, minutes: number, seconds: number, out: Buffer, pos: number): number {
  pos = padded(hours, hours > 99 ? 3 : 2, out, pos)
  out[pos++] = 0x3a
  pos = padded(minutes, 2, out, pos)
  out[pos++] = 0x3a
  return padded(seconds, 2, out, pos)
}

function fraction(micros: number, decimals: number, out: Buffer, pos: number): number {
  if (decimals < 0) decimals = micros === 0 ? 0 : 6
  if (decimals === 0) return pos
  out[pos++] = 0x2e
  return padded(Math.floor(micros / 10 ** (6 - decimals)), decimals, out, pos)
}

function padded(value: number, width: number, out: Buffer, pos: number): number {
  for (let i = pos + width - 1; i >= pos; i--) {
    const rest = Math.floor(value / 10)
    out[i] = zero + (value - rest * 10)
    value = rest
  }
  return pos + width
}
