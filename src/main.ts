import { join } from 'node:path'
import { openAudit, openTrail } from './audit/audit.ts'
import { openAuth } from './auth/auth.ts'
import { openCache } from './cache/cache.ts'
import { type Config, configOf, loadConfig } from './config/config.ts'
import { openConfirmations } from './confirm/confirm.ts'
import { demoFolder, demoText } from './demo/demo.ts'
import { SluiceError } from './error.ts'
import type { Control, Parts } from './gateway.ts'
import type { Journal } from './journal/journal.ts'
import { limits } from './limits.ts'
import { openLog } from './log/log.ts'
import { plans } from './plans.ts'
import { maskKey, openPolicy } from './policy/policy.ts'
import { openQuota } from './quota/quota.ts'
import { openSources } from './source/sources.ts'
import { dialects } from './sql/sql.ts'
import { openWatch } from './watch/watch.ts'

export type Opened = Readonly<{ parts: Parts; close(): Promise<void> }>

/** The configuration of a file, of the file that is found, or of the demo. Throws `config_invalid`. */
export function configFor(wanted: Readonly<{ file?: string | undefined; demo?: boolean | undefined }>): Promise<Config> {
  if (wanted.demo) return configOf(join(demoFolder(), 'sluice.yaml'), demoText(), process.env)
  return loadConfig(wanted.file, process.env)
}

/**
 * Ties the parts together: the only place that knows every concrete thing. Opens nothing that a call does not need yet. `log` receives
 * what only the operator can mend; a command that shows its own errors leaves it out.
 */
export function openParts(config: Config, log: (line: string) => void = () => {}): Opened {
  const named = Object.entries(config.sources)
  const audit = openAudit({ folder: config.audit.path })
  const sources = openSources(config.sources)
  let key: string | undefined
  const parts: Parts = {
    audit,
    auth: openAuth({ keys: config.keys, local: config.local }),
    cache: openCache({ bytesMax: limits.cacheBytesMax, ttlMs: new Map(named.map(([name, { cacheTtlMs }]) => [name, cacheTtlMs])) }),
    dialects: dialects(async () => (await import('./source/duckdb.ts')).duckdbParser()),
    log: openLog(log),
    maskKey: () => (key ??= maskKey(config.masks.keyFile)),
    plans: plans(),
    policy: openPolicy({ roles: config.roles, sources: new Map(named.map(([name, { dialect }]) => [name, dialect])) }),
    quota: openQuota(),
    sources,
    confirmations: openConfirmations(),
    journal: noJournal,
    trail: openTrail(config.audit.path),
    watch: openWatch({ slowMs: config.watch.slowMs, folder: config.audit.path }),
    control: noControl,
    now: () => parts,
  }
  return {
    parts,
    async close() {
      try {
        await sources.close()
        // Calls that this has ended tell the audit how they ended in the turns that follow.
        await new Promise(setImmediate)
      } finally {
        await audit.close()
      }
    },
  }
}

const none = (): never => {
  throw new SluiceError('not_supported', 'This is not built yet.')
}
const noJournal: Journal = { begin: none, end: none, find: none, list: none }
const noControl: Control = {
  reload: none,
  clearCaches: none,
  about: () => [],
  exposure: { host: '127.0.0.1', port: 0, keys: 0, local_roles: [], oidc: false, conformance: false },
}
