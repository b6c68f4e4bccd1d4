import { execFileSync } from 'node:child_process'
import { encode } from 'gpt-tokenizer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Action } from '../../src/grant.ts'
import { declared, type Group, groups, groupsNamed, visibleTools } from '../../src/tools/declared.ts'
import { checkFields, declarationOf, resolve, toolNamed, tools } from '../../src/tools/tools.ts'
import { type Office, openOffice, type Who } from './office.ts'

/** The names that clients of the predecessor use, by group, with the action that each needs; `-` stands for none. */
const promised: Readonly<Record<string, string>> = {
  query: 'execute_query:read execute_batch:read',
  core: 'explain_query:explain describe_table:- execute_sql:read',
  schema: 'list_tables:- get_table_stats:- list_indexes:- get_foreign_keys:- search_tables:- list_views:- list_columns:-',
  dml: 'insert_rows:write update_rows:write delete_rows:write upsert_rows:write truncate_table:write bulk_import:write',
  ddl: 'create_database:admin drop_database:admin create_schema:ddl drop_schema:ddl create_table:ddl drop_table:ddl alter_table:ddl create_index:ddl drop_index:ddl create_view:ddl drop_view:ddl backup_table:ddl',
  chat2sql:
    'get_schema_for_llm:read validate_sql_only:read execute_validated_sql:read get_table_schema_for_llm:read suggest_sql_from_schema:read get_lightweight_mode_info:read natural_language_query:read explain_sql:read suggest_query:read validate_sql:read optimize_query:read fix_sql:read get_schema_context:read clear_schema_cache:read get_schema_info:read',
  security:
    'get_audit_log:admin get_audit_statistics:admin get_rate_limit_stats:read list_roles:read get_role_details:read check_permission:read get_security_status:admin',
  admin:
    'health_check:read get_server_metrics:admin get_connections:admin test_query:read get_server_info:read reload_config:admin get_query_history:read clear_all_caches:admin diagnose_connection:admin get_database_info:read',
}
const rows = Object.entries(promised).flatMap(([group, names]) =>
  names.split(' ').map((one) => [one.split(':')[0]!, group, one.split(':')[1]!] as const),
)

test('the 61 tools of the predecessor and execute_sql are all there', () => {
  expect(new Set(rows.map(([name]) => name)).size).toBe(62)
})

test.each(rows)('%s is in the group %s and needs %s', (name, group, needs) => {
  const tool = toolNamed(name)
  expect([tool.group, tool.needs ?? '-']).toEqual([group, needs])
})

test('every tool is declared as MCP and its clients need it', () => {
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length)
  for (const tool of tools) {
    const { name, title, description, inputSchema, outputSchema, annotations } = declarationOf(tool)
    expect(name).toMatch(/^[a-z0-9_]{3,40}$/)
    expect(title.length).toBeGreaterThan(2)
    expect(description.length).toBeGreaterThan(20)
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(outputSchema).toMatchObject({ type: 'object' })
    // A failed call carries an error instead of what the schema promises, and clients check that too.
    expect(outputSchema).not.toHaveProperty('required')
    expect(groups).toContain(tool.group)
    expect(annotations.openWorldHint).toBe(false)
    const changing = tool.needs === 'write' || tool.needs === 'ddl'
    if (changing && name !== 'list_changes') expect([name, annotations.readOnlyHint]).toEqual([name, false])
    for (const other of Object.keys(tool.also ?? {})) expect(tool.input.shape).not.toHaveProperty(other)
  }
})

test.each(tools.map((tool) => [tool.name, tool] as const))('%s refuses a field that it does not know', (_, tool) => {
  expect(() => checkFields(tool.input, { no_such_field: 1 }, tool.also)).toThrow(expect.objectContaining({ code: 'field_unknown' }))
})

test('the core costs a model at most 1,000 tokens', async () => {
  const listed = visibleTools({ name: 'a', via: 'key', roles: [], attributes: {} }, { actions: () => new Set<Action>(['read', 'explain']) })
  expect(listed.map(({ name }) => name)).toEqual([
    'list_sources',
    'search_schema',
    'describe_table',
    'execute_sql',
    'explain_query',
    'find_tools',
    'call_tool',
  ])
  expect(encode(JSON.stringify({ tools: listed })).length).toBeLessThanOrEqual(1000)
})

test('what is declared without zod is what the tools say', () => {
  expect(() => execFileSync(process.execPath, ['scripts/tools-declared.ts', '--check'], { stdio: 'pipe' })).not.toThrow()
})

test('groups are named as clients name them', () => {
  expect(groupsNamed('schema, dml')).toEqual(['schema', 'dml'])
  expect(groupsNamed('dml,schema')).toEqual(groupsNamed('schema,dml'))
  expect(groupsNamed('all')).toEqual(groups)
  expect(() => groupsNamed('shcema')).toThrow(/Did you mean schema\?/)
  expect(() => groupsNamed(' ,')).toThrow(expect.objectContaining({ code: 'field_invalid' }))
})

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())

const reading: readonly Action[] = ['read', 'explain']
const may: Readonly<Record<Exclude<Who, 'stranger'>, readonly Action[]>> = {
  reader: reading,
  analyst: reading,
  editor: [...reading, 'write'],
  developer: [...reading, 'write', 'ddl'],
  boss: [...reading, 'write', 'ddl', 'admin'],
  keeper: [...reading, 'admin'],
  narrow: reading,
  grouped: [...reading, 'write', 'ddl', 'admin'],
  scoped: [...reading, 'write', 'ddl', 'admin'],
  nobody: [],
}

const names = (who: Exclude<Who, 'stranger'>, wanted?: readonly Group[]) =>
  visibleTools(office.principal(who), office.opened.parts.policy, wanted).map(({ name }) => name)

