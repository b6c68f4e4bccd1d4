import { isDeepStrictEqual } from 'node:util'
import type { Config, LookInRegistry, RegisteredSource } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Log } from '../log/log.ts'
import { plainOf, registeredFrom, versionOf } from '../registry/sealed.ts'
import { openKeyring } from '../store/keyring.ts'
import { peekSources, registryState } from '../store/peek.ts'
import type { SourcesTable, Store } from '../store/store.ts'

/** Encrypts what is secret in the registry of a configuration. */
export const keyringOf = ({ encryption }: Pick<Config, 'encryption'>) => openKeyring(encryption)

/**
 * Tells a configuration of the sources that are registered. `before` is the one in use, if any: what it could read and this one cannot is taken
 * over from it, so that neither a registry that is away nor a key that was just rotated takes a source from those who use it.
 */
export const lookInRegistry =
  (before?: () => Config): LookInRegistry =>
  async (place) => {
    try {
      const rows = await peekSources(place.registry)
      const keyring = keyringOf(place)
      const sources = rows.map((row) => {
        const read = registeredFrom(row, keyring)
        return read.problem === undefined ? read : (stillGood(row, before?.()) ?? read)
      })
      return { sources, version: versionOf(rows) }
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      const known = before?.()
      const problem = `${error.message} ${error.hint}`
      if (!known) return { sources: undefined, version: '', problem: `${problem} Registered sources are left out until then.` }
      const sources = known.registered.names.map((name) => asRegistered(name, known)!)
      return { sources, version: known.registered.version, problem: `${problem} Registered sources stay as they were.` }
    }
  }

/** For commands that register sources: what roles of the file say of those that are not there yet is no mistake. */
export const registeringAnyway: LookInRegistry = async () => ({ sources: undefined, version: '' })

function stillGood(row: SourcesTable, before: Config | undefined): RegisteredSource | undefined {
  const known = before && asRegistered(row.name, before)
  if (!known || known.connector !== row.connector) return undefined
  const same = Object.entries(plainOf(row)).every(([key, value]) => isDeepStrictEqual(known.settings[key], value))
  return same ? { ...known, description: row.description, enabled: row.enabled === 1 } : undefined
}

function asRegistered(name: string, { sources, registered }: Config): RegisteredSource | undefined {
  if (!registered.names.includes(name)) return undefined
  const { connector, description, settings, cacheTtlMs, schemaTtlMs, identity } = sources[name]!
  const { role, settings: own = {}, login } = identity ?? {}
  const all = {
    ...settings,
    cache_ttl_ms: cacheTtlMs,
    schema_ttl_ms: schemaTtlMs,
    // Without it every caller would be the shared user.
    ...(role === undefined ? {} : { 'identity.role': role }),
    ...Object.fromEntries(Object.entries(own).map(([key, text]) => [`identity.settings.${key}`, text])),
    ...(login ? { 'identity.login.user': login.user, 'identity.login.password': login.password } : {}),
  }
  return { name, connector, description, settings: all, enabled: true }
}

/** How often a registry in PostgreSQL is asked; the state of a file costs nothing. */
const ASK_MS = 5_000
/** After this one is told again of a change that could not be taken in, so that nobody is told of it each second. */
const AGAIN_MS = 60_000

/** Answers whether the registered sources are others than those of the configuration in use. A registry that is away is told once and changes nothing. */
export function outdated(current: () => Config, store: () => Promise<Store>, log: Log): () => Promise<boolean> {
  let seen: string | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let waiting: { version: string; since: number } | undefined
  let failing = false
  const isNew = (version: string): boolean => {
    if (version === current().registered.version) waiting = undefined
    else if (waiting?.version !== version || performance.now() - waiting.since > AGAIN_MS) {
      waiting = { version, since: performance.now() }
      return true
    }
    return false
  }
  return async () => {
    const { registry } = current()
    const state = registryState(registry)
    if (waiting && isNew(waiting.version)) return true
    if (state === undefined ? performance.now() - askedAt < ASK_MS : state === seen) return false
    askedAt = performance.now()
    try {
      const rows = state === undefined ? await (await store()).sources.all() : await peekSources(registry)
      seen = state
      failing = false
      return isNew(versionOf(rows))
    } catch (error) {
      if (!failing) log.failed(undefined, undefined, error)
      failing = true
      return false
    }
  }
}
