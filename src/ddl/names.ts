import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { TableGrant } from '../grant.ts'
import { didYouMean } from '../nearest.ts'
import type { Table } from '../schema.ts'
import type { DdlSetting } from './ddl.ts'

/** A table, view or index by its place; `sql` is quoted and with its schema, `full` is `schema.name`. */
export type Place = Readonly<{ schema: string; name: string; full: string; sql: string }>

/** A table that exists and that the caller may see. */
export type Known = Place & Readonly<{ table: Table; grant: TableGrant }>

/** PostgreSQL counts bytes and cuts what is longer; MySQL counts letters; the others have no bound worth the name. */
const LONGEST: Readonly<Record<DialectName, number>> = { postgres: 63, mysql: 64, sqlite: 128, duckdb: 128 }

/** Schemas of the engines themselves, where nobody makes or drops anything. */
const SYSTEM: ReadonlySet<string> = new Set([
  'pg_catalog',
  'information_schema',
  'pg_toast',
  'mysql',
  'performance_schema',
  'sys',
  'system',
])

/** A name that the source takes as it is; throws `change_invalid` for one that it would cut, fold or refuse. */
export function checkName(name: string, what: string, dialect: DialectName): string {
  const length = dialect === 'postgres' ? Buffer.byteLength(name) : name.length
  const why =
    name === ''
      ? 'is empty'
      : length > LONGEST[dialect]
        ? `is longer than ${LONGEST[dialect]} ${dialect === 'postgres' ? 'bytes' : 'letters'}`
        : /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || !name.isWellFormed()
          ? 'holds a character that no name may hold'
          : name.trim() !== name
            ? 'begins or ends with a space'
            : dialect === 'mysql' && /[\u{10000}-\u{10ffff}]/u.test(name)
              ? 'holds a character that MySQL keeps out of names'
              : dialect === 'sqlite' && /^sqlite_/i.test(name)
                ? 'begins with sqlite_, which SQLite keeps for itself'
                : undefined
  if (why === undefined) return name
  throw new SluiceError('change_invalid', `The name of ${what} ${why}.`, { hint: 'Choose another name.' })
}

/** The name quoted; checked, so that it stands for exactly one thing. */
export const quoted = (name: string, what: string, { dialect }: DdlSetting): string =>
  dialect.quoteName(checkName(name, what, dialect.name))

export const listed = (names: readonly string[], what: string, setting: DdlSetting): string =>
  `(${names.map((name) => quoted(name, what, setting)).join(', ')})`

