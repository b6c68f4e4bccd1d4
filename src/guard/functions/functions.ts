import type { DialectName, NameRef } from '../../facts.ts'
import { duckdbFunctions } from './duckdb.ts'
import { mysqlFunctions } from './mysql.ts'
import { postgresFunctions, postgresInsight, postgresRefused } from './postgres.ts'
import { sqliteFunctions } from './sqlite.ts'

const none: ReadonlySet<string> = new Set()
const sets: Readonly<
  Record<DialectName, readonly [harmless: ReadonlySet<string>, telling: ReadonlySet<string>, refused: ReadonlySet<string>]>
> = {
  postgres: [postgresFunctions, postgresInsight, postgresRefused],
  mysql: [mysqlFunctions, none, none],
  sqlite: [sqliteFunctions, none, none],
  duckdb: [duckdbFunctions, none, none],
}

/** Schemas in which the engine keeps its own functions. */
const homes: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ['pg_catalog', 'information_schema'],
  mysql: [],
  sqlite: [],
  duckdb: ['main', 'pg_catalog', 'system'],
}

/** What is known of a function as one of the engine's own; undefined when it is none. PostgreSQL folds its names itself. */
export function builtin({ schema, name }: NameRef, dialect: DialectName): 'harmless' | 'telling' | 'refused' | undefined {
  if (schema !== undefined && !homes[dialect].includes(schema)) return undefined
  const known = dialect === 'postgres' ? name : name.toLowerCase()
  const [harmless, telling, refused] = sets[dialect]
  return harmless.has(known) ? 'harmless' : telling.has(known) ? 'telling' : refused.has(known) ? 'refused' : undefined
}

/** Names of the engine's harmless functions, for hints. */
export const names = (dialect: DialectName): ReadonlySet<string> => sets[dialect][0]
