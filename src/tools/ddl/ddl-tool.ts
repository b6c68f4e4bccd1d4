import * as z from 'zod'
import { type Applied, change, type Previewed, type Wanted } from '../../change.ts'
import { changeAnswer, changeOutput } from '../change-answer.ts'
import type { Fields } from '../fields.ts'
import { sourceOf } from '../sql-call.ts'
import { type Answer, askingCall, type Tool } from '../tool.ts'

type Ddl = Extract<Wanted, { kind: 'ddl' }>['ddl']

type Declared = Readonly<{
  name: Ddl['kind']
  title: string
  description: string
  fields: z.ZodRawShape
  also: Readonly<Record<string, string>>
  destructive: boolean
  needs?: 'admin'
  ddl(fields: Fields): Ddl
}>

/** Fields that every tool of the group has. */
const shared = {
  source: z.string().optional(),
  confirm_token: z.string().optional().describe('From the preview; applies it'),
}

export const named = (what: string) => z.string().min(1).describe(what)
export const schemaField = { schema: z.string().optional() }
export const ifExists = { if_exists: z.boolean().optional() }
export const ifNotExists = { if_not_exists: z.boolean().optional() }
export const cascade = { cascade: z.boolean().optional().describe('Also drop what depends on it') }

/** A name with the schema that was given beside it. */
export function placed(name: unknown, { schema }: Fields): string {
  const text = name as string
  // A name that says its schema itself, or stands in quotes, is left as it is.
  if (typeof schema !== 'string' || schema === '') return text
  return `"${schema.replaceAll('"', '""')}".${/^["`]/.test(text) ? text : `"${text.replaceAll('"', '""')}"`}`
}

/** The fields of a plan that were given, and no others: what is undefined must not be there. */
export const given = <T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as never

/** A tool that changes the structure of a source: without a token it shows what would run, with it, it runs. */
export const ddlTool = ({ fields, also, destructive, needs, ddl, ...declared }: Declared): Tool => ({
  ...declared,
  kind: 'answer',
  group: 'ddl',
  input: z.strictObject({ ...fields, ...shared }),
  also: { ...also, confirmation_token: 'confirm_token', token: 'confirm_token' },
  output: { ...changeOutput, properties: { ...changeOutput.properties, statements: { type: 'array' } } },
  annotations: { readOnlyHint: false, destructiveHint: destructive, idempotentHint: false, openWorldHint: false },
  needs: needs ?? 'ddl',
  async answer(sent, caller, parts) {
    const wanted = ddl(sent)
    const token = sent.confirm_token as string | undefined
    const source = await sourceOf(sent, caller, parts)
    const call = askingCall(caller, source, `${declared.name} ${objectOf(wanted).slice(0, 200)}`, token === undefined ? 'preview' : 'apply')
    return ddlAnswer(await change(call, { kind: 'ddl', ddl: wanted }, token, parts), declared.title)
  },
})

/** What the audit is told: which object, and nothing that could hold data. */
const objectOf = (ddl: Ddl): string =>
  'table' in ddl && ddl.table ? ddl.table : 'view' in ddl ? ddl.view : 'name' in ddl && ddl.name ? ddl.name : ''

const STATEMENTS_MAX = 50

/** A change of structure is shown as SQL: rows tell little of it. */
function ddlAnswer(done: Previewed | Applied, title: string): Answer {
  const answer = changeAnswer(done)
  const { structured } = answer
  const rows = Object.entries(done.changed).map(([table, count]) => `${count} row${count === 1 ? '' : 's'} of ${table}`)
  const warnings = done.warnings.map((warning) => `Warning: ${warning}`)
  if (done.status === 'applied') {
    const told = [`${title}: done in ${done.source}${rows.length > 0 ? ` (${rows.join(', ')})` : ''}. change_id: ${done.change_id}.`]
    return { structured, text: [...told, ...warnings].join('\n') }
  }
  const { statements, confirm_token: token, expires } = done
  const shown = statements.slice(0, STATEMENTS_MAX).map((sql) => `  ${sql.replaceAll('\n', '\n  ')};`)
  const touched = rows.length > 0 ? [`It concerns ${rows.join(', ')}.`] : []
  const text = [
    `Nothing has changed yet. In ${done.source} this would run:`,
    ...shown,
    ...touched,
    ...warnings,
    `To apply it, send the same call with confirm_token "${token}" before ${expires}.`,
  ]
  const question = [`Run this in ${done.source}?`, ...shown, ...touched, ...done.warnings].join('\n')
  return { structured, text: text.join('\n'), confirm: { token, expires, question } }
}
