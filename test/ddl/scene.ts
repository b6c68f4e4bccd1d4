import type { Ddl, DdlSetting } from '../../src/ddl/ddl.ts'
import { planDdl } from '../../src/ddl/ddl.ts'
import type { Details } from '../../src/details.ts'
import { SluiceError } from '../../src/error.ts'
import type { DialectName } from '../../src/facts.ts'
import type { Action, Grant, TableGrant, TableName } from '../../src/grant.ts'
import type { Schema, Table, TableColumn } from '../../src/schema.ts'
import { dialects } from '../../src/sql/sql.ts'

/** A small shop as every dialect has it, and a grant that hides `salaries`, a column of `people` and rows of `visits`. */

const dialectOf = dialects(async () => (await import('../../src/source/duckdb.ts')).duckdbParser())
const places: Readonly<Record<DialectName, string>> = { postgres: 'public', mysql: 'shop', sqlite: 'main', duckdb: 'main' }

const column = (name: string, nativeType: string, over: Partial<TableColumn> = {}): TableColumn => ({
  name,
  type: 'other',
  nativeType,
  nullable: true,
  ...over,
})

function schemaOf(dialect: DialectName): Schema {
  const schema = places[dialect]
  const id = column('id', 'integer', { nullable: false })
  const table = (name: string, columns: readonly TableColumn[], over: Partial<Table> = {}): Table => ({
    schema,
    name,
    kind: 'table',
    columns,
    ...over,
  })
  const full = (name: string) => `${schema}.${name}`
  return {
    version: '1',
    searchPath: dialect === 'postgres' ? ['pg_catalog', schema] : [schema],
    functions: [],
    tables: [
      table('orders', [id, column('total', 'decimal(10,2)'), column('note', 'varchar(20)', { default: "'it''s'" })], {
        primaryKey: ['id'],
      }),
      table('items', [id, column('order_id', 'integer'), column('Select', 'text')], {
        primaryKey: ['id'],
        foreignKeys: [{ columns: ['order_id'], table: full('orders'), references: ['id'] }],
      }),
      table('notes', [column('text', 'text')]),
      table('people', [id, column('name', 'text'), column('secret', 'text')]),
      table('visits', [id, column('at', 'timestamp')]),
      table('locked', [id]),
      table('salaries', [id, column('amount', 'decimal(10,2)')]),
      table('logs', [id]),
      { ...table('big_notes', [column('text', 'text')], { kind: 'view' }), definition: 'SELECT text FROM notes' },
      { ...table('bigger_notes', [column('text', 'text')], { kind: 'view' }), definition: 'SELECT text FROM big_notes' },
      { ...table('secret_logs', [id], { kind: 'view' }), definition: 'SELECT id FROM logs' },
    ],
  }
}

const hidden: ReadonlySet<string> = new Set(['salaries', 'secret_logs', 'hidden_copy'])

function tableGrant({ name, names }: TableName): (TableGrant & { explicit: boolean }) | undefined {
  if (hidden.has(name)) return undefined
  const columns = name === 'people' ? names.filter((one) => one !== 'secret') : names
  const rows = name === 'visits' ? ['id = 1'] : []
  return {
    columns,
    masks: new Map(),
    rows,
    restricted: rows.length > 0 || columns.length < names.length,
    guarded: name === 'notes',
    writable: name !== 'locked',
    alterable: true,
    reasons: rows.map((rule) => `row rule on ${name}: ${rule}`),
    explicit: false,
  }
}

export const grantOf = (actions: readonly Action[] = ['read', 'ddl', 'admin']): Grant => ({
  version: 'g',
  source: 'shop',
  principal: 'ana',
  roles: ['developer'],
  actions: new Set(actions),
  limits: { rows: 1000, rowsDefault: 100, bytes: 1e6, ms: 1000, concurrent: 4, perMinute: 60 },
  restricted: true,
  functions: new Set(),
  confirm: 'once',
  table: tableGrant,
})

export async function settingOf(dialect: DialectName, over: Partial<DdlSetting> = {}): Promise<DdlSetting> {
  const schema = places[dialect]
  const details: Details = {
    database: { product: dialect, version: '1', database: 'shop', settings: {} },
    indexes: [
      { schema, table: 'orders', name: 'orders_total', columns: ['total'], unique: true, primary: false },
      { schema, table: 'orders', name: 'orders_pkey', columns: ['id'], unique: true, primary: true },
      { schema, table: 'salaries', name: 'salaries_amount', columns: ['amount'], unique: false, primary: false },
    ],
    sizes: [],
    dependents: [{ on: `${schema}.orders`, kind: 'trigger', name: `${schema}.orders_log` }],
  }
  return {
    dialect: await dialectOf(dialect),
    grant: grantOf(),
    schema: schemaOf(dialect),
    details,
    can: {
      transactionalDdl: dialect !== 'mysql',
      databases: dialect === 'postgres' || dialect === 'mysql',
      schemas: dialect === 'postgres' || dialect === 'duckdb',
    },
    ...over,
  }
}

/** A plan as the pairs show it: statements, or `-- refused` with its code and reason. Warnings and dependents are comments. */
export async function shown(ddl: Ddl, setting: DdlSetting): Promise<string> {
  try {
    const { statements, warnings, dependents } = await planDdl(ddl, setting)
    const said = [...dependents.map((one) => `-- depends: ${one}`), ...warnings.map((warning) => `-- warning: ${warning}`)]
    return [...statements.map((sql) => `${sql};`), ...said].join('\n')
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return `-- refused ${error.code}: ${error.message}`
  }
}
