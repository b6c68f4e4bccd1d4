import * as z from 'zod'
import type { Value } from '../../call.ts'
import { change } from '../../change.ts'
import type { Dml, NewRow, Where } from '../../dml/dml.ts'
import { SluiceError } from '../../error.ts'
import { changeAnswer, changeOutput } from '../change-answer.ts'
import { placed, schemaField } from '../ddl/ddl-tool.ts'
import type { Fields } from '../fields.ts'
import { sourceOf, valuesOf } from '../sql-call.ts'
import { askingCall, type Tool } from '../tool.ts'

type Declared = Readonly<{
  name: string
  title: string
  description: string
  fields: z.ZodRawShape
  also?: Readonly<Record<string, string>>
  destructive: boolean
  dml(table: string, fields: Fields): Dml
}>

export const statementsOutput = { ...changeOutput, properties: { ...changeOutput.properties, statements: { type: 'array' } } }
export const tokenField = { confirm_token: z.string().optional().describe('From the preview; applies it') }
export const tokenAlso = { confirmation_token: 'confirm_token', token: 'confirm_token' }

/** A tool that changes rows of one table: without a token it shows what would change, with it, it changes it. */
export const dmlTool = ({ fields, also = {}, destructive, dml, ...declared }: Declared): Tool => ({
  ...declared,
  kind: 'answer',
  group: 'dml',
  input: z.strictObject({ source: z.string().optional(), table: z.string().min(1), ...schemaField, ...fields, ...tokenField }),
  also: { table_name: 'table', ...also, ...tokenAlso },
  output: statementsOutput,
  annotations: { readOnlyHint: false, destructiveHint: destructive, idempotentHint: false, openWorldHint: false },
  needs: 'write',
  async answer(sent, caller, parts) {
    const wanted = dml(placed(sent.table, sent), sent)
    const token = sent.confirm_token as string | undefined
    const source = await sourceOf(sent, caller, parts)
    // Which table, and nothing that could hold data.
    const call = askingCall(caller, source, `${declared.name} ${wanted.table.slice(0, 200)}`, token === undefined ? 'preview' : 'apply')
    return changeAnswer(await change(call, { kind: 'rows', changes: [wanted] }, token, parts))
  },
})

const cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
export const rowField = z.record(z.string(), cell)

/** Rows by column; a column that is left out gets its default. */
export const rowsField = z
  .union([z.array(rowField).min(1), rowField])
  .describe('One object or a list of objects: column to value. Columns left out get their default')

export const rowsOf = (sent: unknown): readonly NewRow[] => (Array.isArray(sent) ? sent : [sent]).map((row) => rowOf(row as Fields))

/** Lists and objects go as JSON; throws `parameter_invalid` for a number that JSON has rounded. */
export function rowOf(row: Fields): NewRow {
  const entries = Object.entries(row).map(([name, value]) => [name, typeof value === 'object' && value !== null ? jsonOf(value) : value])
  valuesIn(entries.map(([, value]) => value))
  return Object.fromEntries(entries) as NewRow
}

/** Reading JSON knows no depth, writing it does. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new SluiceError('field_invalid', 'A value of a row is nested too deeply.', { cause })
  }
}

export const whereFields = {
  where: z
    .union([z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])), z.string().min(1)])
    .describe(
      '{column: value} that must all be equal (null means IS NULL; {} means every row), or a predicate in the dialect of the source',
    ),
  params: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('Values of placeholders in the predicate'),
}
export const whereAlso = { condition: 'where', filter: 'where', where_clause: 'where', conditions: 'where', where_params: 'params' }

export function whereOf({ where, params }: Fields): Where {
  const values = valuesIn((params ?? []) as readonly unknown[])
  if (typeof where === 'string') return { predicate: where, params: values }
  if (values.length > 0) throw new SluiceError('parameter_count', 'Values of placeholders need a predicate that is a text.')
  const equal = where as Readonly<Record<string, Value>>
  valuesIn(Object.values(equal))
  return { equal }
}

/** Some values at a time, because a row may hold more than a statement has placeholders. */
function valuesIn(sent: readonly unknown[]): readonly Value[] {
  for (const value of sent) valuesOf([value])
  return sent as readonly Value[]
}
