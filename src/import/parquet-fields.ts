import type { FileMetaData, SchemaElement } from 'hyparquet'
import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'

/** One column of the file, and how what is read from it becomes a value. */
export type Field = Readonly<{ name: string; value: (raw: unknown) => Value }>

/** The columns to be imported, in the order that is wanted, else in that of the file. Throws `import_invalid`. */
export function fieldsOf({ schema }: FileMetaData, wanted: readonly string[] | undefined): readonly Field[] {
  const found = new Map<string, SchemaElement>()
  // The first element is the file itself, the others follow it depth first.
  for (let at = 1; at < schema.length; at = behind(schema, at)) found.set(schema[at]!.name, schema[at]!)
  return (wanted ?? [...found.keys()]).map((name) => {
    const element = found.get(name)
    if (!element) throw wrong(`The file has no column ${JSON.stringify(name.slice(0, 100))}`)
    if (element.num_children || element.repetition_type === 'REPEATED') throw wrong(`The column ${name} of the file holds lists or structs`)
    const value = valueFrom(element)
    return { name, value: (raw) => (raw === null || raw === undefined ? null : value(raw)) }
  })
}

const wrong = (what: string): SluiceError => new SluiceError('import_invalid', `${what}. Nothing was imported.`)

/** The place behind an element and all that it holds. */
function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1
  for (let left = schema[at]?.num_children ?? 0; left > 0; left--) next = behind(schema, next)
  return next
}

const kept: ReadonlySet<string> = new Set(['UTF8', 'UINT_64', 'UINT_32', 'UINT_16', 'UINT_8', 'INT_64', 'INT_32', 'INT_16', 'INT_8'])
const keptLogical: ReadonlySet<string> = new Set(['STRING', 'INTEGER', 'UUID', 'FLOAT16'])

/** The same file as if it held plain numbers and bytes where its reader would round or drop something. */
export function readable(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    const { converted_type, logical_type, ...rest } = element
    if (converted_type === 'JSON' || converted_type === 'ENUM' || logical_type?.type === 'JSON' || logical_type?.type === 'ENUM')
      return { ...rest, converted_type: 'UTF8' }
    return {
      ...rest,
      ...(converted_type && kept.has(converted_type) ? { converted_type } : {}),
      ...(logical_type && keptLogical.has(logical_type.type) ? { logical_type } : {}),
    }
  })
  return { ...metadata, schema }
}

function valueFrom({ name, type, converted_type: converted, logical_type: logical, scale = 0 }: SchemaElement): (raw: unknown) => Value {
  if (converted === 'INTERVAL' || converted === 'BSON') throw wrong(`The column ${name} of the file holds a type that is not read here`)
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL')
    return (raw) => scaled(unscaled(raw), logical?.type === 'DECIMAL' ? logical.scale : scale)
  if (converted === 'DATE' || logical?.type === 'DATE') return (raw) => dateText(BigInt(raw as number))
  if (type === 'INT96') return (raw) => timestampText(raw as bigint, NANO_DIGITS)
  const time = timeOf(converted, logical)
  if (time?.kind === 'timestamp') return (raw) => timestampText(BigInt(raw as number | bigint), time.digits) + (time.utc ? '+00:00' : '')
  if (time?.kind === 'time') return (raw) => timeText(BigInt(raw as number | bigint), time.digits)
  return plain
}

function plain(raw: unknown): Value {
  if (typeof raw === 'bigint') return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw
  if (typeof raw === 'number' && !Number.isFinite(raw)) return String(raw)
  return raw as Value
}

const NANO_DIGITS = 9
const unitDigits: Readonly<Record<string, number>> = { MILLIS: 3, MICROS: 6, NANOS: NANO_DIGITS }

type Time = Readonly<{ kind: 'time' | 'timestamp'; digits: number; utc: boolean }>

function timeOf(converted: SchemaElement['converted_type'], logical: SchemaElement['logical_type']): Time | undefined {
  if (logical?.type === 'TIMESTAMP' || logical?.type === 'TIME') {
    return { kind: logical.type === 'TIME' ? 'time' : 'timestamp', digits: unitDigits[logical.unit]!, utc: logical.isAdjustedToUTC }
  }
  const [, kind, unit] = /^(TIME|TIMESTAMP)_(MILLIS|MICROS)$/.exec(converted ?? '') ?? []
  return kind === undefined ? undefined : { kind: kind === 'TIME' ? 'time' : 'timestamp', digits: unitDigits[unit!]!, utc: true }
}

/** The whole number behind a decimal; bytes are two's complement, the highest first. */
function unscaled(raw: unknown): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw as number | bigint)
  if (raw.byteLength === 0) return 0n
  return BigInt.asIntN(raw.byteLength * 8, BigInt(`0x${Buffer.from(raw).toString('hex')}`))
}

function scaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(digits.length - scale)}` : ''}`
}

const DAY_S = 86_400n

/** Days since 1970 in the calendar that all engines use for what lies before it too. */
function dateText(days: bigint): string {
  const date = new Date(Number(days * DAY_S) * 1000)
  if (Number.isNaN(date.getTime())) throw wrong('A date in the file lies beyond what can be told')
  return date.toISOString().replace(/T.*$/, '').replace(/^\+/, '')
}

function timestampText(since: bigint, digits: number): string {
  const perDay = DAY_S * 10n ** BigInt(digits)
  const rest = ((since % perDay) + perDay) % perDay
  return `${dateText((since - rest) / perDay)} ${timeText(rest, digits)}`
}

function timeText(since: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits)
  const seconds = Number(since / perSecond)
  const two = (value: number) => String(value).padStart(2, '0')
  const fraction = (since % perSecond).toString().padStart(digits, '0').replace(/0+$/, '')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction ? `.${fraction}` : ''}`
}
