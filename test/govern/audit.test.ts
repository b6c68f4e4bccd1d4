import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Whole, whole } from '../serve/whole.ts'

let house: Whole
beforeAll(async () => {
  house = await whole({ ana: 'support', bo: 'support' })
  for (let i = 0; i < 7; i++) await run(`SELECT ${i} AS n FROM orders`, 'ana')
  await run('SELECT * FROM salaries', 'ana')
  await run('SELECT name FROM customers', 'bo')
})
afterAll(() => house.close())

const run = (query: string, who: string) =>
  fetch(`${house.server.url}/sql/execute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.keys[who]}` },
    body: JSON.stringify({ source: 'shop', query }),
  }).then((response) => response.text())

type Page = { calls: { audit_id: string; sql?: string; code: string; principal: string }[]; next: string | null; complete: boolean }
const page = async (query: string, who?: string): Promise<Page> =>
  (
    await fetch(`${house.server.url}/api/audit${query}`, who ? { headers: { authorization: `Bearer ${house.keys[who]}` } } : {})
  ).json() as Promise<Page>

test('pages go on where they ended, without gaps and without seeing themselves', async () => {
  const ids: string[] = []
  let after = ''
  for (;;) {
    const { calls, next } = await page(`?principal=ana&limit=3${after}`)
    ids.push(...calls.map(({ audit_id }) => audit_id))
    expect(calls.length).toBeLessThanOrEqual(3)
    if (next === null) break
    after = `&after=${encodeURIComponent(next)}`
  }
  expect(ids).toHaveLength(8)
  expect(new Set(ids).size).toBe(8)
})

test('filters hold together', async () => {
  expect((await page('?principal=ana&outcome=failed')).calls.map(({ code }) => code)).toEqual(['table_unknown'])
  expect((await page('?principal=ana&outcome=ok')).calls).toHaveLength(7)
  expect((await page('?text=3%20AS%20N&principal=ana')).calls).toHaveLength(1)
  expect((await page('?principal=bo')).calls).toHaveLength(1)
  expect((await page('?kind=show')).calls.length).toBeGreaterThan(0)
  expect((await page('?kind=data')).calls).toHaveLength(9)
  expect((await page('?principal=bo&until=2020-01-01')).calls).toEqual([])
})

test('one may look for one’s own calls, and for nobody else’s', async () => {
  const mine = await page('?mine=true&text=SELECT', 'bo')
  expect(mine.calls.map(({ principal }) => principal)).toEqual(['bo'])
  expect((await page('?mine=true&principal=ana', 'bo')).calls).toEqual([])
})

test('an export is the same calls, safe for a spreadsheet', async () => {
  await run('SELECT 1', 'ana').then(() => run("=cmd|' /C calc'!A0", 'ana'))
  const csv = await (await fetch(`${house.server.url}/api/audit/export?format=csv&principal=ana`)).text()
  const lines = csv.trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^time,audit_id,principal/)
  expect(lines).toHaveLength(11)
  expect(csv).toContain(`,'=cmd|`)
  const response = await fetch(`${house.server.url}/api/audit/export?principal=bo`)
  expect(response.headers.get('content-disposition')).toMatch(/attachment; filename="audit-.*\.ndjson"/)
  expect(
    (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).principal),
  ).toEqual(['bo', 'bo', 'bo'])
})

test('the chain is told whole, and its records can be taken away', async () => {
  const state = (await (await fetch(`${house.server.url}/api/audit/chain`)).json()) as { whole: boolean; records: number }
  expect(state.whole).toBe(true)
  const records = (await (await fetch(`${house.server.url}/api/audit/export?format=records`)).text()).trim().split('\n')
  expect(records.length).toBeGreaterThanOrEqual(state.records)
  expect(JSON.parse(records[0]!)).toHaveProperty('hash')
})

test('what does not fit is refused before anything is read', async () => {
  for (const query of ['?limit=0', '?after=zzz', '?nonsense=1', '?mine=perhaps', '?since=tomorrow'])
    expect((await fetch(`${house.server.url}/api/audit${query}`)).status).toBe(400)
  expect((await fetch(`${house.server.url}/api/audit/export?format=pdf`)).status).toBe(400)
})
