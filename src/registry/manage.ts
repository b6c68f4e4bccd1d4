import { administering, type Reach } from '../administer.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { connectors } from '../source/manifest.ts'
import type { Told } from '../source/source.ts'
import type { SourcesTable } from '../store/store.ts'
import { aboutSource, type SourceAbout, withNotes } from './about.ts'
import {
  addSource,
  changeSource,
  fitting,
  type Keeping,
  mustBeName,
  named,
  removeSource,
  rowOf,
  type SourcePatch,
  type WantedSource,
} from './keep.ts'
import { sealed } from './sealed.ts'
import { type Tried, trySource } from './try.ts'

/** What a change came to; `note` says why the gateway does not use it yet. */
export type Registered = Readonly<{ source: SourceAbout; note?: string }>

/** Paths name files of the gateway's machine, and whoever administers sources from afar need not be one who may read those. */
const fromAfar = { folder: '/', paths: false }

const AT_ONCE = 100

/** Every source there is, those of the configuration too. */
export const listSources = (call: Call, parts: Parts): Promise<readonly SourceAbout[]> =>
  managing(call, parts, false, async (keeping) => {
    const rows = await keeping.book.all()
    const mine = configured(parts)
    const told: SourceAbout[] = []
    for (const [i, row] of rows.entries()) {
      // Each opens its secrets; others are served in between.
      if (i % AT_ONCE === AT_ONCE - 1) await new Promise(setImmediate)
      told.push(await aboutSource(row, mine, keeping.keyring))
    }
    const all = [...[...mine].map((name) => aboutConfigured(name, parts)), ...told].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    return withNotes(all, await parts.store())
  })

/** Registers a source and lets new calls use it. Throws `field_invalid`, `config_invalid` for a key that is not the registry's. */
export const registerSource = (call: Call, wanted: WantedSource, parts: Parts): Promise<Registered> =>
  managing(call, parts, true, async (keeping, { principal }) => {
    if (configured(parts).has(wanted.name))
      throw new SluiceError('field_invalid', `The configuration has a source named "${wanted.name}" already.`, {
        hint: 'Choose another name.',
      })
    return used(await addSource(wanted, fromAfar, keeping, principal.name), keeping, parts)
  })

/** Changes a source and lets new calls use it as it is then; what runs in it ends as it began. */
export const patchSource = (call: Call, name: string, patch: SourcePatch, parts: Parts): Promise<Registered> =>
  managing(call, parts, true, async (keeping) => {
    mustBeRegistered(name, await keeping.book.all(), parts)
    return used(await changeSource(name, patch, fromAfar, keeping), keeping, parts)
  })

/** Removes a source; new calls do not find it, what runs in it ends as it began. */
export const unregisterSource = (call: Call, name: string, parts: Parts): Promise<Readonly<{ note?: string }>> =>
  managing(call, parts, true, async (keeping) => {
    mustBeRegistered(name, await keeping.book.all(), parts)
    const places = namedBy(name, parts)
    if (places.length > 0)
      throw new SluiceError('field_invalid', `The configuration speaks of "${name}" in ${places.join(', ')}.`, {
        hint: 'Take it out there first, or disable the source.',
      })
    await removeSource(name, keeping)
    return refreshed(parts)
  })

/** Tries to reach a source step by step, one of the configuration too. `told` hears each step when it is done. */
export const testSource = (call: Call, name: string, told: Told, parts: Parts): Promise<Tried> =>
  managing(call, parts, false, async (keeping, { principal }) => {
    if (!configured(parts).has(name))
      return trySource(mustBeRegistered(name, await keeping.book.all(), parts), keeping.keyring, call.signal, told)
    await parts.now().policy.grant(principal, name)
    const { connection } = await parts.now().sources.get(name)
    const steps = (await connection.diagnose?.(call.signal, told)) ?? []
    return { source: name, ok: steps.every(({ ok }) => ok), steps }
  })

