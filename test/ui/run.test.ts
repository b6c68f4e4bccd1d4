import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser
beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway({ more: 'watch: { slow_ms: 1 }\n' }), openBrowser()])
  await run('SELECT country, count(*) FROM customers, orders GROUP BY 1', 'ana')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

const run = (query: string, who: 'ana' | 'boss') =>
  fetch(`${gateway.url}/sql/execute`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.keys[who]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'shop', query }),
  }).then(async (response) => ({ status: response.status, body: (await response.json()) as { error?: { code: string } } }))

const endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
const open = (path: string, look = looks[0]!, key?: string) => visit(browser, gateway.url, path, look, key)

describe.each(looks)('$width pixels, $theme', (look) => {
  test.each([
    ['overview', '/run', /answers in/],
    ['queries', '/run/queries', /Slow queries/],
    ['configuration', '/run/configuration', /watch\.slow_ms/],
    ['clients', '/run/clients', /mcpServers/],
    ['connect', '/run/connect', /Test the connection/],
  ])('%s', async (name, path, says) => {
    const { page, complaints, close } = await open(path, look)
    await soon(() => page.locator('main').innerText()).toMatch(says)
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `run-${name}-${look.width}-${look.theme}`)
    expect(complaints).toEqual([])
    await close()
  })
})

test('figures come live, and come again after the gateway was away', async () => {
  const { page, close } = await open('/run')
  const chart = page.getByRole('img', { name: /^Calls a second/ })
  await soon(() => page.getByRole('status').filter({ hasText: 'live ·' }).count()).toBe(1)
  await gateway.away()
  await soon(() => page.locator('main').innerText()).toContain('reconnecting')
  await gateway.back()
  await soon(() => page.getByRole('status').filter({ hasText: 'live ·' }).count()).toBe(1)
  await run('SELECT 1', 'boss')
  await soon(() => chart.getAttribute('aria-label')).toMatch(/at most [1-9]|at most 0\.[1-9]/)
  await close()
})

test('a running query is seen and ended from here', async () => {
  const { page, close } = await open('/run/queries')
  await soon(() => page.locator('main').innerText()).toContain('Nothing runs')
  const answer = run(endless, 'ana')
  await soon(() => page.locator('main').innerText()).toContain('RECURSIVE')
  await page.getByRole('button', { name: 'Cancel' }).click()
  const { status, body } = await answer
  expect([status, body.error?.code]).toEqual([499, 'query_cancelled'])
  await soon(() => page.getByRole('region', { name: 'Sluice' }).innerText()).toContain('ended in its source')
  await close()
})

test('a slow query is given advice', async () => {
  const { page, close } = await open('/run/queries')
  await page.getByRole('button', { name: 'Advice' }).last().click()
  await soon(() => page.getByRole('region', { name: 'Plan of the source' }).count()).toBeGreaterThan(0)
  await close()
})

test('who administers nothing is told whom to ask, without a word of what is hidden', async () => {
  const { page, complaints, close } = await open('/run', looks[0], gateway.keys.ana)
  await soon(() => page.locator('main').innerText()).toContain('This is for administrators')
  expect(await page.locator('main').innerText()).not.toContain('files')
  expect(complaints).toEqual([])
  await close()
})

test('the configuration tells where each value is from, and never what is secret', async () => {
  const { page, close } = await open('/run/configuration')
  await page.getByRole('searchbox').fill('slow_ms')
  await soon(() => page.getByRole('row').count()).toBe(2)
  expect(await page.getByRole('row').last().innerText()).toMatch(/watch\.slow_ms\s+1\s+file/)
  await page.getByRole('searchbox').fill('hash')
  await soon(() => page.locator('main').innerText()).toContain('***')
  await close()
})

test('a source that does not answer is told at the step where it stops', async () => {
  const { page, close } = await open('/run/connect')
  await page.getByLabel(/^Name/).fill('far')
  await page.getByLabel('Host', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port', { exact: true }).fill('1')
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await soon(() => page.locator('main').innerText()).toContain('It stopped here')
  expect(await page.getByRole('button', { name: 'Add the source' }).count()).toBe(0)
  await expectAccessible(page)
  await shot(page, 'run-connect-failed')
  await close()
})
