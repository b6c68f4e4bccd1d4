import type { Call } from '../call.ts'
import { type Code, named, SluiceError } from '../error.ts'
import { type Parts, run } from '../gateway.ts'
import type { PoolLoad, Step } from '../source/source.ts'
import { administered, administering, since } from './administering.ts'

const PING_MS_MAX = 5_000

type SourceHealth = Readonly<{ source: string; answers: boolean; ms: number; code?: Code; reason?: string }>
export type Health = Readonly<{ status: 'ok' | 'degraded'; audit_writable: boolean; sources: readonly SourceHealth[] }>

/** Whether this gateway and the sources that the caller may use answer now. */
export const health = (call: Call, parts: Parts): Promise<Health> =>
  administering(
    call,
    'own',
    parts,
    async ({ principal, granted }) => {
      const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PING_MS_MAX)])
      const sources = await Promise.all(
        granted.map(async (source): Promise<SourceHealth> => {
          const started = performance.now()
          try {
            const leave = parts.quota.enter(await parts.policy.grant(principal, source))
            try {
              await (await parts.sources.get(source)).connection.ping(signal)
            } finally {
              leave()
            }
            return { source, answers: true, ms: since(started) }
          } catch (caught) {
            call.signal.throwIfAborted()
            return { source, answers: false, ms: since(started), ...unanswered(caught, signal) }
          }
        }),
      )
      const audit_writable = !parts.audit.failing
      return { status: audit_writable && sources.every(({ answers }) => answers) ? 'ok' : 'degraded', audit_writable, sources }
    },
    ({ sources }) => sources.length,
  )

function unanswered(caught: unknown, signal: AbortSignal): Readonly<{ code: Code; reason: string }> {
  if (signal.aborted) return { code: 'source_unavailable', reason: `It did not answer within ${PING_MS_MAX / 1000} s.` }
  const { code, message } = named(caught, signal)
  return { code, reason: message }
}

type Connections = Readonly<{
  sources: readonly Readonly<{ source: string; version?: string; pool: PoolLoad | null }>[]
  running: readonly Readonly<{ principal: string; source: string; calls: number }>[]
}>

/** The pools of the sources that the caller administers, and whose calls run there now. */
export const connections = (call: Call, parts: Parts): Promise<Connections> =>
  administering(
    call,
    'some',
    parts,
    async ({ admin }) => {
      const sources = await Promise.all(
        admin.map(async (source) => {
          const { connection } = await parts.sources.get(source)
          const { version, load = null } = connection
          return { source, ...(version === undefined ? {} : { version }), pool: load }
        }),
      )
      const busy = parts.quota.standings().filter(({ source, used }) => used.running > 0 && admin.includes(source))
      return { sources, running: busy.map(({ principal, source, used }) => ({ principal, source, calls: used.running })) }
    },
    ({ sources }) => sources.length,
  )

/** Tries to reach a source step by step, as `sluice doctor` does. */
export const diagnose = (call: Call, parts: Parts): Promise<Readonly<{ source: string; ok: boolean; steps: readonly Step[] }>> =>
  administering(call, 'some', parts, async (reach) => {
    const source = await administered(call.source, reach, parts)
    const { connection } = await parts.sources.get(source)
    if (!connection.diagnose)
      throw new SluiceError('not_supported', `The kind of "${source}" has no diagnosis; test_query tells whether it answers.`)
    const steps = await connection.diagnose(call.signal)
    return { source, ok: steps.every(({ ok }) => ok), steps }
  })

/** `code`, `reason` and `hint` are of the step that failed, which is the last. */
export type TestStep = Readonly<{ step: string; ok: boolean; ms: number; code?: Code; reason?: string; hint?: string }>

type Tested = Readonly<{ source: string; ok: boolean; ms: number; steps: readonly TestStep[] }>

/** Goes the way of a query, step by step. `runId` is the id of the query, which is a call of its own. */
export const testQuery = (call: Call, text: string, runId: string, parts: Parts): Promise<Tested> =>
  administering(call, 'own', parts, async ({ principal }) => {
    const { source, signal } = call
    const started = performance.now()
    // What you may not use, you may not find: this one is no step.
    const grant = await parts.policy.grant(principal, source)
    const steps: TestStep[] = []
    const step = async (name: string, doing: () => unknown): Promise<boolean> => {
      const from = performance.now()
      try {
        await doing()
        steps.push({ step: name, ok: true, ms: since(from) })
        return true
      } catch (caught) {
        signal.throwIfAborted()
        const { code, message, hint } = named(caught, signal)
        steps.push({ step: name, ok: false, ms: since(from), code, reason: message, hint })
        return false
      }
    }
    const nowhere = { columns: () => undefined, batch: () => undefined }
    const ok =
      (await step('enter the limits', () => parts.quota.enter(grant)())) &&
      (await step('open the source', () => parts.sources.get(source))) &&
      (await step('answer a ping', async () => (await parts.sources.get(source)).connection.ping(signal))) &&
      (await step('know the schema', async () => (await parts.sources.get(source)).schema(signal))) &&
      (await step('run the query', () => run({ ...call, id: runId, action: 'query', text, params: [], rowsMax: 1 }, nowhere, parts)))
    return { source, ok, ms: since(started), steps }
  })
