import { checkedSettings, connectorNames, sourceName, type WrongSetting } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import type { Keyring, SourceBook, SourcesTable } from '../store/store.ts'
import { plainOf, sealed, secretNames, unsealed } from './sealed.ts'

/** Where registered sources are kept, and what encrypts their secrets. */
export type Keeping = Readonly<{ book: SourceBook; keyring: Keyring }>

/** A source that somebody wants registered. `settings` are as they were given, secrets among them. */
export type WantedSource = Readonly<{
  name: string
  connector: string
  description: string
  settings: Readonly<Record<string, unknown>>
  enabled: boolean
  tags?: readonly string[]
}>

/** How settings are to be read: paths from `folder`, or not at all; numbers from text as a command line gives them. */
export type Reading = Readonly<{ folder: string; asText?: boolean; paths?: boolean }>

/** What changes; what is left out stays. A setting that is null goes back to its default. */
export type SourcePatch = Readonly<{
  description?: string | undefined
  enabled?: boolean | undefined
  settings?: Readonly<Record<string, unknown>> | undefined
}>

/** Sources that are registered at most. */
export const SOURCES_MAX = 10_000
export const DESCRIPTION_MAX = 2_000

/** Registers one source. Throws `field_invalid` for a name that is taken or settings that its connector does not know, and then nothing has changed. */
export async function addSource(
  wanted: WantedSource,
  reading: Reading,
  { book, keyring }: Keeping,
  by = 'operator',
): Promise<SourcesTable> {
  mustBeName(wanted.name)
  mustBeDescription(wanted.description)
  const { plain, secret } = await fitting(wanted.connector, wanted.settings, reading)
  return book.change((known) => {
    if (known.some(({ name }) => name === wanted.name))
      throw new SluiceError('field_invalid', `A source named "${wanted.name}" is registered already.`, {
        hint: 'Choose another name, or change that one.',
      })
    mustFit(known, 1)
    mustBeTheKey(known, secret, keyring)
    const row = rowOf(wanted, plain, sealed(wanted.name, secret, keyring))
    const { tags = [] } = wanted
    return { write: [row], tags: tags.length > 0 ? [{ source: wanted.name, tags, by, at: row.updated_at }] : [], value: row }
  })
}

/** Changes one source. Throws as `addSource`, or `source_unknown`. */
export async function changeSource(name: string, patch: SourcePatch, reading: Reading, { book, keyring }: Keeping): Promise<SourcesTable> {
  if (patch.description !== undefined) mustBeDescription(patch.description)
  const before = named(name, await book.all())
  if (patch.enabled && !connectorNames.some((known) => known === before.connector))
    throw new SluiceError('not_supported', `This version has no connector of the kind ${before.connector}, so the source cannot be used.`)
  const settings = patch.settings && (await patched(before, patch.settings, reading, keyring))
  return book.change((known) => {
    const row = named(name, known)
    // What was checked must be what is changed.
    if (row.settings !== before.settings || row.secrets !== before.secrets || row.connector !== before.connector) throw meanwhile(name)
    if (settings)
      mustBeTheKey(
        known.filter((one) => one !== row),
        settings.secret,
        keyring,
      )
    const next: SourcesTable = {
      ...row,
      description: patch.description ?? row.description,
      enabled: patch.enabled === undefined ? row.enabled : patch.enabled ? 1 : 0,
      ...(settings ? { settings: JSON.stringify(settings.plain), secrets: sealed(name, settings.secret, keyring) } : {}),
      updated_at: new Date().toISOString(),
    }
    return { write: [next], value: next }
  })
}

/** Removes a source with what was seen in it; what people have written of it stays, for one of the same name may come back. */
export const removeSource = (name: string, { book }: Pick<Keeping, 'book'>): Promise<void> =>
  book.change((known) => ({ remove: [named(name, known).name], value: undefined }))

async function patched(row: SourcesTable, wanted: Readonly<Record<string, unknown>>, reading: Reading, keyring: Keyring) {
  const left = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(wanted, key)))
  // Those that are all said anew need not be read: that is how one mends a source whose key is lost.
  const secrets = secretNames(row).every((key) => Object.hasOwn(wanted, key)) ? {} : left(unsealed(row, keyring))
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null))
  const said = await fitting(row.connector, given, reading, false)
  return fitting(row.connector, { ...left(plainOf(row)), ...secrets, ...said.plain, ...said.secret }, { folder: reading.folder })
}

/** Settings that fit their connector; throws `field_invalid` that names each that does not. `whole` false lets some be missing. */
export async function fitting(connector: string, settings: Readonly<Record<string, unknown>>, reading: Reading, whole = true) {
  const { wrong, ...checked } = await checkedSettings(connector, settings, reading)
  const found = whole ? wrong : wrong.filter(({ text }) => text !== 'is missing')
  if (found.length > 0) throw new SluiceError('field_invalid', told(found))
  return checked
}

const told = (wrong: readonly WrongSetting[]): string => wrong.map(({ key, text }) => `${key.slice(0, 100)}: ${text}`).join('; ')

export function mustBeName(name: string): void {
  if (sourceName.test(name)) return
  throw new SluiceError('field_invalid', 'The name of a source starts with a letter and holds letters, digits, - and _, 64 at most.')
}

/** Whether a text may describe a source. */
export const isDescription = (text: string): boolean => text.length <= DESCRIPTION_MAX && !text.includes('\0') && text.isWellFormed()

function mustBeDescription(text: string): void {
  if (!isDescription(text)) throw new SluiceError('field_invalid', `A description has at most ${DESCRIPTION_MAX} characters and no NUL.`)
}

export function mustFit(known: readonly SourcesTable[], more: number): void {
  if (known.length + more > SOURCES_MAX) throw new SluiceError('field_invalid', `At most ${SOURCES_MAX} sources can be registered.`)
}

/** Two keys in one registry would leave some secrets unreadable whichever of them is there. `staying` are written as they were. Throws `config_invalid`. */
export function mustBeTheKey(staying: readonly SourcesTable[], secret: Readonly<Record<string, string>>, keyring: Keyring): void {
  if (Object.keys(secret).length === 0) return
  const other = staying.find(({ secrets }) => secrets !== null)
  if (other) unsealed(other, keyring)
}

export function rowOf(
  { name, connector, description, enabled }: Omit<WantedSource, 'settings'>,
  plain: Readonly<Record<string, unknown>>,
  secrets: string | null,
): SourcesTable {
  const at = new Date().toISOString()
  return {
    ...{ name, connector, description, settings: JSON.stringify(plain), secrets },
    ...{ enabled: enabled ? 1 : 0, created_at: at, updated_at: at },
  }
}

/** Throws `source_unknown`, with the nearest: whoever asks may see them all. */
export function named(name: string, known: readonly SourcesTable[]): SourcesTable {
  const row = known.find((one) => one.name === name)
  if (row) return row
  const names = known.map((one) => one.name)
  throw new SluiceError('source_unknown', `There is no registered source named "${name.slice(0, 100)}".${didYouMean(name, names)}`, {
    hint: '`sluice source list` shows those that are registered.',
  })
}

const meanwhile = (name: string) =>
  new SluiceError('field_invalid', `The source "${name}" was changed by somebody else at the same moment.`, {
    hint: 'Look at it as it is now and decide again.',
  })
