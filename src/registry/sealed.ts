import { hash } from 'node:crypto'
import type { RegisteredSource } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Keyring, SourcesTable } from '../store/store.ts'

type Values = Readonly<Record<string, unknown>>

/** What a secret belongs to: put into another source or another setting it can no longer be read. */
const placeOf = (name: string, setting: string): string => `${name}.${setting}`

/** The secrets of a source as they are kept, or null where it has none. */
export function sealed(name: string, secrets: Readonly<Record<string, string>>, keyring: Keyring): string | null {
  const all = Object.entries(secrets).map(([setting, text]) => [setting, keyring.encrypt(text, placeOf(name, setting))])
  return all.length === 0 ? null : JSON.stringify(Object.fromEntries(all))
}

/** The secrets of a source in plain text. Throws `config_invalid`, which tells nothing of them. */
export function unsealed({ name, secrets }: SourcesTable, keyring: Keyring): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(secrets ?? '{}')).map(([setting, text]) => [setting, keyring.decrypt(String(text), placeOf(name, setting))]),
  )
}

/** The settings that may be shown. */
export const plainOf = ({ settings }: SourcesTable): Values => objectOf(settings)

/** Which settings of a source are secret. */
export const secretNames = ({ secrets }: SourcesTable): readonly string[] => Object.keys(objectOf(secrets ?? '{}'))

function objectOf(text: string): Values {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values
  } catch {
    // Told below: the parser's own message would quote the text.
  }
  throw new SluiceError('config_invalid', 'A source of the registry is not in a form that this Sluice knows.', {
    hint: 'Remove it and register it again.',
  })
}

/** A row as the configuration takes it. What cannot be read is told as its problem, so that the others can be used. */
export function registeredFrom(row: SourcesTable, keyring: Keyring): RegisteredSource {
  const { name, connector, description } = row
  const known = { name, connector, description, enabled: row.enabled === 1 }
  try {
    return { ...known, settings: { ...plainOf(row), ...(known.enabled ? unsealed(row, keyring) : {}) } }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { ...known, settings: {}, problem: `${error.message} ${error.hint}` }
  }
}

/** What tells one state of the registered sources from another; '' where there are none. */
export const versionOf = (rows: readonly SourcesTable[]): string =>
  rows.length === 0
    ? ''
    : hash(
        'sha256',
        JSON.stringify(
          rows.map(({ name, connector, description, settings, secrets, enabled }) => [
            name,
            connector,
            description,
            settings,
            secrets,
            enabled,
          ]),
        ),
        'hex',
      ).slice(0, 32)