test.each(Object.entries(may))('%s sees exactly the tools of its actions, and may call no other', async (caller, actions) => {
  const who = caller as Exclude<Who, 'stranger'>
  const own = who === 'grouped' ? ['schema', 'security'] : groups
  const expected = declared.filter(({ needs, group }) => own.includes(group) && (needs === undefined || actions.includes(needs)))
  expect(names(who, groups)).toEqual(expected.map(({ name }) => name))
  const others = declared.filter((tool) => !expected.includes(tool))
  for (const { name, inputSchema } of others) {
    const fields = Object.fromEntries(((inputSchema.required as string[] | undefined) ?? []).map((field) => [field, sample(name, field)]))
    await expect(office.ask(who, name, fields), name).rejects.toMatchObject({ code: 'tool_refused' })
    if (who !== 'grouped') {
      await expect(office.ask(who, 'call_tool', { name, arguments: fields }), name).rejects.toMatchObject({ code: 'tool_refused' })
    }
  }
})

/** A value that the field takes; the first that fits. */
function sample(name: string, field: string): unknown {
  const values = ['x', ['x'], { x: 1 }, [{ x: 1 }], 1, true, [{ name: 'x', type: 'int' }], [{ change: 'drop_column', column: 'x' }]]
  if (name === 'call_tool') return 'list_sources'
  const { shape } = toolNamed(name).input
  const [choice] = (shape[field] as unknown as { options?: readonly unknown[] }).options ?? []
  if (typeof choice === 'string') return choice
  return values.find((value) => (shape[field] as unknown as { safeParse(value: unknown): { success: boolean } }).safeParse(value).success)
}

test('a key for some groups sees these when it asks for none, and no more when it asks for all', () => {
  const own = declared.filter(({ group }) => group === 'schema' || group === 'security').map(({ name }) => name)
  expect(names('grouped')).toEqual(own)
  expect(names('grouped', groups)).toEqual(own)
  expect(names('grouped', ['core'])).toEqual([])
})

test('the same question gets the same list', () => {
  const { policy } = office.opened.parts
  expect(visibleTools(office.principal('reader'), policy)).toBe(visibleTools(office.principal('analyst'), policy))
  expect(visibleTools(office.principal('reader'), policy, ['dml', 'schema'])).toBe(
    visibleTools(office.principal('reader'), policy, ['schema', 'dml']),
  )
})

test('a caller without a credential may call nothing, and that is recorded', async () => {
  for (const name of ['list_sources', 'find_tools', 'health_check']) {
    await expect(office.ask('stranger', name)).rejects.toMatchObject({ code: 'credential_missing' })
  }
  // The log is written in order, so what comes before an intent is there when the intent is.
  await office.ask('reader', 'list_sources')
  const { calls } = await office.opened.parts.trail.list({ last: 1_000 })
  expect(calls.filter(({ code }) => code === 'credential_missing').map(({ text }) => text)).toEqual(
    expect.arrayContaining(['list_sources', 'find_tools', 'health_check']),
  )
})

test('call_tool streams rows as the tool itself does, and cannot call itself', async () => {
  const fields = { source: 'shop', sql: 'SELECT id FROM customers ORDER BY id' }
  const { structured } = await office.ask('reader', 'call_tool', { name: 'execute_query', arguments: fields })
  expect(structured).toMatchObject({ columns: ['id'], rows: [[1], [2], [3]] })
  await expect(office.ask('reader', 'call_tool', { name: 'call_tool', arguments: {} })).rejects.toMatchObject({ code: 'field_invalid' })
  await expect(office.ask('reader', 'call_tool', { name: 'excute_query' })).rejects.toMatchObject({ code: 'tool_unknown' })
  await expect(office.ask('reader', 'call_tool', { name: 'execute_query', arguments: { x: 1 } })).rejects.toMatchObject({
    code: 'field_unknown',
  })
  expect(() => resolve('call_tool', { name: 'execute_query', arguments: ['x'] }, toolNamed)).toThrow(
    expect.objectContaining({ code: 'field_invalid' }),
  )
})

const found = async (who: Who, fields: Readonly<Record<string, unknown>>) =>
  ((await office.ask(who, 'find_tools', fields)).structured.tools as readonly { name: string }[]).map(({ name }) => name)

test.each([
  ['delete rows', 'delete_rows'],
  ['remove some rows', 'delete_rows'],
  ['add an index', 'create_index'],
  ['upload a csv', 'bulk_import'],
  ['fix my sql', 'fix_sql'],
  ['who did what', 'get_audit_log'],
  ['cpu and memory', 'get_server_metrics'],
  ['foreign keys', 'get_foreign_keys'],
  ['reload_config', 'reload_config'],
  ['which permissions do I have', 'check_permission'],
])('find_tools: %s -> %s', async (query, name) => {
  const hits = await found('boss', { query })
  expect(hits.slice(0, 3)).toContain(name)
  expect(hits.length).toBeLessThanOrEqual(8)
})

test('find_tools finds only what the caller may use, and tells how many more there are', async () => {
  expect(await found('reader', { group: 'dml' })).toEqual([])
  expect(await found('reader', { query: 'drop table truncate delete audit log reload', limit: 100 })).not.toEqual(
    expect.arrayContaining(['drop_table']),
  )
  const all = await found('reader', { limit: 100 })
  expect(all).toEqual(names('reader', groups))
  const few = await office.ask('reader', 'find_tools', { limit: 3 })
  expect(few.structured.more).toBe(all.length - 3)
  expect(few.text).toContain(`${all.length - 3} more`)
  expect(await found('boss', { group: 'security' })).toHaveLength(7)
  await expect(office.ask('boss', 'find_tools', { group: 'secrets' })).rejects.toMatchObject({ code: 'field_invalid' })
})
