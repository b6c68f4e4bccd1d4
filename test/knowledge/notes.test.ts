import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportNotes, importComments, importNotes } from '../../src/knowledge.ts'
import { askingCall, newCallId } from '../../src/tools/declared.ts'
import { type Office, openOffice, type Who } from '../tools/office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())

const source = 'shop'
const say = (who: Who, fields: object) => office.ask(who, 'describe_object', { source, ...fields })
const call = (who: Exclude<Who, 'stranger'>) => {
  const principal = office.principal(who)
  const { keys, provider } = office.opened.parts.auth
  const parts = { ...office.opened.parts, auth: { identify: () => principal, until: () => undefined, keys, provider } }
  const caller = { id: newCallId(), door: 'cli', credential: { kind: 'local' }, signal: new AbortController().signal } as const
  return [askingCall(caller, source, 'test'), parts] as const
}
const imported = (who: Exclude<Who, 'stranger'>, document: unknown) => {
  const [asked, parts] = call(who)
  return importNotes(asked, document, parts)
}

test('what somebody says of a table is shown to everybody who may see it', async () => {
  await say('developer', { table: 'customers', column: 'country', description: 'Where they live', terms: ['market'] })
  await office.ask('boss', 'tag_object', { source, table: 'CUSTOMERS', add: ['crm', 'core'], remove: ['none'] })
  await say('boss', { description: 'The shop itself', owner: 'Sales' })
  const { structured, text } = await office.ask('reader', 'describe_table', { source, table: 'customers' })
  expect(structured).toMatchObject({ tags: ['core', 'crm'] })
  expect(structured.columns).toContainEqual(expect.objectContaining({ name: 'country', description: 'Where they live', terms: ['market'] }))
  expect(text).toContain('Where they live')
  const notes = (await office.ask('reader', 'list_notes', { source })).structured.notes
  expect(notes).toContainEqual({ description: 'The shop itself', origin: 'person', owner: 'Sales' })
  const tagged = (await office.ask('reader', 'list_notes', { source, tag: 'crm' })).structured.notes
  expect(tagged).toEqual([{ table: 'customers', tags: ['core', 'crm'] }])
})

test('who may write is told, and who may see the object decides the rest', async () => {
  for (const who of ['reader', 'analyst', 'editor', 'narrow'] as const)
    await expect(say(who, { table: 'orders', description: 'x' }), who).rejects.toMatchObject({ code: 'tool_refused' })
  // Reads `shop` only, and administers another source.
  const [asked, parts] = call('keeper')
  const { describeObject } = await import('../../src/knowledge.ts')
  await expect(describeObject(asked, { table: 'orders' }, { description: 'x' }, parts)).rejects.toMatchObject({ code: 'action_refused' })
  await expect(say('boss', { table: 'order', description: 'x' })).rejects.toMatchObject({ code: 'table_unknown' })
  await expect(say('boss', { table: 'orders', column: 'totl', description: 'x' })).rejects.toThrow(/Did you mean total/)
  await expect(say('boss', { column: 'total', description: 'x' })).rejects.toMatchObject({ code: 'field_missing' })
  await expect(say('boss', { table: 'orders', description: 'x'.repeat(4_001) })).rejects.toMatchObject({ code: 'field_invalid' })
})

test('of what is hidden nobody learns that something is said', async () => {
  await say('boss', { table: 'salaries', description: 'secret salaries' })
  await say('boss', { table: 'salaries', column: 'amount', description: 'secret amount' })
  await say('boss', { table: 'customers', column: 'password', description: 'secret password' })
  const [asked, parts] = call('narrow')
  const everything = [
    (await office.ask('narrow', 'list_notes', { source })).structured,
    (await office.ask('narrow', 'describe_table', { source, table: 'customers' })).structured,
    await exportNotes(asked, parts),
  ]
  expect(JSON.stringify(everything)).not.toMatch(/secret|salaries|password/)
  expect(JSON.stringify(everything)).not.toContain('updated_by')
  await expect(office.ask('narrow', 'list_notes', { source, table: 'salaries' })).rejects.toMatchObject({ code: 'table_unknown' })
})

test('an export comes back as it was, twice, and overwrites nobody', async () => {
  const [asked, parts] = call('boss')
  const document = JSON.parse(JSON.stringify(await exportNotes(asked, parts)))
  expect(document).toMatchObject({ format: 'sluice notes 1', source })
  expect(await imported('boss', document)).toMatchObject({ written: 0, kept: 0, same: document.notes.length, unknown: 0 })
  const other = structuredClone(document)
  for (const note of other.notes) if (note.description !== undefined) note.description = 'changed'
  other.notes.push({ table: 'main.nowhere', description: 'x', origin: 'dbt' })
  const told = await imported('boss', other)
  expect(told).toMatchObject({ written: 0, unknown: 1 })
  expect(told.kept).toBeGreaterThan(3)
  expect(JSON.stringify(await exportNotes(asked, parts))).not.toContain('changed')
})

test('an import of who sees less says nothing of the rest', async () => {
  const document = { format: 'sluice notes 1', source, notes: [{ table: 'main.salaries', description: 'from outside', origin: 'dbt' }] }
  await expect(imported('narrow', document)).rejects.toMatchObject({ code: 'action_refused' })
})

test.each([
  ['nothing', undefined],
  ['a text', 'x'],
  ['another format', { format: 'sluice notes 2', notes: [] }],
  ['a note that is none', { format: 'sluice notes 1', notes: [7, null] }],
  ['a wrong tag', { format: 'sluice notes 1', notes: [{ table: 't', tags: [1] }] }],
  ['a wrong origin', { format: 'sluice notes 1', notes: [{ table: 't', description: 'x', origin: 'god' }] }],
])('%s is no import', async (_, document) => {
  // A note that says nothing of nothing is the same as before.
  const outcome = imported('boss', document)
  if (_ === 'a note that is none') await expect(outcome).resolves.toMatchObject({ written: 0 })
  else await expect(outcome).rejects.toMatchObject({ code: 'import_invalid' })
})

test('a manifest of dbt is taken in under the names of the source', async () => {
  const manifest = {
    metadata: {},
    nodes: {
      a: {
        resource_type: 'model',
        schema: 'dev_ana',
        name: 'orders',
        description: 'From dbt',
        columns: { TOTAL: { name: 'TOTAL', description: 'In euros' } },
      },
    },
  }
  expect(await imported('boss', manifest)).toMatchObject({ from: 'dbt', written: 2, unknown: 0 })
  expect(await imported('boss', manifest)).toMatchObject({ from: 'dbt', written: 0, same: 2 })
  const { structured } = await office.ask('reader', 'describe_table', { source, table: 'orders' })
  expect(structured).toMatchObject({ description: 'From dbt' })
  await say('boss', { table: 'orders', description: 'Mine' })
  expect(await imported('boss', manifest)).toMatchObject({ written: 0, kept: 1 })
})

test('a source without comments brings none', async () => {
  const [asked, parts] = call('boss')
  expect(await importComments(asked, parts)).toMatchObject({ from: 'comments', written: 0 })
})
