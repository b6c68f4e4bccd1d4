import * as z from 'zod'
import type { Wanted } from '../../change.ts'
import { SluiceError } from '../../error.ts'
import type { Fields } from '../fields.ts'
import { alterationAlso } from '../older-arguments.ts'
import type { Tool } from '../tool.ts'
import { ddlTool, named, placed, schemaField } from './ddl-tool.ts'
import {
  columnField,
  columnOf,
  constraintField,
  constraintOf,
  defaultField,
  defaultOf,
  type SentColumn,
  type SentConstraint,
} from './fields.ts'

type Alteration = Extract<Extract<Wanted, { kind: 'ddl' }>['ddl'], { kind: 'alter_table' }>['actions'][number]

const kinds = [
  'add_column',
  'drop_column',
  'rename_column',
  'alter_type',
  'set_default',
  'drop_default',
  'set_not_null',
  'drop_not_null',
  'add_constraint',
  'drop_constraint',
  'rename_table',
] as const
type Kind = (typeof kinds)[number]

/** What people and other systems call them. */
const synonyms: Readonly<Record<string, Kind>> = {
  add: 'add_column',
  drop: 'drop_column',
  remove_column: 'drop_column',
  rename: 'rename_table',
  rename_to: 'rename_table',
  modify_column: 'alter_type',
  modify: 'alter_type',
  alter_column: 'alter_type',
  alter_column_type: 'alter_type',
  change_type: 'alter_type',
}

const one = {
  action: z.string().describe(kinds.join(', ')),
  column: z.union([z.string(), columnField]).optional().describe('Its name; for add_column the whole column'),
  type: z.string().optional().describe('For add_column and alter_type'),
  new_name: z.string().optional().describe('For rename_column and rename_table'),
  default: defaultField.optional(),
  nullable: z.boolean().optional(),
  constraint: z.union([z.string(), constraintField]).optional().describe('Its name; for add_constraint the whole constraint'),
}
const actionField = z.strictObject(one)

export const alterTableTool: Tool = ddlTool({
  name: 'alter_table',
  title: 'Alter a table',
  description: 'Add, drop, rename or change columns and constraints, or rename the table; several actions at once, or one as plain fields.',
  fields: {
    table: named('With or without its schema'),
    actions: z.array(actionField).min(1).optional(),
    ...one,
    action: one.action.optional(),
    ...schemaField,
  },
  also: {
    table_name: 'table',
    name: 'table',
    schema_name: 'schema',
    operation: 'action',
    operations: 'actions',
    alterations: 'actions',
    ...alterationAlso,
  },
  destructive: true,
  ddl: (fields) => ({ kind: 'alter_table', table: placed(fields.table, fields), actions: actionsOf(fields).map(alteration) }),
})

function actionsOf(fields: Fields): readonly Fields[] {
  const { actions, action } = fields
  if (Array.isArray(actions) && action === undefined) return actions as readonly Fields[]
  if (actions === undefined && action !== undefined) return [fields]
  throw new SluiceError('field_missing', 'Send either actions or one action.')
}

function alteration(fields: Fields): Alteration {
  const word = (fields.action as string)
    .trim()
    .toLowerCase()
    .replaceAll(/[-\s]+/g, '_')
  const kind = kinds.find((known) => known === word) ?? synonyms[word]
  switch (kind) {
    case 'add_column':
      return { kind, column: newColumn(fields) }
    case 'drop_column':
    case 'drop_default':
    case 'set_not_null':
    case 'drop_not_null':
      return { kind, name: columnName(fields) }
    case 'rename_column':
      return { kind, name: columnName(fields), to: text(fields, 'new_name') }
    case 'alter_type':
      return { kind, name: columnName(fields), type: text(fields, 'type') }
    case 'set_default': {
      const value = defaultOf(fields.default)
      return { kind, name: columnName(fields), default: value ?? { value: null } }
    }
    case 'add_constraint':
      if (typeof fields.constraint !== 'object') throw new SluiceError('field_missing', 'add_constraint needs a constraint with its type.')
      return { kind, constraint: constraintOf(fields.constraint as SentConstraint) }
    case 'drop_constraint':
      return { kind, name: text(fields, 'constraint') }
    case 'rename_table':
      return { kind, to: text(fields, 'new_name') }
    default:
      throw new SluiceError('field_invalid', `There is no such action; actions are ${kinds.join(', ')}.`)
  }
}

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value !== '') return value
  throw new SluiceError('field_missing', `The action ${String(fields.action).slice(0, 40)} needs the field ${name}.`)
}

const columnName = (fields: Fields): string =>
  typeof fields.column === 'object' && fields.column !== null ? (fields.column as SentColumn).name : text(fields, 'column')

function newColumn(fields: Fields): Extract<Alteration, { kind: 'add_column' }>['column'] {
  if (typeof fields.column === 'object' && fields.column !== null) return columnOf(fields.column as SentColumn)
  const plain = { name: text(fields, 'column'), type: text(fields, 'type'), default: fields.default, nullable: fields.nullable }
  return columnOf(plain as SentColumn)
}
