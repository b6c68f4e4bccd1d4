import {
  type DuckDBArrayType,
  type DuckDBArrayValue,
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  type DuckDBListType,
  type DuckDBListValue,
  type DuckDBMapType,
  type DuckDBMapValue,
  type DuckDBStructType,
  type DuckDBStructValue,
  type DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBUnionType,
  type DuckDBUnionValue,
  type DuckDBValue,
  DuckDBTypeId as Id,
} from '@duckdb/node-api'
import type { Column, ColumnType } from '../../result.ts'

/** A value that is not NULL as JSON. */
type Writer = (value: DuckDBValue) => string

const typesById: Readonly<Partial<Record<Id, ColumnType>>> = {
  [Id.BOOLEAN]: 'bool',
  [Id.TINYINT]: 'int',
  [Id.SMALLINT]: 'int',
  [Id.INTEGER]: 'int',
  [Id.BIGINT]: 'int',
  [Id.HUGEINT]: 'int',
  [Id.UTINYINT]: 'int',
  [Id.USMALLINT]: 'int',
  [Id.UINTEGER]: 'int',
  [Id.UBIGINT]: 'int',
  [Id.UHUGEINT]: 'int',
  [Id.BIGNUM]: 'int',
  [Id.FLOAT]: 'float',
  [Id.DOUBLE]: 'float',
  [Id.DECIMAL]: 'decimal',
  [Id.VARCHAR]: 'text',
  [Id.ENUM]: 'text',
  [Id.BLOB]: 'binary',
  [Id.GEOMETRY]: 'binary',
  [Id.DATE]: 'date',
  [Id.TIME]: 'time',
  [Id.TIME_NS]: 'time',
  [Id.TIME_TZ]: 'time',
  [Id.TIMESTAMP]: 'timestamp',
  [Id.TIMESTAMP_S]: 'timestamp',
  [Id.TIMESTAMP_MS]: 'timestamp',
  [Id.TIMESTAMP_NS]: 'timestamp',
  [Id.TIMESTAMP_TZ]: 'timestamptz',
  [Id.INTERVAL]: 'interval',
  [Id.UUID]: 'uuid',
  [Id.LIST]: 'array',
  [Id.ARRAY]: 'array',
  [Id.STRUCT]: 'struct',
  [Id.MAP]: 'struct',
}

/** A native type is for people; an ENUM can have a million members. */
const nativeCharsMax = 120

export function duckdbColumn(name: string, type: DuckDBType): Column {
  const json = type.typeId === Id.VARCHAR && type.alias === 'JSON'
  const text = type.alias ?? String(type)
  return {
    name,
    type: json ? 'json' : (typesById[type.typeId] ?? 'other'),
    nativeType: text.length > nativeCharsMax ? `${text.slice(0, nativeCharsMax)}…` : text,
  }
}

/** How each value of a type is written, by the rules of `ColumnType`; chosen once a column, so that no cell asks for its type. */
export function writerOf(type: DuckDBType): Writer {
  switch (type.typeId) {
    case Id.BOOLEAN:
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
      return String
    case Id.BIGINT:
    case Id.UBIGINT:
    case Id.HUGEINT:
    case Id.UHUGEINT:
    case Id.BIGNUM:
      return (value) => integer(value as bigint)
    case Id.DOUBLE:
      return (value) => float(value as number)
    case Id.FLOAT:
      return (value) => single(value as number)
    case Id.VARCHAR:
    case Id.ENUM:
      return JSON.stringify as Writer
    case Id.DATE:
      return (value) => date(value as DuckDBDateValue)
    case Id.TIMESTAMP:
      return (value) => timestamp((value as DuckDBTimestampValue).micros, '', value)
    case Id.TIMESTAMP_TZ:
      return (value) => timestamp((value as DuckDBTimestampTZValue).micros, '+00', value)
    case Id.DECIMAL:
      return (value) => `"${(value as DuckDBDecimalValue).toString()}"`
    case Id.BLOB:
    case Id.GEOMETRY:
      return (value) => `"${Buffer.from((value as DuckDBBlobValue).bytes).toString('base64')}"`
    default:
      return nested(type)
  }
}

