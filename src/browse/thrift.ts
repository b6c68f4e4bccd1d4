/** A value in Thrift's compact protocol, as far as Parquet's metadata needs it. Fields of a struct stand in the order of their ids. */
export type Thrift =
  | Readonly<{ i32: number }>
  | Readonly<{ i64: number }>
  | Readonly<{ bool: boolean }>
  | Readonly<{ text: string }>
  | Readonly<{ list: readonly Thrift[] }>
  | Readonly<{ struct: Readonly<Record<number, Thrift>> }>

const types = { i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const
const TRUE = 1
const FALSE = 2
const SHORT_LIST_MAX = 14

const typeOf = (value: Thrift): number => {
  if ('bool' in value) return value.bool ? TRUE : FALSE
  return types[Object.keys(value)[0] as keyof typeof types]
}

/** The bytes of a struct. */
export function structBytes(fields: Readonly<Record<number, Thrift>>): Buffer {
  const bytes: number[] = []
  put(bytes, { struct: fields })
  return Buffer.from(bytes)
}

function put(bytes: number[], value: Thrift): void {
  if ('i32' in value || 'i64' in value) {
    varint(bytes, zigzag('i32' in value ? value.i32 : value.i64))
    return
  }
  // Its value is its type, where it stands in a struct.
  if ('bool' in value) return
  if ('text' in value) {
    const text = Buffer.from(value.text)
    varint(bytes, BigInt(text.byteLength))
    for (const byte of text) bytes.push(byte)
    return
  }
  if ('list' in value) {
    const type = value.list[0] ? typeOf(value.list[0]) : types.i32
    if (value.list.length <= SHORT_LIST_MAX) bytes.push((value.list.length << 4) | type)
    else {
      bytes.push(0xf0 | type)
      varint(bytes, BigInt(value.list.length))
    }
    for (const one of value.list) put(bytes, one)
    return
  }
  let last = 0
  for (const [id, field] of Object.entries(value.struct)) {
    // No struct of Parquet leaves out more than fifteen fields in a row.
    bytes.push(((Number(id) - last) << 4) | typeOf(field))
    last = Number(id)
    put(bytes, field)
  }
  bytes.push(0)
}

const zigzag = (value: number): bigint => (value >= 0 ? BigInt(value) * 2n : BigInt(-value) * 2n - 1n)

function varint(bytes: number[], value: bigint): void {
  let rest = value
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
}
