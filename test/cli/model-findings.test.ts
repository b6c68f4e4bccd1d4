import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelFindings } from '../../src/cli/model-findings.ts'
import type { Parts } from '../../src/gateway.ts'
import type { Llm } from '../../src/llm/llm.ts'
import { type Doubles, openDoubles } from '../llm/providers.ts'

/** What `sluice doctor` says of the model. */

let doubles: Doubles
beforeAll(async () => {
  doubles = await openDoubles()
})
afterAll(() => doubles.stop())

const never = new AbortController().signal
const found = (llm: Llm | undefined, mode?: string) => modelFindings({ llm, ask: { mode } } as unknown as Parts, never)

test('each state of it has its finding', async () => {
  doubles.mock.on({ model: 'claude-sonnet-5-5' }, { content: 'ok' })
  doubles.mock.on({ model: 'claude-3-5-sonnet-20241022' }, { error: { message: 'no', type: 'not_found_error' }, status: 404 })
  doubles.mock.on({ model: 'gpt-6-sol' }, { error: { message: 'no', type: 'authentication_error' }, status: 401 })
  expect(await found(undefined)).toMatchObject([{ level: 'ok' }])
  expect(await found(undefined, 'standalone')).toMatchObject([{ level: 'problem', mend: expect.stringContaining('LLM_PROVIDER') }])
  expect(await found(doubles.open('claude'))).toMatchObject([{ level: 'ok', text: 'claude-sonnet-5-5 of claude answers' }])
  expect(await found(doubles.open('claude', { model: 'claude-3-5-sonnet-20241022' }))).toMatchObject([
    { level: 'warning', mend: expect.stringContaining('claude-sonnet-5-5') },
  ])
  expect(await found(doubles.open('openai'))).toMatchObject([{ level: 'problem', text: expect.stringContaining('model_key_refused') }])
})
