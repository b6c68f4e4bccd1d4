import { readFileSync } from 'node:fs'
import { policyFrom } from '../../src/config/config.ts'
import type { DialectName } from '../../src/facts.ts'
import type { Grant } from '../../src/grant.ts'
import { openPolicy } from '../../src/policy/policy.ts'
import { type Prepared, prepare } from '../../src/prepare.ts'
import type { Attribute } from '../../src/principal.ts'
import type { Schema, Table } from '../../src/schema.ts'
import { dialects } from '../../src/sql/sql.ts'

/** The small house of tables that the pairs are about. Roles for it are in `roles.yaml`. */
export function schemaFor(dialect: DialectName): Schema {
  const place = { postgres: 'public', mysql: 'shop', sqlite: 'main', duckdb: 'main' }[dialect]
  const table = (name: string, columns: readonly string[], more: Partial<Table> = {}): Table => ({
    schema: place,
    name,
    kind: 'table',
    columns: columns.map((column) => ({
      name: column,
      type: column.endsWith('id') ? 'int' : 'text',
      nativeType: nativeType(column, dialect),
      nullable: true,
    })),
    ...more,
  })
  const users = ['id', 'tenant_id', 'name', 'email', 'ssn']
  const view = (name: string, columns: readonly string[], definition: string) => table(name, columns, { kind: 'view', definition })
  return {
    version: dialect,
    searchPath: [place],
    functions: [],
    tables: [
      table('users', users),
      table('orders', ['id', 'tenant_id', 'user_id', 'amount']),
      table('regions', ['id', 'tenant_id', 'region']),
      table('products', ['id', 'name', 'price']),
      table('api_keys', ['id', 'key']),
      table('users_old', users, { inherits: [`${place}.users`] }),
      table('users_named', users, { inherits: [`${place}.users`] }),
      table('users_copy', ['id', 'email'], { kind: 'materialized_view', dependsOn: [`${place}.users`] }),
      table('products_copy', ['id', 'name'], { kind: 'materialized_view', dependsOn: [`${place}.products`] }),
      table('view_copy', ['id'], { kind: 'materialized_view', dependsOn: [`${place}.v_users`] }),
      table('told_copy', ['id', 'contact'], {
        kind: 'materialized_view',
        dependsOn: [`${place}.users`],
        definition: 'SELECT id, email AS contact FROM users',
      }),
      table('lost_copy', ['id'], { kind: 'materialized_view' }),
      table('notes', ['note'], { kind: 'virtual' }),
      table('notes_content', ['id', 'note']),
      table('elsewhere', ['id'], { kind: 'foreign' }),
      view('v_users', ['id', 'contact'], 'SELECT id, email AS contact FROM users'),
      view('v_v_users', ['id', 'contact'], 'SELECT id, contact FROM v_users'),
      view('v_products', ['id', 'name'], 'SELECT id, name FROM products'),
      view('v_keys', ['id', 'key'], 'SELECT * FROM api_keys'),
      view('v_both', ['name', 'email'], 'SELECT p.name, u.email FROM products p, users u WHERE p.id = u.id'),
      view('v_named', ['id', 'contact'], 'SELECT id, email AS contact FROM users'),
      view('v_masked', ['id', 'contact'], 'SELECT id, name AS contact FROM users'),
      view('v_loop', ['id'], 'SELECT id FROM v_loop'),
      table('v_dark', ['id'], { kind: 'view' }),
    ],
  }
}

function nativeType(column: string, dialect: DialectName): string {
  if (column.endsWith('id')) return dialect === 'sqlite' ? 'INTEGER' : 'int'
  return dialect === 'mysql' ? 'varchar(255)' : 'text'
}

export const readers = dialects(async () => (await import('../../src/source/duckdb.ts')).duckdbParser())

export const KEY = '0f'.repeat(32)

export async function grantFor(
  dialect: DialectName,
  role: string,
  attributes: Readonly<Record<string, Attribute>> = { tenant: 1 },
): Promise<Grant> {
  const { roles } = await policyFrom('test/rewrite/roles.yaml')
  const policy = openPolicy({ roles, sources: new Map([['shop', dialect]]) })
  return policy.grant({ name: 'ana', via: 'key', roles: [role], attributes }, 'shop')
}

export async function prepared(dialect: DialectName, role: string, sql: string, rowsMax = 10): Promise<Prepared> {
  const reader = await readers(dialect)
  return prepare(sql, { dialect: reader, grant: await grantFor(dialect, role), schema: schemaFor(dialect), maskKey: () => KEY, rowsMax })
}

export type Pair = Readonly<{ title: string; role: string; before: string; after: string }>

/**
 * Pairs from a `.sql` file: `-- title` and `-- role: NAME` begin one, `-- becomes` parts before from after; a refusal is written
 * `-- refused: CODE` in the place of the after.
 */
export function pairsOf(file: string): readonly Pair[] {
  const blocks = readFileSync(file, 'utf8')
    .split(/^(?=-- (?!role:|becomes|refused:))/m)
    .filter((block) => block.trim() !== '')
  return blocks.map((block) => {
    const [, title = '', role = '', before = '', after = ''] =
      /^-- (.*)\n-- role: (\w+)\n([\s\S]*?)\n-- (?:becomes\n|(?=refused))([\s\S]*)$/.exec(block) ?? []
    if (title === '') throw new Error(`not a pair: ${block}`)
    return { title, role, before, after: after.trim() }
  })
}
