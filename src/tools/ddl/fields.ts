import * as z from 'zod'
import type { Wanted } from '../../change.ts'
import { SluiceError } from '../../error.ts'
import { didYouMean } from '../../nearest.ts'
import { given } from './ddl-tool.ts'

type Ddl = Extract<Wanted, { kind: 'ddl' }>['ddl']
type NewColumn = Extract<Ddl, { kind: 'create_table' }>['columns'][number]
type Constraint = NonNullable<Extract<Ddl, { kind: 'create_table' }>['constraints']>[number]
type Default = NonNullable<NewColumn['default']>
type Reference = NonNullable<NewColumn['references']>

const names = z.array(z.string()).min(1)
const referenceField = z.strictObject({
  table: z.string(),
  column: z.string().optional(),
  columns: names.optional(),
  on_delete: z.string().optional(),
  on_update: z.string().optional(),
})
export const defaultField = z.union([z.string(), z.number(), z.boolean(), z.null()]).describe('A value, or e.g. CURRENT_TIMESTAMP')

export const columnField = z.strictObject({
  name: z.string().min(1),
  type: z.string().min(1).describe('In the dialect of the source'),
  nullable: z.boolean().optional(),
  not_null: z.boolean().optional(),
  default: defaultField.optional(),
  primary_key: z.boolean().optional(),
  unique: z.boolean().optional(),
  auto_increment: z.boolean().optional(),
  references: referenceField.optional(),
  check: z.string().optional().describe('A predicate over the row'),
  comment: z.string().optional(),
})

export const constraintField = z.strictObject({
  type: z.string().describe('primary_key, unique, foreign_key or check'),
  name: z.string().optional(),
  columns: names.optional(),
  references: referenceField.optional(),
  expression: z.string().optional(),
})

export type SentColumn = z.infer<typeof columnField>
export type SentConstraint = z.infer<typeof constraintField>

export function columnOf(sent: SentColumn): NewColumn {
  if (sent.nullable !== undefined && sent.not_null !== undefined && sent.nullable === sent.not_null) {
    throw new SluiceError('change_invalid', `The column ${sent.name.slice(0, 60)} is said to be nullable and not null.`)
  }
  return {
    name: sent.name,
    type: sent.type,
    ...given({
      nullable: sent.nullable ?? (sent.not_null === undefined ? undefined : !sent.not_null),
      default: defaultOf(sent.default),
      primaryKey: sent.primary_key,
      unique: sent.unique,
      autoIncrement: sent.auto_increment,
      references: sent.references && referenceOf(sent.references),
      check: sent.check,
      comment: sent.comment,
    }),
  }
}

/** Words that are no value: a text that is one of them, or a call, is meant as an expression; one in quotes is meant as that text. */
const expression = /^\s*(current_(timestamp|date|time|user)|localtimestamp|[a-z_][a-z0-9_]*\s*\(\s*\d*\s*\))\s*$/i

export function defaultOf(sent: unknown): Default | undefined {
  if (sent === undefined || sent === null) return undefined
  if (typeof sent === 'number' || typeof sent === 'boolean') return { value: sent }
  const text = sent as string
  if (expression.test(text)) return { expression: text.trim() }
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)
  return { value: quoted ? quoted[1]!.replaceAll("''", "'") : text }
}

const actions = ['cascade', 'restrict', 'set null', 'set default', 'no action'] as const

function referenceOf(sent: z.infer<typeof referenceField>): Reference {
  const action = (text: string | undefined) => {
    if (text === undefined) return undefined
    const found = actions.find(
      (known) =>
        known ===
        text
          .trim()
          .toLowerCase()
          .replaceAll(/[_\s]+/g, ' '),
    )
    if (found) return found
    throw new SluiceError(
      'change_invalid',
      `A foreign key cannot do ${JSON.stringify(text.slice(0, 40))}: it may do ${actions.join(', ')}.`,
    )
  }
  const columns = sent.columns ?? (sent.column === undefined ? [] : [sent.column])
  return { table: sent.table, columns, ...given({ onDelete: action(sent.on_delete), onUpdate: action(sent.on_update) }) }
}

const kinds = ['primary_key', 'unique', 'foreign_key', 'check'] as const

/** Throws `field_missing` for what its kind needs. */
export function constraintOf(sent: SentConstraint): Constraint {
  const kind = sent.type
    .trim()
    .toLowerCase()
    .replaceAll(/[-\s]+/g, '_')
  const named = given({ name: sent.name })
  const need = <T>(value: T | undefined, what: string): T => {
    if (value !== undefined) return value
    throw new SluiceError('field_missing', `A constraint of the type ${kind} needs ${what}.`)
  }
  switch (kind) {
    case 'primary_key':
    case 'unique':
      return { kind, ...named, columns: need(sent.columns, 'columns') }
    case 'foreign_key':
      return { kind, ...named, columns: need(sent.columns, 'columns'), references: referenceOf(need(sent.references, 'references')) }
    case 'check':
      return { kind, ...named, expression: need(sent.expression, 'an expression') }
    default:
      throw new SluiceError(
        'field_invalid',
        `There is no constraint of the type ${JSON.stringify(sent.type.slice(0, 40))}.${didYouMean(kind, kinds)} Types are ${kinds.join(', ')}.`,
      )
  }
}
