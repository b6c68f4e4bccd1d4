import type { Dependent, Details, Index, TableSize } from '../../details.ts'
import type { Cell } from '../../result.ts'
import type { Ask } from '../served.ts'

/** Settings that people ask for when a query is slow or a time looks wrong. */
const settingsTold = [
  'max_connections',
  'shared_buffers',
  'work_mem',
  'maintenance_work_mem',
  'effective_cache_size',
  'max_parallel_workers_per_gather',
  'wal_level',
  'autovacuum',
  'lc_messages',
]

const databaseSql = `
SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_database(), session_user, pg_catalog.pg_encoding_to_char(d.encoding),
  d.datcollate, (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'TimeZone'),
  pg_catalog.pg_database_size(d.oid),
  pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`

const settingsSql = `SELECT s.name, pg_catalog.current_setting(s.name) FROM pg_catalog.pg_settings s WHERE s.name = ANY ($1::pg_catalog.text[]) ORDER BY s.name`

/** What belongs to users, as far as the user of this source can read it; as `c` in pg_class and `n` in pg_namespace. */
const readable = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp\\_%'
  AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))`

/** Sizes come from the last VACUUM or ANALYZE, because asking the files waits for whoever holds the table; those never looked at are asked. */
const bytesOf = (table: string): string =>
  `CASE WHEN ${table}.relpages > 0 THEN ${table}.relpages::pg_catalog.int8 * pg_catalog.current_setting('block_size')::pg_catalog.int8
    ELSE pg_catalog.pg_relation_size(${table}.oid) END`

const indexesSql = `
SELECT n.nspname, c.relname, i.relname,
  (SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(x.indexrelid, k::pg_catalog.int4, true) ORDER BY k)
    FROM pg_catalog.generate_series(1, x.indnkeyatts) k),
  x.indisunique, x.indisprimary, m.amname, pg_catalog.pg_get_indexdef(x.indexrelid), ${bytesOf('i')}
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am m ON m.oid = i.relam
WHERE ${readable}
ORDER BY n.nspname, c.relname, i.relname`

const sizesSql = `
SELECT n.nspname, c.relname, c.reltuples, ${bytesOf('c')} + COALESCE(${bytesOf('t')}, 0),
  (SELECT pg_catalog.sum(${bytesOf('i')})::pg_catalog.int8 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind IN ('r', 'm', 'p') AND ${readable}
ORDER BY n.nspname, c.relname`

/** Views, foreign keys (as the tables that hold them) and triggers, each beside what it stands on. */
const dependentsSql = `
WITH seen AS (
  SELECT c.oid, n.nspname || '.' || c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND ${readable}
)
SELECT DISTINCT o.name, 'view', v.name
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class
JOIN seen o ON o.oid = d.refobjid JOIN seen v ON v.oid = r.ev_class
UNION
SELECT o.name, 'foreign_key', t.name FROM pg_catalog.pg_constraint k
JOIN seen o ON o.oid = k.confrelid JOIN seen t ON t.oid = k.conrelid WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
UNION
SELECT o.name, 'trigger', n.nspname || '.' || g.tgname FROM pg_catalog.pg_trigger g
JOIN seen o ON o.oid = g.tgrelid JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal
ORDER BY 1, 2, 3`

/** Reads what PostgreSQL tells beside its schema, in five queries, however much there is. */
export async function details(ask: Ask): Promise<Details> {
  const [about] = await ask(databaseSql)
  const settings = await ask(settingsSql, [`{${settingsTold.join(',')}}`])
  const indexes = (await ask(indexesSql)).map(indexOf)
  const sizes = (await ask(sizesSql)).map(sizeOf)
  const dependents = (await ask(dependentsSql)).map(([on, kind, name]) => ({ on, kind, name }) as Dependent)
  const [version, database, user, encoding, collation, timeZone, bytes, startedAt] = (about ?? []) as (string | null)[]
  return {
    database: {
      product: 'PostgreSQL',
      version: version ?? '',
      database: database ?? '',
      ...told({ user, encoding, collation, timeZone, startedAt }),
      ...(bytes === null || bytes === undefined ? {} : { bytes: Number(bytes) }),
      settings: Object.fromEntries(settings) as Record<string, string>,
    },
    indexes,
    sizes,
    dependents,
  }
}

const told = (values: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

function indexOf([schema, table, name, columns, unique, primary, method, definition, bytes]: Cell[]): Index {
  return {
    schema: String(schema),
    table: String(table),
    name: String(name),
    columns: (columns as readonly string[]).map(plain),
    unique: unique === true,
    primary: primary === true,
    method: String(method),
    definition: String(definition),
    bytes: Number(bytes),
  }
}

/** The server quotes a column's name only where it must; an expression stays as it is. */
const plain = (column: string): string => (/^"(?:[^"]|"")+"$/.test(column) ? column.slice(1, -1).replaceAll('""', '"') : column)

function sizeOf([schema, table, rows, bytes, indexBytes]: Cell[]): TableSize {
  return {
    schema: String(schema),
    table: String(table),
    ...(Number(rows) < 0 ? {} : { rowsEstimate: Number(rows) }),
    bytes: Number(bytes),
    ...(indexBytes === null ? {} : { indexBytes: Number(indexBytes) }),
  }
}
