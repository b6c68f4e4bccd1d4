import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { expectAccessible, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway, SCRIPT } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser
let host: Server
let at: string
let app: { uri: string; mimeType: string; text: string }

const rpc = async (method: string, params: object = {}) => {
  const response = await fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gateway.keys.ana}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const text = await response.text()
  return (JSON.parse(text.replace(/^event:.*\n/, '').replace(/^data: /, '')) as { result: Record<string, never> }).result
}

/** A client that shows apps, as little of one as there can be: a frame under the policy that such clients set, and their messages. */
const page = `<!doctype html><html lang="en"><head><title>A client</title></head><body><script>
window.heard = []
addEventListener('message', ({ data, source }) => {
  window.heard.push(data.method)
  if (data.method === 'ui/initialize') source.postMessage({ jsonrpc: '2.0', id: data.id, result: { protocolVersion: '2026-01-26', hostInfo: {}, hostCapabilities: {}, hostContext: { theme: 'dark' } } }, '*')
})
window.tell = (params) => document.querySelector('iframe').contentWindow.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/tool-result', params }, '*')
</script><iframe title="app" sandbox="allow-scripts" src="/app" width="700" height="420"></iframe></body></html>`

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
  app = ((await rpc('resources/read', { uri: 'ui://sluice/result' })).contents as unknown as (typeof app)[])[0]!
  host = createServer((request, response) => {
    const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'none'"
    response.writeHead(200, { 'content-type': 'text/html', ...(request.url === '/app' ? { 'content-security-policy': policy } : {}) })
    response.end(request.url === '/app' ? app.text : page)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  at = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
}, 180_000)
afterAll(async () => {
  host?.close()
  await browser?.close()
  await gateway?.close()
})

const answer = (sql: string) => rpc('tools/call', { name: 'execute_sql', arguments: { source: 'shop', sql } })

test('a tool names the app, and the app is one document of its own', async () => {
  const { tools } = (await rpc('tools/list')) as unknown as { tools: { name: string; _meta?: { ui: { resourceUri: string } } }[] }
  expect(tools.find(({ name }) => name === 'execute_sql')?._meta).toEqual({ ui: { resourceUri: app.uri } })
  expect(app.mimeType).toBe('text/html;profile=mcp-app')
  expect(app.text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/)
})

test('it shows an answer as a chart and as a table, marks what is masked, and takes markup for text', async () => {
  const { page: tab, complaints, close } = await visit(browser, at, '/')
  const frame = tab.frameLocator('iframe')
  await soon(() => tab.evaluate('window.heard')).toContain('ui/notifications/initialized')
  await tab.evaluate(
    (told) => (globalThis as unknown as { tell(params: unknown): void }).tell(told),
    await answer('SELECT status, count(*) AS orders FROM orders GROUP BY 1'),
  )
  await soon(() => frame.getByRole('img', { name: 'orders by status' }).count()).toBe(1)
  await shot(tab, 'app-chart')
  await frame.getByRole('button', { name: 'Table' }).click()
  await soon(() => frame.getByRole('row').count()).toBe(3)
  const sql = `SELECT email, '${SCRIPT}' AS x, NULL AS empty FROM customers LIMIT 2`
  await tab.evaluate((told) => (globalThis as unknown as { tell(params: unknown): void }).tell(told), await answer(sql))
  await soon(() => frame.getByRole('columnheader').allInnerTexts()).toEqual([expect.stringMatching(/email\s*masked/), 'x', 'empty'])
  expect(await frame.getByRole('cell').nth(1).innerText()).toBe(SCRIPT)
  expect(await frame.getByRole('cell').nth(2).innerText()).toBe('NULL')
  expect(await frame.locator('body').evaluate('window.hacked')).toBeUndefined()
  await expectAccessible(tab)
  await shot(tab, 'app-table')
  await tab.evaluate(
    (told) => (globalThis as unknown as { tell(params: unknown): void }).tell(told),
    await answer('SELECT * FROM nothing_there'),
  )
  await soon(() => frame.getByRole('alert').innerText()).toContain('nothing_there')
  expect(complaints).toEqual([])
  await close()
})
