import { type ColumnDataType, type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export type StoreKind = 'sqlite' | 'postgres'

/** Every change of the registry's shape, in order. One that was released is never altered. */
export function migrations(kind: StoreKind): Readonly<Record<string, Migration>> {
  const bytes: ColumnDataType = kind === 'sqlite' ? 'blob' : 'bytea'
  return {
    '0001_registry': { up: (db) => registry(db as Kysely<never>, bytes) },
    '0002_knowledge': { up: (db) => knowledge(db as Kysely<never>) },
    '0003_conversations': { up: (db) => conversations(db as Kysely<never>) },
    '0004_bank': { up: (db) => bank(db as Kysely<never>) },
    '0005_queries': { up: (db) => queries(db as Kysely<never>) },
    '0006_vectors': { up: (db) => vectors(db as Kysely<never>, bytes) },
    '0007_held_values': { up: (db) => held(db as Kysely<never>) },
  }
}

const now = sql`CURRENT_TIMESTAMP`

async function registry(db: Kysely<never>, bytes: ColumnDataType): Promise<void> {
  await db.schema
    .createTable('sources')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('connector', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('secrets', 'text')
    .addColumn('enabled', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('versions')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('tables', 'integer', (column) => column.notNull())
    .addColumn('columns', 'integer', (column) => column.notNull())
    .addColumn('schema', bytes, (column) => column.notNull())
    .addColumn('details', bytes)
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('followed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('versions_key', ['source', 'number'] as never)
    .execute()
  await db.schema
    .createTable('health')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('ok', 'integer', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('text', 'text')
    .addColumn('ms', 'double precision', (column) => column.notNull())
    .addColumn('checked_at', 'text', (column) => column.notNull())
    .addColumn('synced_at', 'text')
    .addColumn('sync_ms', 'double precision')
    .execute()
}

async function knowledge(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('notes')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('table_name', 'text', (column) => column.notNull())
    .addColumn('column_name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('origin', 'text')
    .addColumn('tags', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('owner', 'text')
    .addColumn('terms', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('updated_by', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull().defaultTo(now))
    .addPrimaryKeyConstraint('notes_key', ['source', 'table_name', 'column_name'] as never)
    .execute()
  await db.schema
    .createTable('profiles')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('table_name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('profiles_key', ['source', 'table_name', 'role'] as never)
    .execute()
  await db.schema
    .createTable('findings')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('table_name', 'text', (column) => column.notNull())
    .addColumn('column_name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('confidence', 'double precision', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('mask', 'text', (column) => column.notNull())
    .addColumn('decision', 'text')
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'text')
    .addColumn('found_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('findings_key', ['source', 'table_name', 'column_name'] as never)
    .execute()
}

async function conversations(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('share', 'text', (column) => column.unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('sessions_by_owner')
    .on('sessions')
    .columns(['owner', 'updated_at'] as never)
    .execute()
  await db.schema
    .createTable('messages')
    .addColumn('session', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('answer', 'text')
    .addColumn('good', 'integer')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('messages_key', ['session', 'number'] as never)
    .execute()
}

async function bank(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('banks')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('removals', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  const count = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)
  await db.schema
    .createTable('pairs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('question', 'text', (column) => column.notNull())
    .addColumn('statement', 'text', (column) => column.notNull())
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('mend', 'text')
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('attributes', 'text')
    .addColumn('grant_version', 'text', (column) => column.notNull())
    .addColumn('tables', 'text', (column) => column.notNull())
    .addColumn('shape', 'text')
    .addColumn('uses', 'integer', count)
    .addColumn('failures', 'integer', count)
    .addColumn('failures_in_row', 'integer', count)
    .addColumn('up', 'integer', count)
    .addColumn('down', 'integer', count)
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('reviewed_by', 'text')
    .addColumn('review', 'text')
    .addColumn('verified_at', 'text')
    .addColumn('verified_version', 'integer', count)
    .execute()
  await db.schema
    .createIndex('pairs_by_revision')
    .on('pairs')
    .columns(['source', 'revision'] as never)
    .execute()
  await db.schema
    .createIndex('pairs_once')
    .on('pairs')
    .columns(['source', 'created_by', 'digest'] as never)
    .unique()
    .execute()
  await db.schema
    .createTable('votes')
    .addColumn('pair', 'text', (column) => column.notNull().references('pairs.id').onDelete('cascade'))
    .addColumn('principal', 'text', (column) => column.notNull())
    .addColumn('vote', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('votes_key', ['pair', 'principal'] as never)
    .execute()
}

async function queries(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('queries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('statement', 'text', (column) => column.notNull())
    .addColumn('dialect', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('shared', 'integer', (column) => column.notNull())
    .addColumn('tables', 'text', (column) => column.notNull())
    .addColumn('params', 'integer', (column) => column.notNull())
    .addColumn('grant_version', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('queries_by_owner')
    .on('queries')
    .columns(['owner', 'id'] as never)
    .execute()
  await db.schema
    .createIndex('queries_by_source')
    .on('queries')
    .columns(['source', 'id'] as never)
    .execute()
}

async function vectors(db: Kysely<never>, bytes: ColumnDataType): Promise<void> {
  await db.schema
    .createTable('vectors')
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('vector', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('vectors_key', ['model', 'hash'] as never)
    .execute()
}

/** As profiles are. */
async function held(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('held')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('table_name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('held_key', ['source', 'table_name', 'role'] as never)
    .execute()
}
