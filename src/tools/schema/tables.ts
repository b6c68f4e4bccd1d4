import * as z from 'zod'
import { foreignKeys, type Relationship, type TableStats, tableStats } from '../../explore.ts'
import { newCallId } from '../call-id.ts'
import { reads, type Tool } from '../tool.ts'
import { schemaCall, sourceField, tableAlso, tableField, tableOf } from './listing.ts'
import { indexLine } from './lists.ts'

const place = { table: tableField, source: sourceField, schema: z.string().optional() }

export const getTableStatsTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'get_table_stats',
  title: 'Table statistics',
  description: 'Estimated rows, size, indexes and number of columns of one table; with exact: true its rows are counted.',
  input: z.strictObject({ ...place, exact: z.boolean().optional().describe('Count the rows that you may see; slow for big tables') }),
  also: { ...tableAlso, count: 'exact', exact_count: 'exact' },
  output: {
    type: 'object',
    properties: {
      table: { type: 'string' },
      columns: { type: 'integer' },
      rows: { type: 'integer' },
      rows_estimate: { type: 'integer' },
      bytes: { type: 'integer' },
      index_bytes: { type: 'integer' },
      indexes: { type: 'array' },
    },
  },
  annotations: reads,
  async answer(fields, caller, parts) {
    const table = tableOf(fields)
    const call = await schemaCall('get_table_stats', table, fields, caller, parts)
    const stats = await tableStats(call, table, fields.exact === true ? newCallId() : undefined, parts)
    return { structured: { ...stats }, text: statsText(stats) }
  },
}

export const getForeignKeysTool: Tool = {
  kind: 'answer',
  group: 'schema',
  name: 'get_foreign_keys',
  title: 'Foreign keys',
  description: 'Foreign keys of one table, in both directions: what it references and what references it.',
  input: z.strictObject(place),
  also: tableAlso,
  output: {
    type: 'object',
    properties: { table: { type: 'string' }, references: { type: 'array' }, referenced_by: { type: 'array' } },
  },
  annotations: reads,
  async answer(fields, caller, parts) {
    const table = tableOf(fields)
    const keys = await foreignKeys(await schemaCall('get_foreign_keys', table, fields, caller, parts), table, parts)
    const lines = [...keys.references, ...keys.referenced_by.filter(({ from }) => from !== keys.table)].map(keyLine)
    const text = lines.length > 0 ? lines.join('\n') : `${keys.table} has no foreign keys that you may see, and none references it.`
    return { structured: { ...keys }, text }
  },
}

const keyLine = ({ from, columns, to, references }: Relationship): string =>
  `${from} (${columns.join(', ')}) -> ${to}${references.length > 0 ? ` (${references.join(', ')})` : ''}`

function statsText(stats: TableStats): string {
  const figures = [
    stats.rows === undefined ? '' : `${stats.rows} ${stats.rows === 1 ? 'row' : 'rows'} that you may see`,
    stats.rows_estimate === undefined ? '' : `about ${stats.rows_estimate} rows`,
    stats.bytes === undefined ? '' : `${stats.bytes} bytes`,
    stats.index_bytes === undefined ? '' : `${stats.index_bytes} bytes of indexes`,
    `${stats.columns} columns`,
  ].filter((figure) => figure !== '')
  return [
    `${stats.kind.replace('_', ' ')} ${stats.table} in ${stats.source}: ${figures.join(', ')}`,
    ...(stats.indexes ?? []).map((index) => `  ${indexLine(index)}`),
    ...stats.policies,
  ].join('\n')
}
