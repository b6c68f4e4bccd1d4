/**
 * How the page feels: how soon it can be used after one has gone to it, how many frames a second it draws while a million rows are scrolled through, and
 * what the tab holds then. Needs Chromium; `npm run` has no word for it: `node bench/page.ts`.
 */
import { openBrowser } from '../test/ui/browser.ts'
import { openGateway } from '../test/ui/gateway.ts'

const SCROLL_MS = 5_000
const STEP_PX = 240
const VISITS = 5

const [gateway, browser] = await Promise.all([openGateway(), openBrowser()])
try {
  const usable: number[] = []
  for (let i = 0; i < VISITS; i++) {
    const page = await browser.newPage()
    const began = performance.now()
    await page.goto(`${gateway.url}/ask?source=shop`)
    await page.getByLabel('Your question').waitFor()
    usable.push(performance.now() - began)
    await page.close()
  }
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${gateway.url}/query?source=odd&sql=SELECT+*+FROM+many`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText('1,000,000 rows').waitFor()
  const frames = (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]')
    const began = performance.now()
    let frames = 0
    const next = () => {
      frames++
      grid.scrollTop += ${STEP_PX}
      const ms = performance.now() - began
      if (ms < ${SCROLL_MS}) requestAnimationFrame(next)
      else resolve((frames * 1000) / ms)
    }
    requestAnimationFrame(next)
  })`)) as number
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value
  const middle = usable.sort((a, b) => a - b)[Math.floor(VISITS / 2)]!
  console.log(`Ask usable after ${Math.round(middle)} ms (middle of ${VISITS} visits; goal 1,000)`)
  console.log(
    `Scrolling 1,000,000 rows: ${Math.round(frames)} frames a second (goal 50), ${Math.round(heap / 1e6)} MB of script memory (goal 200)`,
  )
} finally {
  await browser.close()
  await gateway.close()
}
