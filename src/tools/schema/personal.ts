import * as z from 'zod'
import { decidePersonal, listPersonal, listProfiles, type PersonalTold, profileTables, scanPersonal } from '../../knowledge.ts'
import { answering, outputOf } from '../answering.ts'
import { newCallId } from '../call-id.ts'
import type { Annotations, Tool } from '../tool.ts'
import { objectOf } from './knowledge.ts'
import { schemaCall, sourceField, tableAlso, tableField, tableOf } from './listing.ts'

const keeps: Annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false }
const place = { table: tableField, source: sourceField, schema: z.string().optional() }

export const profileTableTool: Tool = answering({
  group: 'schema',
  name: 'profile_table',
  title: 'Profile a table',
  description:
    'What the values of its columns are like (nulls, distinct, smallest, largest, frequent values, patterns), as a role sees them. Without role: what is known already.',
  input: z.strictObject({
    ...place,
    role: z.string().optional().describe('Look now, through this role: one of yours, or any where you administer the source'),
    rows: z.int().min(1).max(10_000_000).optional().describe('Rows to look at; default 50000'),
  }),
  also: tableAlso,
  output: outputOf({ source: 'string', profiles: 'array', failed: 'array' }),
  annotations: keeps,
  needs: 'read',
  ask: async (fields, caller, parts) => {
    const table = tableOf(fields)
    const call = await schemaCall('profile_table', table, fields, caller, parts)
    const role = fields.role as string | undefined
    if (role === undefined) return { ...(await listProfiles(call, table, parts)) }
    const { source, tables, failed } = await profileTables(
      call,
      { tables: [table], role, rows: fields.rows as number | undefined },
      newCallId,
      parts,
    )
    return {
      source,
      profiles: tables.map(({ table: name, profile }) => profile ?? { table: name, role }),
      failed,
    }
  },
})

const findingLine = ({ table, column, title, confidence, reason, state, masked }: PersonalTold): string =>
  `${table}.${column}: ${title}, ${Math.round(confidence * 100)} % sure, for ${reason} (${state}${masked ? ', masked' : ''})`

export const findPersonalDataTool: Tool = answering({
  group: 'schema',
  name: 'find_personal_data',
  title: 'Find personal data',
  description:
    'Columns that seem to hold personal data, with confidence, reason and a suggested mask. With scan: true the tables are looked through first. No value is shown.',
  input: z.strictObject({
    source: sourceField,
    tables: z.array(z.string()).min(1).max(1_000).optional().describe('Only these'),
    scan: z.boolean().optional(),
    all: z.boolean().optional().describe('Also what was decided'),
  }),
  output: outputOf({ source: 'string', masked_until_decided: 'boolean', findings: 'array', scanned: 'object' }),
  annotations: keeps,
  needs: 'admin',
  text(told) {
    const findings = told.findings as readonly PersonalTold[]
    return findings.map(findingLine).join('\n') || 'Nothing was found about which nobody has decided.'
  },
  ask: async (fields, caller, parts) => {
    const tables = fields.tables as readonly string[] | undefined
    const call = await schemaCall('find_personal_data', (tables ?? []).join(' '), fields, caller, parts)
    const progress = (done: number, total: number, what: string) => caller.progress?.(done, total, what)
    const scanned = fields.scan === true ? { scanned: await scanPersonal(call, tables, newCallId, parts, progress) } : {}
    const listed = await listPersonal(
      fields.scan === true ? { ...call, id: newCallId() } : call,
      { all: fields.all as boolean | undefined },
      parts,
    )
    const wanted =
      tables === undefined ? listed.findings : listed.findings.filter(({ table }) => tables.some((name) => sameTable(name, table)))
    return { ...listed, findings: wanted, ...scanned }
  },
})

const sameTable = (given: string, table: string): boolean => {
  const [one, other] = [given.replace(/["`[\]]/g, '').toLowerCase(), table.toLowerCase()]
  return one === other || one.endsWith(`.${other}`)
}

export const decidePersonalDataTool: Tool = answering({
  group: 'schema',
  name: 'decide_personal_data',
  title: 'Decide about personal data',
  description: 'Writes down what a finding is: confirm (personal, roles say who sees it), dismiss (not personal) or mask (stays masked).',
  input: z.strictObject({ ...place, column: z.string(), decision: z.enum(['confirm', 'dismiss', 'mask']) }),
  also: { ...tableAlso, column_name: 'column' },
  output: outputOf({ table: 'string', column: 'string', state: 'string', masked: 'boolean' }),
  annotations: keeps,
  needs: 'admin',
  text: (told) => findingLine(told as unknown as PersonalTold),
  ask: async (fields, caller, parts) => {
    const call = await schemaCall('decide_personal_data', `${fields.table}.${fields.column} ${fields.decision}`, fields, caller, parts)
    return { ...(await decidePersonal(call, objectOf(fields), fields.decision as 'confirm' | 'dismiss' | 'mask', parts)) }
  },
})
