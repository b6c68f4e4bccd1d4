import { createConnection } from 'mysql2/promise'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mysqlUrl } from '../servers/servers.ts'
import { expectAccessible, looks, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 })

/** Whoever has never seen the page: connects a MariaDB database, asks three questions, sees a masked column explained, finds their own query. */

const database = `walk_${process.pid}`
const password = 'a walk in the park'
let gateway: Gateway
let browser: Browser
let key: string
let drop: () => Promise<void>

beforeAll(async () => {
  const admin = await createConnection({ uri: mysqlUrl(), multipleStatements: true })
  await admin.query(`
    CREATE DATABASE ${database};
    CREATE TABLE ${database}.customers (id int PRIMARY KEY, name varchar(100) NOT NULL, email varchar(100), city varchar(50));
    CREATE TABLE ${database}.orders (id int PRIMARY KEY, customer_id int, status varchar(20), total decimal(10,2), FOREIGN KEY (customer_id) REFERENCES ${database}.customers (id));
    INSERT INTO ${database}.customers VALUES (1, 'Ana', 'ana@example.com', 'Lyon'), (2, 'Bo', 'bo@example.com', 'Graz'), (3, 'Cy', 'cy@example.com', 'Lyon');
    INSERT INTO ${database}.orders VALUES (1, 1, 'paid', 10.50), (2, 1, 'open', 7.00), (3, 2, 'paid', 3.25), (4, 3, 'paid', 9.99);
    CREATE USER '${database}'@'%' IDENTIFIED BY '${password}';
    GRANT SELECT ON ${database}.* TO '${database}'@'%';`)
  drop = async () => {
    await admin.query(`DROP DATABASE ${database}; DROP USER '${database}'@'%'`)
    await admin.end()
  }
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
  key = await ownerKey()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
  await drop?.()
})

/** Somebody who administers all, and to whom e-mail addresses are masked all the same. */
async function ownerKey(): Promise<string> {
  const headers = { authorization: `Bearer ${gateway.keys.boss}`, 'content-type': 'application/json' }
  const policy = (await (await fetch(`${gateway.url}/api/policy`, { headers })).json()) as { text: string; digest: string }
  const role = "  owner:\n    extends: [admin]\n    sources: { '*': { columns: { '*': { mask: { email: email } } } } }\n"
  const body = JSON.stringify({ text: policy.text + role, digest: policy.digest })
  expect((await fetch(`${gateway.url}/api/policy`, { method: 'PUT', headers, body })).status).toBe(200)
  const made = await fetch(`${gateway.url}/api/keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'newcomer', roles: ['owner'] }),
  })
  return ((await made.json()) as { key: string }).key
}

/** Asks; where the question is asked back, the first reading is meant. */
async function asked(page: Page, question: string, answer: RegExp): Promise<void> {
  await page.getByLabel('Your question').fill(question)
  await page.keyboard.press('Enter')
  const back = 'Which of these do you mean?'
  const text = () => last(page).innerText()
  await expect.poll(text, { timeout: 90_000 }).toMatch(new RegExp(`${answer.source}|${back.replace('?', '\\?')}`))
  const readings = last(page).getByRole('region', { name: back }).getByRole('button')
  if ((await readings.count()) > 0) await readings.first().click()
  await expect.poll(text, { timeout: 90_000 }).toMatch(answer)
}
const last = (page: Page) => page.getByRole('article').last()

test('a database is connected, asked three times, a mask is explained, and the own query is found', async () => {
  const { hostname, port } = new URL(mysqlUrl())
  const { page, complaints, close } = await visit(browser, gateway.url, '/', looks[0]!, key)

  // The first page says how to go on; Run is where sources are connected.
  await page.getByRole('link', { name: 'Run', exact: true }).first().click()
  await page.getByRole('link', { name: 'Connect a source' }).click()
  await page.getByLabel(/^Name/).fill('store')
  await page.getByLabel(/^What it holds/).fill('Customers and their orders.')
  await page.getByLabel('Host', { exact: true }).fill(hostname)
  await page.getByLabel('Port', { exact: true }).fill(port)
  await page.getByLabel('Database', { exact: true }).fill(database)
  await page.getByLabel('User', { exact: true }).fill(database)
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await soon(() => page.locator('main').innerText()).toContain('It stopped here')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await soon(() => page.locator('main').innerText()).toContain('It answers. You can add it now.')
  await expectAccessible(page)
  await shot(page, 'walk-1-tested')
  await page.getByRole('button', { name: 'Add the source' }).click()
  await soon(() => page.locator('main').innerText()).toContain('store is added')
  await page.getByRole('link', { name: 'Ask it something' }).click()

  // Three questions.
  await soon(() => new URL(page.url()).searchParams.get('source')).toBe('store')
  await asked(page, 'How many customers are there?', /\b3\b/)
  await asked(page, 'How many orders are there for each status?', /paid/)
  await asked(page, 'Show the name and email of all customers', /Masked/)
  expect(await last(page).innerText()).not.toContain('ana@example.com')
  await shot(page, 'walk-2-asked')

  // Why is it masked?
  await last(page).getByRole('button', { name: 'Receipt' }).click()
  await soon(() => page.getByRole('dialog').innerText()).toMatch(/customers\.email/)
  await shot(page, 'walk-3-masked')
  await page.keyboard.press('Escape')

  // Their own query, in the audit.
  await page.getByRole('link', { name: 'Govern', exact: true }).first().click()
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByRole('combobox', { name: 'Whose' }).selectOption('true')
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('ok')
  await page.getByRole('searchbox').fill('email')
  await soon(() => page.getByRole('row').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringMatching(/newcomer\s+store/)]))
  // One alone is open already.
  const entry = page
    .getByRole('row', { name: /newcomer store.*SELECT/ })
    .first()
    .getByRole('button')
    .first()
  if ((await entry.getAttribute('aria-expanded')) === 'false') await entry.click()
  await soon(() => page.getByRole('region', { name: 'As it ran' }).count()).toBeGreaterThan(0)
  await shot(page, 'walk-4-found')
  expect(await page.content()).not.toContain(password)
  expect(complaints).toEqual([])
  await close()
})
