import { isDeepStrictEqual } from 'node:util'
import { checkedSettings, connectorNames, holdsPassword } from '../config/config.ts'
import type { SourcesTable } from '../store/store.ts'
import { isDescription, type Keeping, mustBeTheKey, mustFit, rowOf } from './keep.ts'
import { plainOf, sealed, unsealed } from './sealed.ts'
import { FileProblems, readServers, type ServerEntry } from './servers-file.ts'

/** What an import came to, by names. `different` are registered already, but not as the file has them; they stay as they are. */
export type Imported = Readonly<{
  added: readonly string[]
  updated: readonly string[]
  unchanged: readonly string[]
  different: readonly string[]
  /** Kept, but not in use: this version has no connector of their kind. */
  waiting: readonly string[]
}>

/** The file, its name in messages, where its paths begin, what its variables are, and whether what is registered may change. */
export type ServersFile = Readonly<{
  text: string
  file: string
  folder: string
  env: Readonly<Record<string, string | undefined>>
  update: boolean
  by: string
}>

type Ready = Readonly<{ entry: ServerEntry; plain: Readonly<Record<string, unknown>>; secret: Readonly<Record<string, string>> }>

/**
 * Registers the servers of a `servers.yml` that are not registered yet, all in one transaction. Doing it again changes nothing. Throws
 * `config_invalid` with line and key for everything that is wrong with the file, and then nothing is registered.
 */
export async function importServers(given: ServersFile, { book, keyring }: Keeping): Promise<Imported> {
  const problems = new FileProblems(given.file)
  const entries = await readServers(given.text, given.env, problems)
  const ready: Ready[] = []
  for (const entry of entries) ready.push(await checked(entry, given.folder, problems))
  problems.throwIfAny()
  return book.change((known) => {
    const byName = new Map(known.map((row) => [row.name, row]))
    const kept = ready.filter(({ entry }) => byName.has(entry.name))
    const fresh = ready.filter(({ entry }) => !byName.has(entry.name))
    const differs = kept.filter((one) => !isAsKept(one, byName.get(one.entry.name)!, keyring))
    const changed = given.update ? differs : []
    for (const { entry } of [...fresh, ...changed])
      for (const { key, variable } of entry.missing)
        problems.add(lineOf(entry, key), `${entry.name}.${key}: the environment variable ${variable} is not set`)
    problems.throwIfAny()
    mustFit(known, fresh.length)
    const one = [...fresh, ...changed].find(({ secret }) => Object.keys(secret).length > 0)
    const anew = new Set(names(changed))
    const staying = known.filter(({ name }) => !anew.has(name))
    if (one) mustBeTheKey(staying, one.secret, keyring)
    const added = fresh.map(({ entry, plain, secret }) =>
      rowOf({ ...entry, enabled: (entry.enabled ?? true) && hasConnector(entry) }, plain, sealed(entry.name, secret, keyring)),
    )
    const updated = changed.map((ready) =>
      updatedRow(byName.get(ready.entry.name)!, ready, sealed(ready.entry.name, ready.secret, keyring)),
    )
    const at = new Date().toISOString()
    return {
      write: [...added, ...updated],
      tags: fresh
        .filter(({ entry }) => entry.tags.length > 0)
        .map(({ entry }) => ({ source: entry.name, tags: entry.tags, by: given.by, at })),
      value: {
        added: names(fresh),
        updated: names(changed),
        unchanged: names(kept.filter((one) => !differs.includes(one))),
        different: given.update ? [] : names(differs),
        waiting: names(ready.filter(({ entry }) => !hasConnector(entry))),
      },
    }
  })
}

const lineOf = ({ line, lines }: ServerEntry, key: string): number => (Object.hasOwn(lines, key) ? lines[key]! : line)
const names = (some: readonly Ready[]): readonly string[] => some.map(({ entry }) => entry.name)
const hasConnector = ({ connector }: ServerEntry): boolean => connectorNames.some((name) => name === connector)

async function checked(entry: ServerEntry, folder: string, problems: FileProblems): Promise<Ready> {
  if (!isDescription(entry.description)) problems.add(lineOf(entry, 'description'), `${entry.name}.description: is too long or holds a NUL`)
  if (!hasConnector(entry)) return waiting(entry, problems)
  const { plain, secret, wrong } = await checkedSettings(entry.connector, entry.settings, { folder, asText: true })
  for (const { key, text } of wrong) {
    const later = text === 'is missing' && entry.missing.some((one) => one.key === key)
    if (!later) problems.add(lineOf(entry, key), `${entry.name}.${key}: ${text}`)
  }
  return { entry, plain, secret }
}

/** Of a kind without a connector nothing is known but what is secret everywhere. */
function waiting(entry: ServerEntry, problems: FileProblems): Ready {
  const all = Object.entries(entry.settings)
  const isSecret = ([key, value]: [string, unknown]) => key === 'password' || holdsPassword(value)
  const { port } = entry.settings
  if (port !== undefined && !(/^\d+$/.test(String(port)) && Number(port) >= 1 && Number(port) <= 65_535))
    problems.add(lineOf(entry, 'port'), `${entry.name}.port: must be a whole number from 1 to 65535`)
  if (entry.settings.host === undefined && !entry.missing.some(({ key }) => key === 'host'))
    problems.add(entry.line, `${entry.name}.host: is missing`)
  return {
    entry,
    plain: Object.fromEntries(all.filter((one) => !isSecret(one))),
    secret: Object.fromEntries(all.filter(isSecret).map(([key, value]) => [key, String(value)])),
  }
}

function isAsKept({ entry, plain, secret }: Ready, row: SourcesTable, keyring: Keeping['keyring']): boolean {
  if (row.connector !== entry.connector || row.description !== entry.description) return false
  const missing = (key: string) => entry.missing.some((one) => one.key === key)
  const known = (values: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(values).filter(([key]) => !missing(key)))
  if (!isDeepStrictEqual(known(plainOf(row)), known(plain))) return false
  try {
    return isDeepStrictEqual(known(unsealed(row, keyring)), known(secret))
  } catch {
    // Whether a secret that cannot be read is the same nobody knows.
    return false
  }
}

const updatedRow = (row: SourcesTable, { entry, plain }: Ready, secrets: string | null): SourcesTable => ({
  ...rowOf({ ...entry, enabled: entry.enabled ?? (row.enabled === 1 && hasConnector(entry)) }, plain, secrets),
  created_at: row.created_at,
})
