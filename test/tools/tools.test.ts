import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { SluiceError } from '../../src/error.ts'
import { checkFields, newCallId, sqlCall, sqlFields, toolNamed } from '../../src/tools/tools.ts'
import { hands } from '../serve/doubles.ts'

const failure = (doing: () => unknown): SluiceError => {
  try {
    doing()
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('an unknown tool is refused with the nearest name', () => {
  const error = failure(() => toolNamed('excute_sql'))
  expect(error.code).toBe('tool_unknown')
  expect(error.message).toContain('Did you mean execute_sql?')
})

const { input, also } = toolNamed('execute_sql')

test.each([
  [{ sqll: 'x' }, 'field_unknown', 'Did you mean sql?'],
  [{ sql: 'x', timeout: 3 }, 'field_unknown', 'timeout_ms'],
  [{ source: 'shop' }, 'field_missing', 'sql'],
  [{ sql: null }, 'field_invalid', 'must be a string, not null'],
  [{ sql: 7 }, 'field_invalid', 'must be a string, not a number'],
  [{ sql: 'x', limit: 1.5 }, 'field_invalid', 'must be an integer'],
  [{ sql: 'x', limit: '10' }, 'field_invalid', 'not a string'],
  [{ sql: 'x', limit: 0 }, 'field_invalid', 'at least 1'],
  [{ sql: 'x', params: { a: 1 } }, 'field_invalid', 'must be an array, not an object'],
  [{ sql: 'x', params: [1, [2]] }, 'field_invalid', 'at 1'],
  [{ sql: 'x', query: 'y' }, 'field_invalid', 'twice'],
  [['sql'], 'field_invalid', 'one JSON object'],
  ['sql', 'field_invalid', 'one JSON object'],
  [JSON.parse('{"sql":"x","__proto__":{"limit":3}}'), 'field_unknown', '__proto__'],
])('fields %j are refused as %s', (fields, code, text) => {
  const error = failure(() => checkFields(input, fields, also))
  expect(error.code).toBe(code)
  expect(error.message).toContain(text)
})

test('a value never gets into a message', () => {
  for (const fields of [{ sql: 'x', params: [{ card: '4111-1111' }] }, { sql: { card: '4111-1111' } }, { sql: 'x', limit: '4111-1111' }]) {
    expect(failure(() => checkFields(input, fields, also)).message).not.toContain('4111')
  }
})

test('query stands for sql, and null for a field that is left out', () => {
  expect(checkFields(input, { query: 'x', limit: null, source: null }, also)).toEqual({ sql: 'x' })
  expect(checkFields(sqlFields, { sql: 'x', params: [1, 'a', true, null] })).toEqual({ sql: 'x', params: [1, 'a', true, null] })
})

const caller = { id: 'c1', door: 'mcp', credential: { kind: 'local' }, signal: new AbortController().signal } as const

test('the source may be left out when exactly one is granted', async () => {
  const call = await sqlCall({ sql: 'x', limit: 5, timeout_ms: 9 }, 'query', caller, hands())
  expect(call).toMatchObject({ id: 'c1', source: 'shop', action: 'query', text: 'x', params: [], rowsMax: 5, timeoutMs: 9 })
  await expect(sqlCall({ sql: 'x' }, 'query', caller, hands({ sources: ['shop', 'files'] }))).rejects.toMatchObject({
    code: 'field_missing',
    message: expect.stringContaining('shop, files'),
  })
})

test('nobody learns the names of sources without a credential', async () => {
  const stranger = { ...caller, credential: { kind: 'none' } } as const
  const call = await sqlCall({ sql: 'x' }, 'query', stranger, hands({ sources: ['shop', 'files'] }))
  expect(call.source).toBe('')
})

test('an integer that JSON rounds is refused as a parameter, not rounded', async () => {
  const sent = JSON.parse('{"sql":"x","params":[9007199254740993]}') as Record<string, unknown>
  await expect(sqlCall(checkFields(input, sent), 'query', caller, hands())).rejects.toMatchObject({ code: 'parameter_invalid' })
  await expect(sqlCall({ sql: 'x', params: [Infinity] }, 'query', caller, hands())).rejects.toMatchObject({ code: 'parameter_invalid' })
  const exact = await sqlCall(checkFields(input, { sql: 'x', params: ['9007199254740993', 1e300, -0.5] }), 'query', caller, hands())
  expect(exact.params).toEqual(['9007199254740993', 1e300, -0.5])
})

test('ids of calls are UUIDs that sort by the time they were made', () => {
  const ids = Array.from({ length: 20_000 }, newCallId)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  for (const id of ids.slice(0, 100)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('the page of tools is the one that its script writes', () => {
  expect(() => execFileSync(process.execPath, ['scripts/docs-tools.ts', '--check'], { stdio: 'pipe' })).not.toThrow()
})
