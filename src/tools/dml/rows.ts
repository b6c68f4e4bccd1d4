import * as z from 'zod'
import type { Assigned } from '../../dml/dml.ts'
import { SluiceError } from '../../error.ts'
import type { Fields } from '../fields.ts'
import { dmlTool, rowField, rowOf, rowsField, rowsOf, whereAlso, whereFields, whereOf } from './dml-tool.ts'

const twice = 'The first call answers a preview and a confirm_token; send the same call with it to apply.'
const rowNames = { row: 'rows', data: 'rows', values: 'rows', records: 'rows' }

export const insertRows = dmlTool({
  name: 'insert_rows',
  title: 'Insert rows',
  description: `Insert one or many rows into a table. ${twice}`,
  fields: { rows: rowsField },
  also: rowNames,
  destructive: false,
  dml: (table, fields) => ({ kind: 'insert', table, rows: rowsOf(fields.rows) }),
})

export const updateRows = dmlTool({
  name: 'update_rows',
  title: 'Update rows',
  description: `Set columns of the rows that a condition finds. ${twice}`,
  fields: {
    values: rowField.optional().describe('Column to new value'),
    expressions: z
      .record(z.string(), z.string().min(1))
      .optional()
      .describe('Column to an SQL expression over the row, e.g. {"total": "total * 2"}'),
    ...whereFields,
  },
  also: { set: 'values', data: 'values', updates: 'values', ...whereAlso },
  destructive: true,
  dml: (table, fields) => ({ kind: 'update', table, set: setOf(fields), where: whereOf(fields) }),
})

function setOf({ values = {}, expressions = {} }: Fields): Readonly<Record<string, Assigned>> {
  const given = Object.entries(rowOf(values as Fields)).map(([name, value]): [string, Assigned] => [name, { value }])
  const computed = Object.entries(expressions as Readonly<Record<string, string>>)
  const set = Object.fromEntries([
    ...given,
    ...computed.map(([name, expression]): [string, Assigned] => [name, { expression, params: [] }]),
  ])
  if (Object.keys(set).length < given.length + computed.length) throw new SluiceError('change_invalid', 'A column is set twice.')
  return set
}

export const deleteRows = dmlTool({
  name: 'delete_rows',
  title: 'Delete rows',
  description: `Delete the rows that a condition finds. ${twice}`,
  fields: whereFields,
  also: whereAlso,
  destructive: true,
  dml: (table, fields) => ({ kind: 'delete', table, where: whereOf(fields) }),
})

export const upsertRows = dmlTool({
  name: 'upsert_rows',
  title: 'Insert or update rows',
  description: `Insert rows, or update those that are there with the same key. ${twice}`,
  fields: {
    rows: rowsField,
    key_columns: z
      .union([z.array(z.string().min(1)).min(1), z.string().min(1)])
      .describe('The columns of the primary key or of a unique index'),
  },
  also: {
    ...rowNames,
    conflict_columns: 'key_columns',
    unique_columns: 'key_columns',
    key: 'key_columns',
    keys: 'key_columns',
    constraint: 'key_columns',
  },
  destructive: true,
  dml: (table, { rows, key_columns: key }) => ({
    kind: 'upsert',
    table,
    rows: rowsOf(rows),
    key: Array.isArray(key) ? (key as string[]) : [key as string],
  }),
})

export const truncateTable = dmlTool({
  name: 'truncate_table',
  title: 'Empty a table',
  description: `Delete every row of a table. ${twice}`,
  fields: {},
  destructive: true,
  dml: (table) => ({ kind: 'truncate', table }),
})
