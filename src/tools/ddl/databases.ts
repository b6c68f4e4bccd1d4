import type { Tool } from '../tool.ts'
import { cascade, ddlTool, given, ifExists, ifNotExists, named } from './ddl-tool.ts'

const databaseAlso = { database_name: 'database', name: 'database', db_name: 'database' } as const
const schemaAlso = { schema_name: 'schema', name: 'schema' } as const

export const createDatabaseTool: Tool = ddlTool({
  name: 'create_database',
  title: 'Create a database',
  description: 'Make a database on the server of a source (PostgreSQL, MySQL). For administrators.',
  fields: { database: named('Its name'), ...ifNotExists },
  also: databaseAlso,
  destructive: false,
  needs: 'admin',
  ddl: (fields) => ({
    kind: 'create_database',
    name: fields.database as string,
    ...given({ ifNotExists: fields.if_not_exists as boolean | undefined }),
  }),
})

export const dropDatabaseTool: Tool = ddlTool({
  name: 'drop_database',
  title: 'Drop a database',
  description: 'Drop a database with everything in it (PostgreSQL, MySQL). For administrators.',
  fields: { database: named('Its name'), ...ifExists },
  also: databaseAlso,
  destructive: true,
  needs: 'admin',
  ddl: (fields) => ({
    kind: 'drop_database',
    name: fields.database as string,
    ...given({ ifExists: fields.if_exists as boolean | undefined }),
  }),
})

export const createSchemaTool: Tool = ddlTool({
  name: 'create_schema',
  title: 'Create a schema',
  description: 'Make a schema in the database of a source (PostgreSQL, DuckDB).',
  fields: { schema: named('Its name'), ...ifNotExists },
  also: schemaAlso,
  destructive: false,
  ddl: (fields) => ({
    kind: 'create_schema',
    name: fields.schema as string,
    ...given({ ifNotExists: fields.if_not_exists as boolean | undefined }),
  }),
})

export const dropSchemaTool: Tool = ddlTool({
  name: 'drop_schema',
  title: 'Drop a schema',
  description: 'Drop a schema. Refused while it holds something, unless cascade is true (PostgreSQL, DuckDB).',
  fields: { schema: named('Its name'), ...cascade, ...ifExists },
  also: schemaAlso,
  destructive: true,
  ddl: (fields) => ({
    kind: 'drop_schema',
    name: fields.schema as string,
    ...given({ cascade: fields.cascade as boolean | undefined, ifExists: fields.if_exists as boolean | undefined }),
  }),
})
