import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** Debian's Chromium, as the tests of the page use it; root may install it from apt. */

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function chromiumFile(): string {
  const known = () => places.find((file) => existsSync(file))
  if (!known() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore', env })
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { stdio: 'ignore', env })
  }
  const file = known()
  if (!file)
    throw new Error(
      'The tests of the page need Chromium and this machine has none: run `apt-get install chromium` as root, then start them again.',
    )
  return file
}

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: chromiumFile(), args: flags })

export type Look = Readonly<{ width: 390 | 1440; theme: 'light' | 'dark' }>
/** Every width and theme that a page must be good in. */
export const looks: readonly Look[] = [
  { width: 1440, theme: 'light' },
  { width: 1440, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
]

export type Visit = Readonly<{
  page: Page
  /** What the page said on its console that it should not, and what it asked of another host. */
  complaints: string[]
  close(): Promise<void>
}>

/** A tab of its own, with nothing kept from others. `key` signs it in. Refusals of the gateway (4xx, 5xx) are no complaint: tests look at what is made of them. */
export async function visit(browser: Browser, url: string, path: string, look: Look = looks[0]!, key?: string): Promise<Visit> {
  const height = look.width === 390 ? 844 : 900
  const context = await browser.newContext({
    viewport: { width: look.width, height },
    colorScheme: look.theme,
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  if (key !== undefined) await context.addInitScript((token) => sessionStorage.setItem('sluice.credential', token), key)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) complaints.push(message.text())
  })
  const own = new URL(url + path).host
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== own) complaints.push(`asked of another host: ${request.url()}`)
  })
  await page.goto(url + path)
  return { page, complaints, close: () => context.close() }
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const axeText = () => import('node:fs').then(({ readFileSync }) => readFileSync(axeFile, 'utf8'))

/** Asserts that axe-core finds nothing serious or critical; contrast belongs to that. */
export async function expectAccessible(page: Page): Promise<void> {
  // What fades in is judged when it is there.
  await page.waitForTimeout(250)
  await page.evaluate(await axeText())
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }>
      }
    }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
      )
  })
  expect(found).toEqual([])
}

/** Asserts that nothing makes the page wider than the window. */
export async function expectFits(page: Page): Promise<void> {
  const [wide, window] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]')
  expect(wide).toBeLessThanOrEqual(window)
}

/** What a page comes to show, in time. */
export const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 15_000, interval: 60 })

/** Keeps a picture where `SLUICE_SHOTS` names a folder, for people to look at. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SLUICE_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
