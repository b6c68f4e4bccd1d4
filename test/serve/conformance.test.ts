import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { started } from './running.ts'

/** MCP's own conformance suites, run against a real server. */

const folder = mkdtempSync(join(tmpdir(), 'sluice-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const suites = {
  'mcp-conformance-2025': ['--suite', 'all'],
  'mcp-conformance-2026': ['--requirements', '2026-07-28'],
}

type Suite = keyof typeof suites
type Outcome = Readonly<{ scenario: string; passed: number; failed: number }>

/** What the suite says at its end, scenario by scenario. */
async function run(suite: Suite, url: string, more: readonly string[] = suites[suite]): Promise<Outcome[]> {
  const main = createRequire(import.meta.url)
    .resolve(`${suite}/package.json`)
    .replace(/package\.json$/, 'dist/index.js')
  const child = spawn(process.execPath, [main, 'server', '--url', `${url}/mcp`, ...more], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)))
  await new Promise((resolve) => child.once('close', resolve))
  const outcomes = [...text.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gm)]
  if (outcomes.length === 0) throw new Error(`The suite said nothing:\n${text.slice(-2000)}`)
  return outcomes.map(([, scenario, passed, failed]) => ({ scenario: scenario!, passed: Number(passed), failed: Number(failed) }))
}

/**
 * Scenarios that are run and not scored by the revision, with the reason why they fail: `tasks-mrtr-*` and one check of
 * `tasks-dispatch-and-envelope` want tools that ask while they run as a task, and ours ask before they become one;
 * `tasks-required-task-error` wants a tool that runs as a task only, and ours run without one as well; `http-custom-header-*` needs a tool
 * whose fields are mirrored into headers, and none of ours is.
 */
const notServed = /^(tasks-mrtr-[\w-]+|tasks-dispatch-and-envelope|tasks-required-task-error|http-custom-header-server-validation)$/

test('revisions up to 2025-11-25: every scenario passes', { timeout: 120_000 }, async () => {
  const { url } = await started({ conformance: true })
  const outcomes = await run('mcp-conformance-2025', url)
  expect(outcomes.length).toBeGreaterThanOrEqual(32)
  expect(outcomes.filter((one) => one.failed > 0)).toEqual([])
})

test('revision 2026-07-28: every scenario that it requires passes', { timeout: 120_000 }, async () => {
  const { url } = await started({ conformance: true })
  const outcomes = await run('mcp-conformance-2026', url)
  expect(outcomes.length).toBeGreaterThanOrEqual(40)
  expect(outcomes.filter((one) => one.failed > 0 && !notServed.test(one.scenario))).toEqual([])
  const tasks = ['lifecycle', 'capability-negotiation', 'wire-fields', 'request-state-removal', 'request-headers'].map(
    (name) => `tasks-${name}`,
  )
  expect(outcomes.map(({ scenario }) => scenario)).toEqual(expect.arrayContaining(tasks))
  expect(outcomes.find(({ scenario }) => scenario === 'tasks-dispatch-and-envelope')).toMatchObject({ failed: 1 })
})

/** What needs no named fixture must hold for the server that people run, on its short way. */
const withoutFixtures: Readonly<Record<Suite, readonly string[]>> = {
  'mcp-conformance-2025': [
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'logging-set-level',
    'server-sse-polling',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
  ],
  'mcp-conformance-2026': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'caching',
    'sep-2164-resource-not-found',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
    'http-header-validation',
    'input-required-result-missing-input-response',
    'input-required-result-unsupported-methods',
    'input-required-result-ignore-extra-params',
    'input-required-result-validate-input',
  ],
}

test.each(['mcp-conformance-2025', 'mcp-conformance-2026'] as const)('%s without fixtures', { timeout: 120_000 }, async (suite) => {
  const { url } = await started()
  const outcomes = new Map((await run(suite, url)).map((one) => [one.scenario, one.failed]))
  expect(withoutFixtures[suite].filter((scenario) => outcomes.get(scenario) !== 0)).toEqual([])
})

test('the fixtures are served in the test mode only', async () => {
  const { url } = await started()
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  expect(await (await fetch(`${url}/mcp`, { method: 'POST', headers, body })).text()).not.toContain('test_')
})
