import * as z from 'zod'
import type { Tool } from '../tool.ts'
import { ddlTool, given, ifExists, ifNotExists, named, placed, schemaField } from './ddl-tool.ts'

const also = { table_name: 'table', index_name: 'index', name: 'index', schema_name: 'schema' } as const

export const createIndexTool: Tool = ddlTool({
  name: 'create_index',
  title: 'Create an index',
  description: 'Make an index on columns of a table; named by table and columns unless said.',
  fields: {
    table: named('With or without its schema'),
    columns: z.union([z.array(z.string().min(1)).min(1), z.string().min(1)]).describe('Names, in order; "name DESC" sorts down'),
    index: z.string().min(1).optional().describe('Its name'),
    unique: z.boolean().optional(),
    method: z.string().optional().describe('E.g. btree, gin; where the source has several'),
    ...ifNotExists,
    ...schemaField,
  },
  also: { ...also, is_unique: 'unique', index_type: 'method', type: 'method', column: 'columns' },
  destructive: false,
  ddl: (fields) => ({
    kind: 'create_index',
    table: placed(fields.table, fields),
    columns: columnsOf(fields.columns),
    ...given({
      name: fields.index as string | undefined,
      unique: fields.unique as boolean | undefined,
      method: fields.method as string | undefined,
      ifNotExists: fields.if_not_exists as boolean | undefined,
    }),
  }),
})

/** `name`, `name ASC` or `name DESC`. A name that ends in such a word of its own cannot be meant here. */
const columnsOf = (sent: unknown) =>
  (Array.isArray(sent) ? (sent as readonly string[]) : [sent as string]).map((text) => {
    const [, name = text, order] = /^(.*\S)\s+(asc|desc)$/is.exec(text) ?? []
    return { name, ...(order?.toLowerCase() === 'desc' ? { descending: true } : {}) }
  })

export const dropIndexTool: Tool = ddlTool({
  name: 'drop_index',
  title: 'Drop an index',
  description: 'Drop an index by its name; say the table where several have one of this name.',
  fields: { index: named('Its name'), table: z.string().optional(), ...ifExists, ...schemaField },
  also,
  destructive: true,
  ddl: (fields) => ({
    kind: 'drop_index',
    name: fields.index as string,
    ...given({
      table: fields.table === undefined ? undefined : placed(fields.table, fields),
      ifExists: fields.if_exists as boolean | undefined,
    }),
  }),
})
