import * as z from 'zod'
import { type Break, type Change, type SchemaDiff, schemaDiff, schemaVersions, type VersionTold } from '../../catalog.ts'
import { answering, outputOf } from '../answering.ts'
import { reads } from '../tool.ts'
import { schemaCall, sourceField } from './listing.ts'

const VERSIONS_DEFAULT = 20
const VERSIONS_MAX = 1_000
const CHANGES_DEFAULT = 100
const CHANGES_MAX = 1_000

export const getSchemaVersionsTool = answering({
  group: 'schema',
  name: 'get_schema_versions',
  title: 'Versions of the schema',
  description: 'Since when a source is as it is, and when it changed before: versions of its schema with how many changes each brought.',
  input: z.strictObject({
    source: sourceField,
    limit: z.int().min(1).max(VERSIONS_MAX).optional().describe(`Default ${VERSIONS_DEFAULT}`),
  }),
  output: outputOf({ source: 'string', synced_at: 'string', versions: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const call = await schemaCall('get_schema_versions', '', fields, caller, parts)
    return { ...(await schemaVersions(call, (fields.limit as number | undefined) ?? VERSIONS_DEFAULT, parts)) }
  },
  text: ({ source, synced_at, versions }) => {
    const lines = (versions as readonly VersionTold[]).map(versionLine)
    return [`${String(source)}, last looked at ${String(synced_at ?? 'never')}:`, ...lines].join('\n')
  },
})

export const getSchemaDriftTool = answering({
  group: 'schema',
  name: 'get_schema_drift',
  title: 'What changed in the schema',
  description:
    'What changed between two versions of a schema (the last change unless said), what that breaks (views, and for administrators roles and stored questions) and how to mend it.',
  input: z.strictObject({
    source: sourceField,
    from: z.string().max(40).optional().describe('A version number or an ISO time; the version before `to` unless said'),
    to: z.string().max(40).optional().describe('A version number or an ISO time; now unless said'),
    limit: z.int().min(1).max(CHANGES_MAX).optional().describe(`Default ${CHANGES_DEFAULT}`),
  }),
  output: outputOf({ source: 'string', from: 'object', to: 'object', changes: 'array', total: 'integer', breaks: 'array' }),
  annotations: reads,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const { from, to, limit = CHANGES_DEFAULT } = fields as Readonly<{ from?: string; to?: string; limit?: number }>
    const call = await schemaCall('get_schema_drift', [from, to].filter((end) => end !== undefined).join(' to '), fields, caller, parts)
    const between = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), limit }
    return { ...(await schemaDiff(call, between, parts)) }
  },
  text: (told) => driftText(told as unknown as SchemaDiff),
})

function versionLine({ version, at, tables, columns, changes }: VersionTold): string {
  const kinds = Object.entries(changes).map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`)
  const head = version === undefined ? at : `${version} (${at})`
  return `- ${head}: ${tables} tables, ${columns} columns${kinds.length === 0 ? '' : `; ${kinds.join(', ')}`}`
}

function driftText({ source, from, to, changes, total, breaks }: SchemaDiff): string {
  const span = `${from ? `from ${from.version ?? from.at} ` : ''}to ${to.version ?? to.at}`
  if (total === 0) return `Nothing that you may see has changed in ${source} ${span}.`
  const more = total - changes.length
  return [
    `${total} ${total === 1 ? 'change' : 'changes'} in ${source} ${span}:`,
    ...changes.map((change) => `- ${changeText(change)}`),
    ...(more > 0 ? [`… and ${more} more; raise limit to see them.`] : []),
    ...(breaks.length === 0 ? [] : ['What this breaks:', ...breaks.map(breakText)]),
  ].join('\n')
}

function changeText({ kind, table, column, before, after }: Change): string {
  const name = column === undefined ? table : `${table}.${column}`
  const values = [before, after].filter((text): text is string => text !== undefined && text !== '').map(short)
  return `${kind.replaceAll('_', ' ')} ${name}${values.length === 0 ? '' : `: ${values.join(' -> ')}`}`
}

const breakText = ({ text, mend, certain }: Break): string => `- ${text}${certain ? '' : ' (not certain)'} ${mend}`

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text).replaceAll('\n', ' ')
