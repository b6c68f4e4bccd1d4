import { expect, test } from 'vitest'
import type { Parts } from '../../src/gateway.ts'
import { type Caller, checkFields, declarationOf, toolNamed, tools } from '../../src/tools/tools.ts'
import { hands } from '../serve/doubles.ts'

/** What the tools of structure take, and what they say of what they do not take; nothing of it comes as far as a source. */

const caller: Caller = { id: 'c1', door: 'mcp', credential: { kind: 'local' }, signal: new AbortController().signal }

const sent = async (name: string, fields: unknown, parts: Parts = hands()) => {
  const tool = toolNamed(name)
  if (tool.kind !== 'answer') throw new Error('it answers rows')
  return tool.answer(checkFields(tool.input, fields, tool.also), caller, parts)
}
const column = { name: 'id', type: 'integer' }

test('the twelve tools are declared as what changes structure, and ask for the right', () => {
  const ddl = tools.filter(({ group }) => group === 'ddl')
  expect(ddl.map(({ name }) => name).sort()).toEqual([
    'alter_table',
    'backup_table',
    'create_database',
    'create_index',
    'create_schema',
    'create_table',
    'create_view',
    'drop_database',
    'drop_index',
    'drop_schema',
    'drop_table',
    'drop_view',
  ])
  for (const tool of ddl) {
    expect(tool.needs).toBe(/database/.test(tool.name) ? 'admin' : 'ddl')
    expect(tool.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: /^(drop|alter)/.test(tool.name) })
    expect(declarationOf(tool).inputSchema).toMatchObject({ additionalProperties: false, properties: { confirm_token: {} } })
  }
})

test('the tools that look at the schema only read', () => {
  const names = [
    'get_foreign_keys',
    'get_schema_drift',
    'get_schema_versions',
    'get_table_stats',
    'list_columns',
    'list_indexes',
    'list_tables',
  ]
  const looking = tools.filter(({ name }) => [...names, 'list_views', 'search_tables'].includes(name))
  expect(looking.map(({ group, annotations }) => [group, annotations.readOnlyHint])).toEqual(Array(9).fill(['schema', true]))
})

test.each([
  ['create_table', { table: 't' }, 'field_missing', 'columns'],
  ['create_table', { table: 't', columns: [] }, 'field_invalid', 'columns must not be empty'],
  ['create_table', { table: 't', columns: ['id integer'] }, 'field_invalid', 'columns'],
  ['create_table', { table: 't', columns: [{ name: 'id' }] }, 'field_missing', 'type'],
  ['create_table', { table: 't', columns: [{ ...column, primaryKey: true }] }, 'field_invalid', 'primaryKey'],
  ['create_table', { table: 't', columns: [{ ...column, default: { a: 1 } }] }, 'field_invalid', 'default'],
  ['create_table', { table: 't', columns: [{ ...column, nullable: true, not_null: true }] }, 'change_invalid', 'nullable'],
  ['create_table', { table: 't', columns: [column], constraints: [{ type: 'primary' }] }, 'field_invalid', 'Did you mean primary_key'],
  ['create_table', { table: 't', columns: [column], constraints: [{ type: 'unique' }] }, 'field_missing', 'needs columns'],
  ['create_table', { table: 't', columns: [column], constraints: [{ type: 'check' }] }, 'field_missing', 'needs an expression'],
  [
    'create_table',
    { table: 't', columns: [{ ...column, references: { table: 'o', column: 'id', on_delete: 'explode' } }] },
    'change_invalid',
    'cannot do',
  ],
  ['create_table', { table: '', columns: [column] }, 'field_invalid', 'table'],
  ['create_table', { table: 't', table_name: 't', columns: [column] }, 'field_invalid', 'twice'],
  ['alter_table', { table: 't' }, 'field_missing', 'actions'],
  ['alter_table', { table: 't', actions: [{ action: 'drop_column', column: 'a' }], action: 'drop_column' }, 'field_missing', 'either'],
  ['alter_table', { table: 't', action: 'explode' }, 'field_invalid', 'actions are'],
  ['alter_table', { table: 't', action: 'drop_column' }, 'field_missing', 'column'],
  ['alter_table', { table: 't', action: 'rename_column', column: 'a' }, 'field_missing', 'new_name'],
  ['alter_table', { table: 't', action: 'add_constraint', constraint: 'a' }, 'field_missing', 'constraint'],
  ['drop_table', { table: 't', cascade: 'yes' }, 'field_invalid', 'cascade'],
  ['drop_table', { tabel: 't' }, 'field_unknown', 'Did you mean table'],
  ['create_index', { table: 't', columns: [] }, 'field_invalid', 'columns'],
  ['create_view', { view: 'v' }, 'field_missing', 'select'],
  ['drop_database', {}, 'field_missing', 'database'],
])('%s %j is refused', async (name, fields, code, message) => {
  await expect(sent(name, { source: 'shop', ...fields })).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
})

test('a source that tells no indexes says so', async () => {
  const parts = hands()
  const untold = {
    ...parts,
    sources: { ...parts.sources, get: async (name: string) => ({ ...(await parts.sources.get(name)), details: () => undefined }) },
  } as Parts
  await expect(sent('list_indexes', { source: 'shop' }, untold)).rejects.toMatchObject({ code: 'not_supported' })
  const { structured } = await sent('get_table_stats', { table: 'customers' }, untold)
  expect(structured).toMatchObject({ table: 'customers', rows_estimate: 500 })
  expect(structured).not.toHaveProperty('indexes')
})

test('the source may be left out where there is one', async () => {
  const { structured } = await sent('list_tables', {})
  expect(structured).toMatchObject({ source: 'shop', total: 3 })
  await expect(sent('list_tables', {}, hands({ sources: ['shop', 'files'] }))).rejects.toMatchObject({ code: 'field_missing' })
})
