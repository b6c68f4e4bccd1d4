import { SluiceError } from '../error.ts'
import type { Table } from '../schema.ts'
import type { DdlSetting } from './ddl.ts'
import { dependentsOf, mustMayDrop } from './dependents.ts'
import { checkName, type Known, knownOf, mustBeOpen, mustNotBeSystem, notSupported, quoted } from './names.ts'
import type { Part } from './plan.ts'
import type { Ddl } from './wanted.ts'

type Of<Kind extends Ddl['kind']> = Extract<Ddl, { kind: Kind }>

/** Databases that the servers need themselves. */
const SYSTEM: ReadonlySet<string> = new Set([
  'postgres',
  'template0',
  'template1',
  'mysql',
  'information_schema',
  'performance_schema',
  'sys',
])

const instead: Readonly<Record<string, string>> = {
  sqlite: 'a database of SQLite is a file; add another source to the configuration',
  duckdb: 'a database of DuckDB is a file; add another source to the configuration, or use create_schema',
}

export function createDatabase({ name, ifNotExists }: Of<'create_database'>, setting: DdlSetting): Part {
  mustHaveDatabases(setting)
  const sql = quoted(name, 'the database', setting)
  if (SYSTEM.has(name.toLowerCase())) throw new SluiceError('change_conflict', `There is a database named ${name} already.`)
  const { dialect } = setting
  if (dialect.name === 'mysql') return { statements: [`CREATE DATABASE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${sql}`], tables: [] }
  if (ifNotExists) throw notSupported('PostgreSQL has no IF NOT EXISTS for databases; leave it out.')
  return { statements: [`CREATE DATABASE ${sql}`], tables: [], transactional: false, inTransaction: false }
}

export function dropDatabase({ name, ifExists }: Of<'drop_database'>, setting: DdlSetting): Part {
  mustHaveDatabases(setting)
  const { dialect, details, schema } = setting
  const sql = `DROP DATABASE ${ifExists ? 'IF EXISTS ' : ''}${quoted(name, 'the database', setting)}`
  const current = details?.database.database ?? (dialect.name === 'mysql' ? schema.searchPath[0] : undefined)
  if (SYSTEM.has(name.toLowerCase()) || name.toLowerCase().startsWith('template')) {
    throw new SluiceError('change_refused', `The database ${name} belongs to the server itself.`)
  }
  if (current?.toLowerCase() === name.toLowerCase()) {
    throw new SluiceError('change_refused', `${name} is the database that this source is connected to.`)
  }
  const within = dialect.name === 'mysql' ? schema.tables.filter((table) => table.schema.toLowerCase() === name.toLowerCase()) : []
  const tables = within.map((table) => droppable(table, setting).full)
  const what = dialect.name === 'mysql' ? `It holds ${tables.length} tables and views.` : 'What it holds cannot be seen from this source.'
  const warnings = [`Everything in the database ${name} will be gone. ${what}`]
  return {
    statements: [sql],
    tables,
    destructive: true,
    warnings,
    dependents: tables,
    transactional: false,
    inTransaction: dialect.name === 'mysql',
  }
}

function mustHaveDatabases({ can, dialect }: DdlSetting): void {
  if (!can.databases)
    throw notSupported(`This kind of source has no databases to be made or dropped: ${instead[dialect.name] ?? 'use another source'}.`)
}

function mustHaveSchemas({ can, dialect }: DdlSetting): void {
  if (can.schemas) return
  const what = dialect.name === 'mysql' ? 'in MySQL a schema is a database; use create_database or drop_database' : 'SQLite has none'
  throw notSupported(`This kind of source has no schemas to be made or dropped: ${what}.`)
}

export function createSchema({ name, ifNotExists }: Of<'create_schema'>, setting: DdlSetting): Part {
  mustHaveSchemas(setting)
  mustNotBeSystem(name, `The schema ${name.slice(0, 64)}`)
  return { statements: [`CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoted(name, 'the schema', setting)}`], tables: [] }
}

export async function dropSchema({ name, cascade, ifExists }: Of<'drop_schema'>, setting: DdlSetting): Promise<Part> {
  mustHaveSchemas(setting)
  checkName(name, 'the schema', setting.dialect.name)
  mustNotBeSystem(name, `The schema ${name.slice(0, 64)}`)
  const { schema } = setting
  const same = samePlace(name, setting)
  const within = schema.tables.filter((table) => same(table.schema))
  const functions = schema.functions.filter((known) => same(known.schema) && !known.builtin && known.kind !== 'operator')
  const hidden = within.filter((table) => table.kind !== 'sequence' && !knownOf(table, setting)).length
  if (hidden > 0) throw new SluiceError('change_refused', `The schema ${name} holds what you may not see, so you cannot drop it.`)
  const known = within.flatMap((table) => (table.kind === 'sequence' ? [] : [droppable(table, setting)]))
  const outside = await leaningFromOutside(known, name, setting)
  const holds = [...within.map((table) => `${table.kind} ${table.name}`), ...functions.map((one) => `${one.kind} ${one.name}`), ...outside]
  if (holds.length > 0 && !cascade) {
    throw new SluiceError(
      'change_refused',
      `The schema ${name} holds: ${holds.slice(0, NAMED).join(', ')}${holds.length > NAMED ? ', …' : ''}.`,
      {
        hint: 'Drop these first, or send cascade: true.',
      },
    )
  }
  const sql = `DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${quoted(name, 'the schema', setting)}${cascade ? ' CASCADE' : ''}`
  const also = 'CASCADE also takes what depends on it and cannot be seen here.'
  const warnings = holds.length === 0 ? [] : [`With the schema ${name} go ${holds.length} things and all their rows.`, also]
  return { statements: [sql], tables: known.map(({ full }) => full), destructive: true, dependents: holds, warnings }
}
const NAMED = 20

/** Only in PostgreSQL do names of schemas differ by case. */
const samePlace =
  (name: string, { dialect }: DdlSetting) =>
  (place: string) =>
    dialect.name === 'postgres' ? place === name : place.toLowerCase() === name.toLowerCase()

function droppable(table: Table, setting: DdlSetting): Known {
  const known = knownOf(table, setting)
  if (!known) throw new SluiceError('change_refused', 'It holds what you may not see, so you cannot drop it.')
  mustBeOpen(known)
  return known
}

/** What stands in other schemas and would break or vanish too. */
async function leaningFromOutside(within: readonly Known[], name: string, setting: DdlSetting): Promise<readonly string[]> {
  const same = samePlace(name, setting)
  const found = new Set<string>()
  for (const { table } of within) {
    const outside = (await dependentsOf(table, setting)).filter((one) => one.kind !== 'trigger' && !(one.table && same(one.table.schema)))
    mustMayDrop(outside)
    for (const one of outside) found.add(`${one.kind.replace('_', ' ')} ${one.name}`)
  }
  return [...found]
}
