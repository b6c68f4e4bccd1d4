import type { Dependent, Details, Index, TableSize } from '../../details.ts'
import type { Cell } from '../../result.ts'
import type { Ask } from '../served.ts'

const settingsTold = [
  'character_set_server',
  'collation_server',
  'default_storage_engine',
  'innodb_buffer_pool_size',
  'lower_case_table_names',
  'max_allowed_packet',
  'max_connections',
  'read_only',
  'sql_mode',
  'time_zone',
  'tx_isolation',
  'transaction_isolation',
  'wait_timeout',
]

const databaseSql = `
SELECT VERSION(), DATABASE(), CURRENT_USER(), s.DEFAULT_CHARACTER_SET_NAME, s.DEFAULT_COLLATION_NAME,
  IF(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone)
FROM (SELECT 1) AS one LEFT JOIN information_schema.SCHEMATA s ON s.SCHEMA_NAME = DATABASE()`

const settingsSql = `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${settingsTold.map((name) => `'${name}'`).join(', ')})`
const uptimeSql = "SHOW GLOBAL STATUS LIKE 'Uptime'"

const users = "NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"

const indexesSql = `
SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE, INDEX_TYPE, SUB_PART
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA ${users}
ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`

/** The same of MySQL 8, whose indexes may hold expressions. */
const indexesOfMysqlSql = indexesSql.replace('COLUMN_NAME', "COALESCE(COLUMN_NAME, CONCAT('(', EXPRESSION, ')'))")

const sizesSql = `
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH FROM information_schema.TABLES
WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA ${users}
ORDER BY TABLE_SCHEMA, TABLE_NAME`

const foreignKeysSql = `
SELECT DISTINCT CONCAT(REFERENCED_TABLE_SCHEMA, '.', REFERENCED_TABLE_NAME), CONCAT(TABLE_SCHEMA, '.', TABLE_NAME)
FROM information_schema.KEY_COLUMN_USAGE
WHERE REFERENCED_TABLE_NAME IS NOT NULL AND NOT (REFERENCED_TABLE_SCHEMA = TABLE_SCHEMA AND REFERENCED_TABLE_NAME = TABLE_NAME)
ORDER BY 1, 2`

const triggersSql = `
SELECT CONCAT(EVENT_OBJECT_SCHEMA, '.', EVENT_OBJECT_TABLE), CONCAT(TRIGGER_SCHEMA, '.', TRIGGER_NAME) FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA ${users} ORDER BY 1, 2`

const viewsSql = `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME), VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA ${users} ORDER BY 1`

/** Reads what MySQL or MariaDB tells beside its schema, in eight queries, however much there is. */
export async function details(ask: Ask): Promise<Details> {
  const [about] = await ask(databaseSql)
  const [version, database, user, encoding, collation, timeZone] = (about ?? []) as (string | null)[]
  const mariadb = /mariadb/i.test(version ?? '')
  const settings = await ask(settingsSql)
  const [uptime] = await ask(uptimeSql)
  const indexes = indexesOf(await ask(mariadb || /^5\./.test(version ?? '') ? indexesSql : indexesOfMysqlSql))
  const sizes = (await ask(sizesSql)).map(sizeOf)
  const keys = (await ask(foreignKeysSql)).map(([on, name]): Dependent => ({ on: String(on), kind: 'foreign_key', name: String(name) }))
  const triggers = (await ask(triggersSql)).map(([on, name]): Dependent => ({ on: String(on), kind: 'trigger', name: String(name) }))
  const views = viewDependents(await ask(viewsSql), new Set(sizes.map(({ schema, table }) => `${schema}.${table}`)))
  const bytes = sizes.filter(({ schema }) => schema === database).reduce((sum, one) => sum + (one.bytes ?? 0) + (one.indexBytes ?? 0), 0)
  return {
    database: {
      product: mariadb ? 'MariaDB' : 'MySQL',
      version: version ?? '',
      database: database ?? '',
      ...told({ user, encoding, collation, timeZone }),
      bytes,
      ...(uptime ? { startedAt: new Date(Math.round(Date.now() / 1_000 - Number(uptime[1])) * 1_000).toISOString() } : {}),
      settings: Object.fromEntries(settings.map(([name, value]) => [String(name).toLowerCase(), String(value)])),
    },
    indexes,
    sizes,
    dependents: [...views, ...keys, ...triggers],
  }
}

const told = (values: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

/** One row a column of an index, in order. A part of a column stands with its length, as in `name(10)`. */
function indexesOf(rows: readonly Cell[][]): Index[] {
  const indexes = new Map<string, Index & { columns: string[] }>()
  for (const [schema, table, name, column, several, method, part] of rows) {
    const key = `${schema}\0${table}\0${name}`
    const index = indexes.get(key) ?? {
      schema: String(schema),
      table: String(table),
      name: String(name),
      columns: [],
      unique: Number(several) === 0,
      primary: name === 'PRIMARY',
      method: String(method).toLowerCase(),
    }
    index.columns.push(part === null ? String(column) : `${column}(${part})`)
    indexes.set(key, index)
  }
  return [...indexes.values()]
}

function sizeOf([schema, table, rows, bytes, indexBytes]: Cell[]): TableSize {
  return {
    schema: String(schema),
    table: String(table),
    ...(rows === null ? {} : { rowsEstimate: Number(rows) }),
    ...(bytes === null ? {} : { bytes: Number(bytes) }),
    ...(indexBytes === null ? {} : { indexBytes: Number(indexBytes) }),
  }
}

/** A definition names each table as the server has resolved it, in backquotes and with its schema; MariaDB tells it in no other way. */
function viewDependents(rows: readonly Cell[][], tables: ReadonlySet<string>): Dependent[] {
  const known = new Set([...tables, ...rows.map(([name]) => String(name))])
  return rows.flatMap(([name, definition]) => {
    const named = [...String(definition ?? '').matchAll(/`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`/g)].map(
      ([, schema, table]) => `${schema!.replaceAll('``', '`')}.${table!.replaceAll('``', '`')}`,
    )
    const own = [...new Set(named)].filter((on) => on !== name && known.has(on)).sort()
    return own.map((on): Dependent => ({ on, kind: 'view', name: String(name) }))
  })
}
