import * as z from 'zod'
import { checkJoins, findPath, type JoinTold, type PathTold, type RelatedTold, suggestRelated } from '../../knowledge.ts'
import { answering, outputOf } from '../answering.ts'
import { reads, type Tool } from '../tool.ts'
import { schemaCall, sourceField } from './listing.ts'

const TABLES_MAX = 32
const tablesField = z.array(z.string()).min(1).max(TABLES_MAX)
const tablesOf = (value: unknown) => value as readonly string[]

const joinLine = ({ from, columns, to, references, kind, strength, cardinality, optional, evidence, also }: JoinTold): string => {
  const sure = kind === 'foreign_key' ? '' : `, ${Math.round(strength * 100)} % sure`
  const other = also ? ` (also by ${also.map((one) => one.columns.join(', ')).join('; ')})` : ''
  return `${from} (${columns.join(', ')}) -> ${to} (${references.join(', ')}): ${cardinality}${optional ? ', may have no partner' : ''}${sure}; ${evidence}${other}`
}

export const findJoinPathsTool: Tool = answering({
  group: 'schema',
  name: 'find_join_paths',
  title: 'Find join paths',
  description:
    'How tables are joined: the best way over foreign keys and inferred relations, with a statement to start from and what to beware of.',
  input: z.strictObject({ tables: tablesField.describe('Two or more'), source: sourceField }),
  output: outputOf({ source: 'string', tables: 'array', joins: 'array', strength: 'number', sql: 'string', warnings: 'array' }),
  annotations: reads,
  needs: 'read',
  text(told) {
    const { joins, sql, warnings } = told as unknown as PathTold
    return [...joins.map(joinLine), sql, ...warnings.map(({ text }) => `beware: ${text}`)].join('\n')
  },
  ask: async (fields, caller, parts) => {
    const tables = tablesOf(fields.tables)
    return { ...(await findPath(await schemaCall('find_join_paths', tables.join(' '), fields, caller, parts), tables, parts)) }
  },
})

export const suggestRelatedTablesTool: Tool = answering({
  group: 'schema',
  name: 'suggest_related_tables',
  title: 'Suggest related tables',
  description: 'Tables that can be joined to some tables, nearest first, each with how.',
  input: z.strictObject({ tables: tablesField, source: sourceField, limit: z.int().min(1).max(100).optional().describe('Default 10') }),
  also: { base_tables: 'tables' },
  output: outputOf({ source: 'string', related: 'array' }),
  annotations: reads,
  needs: 'read',
  text(told) {
    const { related } = told as unknown as RelatedTold
    const lines = related.map(({ table, joins }) => `${table}: ${joins.map(joinLine).join('; then ')}`)
    return lines.join('\n') || 'No table is known to be joined to these.'
  },
  ask: async (fields, caller, parts) => {
    const tables = tablesOf(fields.tables)
    const call = await schemaCall('suggest_related_tables', tables.join(' '), fields, caller, parts)
    return { ...(await suggestRelated(call, tables, fields.limit as number | undefined, parts)) }
  },
})

export const checkJoinsTool: Tool = answering({
  group: 'schema',
  name: 'check_joins',
  title: 'Check the joins of a statement',
  description:
    'Whether the joins of a SELECT count figures several times, lose rows, or compare columns that no relation joins. The statement is not run.',
  input: z.strictObject({ sql: z.string(), source: sourceField }),
  also: { query: 'sql' },
  output: outputOf({ source: 'string', understood: 'boolean', joins: 'array', warnings: 'array' }),
  annotations: reads,
  needs: 'read',
  text(told) {
    const { understood, warnings } = told as { understood: boolean; warnings: readonly { text: string }[] }
    if (!understood) return 'The joins of this statement cannot be told from its text, so nothing was checked.'
    return warnings.map(({ text }) => text).join('\n') || 'Nothing to beware of is known.'
  },
  ask: async (fields, caller, parts) => {
    const call = await schemaCall('check_joins', fields.sql as string, fields, caller, parts)
    return { ...(await checkJoins(call, fields.sql as string, parts)) }
  },
})
