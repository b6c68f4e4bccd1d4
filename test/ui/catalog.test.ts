import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway, SCRIPT } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser
beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
  await post('/api/catalog/shop/sync')
  await post('/api/catalog/shop/pii', {})
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

const post = (path: string, body?: unknown) =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.keys.boss}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).then((response) => response.json())

const open = (path: string, look = looks[0]!, key?: string) => visit(browser, gateway.url, path, look, key)

describe.each(looks)('$width pixels, $theme', (look) => {
  test.each([
    ['sources', '/catalog', /Customers, products and orders/],
    ['search', '/catalog?q=email', /customers/],
    ['tables', '/catalog/shop', /orders/],
    ['graph', '/catalog/shop?view=graph', /customer_id = customers/],
    ['paths', '/catalog/shop?view=paths', /Choose at least two/],
    ['personal', '/catalog/shop?view=personal', /customers\.email/],
    ['versions', '/catalog/shop?view=versions', /Version 1/],
    ['table', '/catalog/shop/orders', /refers to customers\.id/],
    ['samples', '/catalog/shop/customers?view=samples', /c1@example\.com/],
    ['uses', '/catalog/shop/customers?view=uses', /analyst/],
  ])('%s', async (name, path, says) => {
    const { page, complaints, close } = await open(path, look)
    await soon(() => page.locator('main').innerText()).toMatch(says)
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `catalog-${name}-${look.width}-${look.theme}`)
    expect(complaints).toEqual([])
    await close()
  })
})

test('tables are found as one types, and the address keeps what was typed', async () => {
  const { page, close } = await open('/catalog')
  await page.getByRole('searchbox').first().pressSequentially('custom', { delay: 10 })
  await soon(() => page.locator('main').innerText()).toContain('is in the table name')
  await soon(() => new URL(page.url()).searchParams.get('q')).toBe('custom')
  await page
    .getByRole('link', { name: /customers/ })
    .first()
    .click()
  await soon(() => new URL(page.url()).pathname).toBe('/catalog/shop/customers')
  await soon(() => page.getByRole('heading', { level: 1, name: 'customers' }).count()).toBe(1)
  await close()
})

test('a description is written where it stands, undone from the toast, and HTML in it is text', async () => {
  const { page, complaints, close } = await open('/catalog/shop/orders')
  const field = () => page.getByTitle('Edit the description of status')
  await field().click()
  await page.getByRole('textbox', { name: 'Edit the description of status' }).fill(SCRIPT)
  await page.keyboard.press('Enter')
  await soon(() => field().innerText()).toContain(SCRIPT)
  expect(await page.evaluate('window.hacked')).toBeUndefined()
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(() => field().innerText()).toContain('Describe …')
  await page.getByRole('button', { name: 'Add a tag to status' }).click()
  await page.keyboard.type('state')
  await page.keyboard.press('Enter')
  await soon(() => page.getByRole('button', { name: 'Remove the tag state' }).count()).toBe(1)
  expect(complaints).toEqual([])
  await close()
})

test('who may not describe is told so, and nothing changes', async () => {
  const { page, close } = await open('/catalog/shop/orders', looks[0], gateway.keys.ana)
  await page.getByTitle('Edit the description of id').click()
  await page.keyboard.type('mine')
  await page.keyboard.press('Enter')
  await soon(() => page.getByRole('region', { name: 'Sluice' }).innerText()).toContain('do not allow')
  await close()
})

test('names that hold markup are shown as they are', async () => {
  const { page, complaints, close } = await open('/catalog/odd')
  await soon(() => page.locator('main').innerText()).toContain(`markup ${SCRIPT}`)
  await page
    .getByRole('link', { name: `markup ${SCRIPT}` })
    .last()
    .click()
  await soon(() => page.getByRole('heading', { level: 1 }).innerText()).toBe(`markup ${SCRIPT}`)
  await page.getByRole('link', { name: 'Samples' }).click()
  await soon(() => page.getByRole('cell', { name: SCRIPT }).count()).toBe(1)
  expect(await page.evaluate('window.hacked')).toBeUndefined()
  expect(complaints).toEqual([])
  await close()
})

test('a table of two thousand columns and a cell of 50 MB are looked at without harm', async () => {
  const { page, close } = await open('/catalog/odd/wide')
  await soon(() => page.getByRole('row').count()).toBeGreaterThan(1_900)
  await page.goto(`${gateway.url}/catalog/odd/huge?view=samples`)
  await soon(() => page.locator('main').innerText()).toMatch(/x{200}…|larger|too large|50/i)
  await close()
})

test('masked columns are marked for who sees them masked', async () => {
  const { page, close } = await open('/catalog/shop/customers', looks[0], gateway.keys.ana)
  await soon(() => page.locator('main').innerText()).toContain('masked for you (email)')
  await page.getByRole('link', { name: 'Samples' }).click()
  await soon(() => page.getByRole('cell', { name: 'c***@example.com' }).count()).toBeGreaterThan(0)
  await close()
})

test('the join graph is walked through', async () => {
  const { page, complaints, close } = await open('/catalog/shop/products?view=graph')
  const node = (name: string) => page.locator('.react-flow__node', { hasText: name })
  await soon(() => node('products').count()).toBe(1)
  await soon(() => node('orders').isVisible()).toBe(true)
  await node('orders').click()
  await page.getByRole('button', { name: 'Show its neighbours' }).click()
  await soon(() => node('customers').isVisible()).toBe(true)
  await page.getByRole('link', { name: 'Open', exact: true }).click()
  await soon(() => new URL(page.url()).pathname).toBe('/catalog/shop/orders')
  expect(complaints).toEqual([])
  await close()
})

test('a path is found between chosen tables, with a statement that runs', async () => {
  const { page, close } = await open('/catalog/shop?view=paths')
  for (const name of ['customers', 'products']) await page.getByRole('combobox', { name: 'Add a table' }).fill(name)
  await soon(() => page.locator('main').innerText()).toContain('orders.product_id = products.id')
  const sql = await page.getByRole('region', { name: 'A statement to start from' }).innerText()
  const answer = await fetch(`${gateway.url}/sql/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'shop', query: sql, limit: 1 }),
  })
  expect(answer.status).toBe(200)
  await close()
})

test('personal data is decided about by keyboard', async () => {
  const { page, close } = await open('/catalog/shop?view=personal')
  const queue = page.locator('[data-finding]')
  await soon(() => queue.count()).toBeGreaterThan(0)
  const before = await queue.count()
  const name = (await queue.first().locator('code').innerText()).trim()
  await queue.first().focus()
  await page.keyboard.press('m')
  await soon(() => queue.count()).toBe(before - 1)
  await soon(() => page.getByRole('combobox', { name: `Decided: ${name}` }).inputValue()).toBe('mask')
  await close()
})

test('what changed in the source is told by version, and for one table alone', async () => {
  const file = new DatabaseSync(join(gateway.folder, 'shop.db'))
  file.exec('ALTER TABLE products ADD COLUMN colour TEXT')
  file.close()
  const { page, close } = await open('/catalog/shop?view=versions')
  await page.getByRole('button', { name: 'Read now' }).click()
  await soon(() => page.locator('main').innerText()).toContain('Version 2')
  await soon(() => page.locator('main').innerText()).toContain('products.colour')
  await page.goto(`${gateway.url}/catalog/shop/customers?view=versions`)
  await soon(() => page.locator('main').innerText()).toContain('No version changed this table')
  await close()
})
