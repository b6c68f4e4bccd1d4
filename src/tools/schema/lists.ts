import * as z from 'zod'
import {
  type ColumnListed,
  type IndexListed,
  listColumns,
  listIndexes,
  listTables,
  listViews,
  type TableListed,
  type ViewListed,
} from '../../explore.ts'
import { reads, type Tool } from '../tool.ts'
import { filterOf, listAlso, listed, listOutput, pageFields, pageText, schemaCall, sourceField, tableField } from './listing.ts'

const patternField = z.string().describe('A name; * or % stand for any letters')

export const listTablesTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'list_tables',
  title: 'List tables',
  description: 'Tables and views that you may read, by name, with kind, columns and estimated rows.',
  input: z.strictObject({ source: sourceField, schema: z.string().optional(), pattern: patternField.optional(), ...pageFields }),
  also: listAlso,
  output: listOutput('tables'),
  annotations: reads,
  async answer(fields, caller, parts) {
    const filter = filterOf(fields)
    const page = await listTables(await schemaCall('list_tables', filter.pattern ?? '', fields, caller, parts), filter, parts)
    return { structured: listed('tables', page), text: pageText(page, tableLine, filter, 'There is no table that you may read.') }
  },
}

export const searchTablesTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'search_tables',
  title: 'Search tables by name',
  description: 'Tables and views whose name fits a pattern, e.g. order*. To search by the words of a question use search_schema.',
  input: z.strictObject({ pattern: patternField, source: sourceField, schema: z.string().optional(), ...pageFields }),
  also: { ...listAlso, query: 'pattern', keyword: 'pattern', search: 'pattern', table_name: 'pattern' },
  output: listOutput('tables'),
  annotations: reads,
  async answer(fields, caller, parts) {
    const filter = filterOf(fields)
    const page = await listTables(await schemaCall('search_tables', filter.pattern ?? '', fields, caller, parts), filter, parts)
    return { structured: listed('tables', page), text: pageText(page, tableLine, filter, 'No table that you may read has such a name.') }
  },
}

export const listViewsTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'list_views',
  title: 'List views',
  description: 'Views that you may read; with the SELECT behind a view where nothing in it is hidden from you.',
  input: z.strictObject({ source: sourceField, schema: z.string().optional(), pattern: patternField.optional(), ...pageFields }),
  also: listAlso,
  output: listOutput('views'),
  annotations: reads,
  async answer(fields, caller, parts) {
    const filter = filterOf(fields)
    const page = await listViews(await schemaCall('list_views', filter.pattern ?? '', fields, caller, parts), filter, parts)
    return { structured: listed('views', page), text: pageText(page, viewLine, filter, 'There is no view that you may read.') }
  },
}

export const listColumnsTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'list_columns',
  title: 'List columns',
  description: 'Columns of one table, or those of all tables whose name fits a pattern.',
  input: z.strictObject({
    source: sourceField,
    table: tableField.optional(),
    schema: z.string().optional(),
    pattern: patternField.optional(),
    ...pageFields,
  }),
  also: { ...listAlso, column: 'pattern', column_name: 'pattern' },
  output: listOutput('columns'),
  annotations: reads,
  async answer(fields, caller, parts) {
    const filter = filterOf(fields)
    const call = await schemaCall('list_columns', filter.table ?? filter.pattern ?? '', fields, caller, parts)
    const page = await listColumns(call, filter, parts)
    return { structured: listed('columns', page), text: pageText(page, columnLine, filter, 'There is no such column that you may read.') }
  },
}

export const listIndexesTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'list_indexes',
  title: 'List indexes',
  description: 'Indexes of one table or of all, with their columns.',
  input: z.strictObject({ source: sourceField, table: tableField.optional(), schema: z.string().optional(), ...pageFields }),
  also: listAlso,
  output: listOutput('indexes'),
  annotations: reads,
  async answer(fields, caller, parts) {
    const filter = filterOf(fields)
    const page = await listIndexes(await schemaCall('list_indexes', filter.table ?? '', fields, caller, parts), filter, parts)
    return { structured: listed('indexes', page), text: pageText(page, indexLine, filter, 'There is no index that you may see.') }
  },
}

const tableLine = ({ table, kind, columns, rows_estimate, comment }: TableListed): string => {
  const rows = rows_estimate === undefined ? '' : `, about ${rows_estimate} rows`
  return `${table} (${kind.replace('_', ' ')}, ${columns} columns${rows})${comment === undefined ? '' : `: ${comment}`}`
}

const viewLine = ({ view, columns, definition }: ViewListed): string =>
  `${view} (${columns.join(', ')})${definition === undefined ? '' : `\n  ${definition.trim().replaceAll('\n', '\n  ')}`}`

const columnLine = ({ table, name, native_type, nullable, primary_key, masked, comment }: ColumnListed): string => {
  const facts = [primary_key ? 'primary key' : '', nullable ? '' : 'not null', masked ? `masked: ${masked}` : '', comment ?? '']
  const said = facts.filter((fact) => fact !== '')
  return `${table}.${name} ${native_type}${said.length > 0 ? ` (${said.join(', ')})` : ''}`
}

export const indexLine = ({ table, name, columns, unique, primary, method }: IndexListed): string => {
  const kind = primary ? 'primary key' : unique ? 'unique' : 'index'
  return `${name} on ${table} (${columns.join(', ')}): ${kind}${method === undefined ? '' : `, ${method}`}`
}
