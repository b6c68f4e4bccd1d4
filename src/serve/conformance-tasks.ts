import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { SluiceError } from '../error.ts'
import type { Tool } from '../tools/tools.ts'
import { RpcRefusal } from './mcp-refusal.ts'

/** Fixtures that MCP's conformance suites ask for by name: tools that run as tasks, by the product's own way of doing so. */

const shape = { kind: 'answer', group: 'core', title: 'Fixture', output: { type: 'object' } } as const
const annotations = { readOnlyHint: true, openWorldHint: false }
const label = z.string().optional()

const greet: Tool = {
  ...shape,
  name: 'greet',
  description: 'Greets at once',
  input: z.strictObject({ name: z.string() }),
  annotations,
  answer: async ({ name }) => ({ structured: { greeting: `Hello, ${name}!` }, text: `Hello, ${name}!` }),
}

const slow = z.strictObject({ seconds: z.number(), label })

const slowCompute: Tool = {
  ...shape,
  name: 'slow_compute',
  description: 'Takes as long as it is told',
  input: slow,
  annotations,
  async answer({ seconds }, { signal }) {
    await wait(Number(seconds) * 1000, undefined, { signal })
    return { structured: { seconds }, text: `Computed for ${String(seconds)} s.` }
  },
}

const failingJob: Tool = {
  ...shape,
  name: 'failing_job',
  description: 'Fails as a tool does',
  input: z.looseObject({}),
  annotations,
  async answer(_fields, { signal }) {
    await wait(50, undefined, { signal })
    throw new SluiceError('source_failed', 'The job failed, as it was meant to.')
  },
}

const protocolErrorJob: Tool = {
  ...shape,
  name: 'protocol_error_job',
  description: 'Fails as the protocol does',
  input: z.looseObject({}),
  annotations,
  async answer(_fields, { signal }) {
    await wait(50, undefined, { signal })
    throw new RpcRefusal(-32603, 'The job ended with a failure of the protocol, as it was meant to.')
  },
}

const all = [greet, slowCompute, failingJob, protocolErrorJob]
export const taskTools: ReadonlyMap<string, Tool> = new Map(all.map((tool) => [tool.name, tool]))
/** Those that may become tasks. */
export const longTools: ReadonlySet<string> = new Set(['slow_compute', 'failing_job', 'protocol_error_job'])
