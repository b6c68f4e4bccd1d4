import type { Call } from '../call.ts'
import { named } from '../error.ts'
import { listSources, recorded } from '../explore.ts'
import type { Parts } from '../gateway.ts'

/** A source as clients of the predecessor's chat know one. */
export type Datasource = Readonly<{ id: string; name: string; description: string; icon: string; enabled: boolean }>

export type DatasourceTest = Readonly<{
  datasource: string
  connected: boolean
  message: string
  details: Readonly<{ tools_count: number }>
}>

const PING_MS_MAX = 5_000

/** Pictures of kinds of sources that are not databases. */
const icons: Readonly<Record<string, string>> = { s3: 'bucket', jira: 'ticket', shopify: 'shop', duckdb: 'file' }

/** The sources that the caller may use, and no others. */
export const datasources = async (call: Call, parts: Parts): Promise<readonly Datasource[]> =>
  (await listSources(call, parts)).map(({ name, kind, description }) => ({
    id: name,
    name,
    description,
    icon: icons[kind] ?? 'database',
    enabled: true,
  }))

/** Whether a source answers. One that the caller may not use is as unknown as one that does not exist. `tools` counts those of a principal. */
export const testDatasource = (
  call: Call,
  parts: Parts,
  tools: (principal: Parameters<Parts['policy']['actions']>[0]) => number,
): Promise<DatasourceTest> =>
  recorded(
    call,
    parts,
    () => 1,
    async (entry, principal) => {
      entry.identified(principal)
      const { source } = call
      const leave = parts.quota.enter(await parts.policy.grant(principal, source))
      try {
        await entry.intend(principal, { sql: call.text, kind: 'show', tables: [], policies: [], params: 0 })
        const details = { tools_count: tools(principal) }
        const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PING_MS_MAX)])
        try {
          await (await parts.sources.get(source)).connection.ping(signal)
          return { datasource: source, connected: true, message: 'The source answers.', details }
        } catch (caught) {
          call.signal.throwIfAborted()
          const late = `It did not answer within ${PING_MS_MAX / 1000} s.`
          return { datasource: source, connected: false, message: signal.aborted ? late : named(caught, signal).message, details }
        }
      } finally {
        leave()
      }
    },
  )
