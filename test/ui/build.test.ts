import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { buildPage } from '../../scripts/build-page.ts'
import { isPageStale } from '../../scripts/stale.js'
import en from '../../ui/src/texts/en.ts'
import zh from '../../ui/src/texts/zh.ts'

beforeAll(async () => {
  if (isPageStale()) await buildPage()
}, 120_000)

const folder = 'dist/ui'
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** What a script loads at once, and what those load. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, next] of read(file).matchAll(/(?:^|[;}\s])(?:import|export)(?:[^"'`;()]*?from)?\s*["']\.\/([^"']+\.js)["']/g))
    loadedWith(`assets/${next!}`, seen)
  return seen
}

test('before anything is asked for at most 250 KB of script are loaded, packed', () => {
  const first = [...read('index.html').matchAll(/(?:src|href)="\/ui\/([^"]+\.js)"/g)].map(([, file]) => file!)
  expect(first.length).toBeGreaterThan(0)
  const files = new Set(first.flatMap((file) => [...loadedWith(file)]))
  // The page that opens first is loaded by itself; it belongs to the first load, too.
  const ask = readdirSync(join(folder, 'assets')).filter(
    (file) => file.endsWith('.js') && read(`assets/${file}`).includes('/api/chat/message/stream'),
  )
  expect(ask).toHaveLength(1)
  for (const file of ask) for (const one of loadedWith(`assets/${file}`)) files.add(one)
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).byteLength, 0)
  expect(bytes).toBeLessThanOrEqual(250 * 1024)
})

test('nothing of the page names another host to load from', () => {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css|html)$/.test(name))) {
    const loads = [...read(file).matchAll(/(?:@import|url\(|import\(|src=|fetch\(|importScripts\()\s*["'`]?(https?:)?\/\/[\w.]+/g)].map(
      ([found]) => found,
    )
    expect([file, loads]).toEqual([file, []])
  }
})

test('every text is there in both languages, and fills in the same', () => {
  const filled = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort())
  for (const [key, text] of Object.entries(en)) expect([key, filled(zh[key as keyof typeof zh])]).toEqual([key, filled(text)])
  expect(Object.entries(zh).filter(([, text]) => text.trim() === '')).toEqual([])
})

test('the types of the routes are those of the document', async () => {
  const { apiTypes } = await import('../../ui/scripts/api-types.ts')
  expect(readFileSync('ui/src/api/schema.d.ts', 'utf8')).toBe(await apiTypes())
}, 60_000)