function nested(type: DuckDBType): Writer {
  switch (type.typeId) {
    case Id.LIST:
    case Id.ARRAY: {
      const item = orNull(writerOf((type as DuckDBListType | DuckDBArrayType).valueType))
      return (value) => `[${(value as DuckDBListValue | DuckDBArrayValue).items.map(item).join(',')}]`
    }
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType
      const fields = entryNames.map((name, i) => ({ name, key: JSON.stringify(name), write: orNull(writerOf(entryTypes[i]!)) }))
      return (value) => {
        const { entries } = value as DuckDBStructValue
        return `{${fields.map(({ name, key, write }) => `${key}:${write(entries[name]!)}`).join(',')}}`
      }
    }
    case Id.MAP: {
      const { keyType, valueType } = type as DuckDBMapType
      const key = writerOf(keyType)
      const write = orNull(writerOf(valueType))
      return (value) => `{${(value as DuckDBMapValue).entries.map((entry) => `${quoted(key(entry.key))}:${write(entry.value)}`).join(',')}}`
    }
    case Id.UNION: {
      const { memberTags, memberTypes } = type as DuckDBUnionType
      const members = new Map(memberTags.map((tag, i) => [tag, writerOf(memberTypes[i]!)]))
      return (value) => {
        const { tag, value: member } = value as DuckDBUnionValue
        return member === null ? 'null' : quoted(members.get(tag)!(member))
      }
    }
    default:
      return (value) => JSON.stringify(String(value))
  }
}

const orNull =
  (write: Writer): Writer =>
  (value) =>
    value === null ? 'null' : write(value)

/** A key of an object is a string, whatever it was. */
const quoted = (json: string): string => (json.startsWith('"') ? json : JSON.stringify(json))

const safe = BigInt(Number.MAX_SAFE_INTEGER)
const integer = (value: bigint): string => (value <= safe && value >= -safe ? value.toString() : `"${value}"`)

const float = (value: number): string => (Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`)

/** The shortest text that is still this 32-bit number: 0.1 and not 0.10000000149011612. */
function single(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return float(value)
  for (const digits of [6, 7, 8]) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(value)
}

/** DuckDB's infinite dates are the ends of the range of its days. */
const infiniteDays = 2_147_483_647
const daysKept = new Map<number, string>()
const daysKeptMax = 20_000

function date(value: DuckDBDateValue): string {
  const known = daysKept.get(value.days)
  if (known !== undefined) return known
  const text = value.days === infiniteDays ? '"infinity"' : value.days === -infiniteDays ? '"-infinity"' : `"${value.toString()}"`
  if (daysKept.size < daysKeptMax) daysKept.set(value.days, text)
  return text
}

const microsADay = 86_400_000_000
const twoDigits = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
const plainDays = new Map<number, string>()

/** The day comes from a table that fills itself and the time from the rest, because asking `Date` for each value is slow. */
function timestamp(micros: bigint, zone: string, value: DuckDBValue): string {
  // Beyond the years 1684 to 2255 a number would round.
  if (micros > safe || micros < -safe) return `"${String(value)}"`
  const whole = Number(micros)
  const day = Math.floor(whole / microsADay)
  const rest = whole - day * microsADay
  const second = Math.floor(rest / 1_000_000)
  const fraction = rest - second * 1_000_000
  const minute = Math.floor(second / 60)
  const time = `${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}`
  const behind = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `"${plainDay(day)} ${time}${behind}${zone}"`
}

function plainDay(day: number): string {
  const known = plainDays.get(day)
  if (known !== undefined) return known
  const text = new Date(day * 86_400_000).toISOString().slice(0, 10)
  if (plainDays.size < daysKeptMax) plainDays.set(day, text)
  return text
}
