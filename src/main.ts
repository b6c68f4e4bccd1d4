import { join } from 'node:path'
import { openAudit, openTrail } from './audit/audit.ts'
import { openKeyStore } from './auth/auth.ts'
import { type Config, configOf, loadConfig, withRegistered } from './config/config.ts'
import { openConfirmations } from './confirm/confirm.ts'
import { demoFolder, demoText } from './demo/demo.ts'
import { openFinder } from './finder/finder.ts'
import type { Parts } from './gateway.ts'
import { openJournal } from './journal/journal.ts'
import { openLog } from './log/log.ts'
import { openControl } from './main/control.ts'
import { knowing, type OpenFindings, openFindings } from './main/findings.ts'
import { checkRoles, type Hands, handsOf } from './main/hands.ts'
import { lookInRegistry, outdated, registeringAnyway } from './main/registered.ts'
import { registryOf } from './main/registry.ts'
import { plans } from './plans.ts'
import { maskKey } from './policy/policy.ts'
import { openQuota } from './quota/quota.ts'
import { dialects } from './sql/sql.ts'
import { openWatch } from './watch/watch.ts'

export type Opened = Readonly<{ parts: Parts; close(): Promise<void> }>

/**
 * The configuration of a file, of the file that is found, or of the demo, with the sources that are registered; without them for who is
 * `registering`. Throws `config_invalid`.
 */
export function configFor(
  wanted: Readonly<{ file?: string | undefined; demo?: boolean | undefined; registering?: boolean | undefined }>,
): Promise<Config> {
  const look = wanted.registering ? registeringAnyway : lookInRegistry()
  if (wanted.demo) return configOf(join(demoFolder(), 'sluice.yaml'), demoText(), process.env, look)
  return loadConfig(wanted.file, process.env, look)
}

/**
 * Ties the parts together: the only place that knows every concrete thing. Opens nothing that a call does not need yet. `log` receives
 * what only the operator can mend; a command that shows its own errors leaves it out.
 */
export function openParts(config: Config, log: (line: string) => void = () => {}, read?: () => Promise<Config>): Opened {
  const audit = openAudit({ folder: config.audit.path })
  const store = openKeyStore(join(config.state, 'keys.json'))
  const remembered = plans()
  const registry = registryOf(config)
  const told = openLog(log)
  const findings = openFindings(registry.store, told)
  let key: string | undefined
  let hands = handsOf(config, store, findings)
  const use = (next: Config) => {
    const before = hands
    const made = handsOf(next, store, findings, before)
    checkRoles(made)
    hands = made
    parts = partsOf(lasting, hands, findings)
    before.sources.yield(hands.sources)
  }
  const lasting: Lasting = {
    audit,
    dialects: dialects(async () => (await import('./source/duckdb.ts')).duckdbParser()),
    finder: openFinder({ folder: join(config.state, 'search') }),
    log: told,
    maskKey: () => (key ??= maskKey(config.masks.keyFile)),
    plans: remembered,
    quota: openQuota(),
    confirmations: openConfirmations(),
    journal: openJournal({
      folder: join(config.state, 'changes'),
      keyFile: join(config.state, 'change.key'),
      key: config.encryption.key,
      keepDays: config.changes.keepDays,
    }),
    trail: openTrail(config.audit.path),
    store: registry.store,
    storeIfAny: registry.storeIfAny,
    keyring: registry.keyring,
    watch: openWatch({ slowMs: config.watch.slowMs, folder: config.audit.path }),
    control: openControl({
      plans: remembered,
      findings,
      store,
      current: () => hands,
      read: read ?? (() => configAgain(config, () => hands.config)),
      reread: () =>
        withRegistered(
          hands.config,
          lookInRegistry(() => hands.config),
        ),
      use,
      outdated: outdated(() => hands.config, registry.store, told),
    }),
    now: () => parts,
  }
  let parts = partsOf(lasting, hands, findings)
  return {
    parts,
    async close() {
      store.close()
      try {
        await hands.sources.close()
        // Calls that this has ended tell the audit how they ended in the turns that follow.
        await new Promise(setImmediate)
        await registry.close()
      } finally {
        await audit.close()
      }
    },
  }
}

/** What stays as it is while configurations come and go. */
type Lasting = Omit<Parts, 'auth' | 'cache' | 'policy' | 'sources' | 'catalog' | 'bank' | 'ask' | 'embedding' | 'llm' | 'chat' | 'findings'>

/** What a model is shown and told. */
const modelShown = ({ llm: { examples, rowsShown, advise } }: Config) => ({ examples, rowsShown, advise })

/** The configuration keeps the names that its users know. */
const modes = { lightweight: 'client', standalone: 'standalone', 'built-in': 'built-in', unsaid: undefined } as const

const partsOf = (lasting: Lasting, { auth, cache, policy, sources, embedding, llm, config }: Hands, findings: OpenFindings): Parts => {
  const masked = config.masks.detected === 'until_decided'
  return {
    ...lasting,
    auth,
    cache,
    policy: masked ? knowing(policy, findings) : policy,
    sources,
    catalog: config.catalog,
    bank: config.bank,
    ask: { mode: modes[config.llm.mode ?? 'unsaid'], ...config.ask, ...modelShown(config) },
    embedding,
    llm,
    chat: config.chat,
    findings: {
      masked,
      changed: findings.changed,
      async known() {
        if (!masked) return undefined
        await findings.ready()
        return findings
      },
    },
  }
}

/** The same configuration as it is now: the file, `.env`, the environment and the registry. */
const configAgain = ({ file }: Config, before: () => Config): Promise<Config> => loadConfig(file, process.env, lookInRegistry(before))
