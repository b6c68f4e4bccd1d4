import { constants, type DatabaseSync } from 'node:sqlite'
import type { DatabaseAbout, Dependent, Details, Index, TableSize } from '../../details.ts'
import { bracketed } from './create-text.ts'
import { lock } from './sqlite-lock.ts'
import { versionOf } from './sqlite-open.ts'
import { rowEstimates } from './sqlite-schema.ts'

/** Measuring the tables reads the whole file, so a large one is not measured. */
const measuredBytesMax = 256 * 1024 * 1024

const schema = 'main'
const full = (name: string): string => `${schema}.${name}`

type IndexRow = { tab: string; name: string; is_unique: number; origin: string; col: string | null; sql: string | null }

/** Reads what the file tells beside its schema. `database` is the name of the file without its folder. */
export function readDetails(db: DatabaseSync, database: string): Details {
  db.setAuthorizer(null)
  try {
    const about = aboutOf(db, database)
    const sizes = sizesOf(db, about.bytes ?? 0)
    return { database: about, indexes: indexesOf(db, sizes), sizes: tableSizes(db, sizes), dependents: dependentsOf(db) }
  } finally {
    lock(db)
  }
}

/** PRAGMAs whose values people ask for. */
const settings = ['journal_mode', 'page_size', 'auto_vacuum', 'synchronous', 'user_version', 'application_id', 'cache_size']

function aboutOf(db: DatabaseSync, database: string): DatabaseAbout {
  const pragma = (name: string): string => String(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? '')
  return {
    product: 'SQLite',
    version: versionOf(db).replace(/^\D+/, ''),
    database,
    encoding: pragma('encoding'),
    collation: 'BINARY',
    bytes: Number(pragma('page_count')) * Number(pragma('page_size')),
    settings: Object.fromEntries(settings.map((name) => [name, pragma(name)])),
  }
}

/** Bytes by table and by index; empty where measuring would take too long. */
function sizesOf(db: DatabaseSync, bytes: number): ReadonlyMap<string, number> {
  if (bytes > measuredBytesMax) return new Map()
  const rows = db.prepare('SELECT name, pgsize AS bytes FROM dbstat WHERE aggregate = TRUE').all() as { name: string; bytes: number }[]
  return new Map(rows.map((row) => [row.name, row.bytes]))
}

function indexesOf(db: DatabaseSync, sizes: ReadonlyMap<string, number>): Index[] {
  const rows = db
    .prepare(
      `SELECT l.name AS tab, i.name, i."unique" AS is_unique, i.origin, x.name AS col, s.sql FROM pragma_table_list AS l
       JOIN pragma_index_list(l.name, l.schema) AS i JOIN pragma_index_xinfo(i.name, l.schema) AS x
       LEFT JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = i.name
       WHERE l.schema = 'main' AND l.type = 'table' AND x.key ORDER BY l.name, i.name, x.seqno`,
    )
    .all() as IndexRow[]
  return [...Map.groupBy(rows, ({ name }) => name).values()].map((parts) => {
    const { tab, name, is_unique, origin, sql } = parts[0]!
    const written = sql === null ? [] : bracketed(sql)
    const bytes = sizes.get(name)
    return {
      schema,
      table: tab,
      name,
      columns: parts.map(({ col }, i) => col ?? written[i] ?? ''),
      unique: is_unique === 1,
      primary: origin === 'pk',
      method: 'btree',
      ...(sql !== null && { definition: sql }),
      ...(bytes !== undefined && { bytes }),
    }
  })
}

function tableSizes(db: DatabaseSync, sizes: ReadonlyMap<string, number>): TableSize[] {
  const rows = rowEstimates(db)
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all() as { name: string }[]
  const indexes = db.prepare(`SELECT name, tbl_name AS tab FROM sqlite_schema WHERE type = 'index'`).all() as {
    name: string
    tab: string
  }[]
  const byTable = Map.groupBy(indexes, ({ tab }) => tab)
  return tables.map(({ name }) => {
    const rowsEstimate = rows.get(name)
    const bytes = sizes.get(name)
    const own = (byTable.get(name) ?? []).flatMap((index) => sizes.get(index.name) ?? [])
    return {
      schema,
      table: name,
      ...(rowsEstimate !== undefined && { rowsEstimate }),
      ...(bytes !== undefined && { bytes }),
      ...(own.length > 0 && { indexBytes: own.reduce((sum, size) => sum + size, 0) }),
    }
  })
}

function dependentsOf(db: DatabaseSync): Dependent[] {
  const keys = db
    .prepare(
      `SELECT DISTINCT k."table" AS parent, l.name FROM pragma_table_list AS l JOIN pragma_foreign_key_list(l.name, l.schema) AS k
       WHERE l.schema = 'main' AND l.type = 'table' AND lower(k."table") <> lower(l.name) ORDER BY 1, 2`,
    )
    .all() as { parent: string; name: string }[]
  const triggers = db
    .prepare(`SELECT tbl_name AS parent, name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1, 2`)
    .all() as typeof keys
  return [
    ...readByViews(db),
    ...keys.map(({ parent, name }): Dependent => ({ on: full(parent), kind: 'foreign_key', name: full(name) })),
    ...triggers.map(({ parent, name }): Dependent => ({ on: full(parent), kind: 'trigger', name: full(name) })),
  ]
}

/** Which tables and views each view reads, as SQLite itself finds while it prepares a SELECT of it; a broken view reads nothing. */
function readByViews(db: DatabaseSync): Dependent[] {
  const views = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name`).all() as { name: string }[]
  const names = new Set(views.map(({ name }) => name))
  const seen = new Map<string, Dependent>()
  db.setAuthorizer((action, table, _column, _database, reader) => {
    if (action === constants.SQLITE_READ && table !== null && reader !== null && names.has(reader)) {
      seen.set(`${table}\0${reader}`, { on: full(table), kind: 'view', name: full(reader) })
    }
    return constants.SQLITE_OK
  })
  for (const { name } of views) {
    try {
      db.prepare(`SELECT * FROM main."${name.replaceAll('"', '""')}"`)
    } catch {
      // Its table is gone; there is nothing that it depends on any more.
    }
  }
  db.setAuthorizer(null)
  return [...seen.values()]
}