/** Tries to reach a source that is not registered yet, with a connection of its own; nothing is kept. Throws `field_invalid` for settings that do not fit. */
export const tryNewSource = (call: Call, wanted: WantedSource, told: Told, parts: Parts): Promise<Tried> =>
  managing(call, parts, false, async ({ keyring }) => {
    mustBeName(wanted.name)
    const { plain, secret } = await fitting(wanted.connector, wanted.settings, fromAfar)
    return trySource(rowOf(wanted, plain, sealed(wanted.name, secret, keyring)), keyring, call.signal, told)
  })

/** A kind of source, with the settings that can be given from afar. */
export type ConnectorAbout = Readonly<{
  name: string
  dialect: string
  settings: readonly Readonly<{
    key: string
    type: string
    doc: string
    secret: boolean
    required: boolean
    default?: unknown
    values?: readonly string[]
  }>[]
  /** Settings that only the command line may give, because they name files of the gateway's machine. */
  files: readonly string[]
}>

/** Every kind of source that there is. */
export const listConnectors = (call: Call, parts: Parts): Promise<readonly ConnectorAbout[]> =>
  managing(call, parts, false, async () =>
    Promise.all(
      Object.entries(connectors).map(async ([name, load]) => {
        const { dialect, settings } = await load()
        const all = Object.entries(settings)
        const told = all
          .filter(([, { type }]) => type !== 'path')
          .map(([key, { type, doc, secret = false, required = false, default: standard, values }]) => ({
            ...{ key, type, doc, secret, required },
            ...(standard === undefined ? {} : { default: standard }),
            ...(values ? { values } : {}),
          }))
        return { name, dialect, settings: told, files: all.filter(([, { type }]) => type === 'path').map(([key]) => key) }
      }),
    ),
  )

/** One recorded call of somebody who administers every source. */
const managing = <T>(call: Call, parts: Parts, changes: boolean, doing: (keeping: Keeping, reach: Reach) => Promise<T>): Promise<T> =>
  administering(
    call,
    'whole',
    parts,
    async (reach) => {
      const { groups } = reach.principal.scope ?? {}
      if (groups && !groups.includes('admin'))
        throw new SluiceError('tool_refused', 'Your credential is narrowed to other groups of tools than "admin".')
      return doing({ book: (await parts.store()).sources, keyring: parts.keyring }, reach)
    },
    () => 1,
    changes ? 'admin' : 'show',
  )

const configured = (parts: Parts): ReadonlySet<string> => {
  const registered = new Set(parts.control.registered())
  return new Set(parts.now().sources.names.filter((name) => !registered.has(name)))
}

function aboutConfigured(name: string, parts: Parts): SourceAbout {
  const { connector, description } = parts.now().sources.about(name)!
  return { name, connector, description, from: 'configuration', enabled: true, state: 'used' }
}

function mustBeRegistered(name: string, rows: readonly SourcesTable[], parts: Parts): SourcesTable {
  if (!configured(parts).has(name)) return named(name, rows)
  const own = rows.find((row) => row.name === name)
  if (own) return own
  throw new SluiceError('not_supported', `The source "${name}" is one of the configuration.`, {
    hint: 'Change it in the configuration file.',
  })
}

/** What would be wrong with the configuration if a source were gone: a rule for one that does not exist protects nothing. */
function namedBy(name: string, parts: Parts): readonly string[] {
  const roles = Object.entries(parts.policy.roles()).filter(([, role]) => Object.hasOwn(role.sources, name))
  const keys = parts.auth.keys.list('operator').filter(({ from, sources }) => from === 'configuration' && sources?.includes(name))
  return [...roles.map(([role]) => `the role ${role}`), ...keys.map((key) => `the key ${key.name}`)]
}

async function used(row: SourcesTable, { keyring }: Keeping, parts: Parts): Promise<Registered> {
  const note = await refreshed(parts)
  return { source: await aboutSource(row, configured(parts.now()), keyring), ...note }
}

/** The registry has it already: what keeps the gateway from using it is told and undoes nothing. */
async function refreshed(parts: Parts): Promise<Readonly<{ note?: string }>> {
  try {
    await parts.control.refresh()
    return {}
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { note: `The gateway goes on as it was: ${error.message}` }
  }
}
