/**
 * JSON text of single cells, straight from a database protocol's bytes: each function writes `src[from, to)` into `out` at `pos`
 * and returns the position after it. None of them makes a JavaScript value of the cell. The caller has made room.
 */

const quote = 0x22
const backslash = 0x5c

/** For each byte: 0 = stands for itself, 1 = needs \u00XX, else the letter after the backslash. UTF-8 needs nothing above 0x7f. */
const escapes = new Uint8Array(256)
escapes.fill(1, 0, 0x20)
for (const [byte, letter] of Object.entries({ 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' })) {
  escapes[Number(byte)] = letter.charCodeAt(0)
}
const hexDigits = Buffer.from('0123456789abcdef')

/** What a cell may grow to at most, as a multiple of its bytes: a control character becomes six. */
export const growthMax = 6

export function raw(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  for (let i = from; i < to; i++) out[pos++] = src[i]!
  return pos
}

/** A string of which is known that it holds nothing to escape: digits, dates, UUIDs. */
export function quoted(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  out[pos++] = quote
  for (let i = from; i < to; i++) out[pos++] = src[i]!
  out[pos++] = quote
  return pos
}

export function text(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  out[pos++] = quote
  for (let i = from; i < to; i++) {
    const byte = src[i]!
    if (escapes[byte] === 0) out[pos++] = byte
    else pos = escaped(byte, out, pos)
  }
  out[pos++] = quote
  return pos
}

function escaped(byte: number, out: Buffer, pos: number): number {
  const letter = escapes[byte]!
  out[pos++] = backslash
  if (letter !== 1) {
    out[pos++] = letter
    return pos
  }
  out[pos++] = 0x75
  out[pos++] = 0x30
  out[pos++] = 0x30
  out[pos++] = hexDigits[byte >> 4]!
  out[pos++] = hexDigits[byte & 15]!
  return pos
}

const safest = Buffer.from('9007199254740991')

/** Decimal digits with an optional minus: a number up to ±(2^53-1), beyond that a string. */
export function integer(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  const digits = src[from] === 0x2d ? from + 1 : from
  const length = to - digits
  if (length < 16) return raw(src, from, to, out, pos)
  if (length === 16 && src.compare(safest, 0, 16, digits, to) <= 0) return raw(src, from, to, out, pos)
  return quoted(src, from, to, out, pos)
}

/** A float as the database prints it; NaN and the infinities become strings. */
export function float(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  const last = src[to - 1]!
  // Only `NaN`, `Infinity`, `-Infinity` and `inf` end in a letter.
  return last > 0x39 ? quoted(src, from, to, out, pos) : raw(src, from, to, out, pos)
}

export function base64(src: Buffer, from: number, to: number, out: Buffer, pos: number): number {
  out[pos++] = quote
  if (to > from) pos += out.write(src.toString('base64', from, to), pos, 'latin1')
  out[pos++] = quote
  return pos
}

export function ascii(value: string, out: Buffer, pos: number): number {
  for (let i = 0; i < value.length; i++) out[pos++] = value.charCodeAt(i)
  return pos
}

/** `null` as four bytes. */
export function nothing(out: Buffer, pos: number): number {
  out[pos] = 0x6e
  out[pos + 1] = 0x75
  out[pos + 2] = 0x6c
  out[pos + 3] = 0x6c
  return pos + 4
}

/** `true` or `false`. */
export function bool(value: boolean, out: Buffer, pos: number): number {
  return ascii(value ? 'true' : 'false', out, pos)
}

/**
 * Bytes that `src[from, to)` may take at most as JSON, counted instead of assumed. A comma or a brace may stand in an array
 * literal, where each element may get quotes; half as much again is for bytes that become base64.
 */
export function boundOf(src: Buffer, from: number, to: number): number {
  let more = 0
  for (let i = from; i < to; i++) {
    const byte = src[i]!
    if (escapes[byte] !== 0) more += 5
    else if (byte === 0x2c || byte === 0x7b) more += 2
  }
  return to - from + ((to - from) >> 1) + more
}
