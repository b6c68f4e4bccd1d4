import * as z from 'zod'
import { describeObject, listNotes, type NoteTold, type Said } from '../../knowledge.ts'
import { answering, outputOf } from '../answering.ts'
import type { Fields } from '../fields.ts'
import type { Annotations, Tool } from '../tool.ts'
import { reads } from '../tool.ts'
import { schemaCall, sourceField, tableAlso, tableField, tableOf } from './listing.ts'

const notes: Annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false }

const objectFields = {
  source: sourceField,
  table: tableField.optional().describe('Left out for the source itself'),
  schema: z.string().optional(),
  column: z.string().optional(),
}
const objectAlso = { ...tableAlso, column_name: 'column' } as const
const words = z.array(z.string()).max(50)

/** The object that the fields name. */
export const objectOf = (fields: Fields) => ({
  ...(fields.table === undefined ? {} : { table: tableOf(fields) }),
  ...(fields.column === undefined ? {} : { column: fields.column as string }),
})
const about = (fields: Fields) => [fields.table, fields.column].filter((part) => part !== undefined).join('.')

const noteLine = ({ table, column, description, tags, owner, terms }: NoteTold): string => {
  const name = [table, column].filter((part) => part !== undefined).join('.') || 'the source'
  const said = [
    description ?? '',
    tags && tags.length > 0 ? `tags: ${tags.join(', ')}` : '',
    owner === undefined ? '' : `owner: ${owner}`,
    terms && terms.length > 0 ? `terms: ${terms.join(', ')}` : '',
  ].filter((part) => part !== '')
  return `${name}: ${said.length === 0 ? 'nothing is said of it' : said.join('; ')}`
}

export const describeObjectTool: Tool = answering({
  group: 'schema',
  name: 'describe_object',
  title: 'Describe an object',
  description:
    'Writes what a source, a table or a column means, who owns it and its business terms; describe_table then shows it to everybody who may see the object.',
  input: z.strictObject({
    ...objectFields,
    description: z.string().nullable().optional().describe('null takes it away'),
    owner: z.string().nullable().optional(),
    terms: words.optional().describe('Business terms that it stands for; replaces those that are there'),
  }),
  also: objectAlso,
  output: outputOf({ source: 'string', table: 'string', column: 'string', description: 'string' }),
  annotations: notes,
  needs: 'ddl',
  text: (told) => noteLine(told as NoteTold),
  ask: async (fields, caller, parts) => {
    const said: Said = {
      description: fields.description as Said['description'],
      owner: fields.owner as Said['owner'],
      terms: fields.terms as Said['terms'],
    }
    const call = await schemaCall('describe_object', about(fields), fields, caller, parts)
    return { ...(await describeObject(call, objectOf(fields), said, parts)) }
  },
})

export const tagObjectTool: Tool = answering({
  group: 'schema',
  name: 'tag_object',
  title: 'Tag an object',
  description: 'Adds tags to a source, a table or a column, or takes some away.',
  input: z.strictObject({ ...objectFields, add: words.optional(), remove: words.optional() }),
  also: { ...objectAlso, tags: 'add' },
  output: outputOf({ source: 'string', table: 'string', column: 'string', tags: 'array' }),
  annotations: notes,
  needs: 'ddl',
  text: (told) => noteLine(told as NoteTold),
  ask: async (fields, caller, parts) => {
    const said: Said = { addTags: fields.add as Said['addTags'], removeTags: fields.remove as Said['removeTags'] }
    const call = await schemaCall('tag_object', about(fields), fields, caller, parts)
    return { ...(await describeObject(call, objectOf(fields), said, parts)) }
  },
})

export const listNotesTool: Tool = answering({
  group: 'schema',
  name: 'list_notes',
  title: 'List descriptions and tags',
  description: 'Descriptions, tags, owners and business terms of a source, of one table, or of what bears a tag.',
  input: z.strictObject({ source: sourceField, table: tableField.optional(), schema: z.string().optional(), tag: z.string().optional() }),
  also: tableAlso,
  output: outputOf({ source: 'string', notes: 'array' }),
  annotations: reads,
  needs: 'read',
  text: (told) => (told.notes as NoteTold[]).map(noteLine).join('\n') || 'Nothing is said of what you may see.',
  ask: async (fields, caller, parts) => {
    const call = await schemaCall('list_notes', String(fields.table ?? fields.tag ?? ''), fields, caller, parts)
    const filter = { ...objectOf(fields), ...(fields.tag === undefined ? {} : { tag: fields.tag as string }) }
    return { ...(await listNotes(call, filter, parts)) }
  },
})
