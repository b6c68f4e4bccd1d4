import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { TableColumn } from '../schema.ts'
import type { Scene } from './scene.ts'

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A value as it is sent to its column: bytes come as base64, as they are answered; the source makes the rest of what is text. */
export function asValue(value: Value, { name, type }: TableColumn, { dialect }: Scene): Value {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SluiceError('change_invalid', `The value of ${name} is not a number.`)
  if (typeof value === 'string' && value.includes('\0') && dialect.name === 'postgres') {
    throw new SluiceError('change_invalid', `The value of ${name} holds a NUL, which PostgreSQL does not keep.`)
  }
  if (type === 'array' && dialect.name === 'postgres' && typeof value === 'string' && value.trimStart().startsWith('['))
    return arrayOf(value, name)
  // MySQL compares a text with a number as numbers, and then 0 is every text that does not begin with a digit.
  if (dialect.name === 'mysql' && type === 'text' && value !== null && typeof value !== 'string' && !(value instanceof Uint8Array))
    return String(typeof value === 'boolean' ? Number(value) : value)
  if (type !== 'binary' || typeof value !== 'string') return value
  if (!base64.test(value)) {
    throw new SluiceError('change_invalid', `The value of ${name} must be base64, because the column holds bytes.`)
  }
  return new Uint8Array(Buffer.from(value, 'base64'))
}

/** A list in JSON as PostgreSQL writes an array. */
function arrayOf(json: string, name: string): string {
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    throw new SluiceError('change_invalid', `The value of ${name} is no list in JSON.`)
  }
  const written = (one: unknown): string => {
    if (one === null) return 'NULL'
    if (Array.isArray(one)) return `{${one.map(written).join(',')}}`
    const text = typeof one === 'object' ? JSON.stringify(one) : String(one)
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  }
  return written(list)
}
