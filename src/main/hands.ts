import { isDeepStrictEqual } from 'node:util'
import { type KeyStore, type OpenAuth, openAuth, openOidc, type Tokens } from '../auth/auth.ts'
import { type OpenCache, openCache } from '../cache/cache.ts'
import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { limits } from '../limits.ts'
import { type Ledger, type Llm, openEmbedder, openLedger, openLlm } from '../llm/llm.ts'
import { type Findings, type OpenPolicy, openPolicy, predefinedRoles } from '../policy/policy.ts'
import type { Principal } from '../principal.ts'
import { type OpenSources, openSources } from '../source/sources.ts'

/** The hands that are as one configuration says. */
export type Hands = Readonly<{
  config: Config
  auth: OpenAuth
  tokens: Tokens | undefined
  cache: OpenCache
  policy: OpenPolicy
  sources: OpenSources
  embedding: Parts['embedding']
  /** Undefined where no provider is named. */
  llm: Llm | undefined
  ledger: Ledger
}>

/** Makes the hands of a configuration. What is the same as `before` is taken over, so that a reload costs nothing that it does not change. */
export function handsOf(config: Config, store: KeyStore, findings: Findings, before?: Hands): Hands {
  const named = Object.entries(config.sources)
  const sameTokens = before && isDeepStrictEqual(before.config.oidc, config.oidc)
  const tokens = sameTokens ? before.tokens : config.oidc && openOidc(config.oidc)
  const known = { roles: [...predefinedRoles, ...Object.keys(config.roles)], sources: named.map(([name]) => name) }
  // Another database of the same name must not answer with what the old one held.
  const sameSources = before && isDeepStrictEqual(before.config.sources, config.sources)
  // What was spent today stays spent, whatever the configuration says now.
  const ledger = before?.ledger ?? openLedger()
  const sameLlm = before && isDeepStrictEqual(before.config.llm, config.llm)
  const sameEmbeddings = before && isDeepStrictEqual(before.config.embeddings, config.embeddings)
  return {
    config,
    ledger,
    embedding: sameEmbeddings ? before.embedding : embeddingOf(config),
    llm: sameLlm ? before.llm : llmOf(config.llm, ledger),
    tokens,
    auth: openAuth({ keys: config.keys, local: config.local, store, ...(tokens ? { tokens } : {}), known, below }),
    cache: sameSources
      ? before.cache
      : openCache({ bytesMax: limits.cacheBytesMax, ttlMs: new Map(named.map(([name, { cacheTtlMs }]) => [name, cacheTtlMs])) }),
    policy: openPolicy(policySetting(config, findings)),
    sources: before ? before.sources.renewed(config.sources) : openSources(config.sources),
  }
}

/** What policy is made of; another policy that differs in its roles only is made of the same. */
export function policySetting(config: Config, findings: Findings | undefined): Parameters<typeof openPolicy>[0] {
  const named = Object.entries(config.sources)
  return {
    roles: config.roles,
    sources: new Map(named.map(([name, { dialect }]) => [name, dialect])),
    ceiling: config.limits,
    identities: new Map(named.flatMap(([name, { identity }]) => (identity ? [[name, identity]] : []))),
    findings: config.masks.detected === 'until_decided' ? findings : undefined,
  }
}

/**
 * Throws `config_invalid` for a role that no caller could use, such as a row rule in which an attribute could become SQL: policy finds that
 * out only when it is asked, and then it is too late to keep the configuration that worked.
 */
export function checkRoles({ config, policy }: Pick<Hands, 'config' | 'policy'>, roles = Object.keys(config.roles)): void {
  const everybody: Principal = { name: '', via: 'local', roles, attributes: {} }
  for (const source of Object.keys(config.sources)) {
    try {
      policy.grant(everybody, source)
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'config_invalid') throw error
    }
  }
}

/** Of the predefined roles each gives all that those before it give. */
const below = (role: string): readonly string[] => predefinedRoles.slice(0, Math.max(0, predefinedRoles.indexOf(role)))

const embeddingOf = ({ embeddings, llm }: Config): Parts['embedding'] => {
  if (!embeddings) return undefined
  const { weight, ...setting } = embeddings
  return { embedder: openEmbedder({ ...setting, timeoutMs: llm.timeoutMs }), weight }
}

const llmOf = ({ provider, ...setting }: Config['llm'], ledger: Ledger): Llm | undefined =>
  provider === undefined ? undefined : openLlm({ provider, ...setting }, ledger)
