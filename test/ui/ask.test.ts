import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, type Visit, visit } from './browser.ts'
import { type Gateway, openGateway, SCRIPT } from './gateway.ts'

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

let gateway: Gateway
let browser: Browser

/** Questions whose statements were verified: what they come to does not hang on how well other questions are read. */
const verified: readonly (readonly [source: string, question: string, sql: string])[] = [
  ['shop', 'How many customers are there?', 'SELECT count(*) AS customers FROM customers'],
  ['shop', 'How many orders are there for each status?', 'SELECT status, count(*) AS orders FROM orders GROUP BY status ORDER BY status'],
  ['shop', 'Who are our customers?', 'SELECT id, name, email FROM customers ORDER BY id'],
  ['shop', 'Which orders are there?', 'SELECT id, status, total_cents FROM orders ORDER BY id'],
  ['files', 'How many visits are there?', 'SELECT count(*) AS visits FROM visits'],
  [
    'shop',
    'How long is forever?',
    'WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000000000) SELECT count(*) AS forever FROM s, customers',
  ],
]

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([openGateway(), openBrowser()])
  for (const [source, question, sql] of verified) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${gateway.keys.boss}` }
    const kept = await fetch(`${gateway.url}/api/bank/pairs`, { method: 'POST', headers, body: JSON.stringify({ source, question, sql }) })
    const { pair } = (await kept.json()) as { pair?: { id: string } }
    const id = pair?.id
    expect([question, kept.status, id]).toEqual([question, 200, expect.any(String)])
    await fetch(`${gateway.url}/api/bank/pairs/${id}/review`, { method: 'POST', headers, body: JSON.stringify({ verdict: 'verify' }) })
  }
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

const opened = (path = '/ask?source=shop', look = looks[0]!, key = gateway.keys.ana): Promise<Visit> =>
  visit(browser, gateway.url, path, look, key)

async function asked(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question)
  await page.keyboard.press('Enter')
}
const last = (page: Page) => page.getByRole('article').last()

describe.each(looks)('$width pixels, $theme', (look) => {
  test('a question is answered with words, rows, a chart, the statement and a receipt', async () => {
    const { page, complaints, close } = await opened('/ask?source=shop', look)
    await soon(() => page.getByRole('heading', { name: 'What would you like to know?' }).count()).toBe(1)
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `ask-empty-${look.width}-${look.theme}`)
    await asked(page, 'How many orders are there for each status?')
    await soon(() => last(page).getByRole('tab').allInnerTexts()).toEqual(['Table', 'Chart', 'SQL'])
    await soon(() =>
      last(page)
        .getByRole('img', { name: /orders by status/ })
        .count(),
    ).toBe(1)
    await expectFits(page)
    await expectAccessible(page)
    await shot(page, `ask-chart-${look.width}-${look.theme}`)
    await last(page).getByRole('tab', { name: 'Table' }).click()
    await soon(() => last(page).getByRole('gridcell').allInnerTexts()).toEqual(['cancelled', '216', 'paid', '666'])
    await expectAccessible(page)
    await last(page).getByRole('tab', { name: 'SQL' }).click()
    await soon(() => last(page).locator('.cm-content').innerText()).toContain('GROUP BY status')
    await expectAccessible(page)
    await last(page).getByRole('button', { name: 'Receipt' }).click()
    await soon(() => page.getByRole('dialog').innerText()).toContain("status <> 'secret'")
    await expectAccessible(page)
    await shot(page, `ask-receipt-${look.width}-${look.theme}`)
    expect(complaints).toEqual([])
    await close()
  })
})

test('one figure is shown large; what is masked is marked and explained', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many customers are there?')
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  await asked(page, 'Who are our customers?')
  await soon(() => last(page).getByRole('columnheader', { name: /email/ }).innerText()).toContain('Masked')
  expect(await last(page).getByRole('gridcell').nth(2).innerText()).toBe('c***@example.com')
  await last(page).getByRole('button', { name: 'Receipt' }).click()
  await soon(() => page.getByRole('dialog').innerText()).toContain('your roles do not let you see their values')
  await close()
})

test('a chart can be made another one and saved as a picture or a drawing', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many orders are there for each status?')
  await last(page).getByLabel('Kind of chart').selectOption('pie')
  await soon(() => last(page).getByRole('img', { name: /^Ring/ }).count()).toBe(1)
  for (const [kind, begin] of [
    ['Save as PNG', '\x89PNG'],
    ['Save as SVG', '<svg'],
  ] as const) {
    await last(page).getByRole('button', { name: 'Save' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()])
    expect(readFileSync(await file.path(), 'latin1').startsWith(begin)).toBe(true)
  }
  await close()
})

test('the statement can be changed and run; another source answers in the same conversation', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many orders are there for each status?')
  await last(page).getByRole('tab', { name: 'SQL' }).click()
  const editor = last(page).locator('.cm-content')
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('SELECT 7 AS seven, 8 AS eight')
  await last(page).getByRole('button', { name: 'Run this SQL' }).click()
  await soon(() => last(page).getByRole('gridcell').allInnerTexts()).toEqual(['7', '8'])
  await page.getByRole('button', { name: /^Source: shop/ }).click()
  await page.getByRole('menuitem', { name: 'files' }).click()
  await asked(page, 'How many visits are there?')
  await soon(() => last(page).innerText()).toMatch(/\b500\b/)
  expect(await page.getByRole('article').count()).toBe(2)
  await close()
})

test('what runs is stopped, in the database as well', async () => {
  const { page, close } = await opened()
  await asked(page, 'How long is forever?')
  await soon(() => page.getByRole('button', { name: 'Stop', exact: true }).count()).toBe(1)
  await page.waitForTimeout(1_500)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await soon(() => last(page).innerText()).toContain('The query was ended in the database, too.')
  await asked(page, 'How many customers are there?')
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  await close()
})

test('conversations are kept, found, named, deleted with a way back, and opened by their address', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many customers are there?')
  await soon(() => new URL(page.url()).pathname).toMatch(/^\/ask\/.+/)
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  const address = page.url()
  const entry = page.getByRole('link', { name: /How many customers are there/ }).first()
  await soon(() => entry.count()).toBe(1)
  await page
    .getByRole('button', { name: /^More: How many customers/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByLabel('Name of the conversation').fill('Our <b>customers</b>')
  await page.keyboard.press('Enter')
  await soon(() => page.getByRole('link', { name: 'Our <b>customers</b>' }).count()).toBe(1)
  await page.getByLabel('Search conversations').fill('customers')
  await soon(() => page.getByRole('link', { name: 'Our <b>customers</b>' }).count()).toBe(1)
  await page.getByRole('button', { name: /^More: Our/ }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await soon(() => page.getByRole('link', { name: 'Our <b>customers</b>' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(() => page.getByRole('link', { name: 'Our <b>customers</b>' }).count()).toBe(1)
  await page.goto(address)
  await soon(() => page.getByRole('button', { name: 'Show the rows' }).count()).toBe(1)
  await page.getByRole('button', { name: 'Show the rows' }).click()
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  await close()
})

test('a link shows the conversation to who may see the same, and nothing of it to who may not', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many customers are there?')
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: 'Share' }).click()
  await soon(() => page.getByText('The link is on the clipboard.').count()).toBe(1)
  const link = (await page.evaluate('navigator.clipboard.readText()')) as string
  await close()
  const other = await visit(browser, '', link, looks[0], gateway.keys.boss)
  await soon(() => other.page.getByText('How many customers are there?').count()).toBeGreaterThan(0)
  await other.page.getByRole('button', { name: 'Show the rows' }).click()
  await soon(() => last(other.page).innerText()).toMatch(/\b60\b/)
  await expectAccessible(other.page)
  await other.close()
  const stranger = await visit(browser, '', link, looks[0], gateway.keys.nobody)
  await soon(() => stranger.page.getByText('A shared conversation').count()).toBeGreaterThanOrEqual(0)
  await stranger.page.waitForTimeout(1_000)
  expect(await stranger.page.locator('body').innerText()).not.toContain('How many customers are there?')
  await stranger.close()
})

test('a thumb is kept', async () => {
  const { page, close } = await opened()
  await asked(page, 'How many customers are there?')
  await last(page).getByRole('button', { name: 'A good answer' }).click()
  await soon(() => page.getByText(/^Thank you/).count()).toBe(1)
  await soon(() => last(page).getByRole('button', { name: 'A good answer' }).getAttribute('aria-pressed')).toBe('true')
  await close()
})

test('a question that cannot be answered is told so in words, with what to choose from where there is something', async () => {
  const { page, close } = await opened()
  await asked(page, 'Wie spät ist es auf dem Mars?')
  await soon(() => last(page).locator('[aria-busy=false]').count()).toBe(1)
  await soon(async () => (await last(page).innerText()).length).toBeGreaterThan(40)
  await expectAccessible(page)
  await shot(page, 'ask-refused')
  await close()
})

test('when the gateway goes away in the middle, the page says so, and goes on when it is back', async () => {
  const { page, close } = await opened()
  // The first answer breaks off after its beginning, as when the gateway dies; the gateway is away for some seconds.
  let broken = false
  await page.route('**/api/chat/message/stream', async (route) => {
    if (broken) return route.continue()
    broken = true
    await gateway.away()
    await route.fulfill({
      status: 200,
      contentType: 'text/event-stream',
      body: 'data: {"type":"step","step":"context","says":"Looking at what shop holds.","ms":1}\n\n',
    })
  })
  await asked(page, 'How many customers are there?')
  await soon(() => last(page).innerText()).toContain('The gateway went away in the middle of the answer.')
  await expectAccessible(page)
  await shot(page, 'ask-lost')
  await gateway.back()
  await soon(() => last(page).innerText()).toMatch(/\b60\b/)
  await close()
})

test('a role that changes while the page is open is noticed, and what was read is read again', async () => {
  const { page, close } = await opened('/ask', looks[0], gateway.keys.ana)
  await soon(() => page.getByRole('link', { name: /^files/ }).count()).toBe(1)
  await page.route('**/info', async (route) => {
    const answer = await route.fetch()
    const told = (await answer.json()) as { sources: object[] }
    await route.fulfill({ json: { ...told, sources: told.sources.slice(0, 1) } })
  })
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await page.waitForTimeout(15_500)
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await soon(() => page.getByText('Your roles have changed.').count()).toBe(1)
  expect(await page.getByRole('link', { name: /^files/ }).count()).toBe(0)
  await close()
})

test('markup in descriptions and questions is text', async () => {
  const { page, complaints, close } = await opened('/ask?source=odd', looks[0], gateway.keys.boss)
  await asked(page, SCRIPT)
  await soon(() => last(page).locator('[aria-busy=false]').count()).toBe(1)
  expect(await last(page).getByRole('heading').first().innerText()).toContain('<img src=x')
  expect(await page.evaluate('window.hacked')).toBeUndefined()
  expect(complaints).toEqual([])
  await close()
})

test('a clipboard of ten megabytes in the question is cut, and that is said', async () => {
  const { page, close } = await opened()
  await page.evaluate('navigator.clipboard.writeText("word ".repeat(2_000_000))')
  await page.getByLabel('Your question').click()
  await page.keyboard.press('Control+V')
  await soon(() => page.getByText(/the rest was left out/).count()).toBe(1)
  expect((await page.getByLabel('Your question').inputValue()).length).toBe(8_000)
  await close()
})
