import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway, SCRIPT } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser
beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
  await call('/sql/execute', { source: 'shop', query: 'SELECT name FROM customers WHERE id = 1' }, 'ana')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

const call = async (path: string, body: unknown, who: 'boss' | 'ana' | string = 'boss') => {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.keys[who as 'boss'] ?? who}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const open = (path: string, look = looks[0]!, key?: string) => visit(browser, gateway.url, path, look, key)
const file = () => readFileSync(join(gateway.folder, 'sluice.yaml'), 'utf8')
const editor = (page: Page) => page.getByRole('textbox', { name: 'The same as text' })
const told = (page: Page) => page.getByRole('region', { name: 'Sluice' }).innerText()

describe.each(looks)('$width pixels, $theme', (look) => {
  test.each([
    ['roles', '/govern', /Nothing is wrong/],
    ['simulator', '/govern/simulator', /Show what they see/],
    ['keys', '/govern/keys', /boss/],
    ['audit', '/govern/audit', /SELECT name FROM customers/],
    ['changes', '/govern/changes', /Nothing waits/],
  ])('%s', async (name, path, says) => {
    const { page, complaints, close } = await open(path, look)
    await soon(() => page.locator('main').innerText()).toMatch(says)
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `govern-${name}-${look.width}-${look.theme}`)
    expect(complaints).toEqual([])
    await close()
  })
})

test('a role is changed in the form, seen in the text, saved, used and undone', async () => {
  const before = file()
  const { page, complaints, close } = await open('/govern/roles')
  await soon(() => page.locator('main').innerText()).toContain('Nothing is wrong')
  await page.getByRole('button', { name: 'Mask a column' }).first().click()
  await page.getByRole('textbox', { name: 'Table', exact: true }).fill('customers')
  await page.getByRole('textbox', { name: 'Column', exact: true }).fill('name')
  await page.keyboard.press('Enter')
  await soon(() => editor(page).innerText()).toContain('name: hash')
  await soon(() => page.getByRole('button', { name: 'Save and use' }).isEnabled()).toBe(true)
  await page.getByRole('button', { name: 'Save and use' }).click()
  await soon(() => told(page)).toContain('new calls use these roles')
  expect(file()).toContain('name: hash')
  const { body } = await call('/sql/execute', { source: 'shop', query: 'SELECT name FROM customers WHERE id = 1' }, 'ana')
  expect(JSON.stringify(body.rows)).not.toContain('Customer 1')
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(() => told(page)).toContain('as they were before')
  expect(file()).toBe(before)
  expect(complaints).toEqual([])
  await close()
})

test('what is wrong is told at its line as one types, and cannot be saved', async () => {
  const { page, close } = await open('/govern/roles')
  await soon(() => editor(page).innerText()).toContain('analyst')
  await editor(page).click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('End')
  await page.keyboard.type('\n  broken: { sources: { shop: { tabels: {} } } }')
  await soon(() => page.locator('main').innerText()).toContain('did you mean "tables"')
  expect(await page.getByRole('button', { name: 'Save and use' }).isDisabled()).toBe(true)
  await soon(() => page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0)
  await page.reload()
  // What was being written is still there after a reload.
  await soon(() => editor(page).innerText()).toContain('broken')
  await page.getByRole('button', { name: 'Back to what is in use' }).click()
  await soon(() => editor(page).innerText()).not.toContain('broken')
  await close()
})

