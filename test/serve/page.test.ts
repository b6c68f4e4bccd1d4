import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { buildPage } from '../../scripts/build-page.ts'
import { isPageStale } from '../../scripts/stale.js'
import { pagePaths } from '../../src/serve/page.ts'
import { raw, started } from './running.ts'

beforeAll(async () => {
  if (isPageStale()) await buildPage()
}, 120_000)

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }
const assets = () => readdirSync('dist/ui/assets')

test('a browser gets the page, everybody else what stood there before', async () => {
  const { url } = await started()
  const page = await fetch(url, browser)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await page.text()).toContain('<div id="root">')
  const plain = await fetch(url)
  expect([plain.headers.get('content-type'), await plain.json()]).toEqual(['application/json', expect.objectContaining({ name: 'sluice' })])
})

test('every place of the page can be opened by its address, and a program that asks for one is told that there is no such route', async () => {
  const { url } = await started()
  for (const path of pagePaths.filter((path) => !path.startsWith('/ui'))) {
    const place = path.replace(/:\w+/g, 'a%2Fb')
    expect([place, (await fetch(url + place, browser)).status]).toEqual([place, 200])
    const plain = await fetch(url + place)
    expect([place, plain.status, ((await plain.json()) as { error: { code: string } }).error.code]).toEqual([place, 404, 'route_unknown'])
  }
})

test('no route of the API is shadowed, and what is unknown stays JSON, also for a browser', async () => {
  const { url } = await started()
  for (const path of ['/api/nothing', '/askk', '/ask/a/b', '/ui', '/ui/', '/ui/assets', '/catalogue', '/query/intelligent/x']) {
    const answer = await fetch(url + path, browser)
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 404, 'application/json'])
  }
  expect((await fetch(`${url}/query/intelligent`, browser)).status).toBe(405)
  expect((await fetch(`${url}/health`, browser)).headers.get('content-type')).toBe('application/json')
})

test('the policy of the page lets in nothing inline and nothing from elsewhere; its word for styles is another each time', async () => {
  const { url } = await started()
  const [one, other] = await Promise.all([fetch(url, browser), fetch(url, browser)])
  const policy = one.headers.get('content-security-policy')!
  expect(policy).not.toMatch(/unsafe|https?:|\*|sha256|strict-dynamic/)
  expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!
  expect(other.headers.get('content-security-policy')).not.toContain(nonce)
  const html = await one.text()
  expect(html).toContain(`content="${nonce}"`)
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=|(src|href)="(?!\/ui\/)/)
  expect(one.headers.get('cache-control')).toBe('no-store')
})

test('its files are kept for ever, packed as the browser can take them, and only they are found', async () => {
  const { url, port } = await started()
  const script = assets().find((file) => file.endsWith('.js') && assets().includes(`${file}.br`))!
  for (const [taken, packed] of [
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const answer = await fetch(`${url}/ui/assets/${script}`, { headers: { 'accept-encoding': taken } })
    expect([taken, answer.status, answer.headers.get('content-encoding')]).toEqual([taken, 200, packed])
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(await answer.text()).toBe(readFileSync(`dist/ui/assets/${script}`, 'utf8'))
  }
  for (const path of [
    '/ui/assets/..%2Findex.html',
    '/ui/..%2F..%2Fpackage.json',
    '/ui/index.html',
    '/ui/assets',
    '/ui/assets/nothing.js',
    '/ui/%00',
  ])
    expect(await raw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`), path).toMatch(/^HTTP\/1.1 404/)
})

test('HEAD answers the headers alone', async () => {
  const { url } = await started()
  const head = await fetch(url, { ...browser, method: 'HEAD' })
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'text/html; charset=utf-8', ''])
})

test('the page of the server itself may use it under any name that is good, a page of the same name on another port may not', async () => {
  const { port } = await started({ allowedHosts: ['gateway.example.com'] })
  const ask = (host: string, origin: string) =>
    raw(port, `GET /health HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`)
  expect(await ask('gateway.example.com', 'https://gateway.example.com')).toMatch(/^HTTP\/1.1 200/)
  expect(await ask('gateway.example.com:8000', 'http://gateway.example.com:9000')).toMatch(/^HTTP\/1.1 403/)
  expect(await ask('gateway.example.com', 'https://evil.example.com')).toMatch(/^HTTP\/1.1 403/)
  expect(await ask('evil.example.com', 'https://evil.example.com')).toMatch(/^HTTP\/1.1 403[\s\S]*host_refused/)
})
