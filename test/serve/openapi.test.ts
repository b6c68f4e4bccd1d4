import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codes } from '../../src/error.ts'
import { mcp } from '../../src/serve/mcp.ts'
import { operations } from '../../src/serve/openapi/paths.ts'
import { pagePaths } from '../../src/serve/page.ts'
import { routeTable } from '../../src/serve/route-table.ts'
import { tools } from '../../src/tools/tools.ts'
import { hands } from './doubles.ts'
import { json, post, started } from './running.ts'
import { whole } from './whole.ts'

type Operation = { operationId: string; requestBody?: { content: Record<string, { schema?: object }> } }
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

/** What the routes of tools and errors answer, as far as these tests look. */
type Told = { rows: unknown[]; content: unknown[]; structuredContent: { rows: unknown[] }; error: { code: string } }
const told = async (answer: Response | Promise<Response>) => (await (await answer).json()) as Told

const document = async (url: string) => (await (await fetch(`${url}/openapi.json`)).json()) as Document

test('the document is OpenAPI 3.1, and every operation has a name of its own', async () => {
  const { url } = await started()
  const whole = await document(url)
  const verdict = await new Validator().validate(structuredClone(whole))
  expect(verdict.errors ?? []).toEqual([])
  expect(verdict.valid).toBe(true)
  const ids = Object.values(whole.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

test('it tells every route that there is, and none that is not', () => {
  const parts = hands()
  const paths = { sse: '/sse', messages: '/messages/' }
  const table = routeTable({ parts, publicUrl: undefined, run: undefined, protocol: mcp(parts, {}), paths, running: new Set() })
  const silent = new Set(['/mcp', '/sse', '/messages/', '/docs/page.js', '/docs/page.css', '/tools/:name', ...pagePaths])
  const there = Object.entries(table)
    .filter(([path]) => !silent.has(path) && !path.startsWith('/mcp/:') && !path.startsWith('/.well-known'))
    .flatMap(([path, route]) => Object.keys(route).flatMap((method) => (method === 'HEAD' ? [] : [`${method.toLowerCase()} ${path}`])))
  const told = Object.entries(operations).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
  expect(told.sort()).toEqual(there.sort())
})

test('every tool is told with the schema that it checks with', async () => {
  const { url } = await started()
  const { paths } = await document(url)
  const doing = tools.filter(({ kind }) => kind !== 'through')
  expect(Object.keys(paths).filter((path) => path.startsWith('/tools/'))).toHaveLength(doing.length)
  const schema = paths['/tools/execute_sql']!.post!.requestBody!.content['application/json']!.schema
  expect(schema).toMatchObject({ additionalProperties: false, required: ['sql'] })
})

test('whatever is sent to whatever path, the answer is JSON with a code that is known, and never `internal`', async () => {
  const house = await whole({ boss: 'admin' })
  try {
    const { url } = house.server
    const { paths } = await document(url)
    const targets = Object.entries(paths).filter(([, methods]) => methods.post)
    const names = targets.flatMap(([, { post }]) => {
      const schema = post!.requestBody?.content['application/json']?.schema as { properties?: object } | undefined
      return Object.keys(schema?.properties ?? {})
    })
    const anyField = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 20 }))
    const body = fc.oneof(fc.dictionary(anyField, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 }), fc.jsonValue({ maxDepth: 3 }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets.map(([path]) => path)), body, async (path, sent) => {
        const answer = await post(`${url}${path.replace(/\{\w+\}/g, 'x')}`, JSON.stringify(sent) ?? 'null')
        const text = await answer.text()
        if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return
        const value = JSON.parse(text) as { error?: { code: string }; structuredContent?: { error?: { code: string } } }
        const error = value.error ?? value.structuredContent?.error
        if (answer.status >= 400) expect(error).toBeDefined()
        if (!error) return
        expect(codes).toContain(error.code)
        expect(error.code, `${path} ${JSON.stringify(sent)} ${text}`).not.toBe('internal')
      }),
      { numRuns: 300 },
    )
  } finally {
    await house.close()
  }
})

test('the page loads nothing from another host and runs nothing inline', async () => {
  const { url } = await started()
  const page = await fetch(`${url}/docs`)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const text = await page.text()
  const linked = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!)
  expect(linked.length).toBeGreaterThan(2)
  for (const link of linked) {
    expect(link.startsWith('/')).toBe(true)
    const answer = await fetch(`${url}${link}`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toMatch(/https?:\/\//)
  }
  expect(text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/)
})

test('a tool answers the same by its path and by the route of the predecessor', async () => {
  const { url } = await started()
  const plain = await told(post(`${url}/tools/execute_sql`, { sql: 'rows 2', source: 'shop' }))
  const wrapped = await told(post(`${url}/mcp/tools/call`, { name: 'execute_sql', arguments: { query: 'rows 2', source: 'shop' } }))
  expect(plain.rows).toHaveLength(2)
  expect(wrapped.structuredContent.rows).toEqual(plain.rows)
  expect(wrapped.content).toMatchObject([{ type: 'text', text: expect.stringContaining('näme 1') }])
})

test.each([
  ['/tools/exekute_sql', {}, 404, 'tool_unknown'],
  ['/tools/execute_sql', { sql: 'x', sqll: 1 }, 400, 'field_unknown'],
  ['/mcp/tools/call', { arguments: {} }, 400, 'field_missing'],
  ['/mcp/tools/call', { name: 'execute_sql', arguments: 'x' }, 400, 'field_invalid'],
  ['/mcp/tools/call', { name: 'execute_sql', arguments: { sql: 'fail table_unknown', source: 'shop' } }, 404, 'table_unknown'],
  ['/database/question', {}, 400, 'field_missing'],
  ['/query/intelligent', { question: '' }, 400, 'question_empty'],
])('%s with %j is %i %s', async (path, body, status, code) => {
  const { url } = await started()
  const answer = await post(`${url}${path}`, body)
  expect(answer.status).toBe(status)
  expect((await told(answer)).error.code).toBe(code)
})

test('a question needs a caller, and says plainly that no model is there', async () => {
  const { url } = await started({ hands: { key: 'slk_good' } })
  expect((await post(`${url}/database/question`, { question: 'How many?' }, { ...json, authorization: 'Bearer slk_bad' })).status).toBe(401)
  const answer = await post(`${url}/database/question`, {
    question: 'How many?',
    source: 'shop',
    mode: 'standalone',
    user_context: { department: 'x' },
  })
  expect([answer.status, (await told(answer)).error.code]).toEqual([501, 'model_missing'])
  const stream = await post(`${url}/database/question/stream`, { question: 'How many?', source: 'shop', mode: 'standalone' })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  expect(await stream.text()).toMatch(/^event: error\ndata: \{"code":"model_missing"/)
})
