import * as z from 'zod'
import type { Tool } from '../tool.ts'
import { cascade, ddlTool, given, ifExists, ifNotExists, named, placed, schemaField } from './ddl-tool.ts'
import { columnField, columnOf, constraintField, constraintOf, type SentColumn, type SentConstraint } from './fields.ts'

const also = { table_name: 'table', name: 'table', schema_name: 'schema' } as const

export const createTableTool: Tool = ddlTool({
  name: 'create_table',
  title: 'Create a table',
  description: 'Make a table from columns and constraints. Shows the SQL first; a confirm_token applies it.',
  fields: {
    table: named('With or without its schema'),
    columns: z.array(columnField).min(1),
    constraints: z.array(constraintField).optional(),
    comment: z.string().optional(),
    ...ifNotExists,
    ...schemaField,
  },
  also,
  destructive: false,
  ddl: (fields) => ({
    kind: 'create_table',
    table: placed(fields.table, fields),
    columns: (fields.columns as readonly SentColumn[]).map(columnOf),
    ...given({
      constraints: (fields.constraints as readonly SentConstraint[] | undefined)?.map(constraintOf),
      ifNotExists: fields.if_not_exists as boolean | undefined,
      comment: fields.comment as string | undefined,
    }),
  }),
})

export const dropTableTool: Tool = ddlTool({
  name: 'drop_table',
  title: 'Drop a table',
  description: 'Drop a table with all its rows. Refused while something depends on it, unless cascade is true. Shows what would go first.',
  fields: { table: named('With or without its schema'), ...cascade, ...ifExists, ...schemaField },
  also,
  destructive: true,
  ddl: (fields) => ({
    kind: 'drop_table',
    table: placed(fields.table, fields),
    ...given({ cascade: fields.cascade as boolean | undefined, ifExists: fields.if_exists as boolean | undefined }),
  }),
})

export const backupTableTool: Tool = ddlTool({
  name: 'backup_table',
  title: 'Copy a table',
  description: 'Copy a table, structure and rows, into a new one beside it; named table_backup_date unless said.',
  fields: { table: named('With or without its schema'), to: z.string().min(1).optional().describe('Name of the copy'), ...schemaField },
  also: { ...also, backup_name: 'to', backup_table: 'to', backup_table_name: 'to', new_name: 'to', target: 'to' },
  destructive: false,
  ddl: (fields) => ({
    kind: 'backup_table',
    table: placed(fields.table, fields),
    ...given({ to: fields.to === undefined ? undefined : placed(fields.to, fields) }),
    // The day and not the second: the call that confirms a preview must mean the same copy.
    stamp: new Date().toISOString().slice(0, 10).replaceAll('-', ''),
  }),
})