/** `schema.name` or `name`, each part plain or in quotes; throws `change_invalid`. */
export function parts(text: string, what: string): Readonly<{ schema?: string; name: string }> {
  const found = [...text.matchAll(/(?:"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|([^."`]+))(\.|$)/gy)]
  const read = found.map(([, double, tick, plain]) => double?.replaceAll('""', '"') ?? tick?.replaceAll('``', '`') ?? plain ?? '')
  const whole = found.map(([part]) => part).join('') === text && !text.endsWith('.')
  const [first, second] = read
  if (!whole || first === undefined || read.length > 2) {
    throw new SluiceError('change_invalid', `The name of ${what} must be a name, or a schema and a name with a dot between.`)
  }
  return second === undefined ? { name: first } : { schema: first, name: second }
}

export const fullName = ({ schema, name }: Readonly<{ schema: string; name: string }>): string =>
  schema === '' ? name : `${schema}.${name}`

export function placeOf(schema: string, name: string, { dialect }: DdlSetting): Place {
  const sql = [schema, name].filter((part) => part !== '').map((part) => dialect.quoteName(part))
  return { schema, name, full: fullName({ schema, name }), sql: sql.join('.') }
}

const isSystem = (schema: string): boolean => SYSTEM.has(schema.toLowerCase()) || /^pg_/i.test(schema)

/** Refuses what belongs to the engine itself. */
export function mustNotBeSystem(schema: string, what: string): void {
  if (!isSystem(schema)) return
  throw new SluiceError('change_refused', `${what} belongs to the database itself and cannot be changed.`)
}

/** Where the source puts what has no schema: the first place that is not the engine's own. */
export const homeOf = ({ schema }: DdlSetting): string => schema.searchPath.find((place) => !isSystem(place)) ?? ''

/** The place of something new, in its own schema or in the one where the source looks first. */
export function newPlace(text: string, what: string, setting: DdlSetting): Place {
  const { dialect } = setting
  const { schema: given, name } = parts(text, what)
  const place = given ?? homeOf(setting)
  checkName(name, what, dialect.name)
  if (place !== '') checkName(place, `the schema of ${what}`, dialect.name)
  mustNotBeSystem(place, `The schema ${place.slice(0, 64)}`)
  if (dialect.name === 'sqlite' && place !== 'main') {
    throw new SluiceError('not_supported', 'SQLite has no schemas; leave the schema out of the name.')
  }
  const known = setting.schema.tables.find((table) => table.schema.toLowerCase() === place.toLowerCase())?.schema
  return placeOf(dialect.name === 'postgres' || known === undefined ? place : known, name, setting)
}

/** Whether a table or view has this place already, seen or not; names differ by more than case in PostgreSQL only. */
export function taken(place: Place, { schema, dialect }: DdlSetting): Table | undefined {
  const same = (a: string, b: string) => (dialect.name === 'postgres' ? a === b : a.toLowerCase() === b.toLowerCase())
  return schema.tables.find((table) => same(table.name, place.name) && same(table.schema, place.schema))
}

const granted = (table: Table, { grant }: DdlSetting) =>
  table.system ? undefined : grant.table({ schema: table.schema, name: table.name, names: table.columns.map(({ name }) => name) })

/** A table or view that the caller may see, by its exact name or, where only one fits, without regard to case; undefined for all else. */
export function find(text: string, what: string, setting: DdlSetting): Known | undefined {
  const { schema: given, name } = parts(text, what)
  const places = given === undefined ? setting.schema.searchPath : [given]
  const among = setting.schema.tables.filter((table) => table.kind !== 'sequence' && table.name.toLowerCase() === name.toLowerCase())
  const exact = places.flatMap((place) => among.filter((table) => table.name === name && table.schema === place))
  const loose = places.flatMap((place) => among.filter((table) => table.schema.toLowerCase() === place.toLowerCase()))
  const visible = (tables: readonly Table[]) => tables.flatMap((table) => knownOf(table, setting) ?? [])
  const [first] = visible(exact)
  if (first) return first
  const others = visible(loose)
  return others.length === 1 ? others[0] : undefined
}

export function knownOf(table: Table, setting: DdlSetting): Known | undefined {
  const grant = granted(table, setting)
  return grant && { ...placeOf(table.schema, table.name, setting), table, grant }
}

/** Throws `table_unknown` with the nearest names that the caller may see. */
export function mustFind(text: string, what: string, setting: DdlSetting): Known {
  const found = find(text, what, setting)
  if (found) return found
  const names = setting.schema.tables.filter((table) => granted(table, setting)).map((table) => table.name)
  throw new SluiceError('table_unknown', `There is no ${what.replace(/^the /, '')} ${text.slice(0, 100)}.${didYouMean(text, names)}`)
}

/**
 * Only who sees a table whole may change its structure. Rules and masks go by the names of tables and columns: who could rename or copy
 * what is hidden from them could read it, and a unique index or a foreign key would tell which values hidden rows hold.
 */
export function mustBeOpen({ table, grant, full }: Known): void {
  mustNotBeSystem(table.schema, full)
  if (!grant.writable || !grant.alterable) throw new SluiceError('change_refused', `Your roles do not let you change ${full}.`)
  if (!grant.restricted) return
  throw new SluiceError('change_refused', `Rows or columns of ${full} are hidden from you, so you cannot change its structure.`)
}

/** The column as the table spells it; throws `column_unknown` with the nearest name. */
export function mustHaveColumn(name: string, { table, full }: Known, { dialect }: DdlSetting): string {
  const names = table.columns.map((column) => column.name)
  const loose = dialect.name === 'postgres' ? [] : names.filter((known) => known.toLowerCase() === name.toLowerCase())
  const found = names.includes(name) ? name : loose[0]
  if (found !== undefined) return found
  throw new SluiceError('column_unknown', `There is no column ${name.slice(0, 100)} in ${full}.${didYouMean(name, names)}`)
}

export const notSupported = (message: string): SluiceError => new SluiceError('not_supported', message)
export const invalid = (message: string, hint?: string): SluiceError =>
  new SluiceError('change_invalid', message, hint === undefined ? {} : { hint })
