import * as z from 'zod'
import type { Tool } from '../tool.ts'
import { cascade, ddlTool, given, ifExists, named, placed, schemaField } from './ddl-tool.ts'

const also = { view_name: 'view', name: 'view', schema_name: 'schema' } as const

export const createViewTool: Tool = ddlTool({
  name: 'create_view',
  title: 'Create a view',
  description: 'Make a view of one SELECT over tables that you see whole.',
  fields: {
    view: named('With or without its schema'),
    select: named('One SELECT in the dialect of the source'),
    columns: z.array(z.string().min(1)).min(1).optional().describe('Their names in the view; those of the SELECT unless said'),
    replace: z.boolean().optional().describe('Replace a view of this name'),
    ...schemaField,
  },
  also: {
    ...also,
    query: 'select',
    sql: 'select',
    select_sql: 'select',
    select_statement: 'select',
    definition: 'select',
    or_replace: 'replace',
  },
  destructive: false,
  ddl: (fields) => ({
    kind: 'create_view',
    view: placed(fields.view, fields),
    select: fields.select as string,
    ...given({ columns: fields.columns as readonly string[] | undefined, replace: fields.replace as boolean | undefined }),
  }),
})

export const dropViewTool: Tool = ddlTool({
  name: 'drop_view',
  title: 'Drop a view',
  description: 'Drop a view. Refused while another view reads it, unless cascade is true.',
  fields: { view: named('With or without its schema'), ...cascade, ...ifExists, ...schemaField },
  also,
  destructive: true,
  ddl: (fields) => ({
    kind: 'drop_view',
    view: placed(fields.view, fields),
    ...given({ cascade: fields.cascade as boolean | undefined, ifExists: fields.if_exists as boolean | undefined }),
  }),
})
