import type { Value } from '../call.ts'
import type { DialectName } from '../facts.ts'
import type { TableColumn } from '../schema.ts'

/** Makes the value of a column from what stands in the content; a text tells what is wrong with it. Never quotes the value. */
export type ToCell = (value: Value) => Value | Wrong

/** Why a value cannot be that of its column, as it follows after `column x`. */
export class Wrong {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

/**
 * What a column takes. Texts that a source would take for something else, or keep as they are where it types values and not columns, are
 * read here: whole numbers stay exact, `true` is a boolean, bytes are base64 or `\x` and hex, and a zone is never silently dropped.
 */
export function cellOf({ type, nativeType }: TableColumn, dialect: DialectName): ToCell {
  const read = readers[type]
  const plain: ToCell = read ? (value) => (typeof value === 'string' ? read(value, dialect, nativeType) : value) : (value) => value
  // MySQL and SQLite have no booleans of their own.
  if (type === 'bool' || /^(bool|tinyint\(1\)|bit\(1\))/i.test(nativeType)) {
    return (value) => (typeof value === 'string' ? flag(value) : value)
  }
  if (type === 'text' || type === 'json') return (value) => textual(value, type)
  return plain
}

type Read = (text: string, dialect: DialectName, nativeType: string) => Value | Wrong

const readers: Readonly<Partial<Record<TableColumn['type'], Read>>> = { int: whole, decimal, float, binary: bytes, timestamp: local }

function whole(text: string): Value | Wrong {
  const digits = text.trim()
  if (!/^[+-]?\d{1,40}$/.test(digits)) return new Wrong('is not a whole number')
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits.replace(/^\+/, ''))
}

function decimal(text: string): Value | Wrong {
  const digits = text.trim()
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(digits) || /^[+-]?(nan|inf(inity)?)$/i.test(digits)
    ? digits
    : new Wrong('is not a number')
}

function float(text: string, dialect: DialectName): Value | Wrong {
  const checked = decimal(text)
  return typeof checked === 'string' && (dialect === 'sqlite' || dialect === 'mysql') && Number.isFinite(Number(checked))
    ? Number(checked)
    : checked
}

const flags: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  on: true,
  1: true,
  false: false,
  f: false,
  no: false,
  n: false,
  off: false,
  0: false,
}

function flag(text: string): Value | Wrong {
  return flags[text.trim().toLowerCase()] ?? (/^-?\d+$/.test(text) ? Number(text) : new Wrong('is neither true nor false'))
}

function bytes(text: string): Value | Wrong {
  if (/^\\x([0-9a-fA-F]{2})*$/.test(text)) return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return new Uint8Array(Buffer.from(text, 'base64'))
  return new Wrong('is neither base64 nor hex with \\x in front')
}

/** Numbers and booleans of JSON in a column of texts are meant as they are written. */
function textual(value: Value, type: 'text' | 'json'): Value {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return value instanceof Uint8Array && type === 'text' ? Buffer.from(value).toString('utf8') : value
}

const times = /^(\d{4,}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i

/**
 * A time without a zone: UTC may stand behind it and is left out, any other zone would be lost. MySQL's TIMESTAMP means the zone of the
 * session, so not even UTC can be left out there. SQLite keeps texts, and ours is as good as any.
 */
function local(text: string, dialect: DialectName, nativeType: string): Value | Wrong {
  const [, date, time, zone] = times.exec(text.trim()) ?? []
  if (date === undefined || dialect === 'sqlite') return text
  const inServerZone = dialect === 'mysql' && /^timestamp/i.test(nativeType)
  if (zone !== undefined && inServerZone) return new Wrong('has a time zone; send it without one, in the time zone of the server')
  if (zone === undefined || /^(Z|UTC|[+-]00(:?00)?)$/i.test(zone)) return `${date} ${time!.replace(',', '.')}`
  return new Wrong('has a time zone, and its column has none')
}
