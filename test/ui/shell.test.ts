import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { expectAccessible, expectFits, looks, openBrowser, shot, soon, visit } from './browser.ts'
import { type Gateway, openGateway } from './gateway.ts'

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

test('one signs in with a key, which stays in the tab; a wrong one is told to be wrong', async () => {
  const { page, complaints, close } = await visit(browser, gateway.url, '/query')
  await page.getByRole('button', { name: /Settings/ }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Sign in' }).click()
  await expectAccessible(page)
  await shot(page, 'sign-in')
  await page.getByLabel('API key or access token').fill('slc_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await soon(() => page.getByRole('alert').innerText()).not.toBe('')
  await page.getByLabel(/API key or access token/).fill(gateway.keys.ana)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await soon(() => page.getByRole('button', { name: /Settings/ }).innerText()).toContain('ana')
  expect(await page.evaluate('[sessionStorage.length > 0, JSON.stringify(localStorage)]')).toEqual([
    true,
    expect.not.stringContaining(gateway.keys.ana),
  ])
  await page.getByRole('button', { name: /Settings/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await soon(() => page.getByRole('button', { name: /Settings/ }).innerText()).toContain('Local user')
  expect(complaints).toEqual([])
  await close()
})

test('who may use nothing is told so kindly', async () => {
  const { page, close } = await visit(browser, gateway.url, '/ask', looks[0], gateway.keys.nobody)
  await soon(() => page.getByText('No source is open to you yet.').count()).toBe(1)
  await expectAccessible(page)
  await close()
})

test('the palette finds pages, sources and tables, by keyboard alone', async () => {
  const { page, close } = await visit(browser, gateway.url, '/query', looks[0], gateway.keys.ana)
  await soon(() => page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(1)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('custo')
  await soon(() => page.getByRole('option', { name: /customers/ }).count()).toBeGreaterThan(0)
  await expectAccessible(page)
  await shot(page, 'palette')
  await page.getByRole('combobox').fill('')
  await page.keyboard.type('Gover')
  await page.keyboard.press('Enter')
  await soon(() => new URL(page.url()).pathname).toMatch(/^\/govern/)
  await page.keyboard.press('Alt+Digit2')
  await soon(() => new URL(page.url()).pathname).toBe('/query')
  await close()
})

test('theme and language are chosen and kept', async () => {
  const { page, complaints, close } = await visit(browser, gateway.url, '/query')
  const root = page.locator('html')
  for (const [choice, theme] of [
    ['Dark', 'dark'],
    ['Light', 'light'],
  ] as const) {
    await page.getByRole('button', { name: /Settings/ }).click()
    await page.getByRole('menuitem', { name: choice }).click()
    await soon(() => root.getAttribute('data-theme')).toBe(theme)
  }
  await page.getByRole('button', { name: /Settings/ }).click()
  await page.getByRole('menuitem', { name: '中文' }).click()
  await soon(() => root.getAttribute('lang')).toBe('zh-CN')
  await soon(() => page.getByRole('button', { name: '运行', exact: true }).count()).toBe(1)
  await expectAccessible(page)
  await shot(page, 'query-zh')
  await page.reload()
  await soon(() => page.getByRole('button', { name: '运行', exact: true }).count()).toBe(1)
  expect(await root.getAttribute('data-theme')).toBe('light')
  expect(complaints).toEqual([])
  await close()
})

test('on a small screen the menu opens beside, and everything is reached by the bar below', async () => {
  const { page, close } = await visit(browser, gateway.url, '/ask', looks[2], gateway.keys.ana)
  await page.getByRole('button', { name: 'Open the menu' }).click()
  await soon(() => page.getByRole('dialog').getByRole('link', { name: /^shop/ }).count()).toBe(1)
  await expectAccessible(page)
  await shot(page, 'menu-390')
  await page.keyboard.press('Escape')
  await page.getByRole('navigation').last().getByRole('link', { name: 'Query' }).click()
  await soon(() => new URL(page.url()).pathname).toBe('/query')
  await expectFits(page)
  await close()
})

test('by keyboard one can skip to the content, and an address that leads nowhere says so', async () => {
  const { page, close } = await visit(browser, gateway.url, '/query')
  await soon(() => page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(1)
  await page.evaluate('document.activeElement.blur()')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  await page.evaluate("history.pushState({}, '', '/query/nowhere'); dispatchEvent(new PopStateEvent('popstate'))")
  await soon(() => page.getByText('There is no such page').count()).toBe(1)
  await close()
})

test('while the gateway is away the page says so, and goes on by itself', async () => {
  const { page, close } = await visit(browser, gateway.url, '/query?source=shop&sql=SELECT+1', looks[0], gateway.keys.ana)
  await soon(() => page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(1)
  await gateway.away()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await soon(() => page.getByText('The gateway does not answer').count()).toBeGreaterThan(0)
  await expectAccessible(page)
  await gateway.back()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await soon(() => page.getByRole('gridcell').allInnerTexts()).toEqual(['1'])
  await close()
})
