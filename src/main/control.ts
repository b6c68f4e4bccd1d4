import { isDeepStrictEqual } from 'node:util'
import type { KeyStore } from '../auth/auth.ts'
import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Control } from '../gateway.ts'
import type { OpenPlans } from '../plans.ts'
import type { Findings } from '../policy/policy.ts'
import type { Hands } from './hands.ts'
import { openPolicyFile } from './policy-file.ts'

type Setting = Readonly<{
  plans: OpenPlans
  findings: Findings
  store: KeyStore
  /** The hands in use. */
  current(): Hands
  /** Reads the configuration again; throws `config_invalid`. */
  read(): Promise<Config>
  /** The configuration in use with the registered sources as they are now. */
  reread(): Promise<Config>
  /** Lets new calls use the hands of another configuration. */
  use(config: Config): void
  /** Whether the registered sources are others than those in use. */
  outdated(): Promise<boolean>
}>

/** What is fixed when the process starts, by the name of its key. */
const fixed: Readonly<Record<string, (config: Config) => unknown>> = {
  'server.host': ({ server }) => server.host,
  'server.port': ({ server }) => server.port,
  'server.allowed_hosts': ({ server }) => server.allowedHosts,
  'server.allowed_origins': ({ server }) => server.allowedOrigins,
  'server.body_bytes_max': ({ server }) => server.bodyBytesMax,
  'server.import_bytes_max': ({ server }) => server.importBytesMax,
  'server.ws': ({ server }) => server.ws,
  'server.public_url': ({ server }) => server.publicUrl,
  'server.sse_path': ({ server }) => server.ssePath,
  'server.messages_path': ({ server }) => server.messagesPath,
  'server.reload': ({ server }) => server.reload,
  'server.groups': ({ server }) => server.groups,
  state: ({ state }) => state,
  'masks.key_file': ({ masks }) => masks.keyFile,
  'audit.path': ({ audit }) => audit.path,
  'changes.keep_days': ({ changes }) => changes.keepDays,
  'watch.slow_ms': ({ watch }) => watch.slowMs,
  registry: ({ registry }) => registry,
  ENCRYPTION_KEY: ({ encryption }) => encryption,
  'catalog.sync_minutes': ({ catalog }) => catalog.syncMs,
  'catalog.look_hours': ({ catalog }) => catalog.lookMs,
}

/** The operator's hand on a running gateway. Reloads come one after the other. */
export function openControl({ plans, findings, store, current, read, reread, use, outdated }: Setting): Control {
  const started = current().config
  let last: Promise<unknown> = Promise.resolve()
  let serving: Parameters<Control['serving']>[0] = { host: started.server.host, port: started.server.port, conformance: false }
  const reload = async () => {
    const next = await read()
    const { config } = current()
    // Somebody is writing it just now, or the disk was full: it must not take everything away from everybody.
    if (saysNothing(next) && !saysNothing(config))
      throw new SluiceError('config_invalid', 'The configuration file is empty, so the configuration in use stays.')
    use(next)
    return {
      changed: changesOf(config, next),
      needs_restart: Object.entries(fixed).flatMap(([key, of]) => (isDeepStrictEqual(of(started), of(next)) ? [] : [key])),
    }
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    reload: () => inTurn(reload),
    refresh: () =>
      inTurn(async () => {
        const next = await reread()
        const { config } = current()
        use(next)
        return changesOf(config, next)
      }),
    policy: openPolicyFile({ current, findings, reload, inTurn }),
    clearCaches: () => ({ results: current().cache.clear(), plans: plans.clear(), schemas: current().sources.forget() }),
    outdated,
    serving(at) {
      serving = at
    },
    about: () => current().config.told,
    warnings: () => current().config.warnings,
    registered: () => current().config.registered.names,
    get exposure() {
      const { config } = current()
      return {
        host: serving.host,
        port: serving.port,
        keys:
          config.keys.length +
          store.list().filter(({ revoked, expires }) => revoked === undefined && !(expires && expires <= Date.now())).length,
        local_roles: config.local.roles,
        oidc: config.oidc !== undefined,
        conformance: serving.conformance,
      }
    },
  }
}

/** True for a file that sets nothing. */
const saysNothing = ({ told }: Config): boolean => told.every(({ from }) => from !== 'file')

/** What differs, as `sources.shop`, `roles.support` or the name of a whole block. */
function changesOf(before: Config, after: Config): readonly string[] {
  const named = (['sources', 'roles'] as const).flatMap((block) => {
    const names = new Set([...Object.keys(before[block]), ...Object.keys(after[block])])
    return [...names].filter((name) => !isDeepStrictEqual(before[block][name], after[block][name])).map((name) => `${block}.${name}`)
  })
  const fixedOnes = Object.entries(fixed).flatMap(([key, of]) => (isDeepStrictEqual(of(before), of(after)) ? [] : [key]))
  const blocks = (['limits', 'keys', 'local', 'oidc', 'llm', 'bank', 'embeddings', 'ask', 'chat'] as const).filter(
    (block) => !isDeepStrictEqual(before[block], after[block]),
  )
  const detected = before.masks.detected === after.masks.detected ? [] : ['masks.detected']
  return [...fixedOnes, ...named, ...blocks, ...detected]
}