test('of two tabs that edit the same roles the second is shown both, and nothing is lost', async () => {
  const one = await open('/govern/roles')
  const two = await open('/govern/roles')
  const write = async ({ page }: typeof one, comment: string) => {
    await soon(() => editor(page).innerText()).toContain('analyst')
    await editor(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(`# ${comment}`)
    await soon(() => page.getByRole('button', { name: 'Save and use' }).isEnabled()).toBe(true)
  }
  const save = ({ page }: typeof one) => page.getByRole('button', { name: 'Save and use' }).click()
  await write(one, 'of the first')
  await write(two, 'of the second')
  await save(one)
  await soon(() => told(one.page)).toContain('new calls use')
  await save(two)
  const alert = two.page.getByRole('alert')
  await soon(() => alert.innerText()).toContain('Somebody else has saved')
  expect(await alert.innerText()).toContain('# of the first')
  expect(await editor(two.page).innerText()).toContain('# of the second')
  expect(file()).toContain('# of the first')
  expect(file()).not.toContain('# of the second')
  await expectAccessible(two.page)
  await shot(two.page, 'govern-conflict')
  await two.page.getByRole('button', { name: 'Put mine in its place' }).click()
  await soon(() => told(two.page)).toContain('new calls use')
  expect(file()).toContain('# of the second')
  await one.close()
  await two.close()
})

test('the simulator shows what somebody sees and why, today and as proposed', async () => {
  const { page, complaints, close } = await open('/govern/simulator')
  await page.getByRole('combobox', { name: 'Who' }).selectOption('ana')
  await page.getByLabel('A statement to try').fill('SELECT * FROM customers')
  await page.getByRole('button', { name: 'Show what they see' }).click()
  await soon(() => page.locator('main').innerText()).toContain('masked by role analyst')
  expect(await page.getByRole('region', { name: 'As it would run' }).innerText()).toContain("'***'")
  await expectAccessible(page)
  await shot(page, 'govern-simulated')
  await page.getByRole('combobox', { name: 'Who' }).selectOption('nobody')
  await page.getByRole('button', { name: 'Show what they see' }).click()
  await soon(() => page.locator('main').innerText()).toContain('does not exist')
  // A text that is not saved.
  await page.goto(`${gateway.url}/govern/roles`)
  await soon(() => editor(page).innerText()).toContain('analyst')
  await page.getByRole('button', { name: 'Remove this rule: customers.email' }).click()
  await page.getByRole('link', { name: 'Simulate this text' }).click()
  await page.getByRole('combobox', { name: 'Who' }).selectOption('ana')
  await page.getByLabel('A statement to try').fill('SELECT email FROM customers')
  await page.getByRole('button', { name: 'Show what they see' }).click()
  await soon(() => page.getByRole('region', { name: 'As it would run' }).innerText()).not.toContain("'***'")
  const { body } = await call('/sql/execute', { source: 'shop', query: 'SELECT email FROM customers WHERE id = 1' }, 'ana')
  expect(body.rows).toEqual([['c***@example.com']])
  expect(complaints).toEqual([])
  await close()
})

test('a key is made, shown once, works, and is revoked', async () => {
  const { page, close } = await open('/govern/keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('robot')
  await page.getByRole('dialog').getByText('analyst', { exact: true }).click()
  await page.getByRole('button', { name: 'Make the key' }).click()
  const dialog = page.getByRole('dialog', { name: 'This is the key of robot' })
  await soon(() => dialog.count()).toBe(1)
  const secret = (await dialog.locator('pre').innerText()).trim()
  await expectAccessible(page)
  expect((await call('/sql/execute', { source: 'shop', query: 'SELECT 1' }, secret)).status).toBe(200)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  expect(await page.content()).not.toContain(secret)
  await page.getByRole('button', { name: 'Revoke: robot' }).click()
  await page.getByRole('button', { name: 'Revoke now: robot' }).click()
  await soon(() => told(page)).toContain('robot is revoked')
  expect((await call('/sql/execute', { source: 'shop', query: 'SELECT 1' }, secret)).status).toBe(401)
  await close()
})

test('the audit is filtered, opened, exported, and its chain is checked', async () => {
  await call('/sql/execute', { source: 'shop', query: `SELECT '${SCRIPT}' AS x` }, 'ana')
  await call('/sql/execute', { source: 'shop', query: 'SELECT * FROM nothing_there' }, 'ana')
  const { page, complaints, close } = await open('/govern/audit')
  await page.getByRole('searchbox').fill('nothing_there')
  await soon(() => page.getByRole('row').count()).toBeLessThanOrEqual(3)
  await soon(() => page.locator('main').innerText()).toContain('table_unknown')
  await soon(() => new URL(page.url()).searchParams.get('q')).toBe('nothing_there')
  await page.getByRole('searchbox').fill('hacked')
  await soon(() => page.getByRole('region', { name: 'As it was asked' }).innerText()).toContain(SCRIPT)
  expect(await page.evaluate('window.hacked')).toBeUndefined()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Check the chain' }).click()
  await soon(() => told(page)).toContain('is whole')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /CSV/ }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^audit-.*\.csv$/)
  expect(complaints).toEqual([])
  await close()
})

test('who administers nothing sees their own calls and nobody else’s', async () => {
  const { page, close } = await open('/govern/audit', looks[0], gateway.keys.ana)
  await soon(() => page.locator('main').innerText()).toContain('SELECT name FROM customers')
  expect(await page.getByRole('combobox', { name: 'Whose' }).inputValue()).toBe('true')
  expect(await page.getByRole('row').allInnerTexts()).not.toContain('boss')
  await page.goto(`${gateway.url}/govern/roles`)
  await soon(() => page.locator('main').innerText()).toContain('This is for administrators')
  await close()
})

test('a change that waits is confirmed here, and undone here', async () => {
  const { body } = await call('/tools/update_rows', { source: 'shop', table: 'products', set: { name: 'Changed' }, where: 'id = 3' })
  expect(body.confirm_token).toBeDefined()
  const { page, complaints, close } = await open('/govern/changes')
  await soon(() => page.locator('main').innerText()).toContain('Would change products (1)')
  await expectAccessible(page)
  await shot(page, 'govern-waiting')
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await soon(() => told(page)).toContain('Applied: products (1)')
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await soon(() => page.getByRole('dialog').innerText()).toContain('Would change')
  await page.getByRole('button', { name: 'Put the rows back' }).click()
  await soon(() => told(page)).toContain('The rows are as they were')
  const rows = await call('/sql/execute', { source: 'shop', query: 'SELECT name FROM products WHERE id = 3' })
  expect(rows.body.rows).toEqual([['Product 3']])
  expect(complaints).toEqual([])
  await close()
})

test('roles that change under an open page are noticed', async () => {
  const made = await call('/api/keys', { name: 'shifting', roles: ['admin'] })
  const secret = made.body.key as string
  const { page, close } = await open('/govern/keys', looks[0], secret)
  await soon(() => page.locator('main').innerText()).toContain('shifting')
  const { id } = made.body.known as { id: string }
  await fetch(`${gateway.url}/api/keys/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${gateway.keys.boss}` } })
  await page.getByRole('link', { name: 'Roles' }).click()
  await soon(() => page.locator('body').innerText()).toMatch(/revoked|not valid|Sign in/i)
  await close()
})
