import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, type Visit, visit } from './browser.ts'
import { type Gateway, openGateway, SCRIPT } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser
beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

/** Opens a statement in the Query page. */
const opened = (source: string, sql: string, look = looks[0]!, key?: string): Promise<Visit> =>
  visit(browser, gateway.url, `/query?${new URLSearchParams({ source, sql })}`, look, key)

async function ran(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}
/** What the tab's script holds once what it holds no more is gone. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value
}
const cells = (page: Page) => page.getByRole('gridcell')
const status = (page: Page) => page.locator('section[aria-label="Result"] [role=status]')

describe.each(looks)('$width pixels, $theme', (look) => {
  test('a statement is run, its rows and their types are shown, and nothing serious is in the way of anybody', async () => {
    const { page, complaints, close } = await opened('shop', 'SELECT * FROM customers ORDER BY id', look, gateway.keys.ana)
    await ran(page)
    await soon(() => cells(page).nth(1).innerText()).toBe('Customer 1')
    await soon(() => status(page).innerText()).toBe('60 rows')
    expect(await page.getByRole('columnheader').nth(0).innerText()).toContain('INTEGER')
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `query-${look.width}-${look.theme}`)
    expect(complaints).toEqual([])
    await close()
  })
})

test('what is masked is marked, and its receipt says why', async () => {
  const { page, close } = await opened('shop', 'SELECT id, email FROM customers ORDER BY id', looks[0], gateway.keys.ana)
  await ran(page)
  await soon(() => cells(page).nth(1).innerText()).toBe('c***@example.com')
  expect(await page.getByRole('columnheader', { name: /email/ }).innerText()).toContain('Masked')
  await page.getByRole('button', { name: 'Receipt' }).click()
  const receipt = page.getByRole('dialog')
  expect(await receipt.innerText()).toMatch(/customers\.email/)
  await expectAccessible(page)
  await shot(page, 'query-receipt')
  await close()
})

test('a million rows are scrolled through without being held, and can be sorted and filtered', async () => {
  const { page, complaints, close } = await opened('odd', 'SELECT * FROM many')
  await ran(page)
  await soon(() => status(page).innerText()).toBe('1,000,000 rows')
  const grid = page.getByRole('grid')
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
  await expect
    .poll(
      () =>
        cells(page)
          .allInnerTexts()
          .then((texts) => texts.includes('row 1000000')),
      { timeout: 15_000 },
    )
    .toBe(true)
  expect(await cells(page).allInnerTexts()).toContain('9007199255740993')
  expect(await page.locator('[role=row]').count()).toBeLessThan(120)
  expect(await heapBytes(page)).toBeLessThan(200e6)
  await grid.focus()
  await page.keyboard.press('Control+Home')
  await expect
    .poll(() =>
      cells(page)
        .allInnerTexts()
        .then((texts) => texts.includes('row 1')),
    )
    .toBe(true)
  await page.getByRole('columnheader', { name: /price/ }).getByRole('button').first().click()
  await page.getByRole('columnheader', { name: /price/ }).getByRole('button').first().click()
  await soon(() => cells(page).nth(1).innerText()).toBe('row 1000000')
  await page.getByRole('button', { name: 'Filter name' }).click()
  await page.getByLabel('Value').fill('99999')
  await page.getByRole('button', { name: 'Apply' }).click()
  await soon(() => status(page).innerText()).toBe('19 rows')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Take the filter on name away' }).click()
  await soon(() => status(page).innerText()).toBe('1,000,000 rows')
  expect(complaints).toEqual([])
  await close()
})

test('two thousand columns, a cell of fifty megabytes, NULL and the empty text are shown for what they are', async () => {
  const { page, close } = await opened('odd', 'SELECT * FROM wide')
  await ran(page)
  await soon(() => page.getByText('1,999 columns').count()).toBe(1)
  expect(await page.getByRole('columnheader').count()).toBeLessThan(40)
  expect(await cells(page).nth(1).innerText()).toBe('9007199254740993')
  await page.getByRole('grid').evaluate((element) => element.scrollTo({ left: element.scrollWidth }))
  await soon(() => page.getByRole('columnheader', { name: 'c1998' }).count()).toBe(1)
  await close()
  const huge = await opened('odd', 'SELECT id, body FROM huge ORDER BY id')
  await ran(huge.page)
  await soon(() => cells(huge.page).nth(3).innerText()).toBe("''")
  expect(await cells(huge.page).nth(5).innerText()).toBe('NULL')
  await cells(huge.page).nth(1).dblclick()
  expect(await huge.page.getByRole('dialog').innerText()).toContain('52,428,800')
  await huge.close()
})

test('markup in data and names is text', async () => {
  const { page, complaints, close } = await opened('odd', `SELECT * FROM "markup ${SCRIPT.replaceAll('"', '""')}"`)
  await ran(page)
  await soon(() => cells(page).nth(1).innerText()).toBe(SCRIPT)
  expect(await page.getByRole('columnheader').nth(1).innerText()).toContain('<img')
  expect(await page.evaluate(() => (globalThis as { hacked?: unknown }).hacked)).toBeUndefined()
  expect(complaints).toEqual([])
  await close()
})

test('an error is marked at its place, with what to do about it', async () => {
  const { page, close } = await opened('shop', 'SELECT id,\n  nme FROM customers')
  await ran(page)
  await soon(() => page.getByRole('alert').innerText()).toContain('nme')
  const marked = page.locator('.cm-lintRange-error')
  await soon(() => marked.allInnerTexts()).toEqual(['nme'])
  await expectAccessible(page)
  await shot(page, 'query-error')
  await close()
})

test('only what is chosen runs, else the statement in which the caret stands', async () => {
  const { page, close } = await opened('shop', 'SELECT 1 AS first;\nSELECT 2 AS second')
  await page.locator('.cm-line:visible').nth(1).click()
  await page.keyboard.press('Control+Enter')
  await expect
    .poll(() =>
      page
        .getByRole('columnheader')
        .allInnerTexts()
        .then((texts) => texts.join()),
    )
    .toContain('second')
  await page.locator('.cm-line:visible').nth(0).click()
  await page.keyboard.press('Control+Enter')
  await expect
    .poll(() =>
      page
        .getByRole('columnheader')
        .allInnerTexts()
        .then((texts) => texts.join()),
    )
    .toContain('first')
  await close()
})

test('tables and columns are completed as the caller may see them', async () => {
  const { page, close } = await opened('shop', 'SELECT * FROM ', looks[0], gateway.keys.ana)
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('cust')
  await soon(() => page.locator('.cm-tooltip-autocomplete').innerText()).toContain('customers')
  await page.keyboard.press('Enter')
  await page.keyboard.type(' WHERE customers.em')
  await soon(() => page.locator('.cm-tooltip-autocomplete').innerText()).toContain('email')
  await close()
})

test('statements survive a reload, one that was closed comes back, and text is laid out', async () => {
  const { page, close } = await opened('shop', 'select id from customers where id = 1')
  await page.getByRole('button', { name: 'Format' }).click()
  await soon(() => page.locator('.cm-content:visible').innerText()).toContain('SELECT\n')
  await page.getByRole('button', { name: 'New statement' }).click()
  await page.locator('.cm-content:visible').click()
  await page.keyboard.type('SELECT 42')
  await page.waitForTimeout(600)
  await page.goto(`${gateway.url}/query`)
  await soon(() => page.locator('.cm-content:visible').innerText()).toBe('SELECT 42')
  await page.getByRole('button', { name: /^Close #2/ }).click()
  await soon(() => page.locator('.cm-content:visible').innerText()).toContain('customers')
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(() => page.locator('.cm-content:visible').innerText()).toBe('SELECT 42')
  await close()
})

test('a long statement is stopped, in the source as well', async () => {
  const sql = 'WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000000000) SELECT count(*) FROM s'
  const { page, close } = await opened('shop', sql)
  await ran(page)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await soon(() => page.getByText('The query was ended in the database, too.').count()).toBe(1)
  await soon(() => gateway.opened.parts.watch.running?.length ?? 0).toBe(0)
  await close()
})

test('a plan is shown as a tree', async () => {
  const { page, close } = await opened('shop', 'SELECT c.name, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1')
  await page.getByRole('button', { name: 'Plan' }).click()
  await soon(() => page.getByRole('region', { name: 'Plan' }).innerText()).toMatch(/SCAN|SEARCH/)
  await expectAccessible(page)
  await shot(page, 'query-plan')
  await close()
})

test('what changes rows is previewed with before and after, confirmed, and undone', async () => {
  const { page, close } = await opened('shop', "UPDATE customers SET country = 'IT' WHERE id <= 2")
  await ran(page)
  const dialog = page.getByRole('dialog')
  await soon(() => dialog.innerText()).toMatch(/Before[\s\S]*FR[\s\S]*After[\s\S]*IT/)
  await expectAccessible(page)
  await shot(page, 'query-change')
  await dialog.getByRole('button', { name: 'Change 2 rows' }).click()
  await soon(() => dialog.innerText()).toContain('2 rows were changed')
  await dialog.getByRole('button', { name: 'Undo' }).click()
  await soon(() => dialog.innerText()).toMatch(/Before[\s\S]*IT[\s\S]*After[\s\S]*FR/)
  await dialog.getByRole('button', { name: 'Change 2 rows' }).click()
  await soon(() => page.getByText('It is as it was before.').count()).toBe(1)
  await close()
})

test('rows are saved as a file', async () => {
  const { page, close } = await opened('shop', 'SELECT id, name FROM customers ORDER BY id')
  await ran(page)
  await soon(() => status(page).innerText()).toBe('60 rows')
  for (const [kind, begin] of [
    ['CSV', 'id,name\r\n1,Customer 1\r\n'],
    ['NDJSON', '{"id":1,"name":"Customer 1"}\n'],
    ['Parquet', 'PAR1'],
    ['Excel (XLSX)', 'PK'],
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind, exact: true }).click()])
    expect(readFileSync(await file.path(), 'utf8').startsWith(begin), kind).toBe(true)
  }
  await close()
})

test('a query is saved, found again, and its deleting can be undone; the history has what ran', async () => {
  const { page, close } = await opened('shop', 'SELECT count(*) AS saved_one FROM products', looks[0], gateway.keys.ana)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByLabel('Name', { exact: true }).fill('All products')
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await soon(() => page.getByText('“All products” is saved.').count()).toBe(1)
  await page.getByRole('button', { name: 'Saved queries' }).click()
  await soon(() => page.getByRole('dialog').innerText()).toContain('saved_one')
  await page.getByRole('button', { name: 'Delete: All products' }).click()
  await soon(() => page.getByRole('dialog').innerText()).not.toContain('saved_one')
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(() => page.getByRole('dialog').innerText()).toContain('saved_one')
  await page.keyboard.press('Escape')
  await ran(page)
  await soon(() => status(page).innerText()).toBe('1 row')
  await page.getByRole('button', { name: 'History' }).click()
  await soon(() => page.getByRole('dialog').innerText()).toContain('saved_one')
  await expectAccessible(page)
  await close()
})

test('a text of ten megabytes can be pasted, and is told to be too long', async () => {
  const { page, close } = await opened('shop', 'SELECT 1')
  await page.evaluate('navigator.clipboard.writeText("SELECT " + "x".repeat(10_000_000))')
  await page.locator('.cm-content:visible').click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+V')
  await page.waitForTimeout(1_500)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await soon(() => page.getByText(/longer than a statement may be/).count()).toBe(1)
  await close()
})
