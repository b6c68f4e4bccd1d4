import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, DatabaseSync } from 'node:sqlite'
import type { ColumnType } from '../result.ts'
import type { Table } from '../schema.ts'
import type { Known } from '../search/search.ts'

/** A question with the tables and columns that its SQL reads, as the engine itself says. */
export type Asked = Readonly<{
  question: string
  database: string
  tables: readonly string[]
  columns: readonly string[]
  synonyms: boolean
}>

export type Corpus = Readonly<{ databases: ReadonlyMap<string, readonly Known[]>; questions: readonly Asked[]; failed: number }>

type Line = Readonly<{ question?: string; query?: string; db_id?: string }>

const VALUES_MAX = 1_000

/**
 * Reads a folder of SQLite databases (`database/NAME.sqlite` or `database/NAME/NAME.sqlite`) and its files of questions: arrays of
 * `{question, query, db_id}`. A file whose name ends in `-syn.json` holds questions with synonyms put in.
 */
export function readCorpus(folder: string): Corpus {
  const opened = new Map<string, DatabaseSync | undefined>()
  const databases = new Map<string, readonly Known[]>()
  for (const [name, path] of databasePaths(folder)) {
    const db = new DatabaseSync(path, { readOnly: true, enableDoubleQuotedStringLiterals: true })
    opened.set(name, db)
    databases.set(name, readDatabase(db))
  }
  const questions: Asked[] = []
  let failed = 0
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json') || file === 'tables.json') continue
    for (const { question, query, db_id: database } of linesOf(join(folder, file))) {
      if (question === undefined || query === undefined || database === undefined) continue
      const db = opened.get(database)
      const read = db && readBy(db, query)
      if (read) questions.push({ question, database, ...read, synonyms: /[-_]syn\.json$/.test(file) })
      else failed++
    }
  }
  for (const db of opened.values()) db?.close()
  return { databases, questions, failed }
}

function linesOf(file: string): readonly Line[] {
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return Array.isArray(read) ? (read as readonly Line[]) : []
}

/** The databases of a folder, by name with the path of each file. */
export function databasePaths(folder: string): readonly (readonly [string, string])[] {
  const base = join(folder, 'database')
  return readdirSync(base)
    .sort()
    .flatMap((entry): (readonly [string, string])[] => {
      if (/\.(sqlite|db)$/.test(entry)) return [[entry.replace(/\.\w+$/, ''), join(base, entry)]]
      const inner = join(base, entry, `${entry}.sqlite`)
      return existsSync(inner) ? [[entry, inner]] : []
    })
}

/** What a statement reads; undefined when the engine does not take it. */
function readBy(db: DatabaseSync, query: string): Readonly<{ tables: readonly string[]; columns: readonly string[] }> | undefined {
  const tables = new Set<string>()
  const columns = new Set<string>()
  db.setAuthorizer((action, table, column) => {
    if (action === constants.SQLITE_READ && table) {
      tables.add(table.toLowerCase())
      if (column) columns.add(`${table}.${column}`.toLowerCase())
    }
    return constants.SQLITE_OK
  })
  try {
    db.prepare(query)
    return { tables: [...tables], columns: [...columns] }
  } catch {
    return undefined
  } finally {
    db.setAuthorizer(null)
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
type ColumnRow = Readonly<{ name: string; type: string; pk: number; notnull: number }>
type KeyRow = Readonly<{ id: number; table: string; from: string; to: string | null }>

/** Tables with their keys and the values of their columns. */
export function readDatabase(db: DatabaseSync): readonly Known[] {
  const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all()
  return (names as { name: string }[]).map(({ name }) => {
    const columns = db.prepare('SELECT name, type, pk, "notnull" FROM pragma_table_info(?) ORDER BY cid').all(name) as ColumnRow[]
    const keys = db.prepare('SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq').all(name) as KeyRow[]
    const table: Table = {
      schema: 'main',
      name,
      kind: 'table',
      columns: columns.map((column) => ({
        name: column.name,
        type: typeOf(column.type),
        nativeType: column.type,
        nullable: column.notnull === 0,
      })),
      primaryKey: columns.filter(({ pk }) => pk > 0).map((column) => column.name),
      foreignKeys: [...Map.groupBy(keys, ({ id }) => id).values()].map((parts) => ({
        columns: parts.map(({ from }) => from),
        table: parts[0]!.table,
        references: parts.flatMap(({ to }) => to ?? []),
      })),
    }
    const values = new Map(
      table.columns.flatMap(({ name: column, type }) =>
        type === 'float' || type === 'bool' ? [] : [[column, valuesOf(db, name, column)]],
      ),
    )
    return { table, values }
  })
}

function valuesOf(db: DatabaseSync, table: string, column: string): readonly string[] {
  const rows = db
    .prepare(
      `SELECT DISTINCT CAST(${quoted(column)} AS TEXT) AS value FROM ${quoted(table)} WHERE typeof(${quoted(column)}) IN ('text', 'integer') LIMIT ${VALUES_MAX}`,
    )
    .all() as { value: string }[]
  return rows.map(({ value }) => value)
}

function typeOf(declared: string): ColumnType {
  const type = declared.toLowerCase()
  if (type.includes('bool') || type === 'bit') return 'bool'
  if (type.includes('int')) return 'int'
  if (/real|floa|doub/.test(type)) return 'float'
  if (/num|dec/.test(type)) return 'decimal'
  if (/timestamp|datetime/.test(type)) return 'timestamp'
  if (type.includes('date')) return 'date'
  return type === 'time' ? 'time' : 'text'
}
