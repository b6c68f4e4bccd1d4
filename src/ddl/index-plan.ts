import type { Index } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import { didYouMean } from '../nearest.ts'
import type { DdlSetting } from './ddl.ts'
import { checkName, find, invalid, type Known, mustBeOpen, mustFind, mustHaveColumn, notSupported, parts, quoted } from './names.ts'
import type { Part } from './plan.ts'
import type { Ddl } from './wanted.ts'

const methods: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ['btree', 'hash', 'gin', 'gist', 'spgist', 'brin'],
  mysql: ['btree', 'hash'],
  sqlite: [],
  duckdb: [],
}
const COLUMNS_MAX = 32

export function createIndex(ddl: Extract<Ddl, { kind: 'create_index' }>, setting: DdlSetting): Part {
  const { dialect } = setting
  const table = mustFind(ddl.table, 'the table', setting)
  mustBeOpen(table)
  if (table.table.kind !== 'table' && table.table.kind !== 'materialized_view')
    throw invalid(`${table.full} is a ${table.table.kind}, which has no indexes.`)
  // It holds rows of other tables under a name of its own, and a unique index tells whether two of them are equal.
  if (table.table.kind === 'materialized_view' && setting.grant.restricted) {
    throw new SluiceError(
      'change_refused',
      `Rows or columns of what ${table.full} is made of may be hidden from you, so you cannot index it.`,
    )
  }
  if (ddl.columns.length === 0 || ddl.columns.length > COLUMNS_MAX) throw invalid(`An index has between 1 and ${COLUMNS_MAX} columns.`)
  const columns = ddl.columns.map(({ name, descending }) => {
    const column = dialect.quoteName(mustHaveColumn(name, table, setting))
    return descending ? `${column} DESC` : column
  })
  const name =
    ddl.name === undefined
      ? nameFor(
          table,
          ddl.columns.map((column) => column.name),
          dialect.name,
        )
      : parts(ddl.name, 'the index').name
  checkName(name, 'the index', dialect.name)
  const there = setting.details?.indexes.find((index) => sameIndex(index, name, table, setting))
  if (there && !ddl.ifNotExists)
    throw new SluiceError('change_conflict', `There is an index named ${name} already.`, { hint: 'Choose another name.' })
  if (there) return { statements: [], tables: [], warnings: [`There is an index named ${name} already, so none is made.`] }
  const using = methodOf(ddl.method, dialect.name)
  const head = `CREATE ${ddl.unique ? 'UNIQUE ' : ''}INDEX`
  // MySQL knows no IF NOT EXISTS here; whether it is there was looked up above.
  const careful = ddl.ifNotExists && dialect.name !== 'mysql' ? ' IF NOT EXISTS' : ''
  const body = `${dialect.quoteName(name)} ON`
  const list = `(${columns.join(', ')})`
  const sql: Readonly<Record<DialectName, string>> = {
    postgres: `${head}${careful} ${body} ${table.sql}${using} ${list}`,
    mysql: `${head} ${dialect.quoteName(name)}${using} ON ${table.sql} ${list}`,
    sqlite: `${head}${careful} ${dialect.quoteName(table.schema)}.${body} ${dialect.quoteName(table.name)} ${list}`,
    duckdb: `${head}${careful} ${body} ${table.sql} ${list}`,
  }
  const warnings = ddl.unique ? [`Rows of ${table.full} that are equal in these columns make it fail.`] : []
  if (dialect.name === 'postgres') warnings.push(`Nobody can write into ${table.full} while the index is made.`)
  return { statements: [sql[dialect.name]], tables: [table.full], warnings }
}

/** `orders_customer_id_idx`, cut to what the dialect takes. */
function nameFor({ name }: Known, columns: readonly string[], dialect: DialectName): string {
  const wanted = `${name}_${columns.join('_')}_idx`
  const most = dialect === 'postgres' ? 63 : 64
  if (Buffer.byteLength(wanted) <= most) return wanted
  let head = wanted.slice(0, most - 4)
  while (Buffer.byteLength(head) > most - 4 || !head.isWellFormed()) head = head.slice(0, -1)
  return `${head}_idx`
}

function methodOf(method: string | undefined, dialect: DialectName): string {
  if (method === undefined) return ''
  const wanted = method.toLowerCase()
  const known = methods[dialect]
  if (known.includes(wanted)) return ` USING ${wanted}`
  // It is what they have.
  if ((dialect === 'sqlite' && wanted === 'btree') || (dialect === 'duckdb' && wanted === 'art')) return ''
  if (known.length === 0) throw notSupported('This kind of source has only one kind of index; leave the method out.')
  throw invalid(
    `There is no index method ${JSON.stringify(method.slice(0, 40))}.${didYouMean(wanted, known)}`,
    `Methods are ${known.join(', ')}.`,
  )
}

/** In PostgreSQL, SQLite and DuckDB the indexes of a schema share their names, in MySQL those of a table. */
function sameIndex(index: Index, name: string, { table }: Known, { dialect }: DdlSetting): boolean {
  const same = dialect.name === 'postgres' ? index.name === name : index.name.toLowerCase() === name.toLowerCase()
  return same && index.schema === table.schema && (dialect.name !== 'mysql' || index.table === table.name)
}

export function dropIndex(ddl: Extract<Ddl, { kind: 'drop_index' }>, setting: DdlSetting): Part {
  const { dialect, details } = setting
  if (!details) throw notSupported('This source does not tell its indexes, so none can be dropped here.')
  const { schema, name } = parts(ddl.name, 'the index')
  const table = ddl.table === undefined ? undefined : mustFind(ddl.table, 'the table', setting)
  const seen = details.indexes.flatMap((index) => {
    const on = find(`"${index.schema.replaceAll('"', '""')}"."${index.table.replaceAll('"', '""')}"`, 'the table', setting)
    return on && (!table || on.full === table.full) && (schema === undefined || index.schema === schema) ? [{ index, on }] : []
  })
  const exact = seen.filter(({ index }) => index.name === name)
  const found =
    exact.length > 0 || dialect.name === 'postgres' ? exact : seen.filter(({ index }) => index.name.toLowerCase() === name.toLowerCase())
  if (found.length > 1)
    throw invalid(`Several tables have an index named ${name}: ${found.map(({ on }) => on.full).join(', ')}.`, 'Say which table.')
  const [one] = found
  if (!one) {
    if (ddl.ifExists) return { statements: [], tables: [], warnings: [`There is no index ${name.slice(0, 64)}, so nothing is to be done.`] }
    const names = seen.filter(({ on }) => !on.grant.restricted).map(({ index }) => index.name)
    throw invalid(`There is no index ${name.slice(0, 64)}.${didYouMean(name, names)}`, 'Call list_indexes to see the indexes.')
  }
  const { index, on } = one
  mustBeOpen(on)
  if (index.primary) throw invalid(`${index.name} is the primary key of ${on.full}.`, 'Use alter_table with drop_constraint.')
  if (/^sqlite_autoindex_/i.test(index.name)) throw notSupported(`${index.name} belongs to a UNIQUE constraint, which SQLite cannot drop.`)
  const own = quoted(index.name, 'the index', setting)
  const place = index.schema === '' ? own : `${dialect.quoteName(index.schema)}.${own}`
  const warnings = index.unique ? [`${index.name} is unique: without it equal rows may come into ${on.full}.`] : []
  return {
    statements: [dialect.name === 'mysql' ? `DROP INDEX ${own} ON ${on.sql}` : `DROP INDEX ${place}`],
    tables: [on.full],
    destructive: true,
    warnings,
  }
}
