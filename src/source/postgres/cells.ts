import { base64, bool, float, integer, nothing, quoted, raw, text } from '../encode.ts'

/** How a cell in PostgreSQL's text format becomes JSON. Numbers, so that the switch below is a jump. */
export const kinds = { text: 0, raw: 1, int8: 2, float: 3, bool: 4, quoted: 5, bytea: 6, array: 7 } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** One column: `element` is the kind of the elements of an array. */
export type CellReader = Readonly<{ kind: Kind; element: Kind }>

/** The cells of a DataRow at `at` as one JSON array; returns the position after it. */
export function row(readers: readonly CellReader[], src: Buffer, at: number, out: Buffer, pos: number): number {
  out[pos++] = 0x5b
  const count = readers.length
  at += 2
  for (let i = 0; i < count; i++) {
    if (i > 0) out[pos++] = 0x2c
    const length = (src[at]! << 24) | (src[at + 1]! << 16) | (src[at + 2]! << 8) | src[at + 3]!
    at += 4
    if (length < 0) {
      pos = nothing(out, pos)
      continue
    }
    const reader = readers[i]!
    pos =
      reader.kind === kinds.array
        ? array(reader.element, src, at, at + length, out, pos)
        : cell(reader.kind, src, at, at + length, out, pos)
    at += length
  }
  out[pos++] = 0x5d
  return pos
}

function cell(kind: Kind, src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  switch (kind) {
    case kinds.raw:
      return raw(src, from, to, out, pos)
    case kinds.int8:
      return integer(src, from, to, out, pos)
    case kinds.float:
      return float(src, from, to, out, pos)
    case kinds.bool:
      return bool(src[from] === 0x74, out, pos)
    case kinds.quoted:
      return quoted(src, from, to, out, pos)
    case kinds.bytea:
      return bytea(src, from, to, out, pos)
    default:
      return text(src, from, to, out, pos)
  }
}

/** `\x6162` as base64; the session asks for `bytea_output = hex`. */
function bytea(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  const bytes = Buffer.from(src.toString('latin1', from + 2, to), 'hex')
  return base64(bytes, 0, bytes.length, out, pos)
}

const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const doubleQuote = 0x22
const backslash = 0x5c

/** `{1,NULL,"a b",{…}}`, perhaps after bounds like `[0:1]=`. */
function array(element: Kind, src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  let i = from
  while (i < to && src[i] !== openBrace) i++
  while (i < to) {
    const byte = src[i]!
    if (byte === openBrace) {
      out[pos++] = 0x5b
      i++
    } else if (byte === closeBrace) {
      out[pos++] = 0x5d
      i++
    } else if (byte === comma) {
      out[pos++] = comma
      i++
    } else if (byte === doubleQuote) {
      const end = closingQuote(src, i + 1, to)
      pos = quotedElement(element, src, i + 1, end, out, pos)
      i = end + 1
    } else {
      let end = i
      while (end < to && src[end] !== comma && src[end] !== closeBrace) end++
      pos = isNull(src, i, end) ? nothing(out, pos) : cell(element, src, i, end, out, pos)
      i = end
    }
  }
  return pos
}

function closingQuote(src: Buffer, from: number, to: number): number {
  let i = from
  while (i < to && src[i] !== doubleQuote) i += src[i] === backslash ? 2 : 1
  return i
}

/** Unquoted NULL is the null; a text `NULL` is always quoted by the server. */
function isNull(src: Buffer, from: number, to: number): boolean {
  return to - from === 4 && src[from] === 0x4e && src[from + 1] === 0x55 && src[from + 2] === 0x4c && src[from + 3] === 0x4c
}

function quotedElement(element: Kind, src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  const plain = Buffer.allocUnsafe(to - from)
  let length = 0
  for (let i = from; i < to; i++) {
    if (src[i] === backslash) i++
    plain[length++] = src[i]!
  }
  return cell(element, plain, 0, length, out, pos)
}
