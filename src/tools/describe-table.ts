import * as z from 'zod'
import type { AsOf } from '../explore.ts'
import type { TableDescribed } from '../knowledge.ts'
import { schemaCall, tableAlso, tableOf } from './schema/listing.ts'
import { reads, type Tool } from './tool.ts'

export const describeTableTool: Tool = {
  kind: 'answer',
  group: 'core',
  name: 'describe_table',
  title: 'Describe a table',
  description: 'Columns, types, keys, masks and row rules of one table.',
  input: z.strictObject({ table: z.string(), source: z.string().optional(), schema: z.string().optional() }),
  also: tableAlso,
  output: { type: 'object', properties: { table: { type: 'string' }, columns: { type: 'array' } } },
  annotations: reads,
  async answer(fields, caller, parts) {
    const table = tableOf(fields)
    const { describeTableWell } = await import('../knowledge.ts')
    const found = await describeTableWell(await schemaCall('describe_table', table, fields, caller, parts), table, parts)
    return { structured: { ...found }, text: textOf(found) }
  },
}

function textOf(one: TableDescribed & AsOf): string {
  const size = one.rows_estimate === undefined ? '' : `, about ${one.rows_estimate} rows`
  const columns = one.columns.map((column) => {
    const facts = [
      one.primary_key.includes(column.name) ? 'primary key' : '',
      column.nullable ? '' : 'not null',
      column.masked ? `masked: ${column.masked}` : '',
      column.comment ?? '',
      column.description ?? '',
      ...(column.terms ?? []),
      ...(column.tags ?? []).map((tag) => `#${tag}`),
    ].filter((fact) => fact !== '')
    return `  ${column.name} ${column.native_type}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
  })
  const keys = one.foreign_keys.map((key) => `  (${key.columns.join(', ')}) -> ${key.table} (${key.references.join(', ')})`)
  return [
    ...(one.as_of === undefined ? [] : [`${one.source} does not answer now; this is as it was at ${one.as_of}.`]),
    `${one.kind} ${one.table} in ${one.source} (${one.dialect}${size})${one.comment ? `: ${one.comment}` : ''}`,
    ...aboutTable(one),
    ...columns,
    ...(keys.length > 0 ? ['foreign keys', ...keys] : []),
    ...one.policies,
  ].join('\n')
}

const aboutTable = ({ description, tags = [], owner, terms = [] }: TableDescribed): string[] => [
  ...(description === undefined ? [] : [description]),
  ...(owner === undefined ? [] : [`owner: ${owner}`]),
  ...(terms.length === 0 ? [] : [`terms: ${terms.join(', ')}`]),
  ...(tags.length === 0 ? [] : [`tags: ${tags.join(', ')}`]),
]
