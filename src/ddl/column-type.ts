import type { DialectName } from '../facts.ts'
import { didYouMean } from '../nearest.ts'
import type { Dialect } from '../sql/sql.ts'
import { invalid } from './names.ts'

/** How many numbers a type may have in brackets, at least and at most. */
type Arguments = readonly [least: number, most: number]

const none: Arguments = [0, 0]
const one: Arguments = [0, 1]
const two: Arguments = [0, 2]
const must: Arguments = [1, 1]

const all = (names: string, args: Arguments): readonly (readonly [string, Arguments])[] =>
  names
    .trim()
    .split(/\s*,\s*/)
    .map((name) => [name, args] as const)

/** The types that may be asked for, by their names in lower case. A type of a user is not among them: nobody knows what making one runs. */
const known: Readonly<Record<DialectName, ReadonlyMap<string, Arguments>>> = {
  postgres: new Map([
    ...all(
      'smallint, int2, integer, int, int4, bigint, int8, smallserial, serial, bigserial, real, float4, double precision, float8',
      none,
    ),
    ...all('money, boolean, bool, text, bytea, date, uuid, json, jsonb, xml, inet, cidr, macaddr, macaddr8, tsvector, tsquery, name', none),
    ...all('int4range, int8range, numrange, tsrange, tstzrange, daterange, point, line, lseg, box, path, polygon, circle', none),
    ...all('varchar, character varying, char, character, bit, bit varying, varbit, time, timetz, timestamp, timestamptz', one),
    ...all('time with time zone, time without time zone, timestamp with time zone, timestamp without time zone, interval, float', one),
    ...all('numeric, decimal', two),
  ]),
  mysql: new Map([
    ...all('tinyint, smallint, mediumint, int, integer, bigint, bit, year, datetime, timestamp, time, char, binary, text, blob', one),
    ...all('varchar, varbinary', must),
    ...all('decimal, numeric, dec, float, double, double precision, real', two),
    ...all('boolean, bool, date, tinytext, mediumtext, longtext, tinyblob, mediumblob, longblob, json, uuid, inet4, inet6', none),
    ...all('geometry, point, linestring, polygon', none),
  ]),
  sqlite: new Map([
    ...all('int, integer, tinyint, smallint, mediumint, bigint, int2, int8, text, clob, blob, real, double, double precision, float', none),
    ...all('boolean, bool, date, datetime, timestamp, time, json, any, uuid', none),
    ...all('varchar, nvarchar, char, nchar, character, character varying', one),
    ...all('numeric, decimal', two),
  ]),
  duckdb: new Map([
    ...all(
      'tinyint, smallint, integer, int, bigint, hugeint, utinyint, usmallint, uinteger, ubigint, uhugeint, int1, int2, int4, int8',
      none,
    ),
    ...all('float, real, float4, double, float8, double precision, boolean, bool, blob, bytea, date, time, timestamp, datetime', none),
    ...all(
      'timestamptz, timestamp with time zone, timestamp_s, timestamp_ms, timestamp_ns, timetz, interval, uuid, json, text, string',
      none,
    ),
    ...all('varchar, char', one),
    ...all('bit, bitstring', none),
    ...all('decimal, numeric', two),
  ]),
}

const ARGUMENT_MAX = 1_000_000
const DEPTH_MAX = 6
const VALUES_MAX = 1_000
const LENGTH_MAX = 4_096
const NAME_MAX = 120

/**
 * A type as the dialect writes it, made anew from what was read: a known name, whole numbers, UNSIGNED in MySQL, ENUM and SET of texts in
 * MySQL, brackets of arrays in PostgreSQL and DuckDB. Throws `change_invalid`, with the nearest known name, for anything else.
 */
export function columnType(text: string, dialect: Dialect): string {
  const given = text.trim()
  if (given.length > LENGTH_MAX) throw refused(given, dialect.name)
  const choice = dialect.name === 'mysql' ? /^(enum|set)\s*\(([\s\S]*)\)$/i.exec(given) : null
  if (choice) return `${choice[1]!.toUpperCase()}(${texts(choice[2]!, given, dialect).join(', ')})`
  // Long enough for every name there is, and short enough for the pattern below.
  if (given.length > NAME_MAX) throw refused(given, dialect.name)
  const read = /^([a-z][a-z0-9_]*(?: +[a-z]+)*?)\s*(?:\(\s*(\d{1,7}(?:\s*,\s*\d{1,7})*)\s*\))?((?: +[a-z]+)*)\s*((?:\[\d{0,6}\])*)$/i.exec(
    given,
  )
  if (!read) throw refused(given, dialect.name)
  const [, head = '', numbers = '', tail = '', brackets = ''] = read
  const words = `${head} ${tail}`.toLowerCase().split(/\s+/).filter(Boolean)
  const signs: readonly string[] = dialect.name === 'mysql' ? words.filter((word) => word === 'unsigned' || word === 'zerofill') : []
  const name = words.filter((word) => !signs.includes(word)).join(' ')
  const bounds = known[dialect.name].get(name)
  const args = numbers === '' ? [] : numbers.split(',').map((number) => Number(number.trim()))
  if (!bounds || (brackets !== '' && !hasArrays(dialect.name)) || brackets.split('[').length > DEPTH_MAX) throw refused(given, dialect.name)
  if (args.length < bounds[0] || args.length > bounds[1] || args.some((number) => number > ARGUMENT_MAX)) throw counted(given, name, bounds)
  return printed(name, args, signs, brackets)
}

const hasArrays = (name: DialectName) => name === 'postgres' || name === 'duckdb'

/** `timestamp with time zone` has its number after the first word, `character varying` after the last. */
function printed(name: string, args: readonly number[], signs: readonly string[], brackets: string): string {
  const bounds = args.length === 0 ? '' : `(${args.join(', ')})`
  const zone = /^(time|timestamp) (with.*)$/.exec(name)
  const type = zone ? `${zone[1]}${bounds} ${zone[2]}` : `${name}${bounds}`
  return `${[type, ...signs].join(' ')}${brackets}`
}

function texts(list: string, given: string, dialect: Dialect): readonly string[] {
  const found = [...list.matchAll(/\s*'((?:[^'\\]|'')*)'\s*(,|$)/gy)]
  if (found.length === 0 || found.length > VALUES_MAX || found.map(([part]) => part).join('') !== list || found.at(-1)![2] !== '') {
    throw refused(given, dialect.name)
  }
  return found.map(([, value]) => dialect.literal(value!.replaceAll("''", "'")))
}

/** Whether the source counts such a column up by itself, as PostgreSQL's serial; then the type without that. */
export const withoutSerial: Readonly<Record<string, string>> = { smallserial: 'smallint', serial: 'integer', bigserial: 'bigint' }

function refused(given: string, dialect: DialectName) {
  const shown = JSON.stringify(given.slice(0, 60))
  const word = /^[a-z_][a-z0-9_]*/i.exec(given)?.[0] ?? ''
  const names = [...known[dialect].keys()]
  return invalid(`The type ${shown} is not one that can be used here.${didYouMean(word, names)}`, `Types are ${names.join(', ')}.`)
}

const counted = (given: string, name: string, [least, most]: Arguments) =>
  invalid(
    `The type ${JSON.stringify(given.slice(0, 60))} does not fit: ${name} has ${most === 0 ? 'no numbers' : least === most ? `${most} number` : `at most ${most} number${most > 1 ? 's' : ''}`} in brackets.`,
  )
