import { checkedSettings, connectorNames } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Keyring, SourcesTable, Store } from '../store/store.ts'
import { plainOf, secretNames, unsealed } from './sealed.ts'

/**
 * How a source stands. `hidden`: the configuration has one of this name; `unreadable`: its secrets were encrypted with another key; `invalid`: its
 * settings are not those of its connector; `no_connector`: this version has none of its kind, so it is only kept.
 */
export type SourceState = 'used' | 'disabled' | 'hidden' | 'unreadable' | 'invalid' | 'no_connector'

/** A source as whoever administers may see it: what is secret is only named. */
export type SourceAbout = Readonly<{
  name: string
  connector: string
  description: string
  from: 'configuration' | 'registry'
  enabled: boolean
  state: SourceState
  /** What there is to know or to mend, where it is not in use. */
  note?: string
  settings?: Readonly<Record<string, unknown>>
  tags?: readonly string[]
  /** How it was when the catalog last looked at it; times are ISO. */
  health?: Readonly<{ ok: boolean; code?: string; at: string; synced?: string }>
  created?: string
  updated?: string
}>

/** `configured` are the names that the configuration has itself. */
export async function aboutSource(row: SourcesTable, configured: ReadonlySet<string>, keyring: Keyring): Promise<SourceAbout> {
  const { name, connector, description, created_at: created, updated_at: updated } = row
  const known = { name, connector, description, from: 'registry' as const, enabled: row.enabled === 1, created, updated }
  try {
    const secrets = secretNames(row)
    const settings = { ...plainOf(row), ...Object.fromEntries(secrets.map((key) => [key, '***'])) }
    const state = await stateOf(row, configured, keyring)
    return { ...known, settings, ...state }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { ...known, state: 'unreadable', note: `${error.message} ${error.hint}` }
  }
}

async function stateOf(row: SourcesTable, configured: ReadonlySet<string>, keyring: Keyring): Promise<Pick<SourceAbout, 'state' | 'note'>> {
  if (!connectorNames.some((name) => name === row.connector))
    return {
      state: 'no_connector',
      note: `This version has no connector of the kind ${row.connector}; the source is kept for one that has.`,
    }
  if (configured.has(row.name)) return { state: 'hidden', note: 'The configuration has a source of this name, which is used instead.' }
  const secrets = unsealed(row, keyring)
  const { wrong } = await checkedSettings(row.connector, { ...plainOf(row), ...secrets }, { folder: '/' })
  if (wrong.length > 0) return { state: 'invalid', note: wrong.map(({ key, text }) => `${key}: ${text}`).join('; ') }
  return { state: row.enabled === 1 ? 'used' : 'disabled' }
}

/** The same with what the registry knows of each beside its settings: its tags and its health. */
export async function withNotes(
  told: readonly SourceAbout[],
  { sources, health }: Pick<Store, 'sources' | 'health'>,
): Promise<readonly SourceAbout[]> {
  const [tags, seen] = await Promise.all([sources.tags(), health.all()])
  return told.map((one) => {
    const own = tags.get(one.name)
    const last = seen.get(one.name)
    return {
      ...one,
      ...(own ? { tags: own } : {}),
      ...(last
        ? {
            health: {
              ok: last.ok,
              ...(last.code === undefined ? {} : { code: last.code }),
              at: last.at,
              ...(last.syncedAt === undefined ? {} : { synced: last.syncedAt }),
            },
          }
        : {}),
    }
  })
}
