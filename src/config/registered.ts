import { nearest } from '../nearest.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import type { Settings } from '../source/source.ts'
import { connectorNames, identityProblems, sourceName } from './checks.ts'
import { type Key, keys } from './keys.ts'
import type { Config, Raw, RawSource } from './settled.ts'
import { check } from './value.ts'

/** A source as the registry holds it, its secrets among the settings. `problem` says why those are not to be had. */
export type RegisteredSource = Readonly<{
  name: string
  connector: string
  description: string
  settings: Readonly<Record<string, unknown>>
  enabled: boolean
  problem?: string
}>

/** Where the registry is, known before its sources are. */
export type RegistryPlace = Pick<Config, 'state' | 'registry' | 'encryption'>

/** What the registry holds now. `sources` is undefined where it cannot be read, which `problem` then tells. */
export type LookInRegistry = (
  place: RegistryPlace,
) => Promise<Readonly<{ sources: readonly RegisteredSource[] | undefined; version: string; problem?: string }>>

type Joined = Readonly<{ names: readonly string[]; paths: ReadonlySet<string>; warnings: readonly string[] }>
export const nothingRegistered: Joined = { names: [], paths: new Set(), warnings: [] }

/** Keys that a source of every kind may have besides those of its connector. */
const shared = ['cache_ttl_ms', 'schema_ttl_ms'] as const
const ofSource = (names: readonly string[]): Readonly<Record<string, Key>> =>
  Object.fromEntries(names.map((key) => [key, keys[`sources.*.${key}`]!]))
const sharedKeys = ofSource(shared)
/** As whom the source sees its callers, in the registry one setting each; of session settings the name stands behind this. */
const identityKeys = ofSource(['identity.role', 'identity.login.user', 'identity.login.password'])
const SETTING = 'identity.settings.'
const identitySetting = keys['sources.*.identity.settings.*']!

/** Puts the registered sources beside those of the file and the environment, which win where both have a name. */
export async function joinRegistered(
  raw: Pick<Raw, 'sources'>,
  { sources, problem }: Awaited<ReturnType<LookInRegistry>>,
  folder: string,
): Promise<Joined> {
  const warnings = problem === undefined ? [] : [problem]
  const all = raw.sources as Record<string, unknown>
  const names: string[] = []
  const paths = new Set<string>()
  for (const source of sources ?? []) {
    const { name, connector, description, enabled } = source
    if (Object.hasOwn(all, name)) {
      if (enabled) warnings.push(`The registered source "${name}" is not used: the configuration has one of this name.`)
      continue
    }
    if (!enabled) continue
    const left = (why: string) => warnings.push(`The registered source "${name}" is left out: ${why}`)
    if (source.problem !== undefined || !sourceName.test(name)) {
      left(source.problem ?? 'it has no name that a source may have.')
      continue
    }
    const { settings, identity, wrong } = await checkedSettings(connector, source.settings, { folder })
    if (wrong.length > 0) {
      left(wrong.map(({ key, text }) => `${key}: ${text}`).join('; '))
      continue
    }
    names.push(name)
    for (const key of ['connector', 'description', ...Object.keys(source.settings)]) paths.add(`sources.${name}.${key}`)
    all[name] = { ...standards(), ...settings, connector, description, identity }
  }
  return { names, paths, warnings }
}

const standards = () => Object.fromEntries(shared.map((key) => [key, keys[`sources.*.${key}`]!.default]))

/** What is wrong with one setting; never tells its value. */
export type WrongSetting = Readonly<{ key: string; text: string }>

type Checked = Readonly<{
  /** Checked, with the defaults of what was not given. */
  settings: Readonly<Record<string, unknown>>
  /** As whom the source sees its callers; settings whose names begin with `identity.` say so. */
  identity: RawSource['identity']
  /** Of those that were given, as they are to be kept: `plain` may be shown, `secret` may not. */
  plain: Readonly<Record<string, unknown>>
  secret: Readonly<Record<string, string>>
  wrong: readonly WrongSetting[]
}>

/**
 * Holds settings against those that the connector knows, as the file's are. `asText` takes numbers and truth values that are written as text;
 * `paths` false refuses what names a file of this machine.
 */
export async function checkedSettings(
  connector: string,
  given: Readonly<Record<string, unknown>>,
  { folder, asText = false, paths = true }: Readonly<{ folder: string; asText?: boolean; paths?: boolean }>,
): Promise<Checked> {
  if (!connectorNames.includes(connector as ConnectorName)) {
    const near = nearest(connector, connectorNames)[0]
    const help = near === undefined ? `known: ${connectorNames.join(', ')}` : `did you mean "${near}"?`
    return {
      settings: {},
      identity: identityIn({}),
      plain: {},
      secret: {},
      wrong: [{ key: 'connector', text: `there is no such connector; ${help}` }],
    }
  }
  const own = (await connectors[connector as ConnectorName]()).settings
  const table: Readonly<Record<string, Key>> = { ...own, ...sharedKeys, ...identityKeys }
  const wrong: WrongSetting[] = []
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const known = Object.hasOwn(table, key) ? table[key]! : key.startsWith(SETTING) ? identitySetting : undefined
    const outcome = known && check(known, value, { folder, fromEnv: asText })
    if (!known) wrong.push({ key, text: unknownKey(key, Object.keys(table)) })
    else if (!paths && (known.type === 'path' || isSocket(key, value)))
      wrong.push({ key, text: 'names a file of the gateway; set it with `sluice source add`' })
    else if (outcome && 'value' in outcome) kept[key] = outcome.value
    else if (outcome) wrong.push({ key, text: outcome.wrong })
  }
  for (const [key, { required }] of Object.entries(table))
    if (required && !Object.hasOwn(given, key)) wrong.push({ key, text: 'is missing' })
  const identity = identityIn(kept)
  wrong.push(...(await identityProblems(connector as ConnectorName, identity)))
  const isSecret = ([key, value]: [string, unknown]) => isSecretSetting(own, key) || holdsPassword(value)
  const [secret, plain] = [Object.entries(kept).filter(isSecret), Object.entries(kept).filter((one) => !isSecret(one))]
  const settings = Object.fromEntries(Object.entries(kept).filter(([key]) => !key.startsWith('identity.')))
  return {
    settings: { ...defaults(own), ...settings },
    identity,
    plain: Object.fromEntries(plain),
    secret: Object.fromEntries(secret.map(([key, value]) => [key, String(value)])),
    wrong,
  }
}

const isSecretSetting = (settings: Settings, key: string): boolean =>
  (Object.hasOwn(settings, key) && settings[key]?.secret === true) || isSecretIdentity(key)

/** True for what callers log in with. */
export const isSecretIdentity = (key: string): boolean => identityKeys[key]?.secret === true

function identityIn(kept: Readonly<Record<string, unknown>>): RawSource['identity'] {
  const text = (key: string) => (typeof kept[key] === 'string' ? kept[key] : undefined)
  const [role, user, password] = ['identity.role', 'identity.login.user', 'identity.login.password'].map(text)
  const settings = Object.entries(kept).flatMap(([key, value]) =>
    key.startsWith(SETTING) ? [[key.slice(SETTING.length), String(value)]] : [],
  )
  return {
    ...(role === undefined ? {} : { role }),
    settings: Object.fromEntries(settings),
    login: { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) },
  }
}

/** True for an address with a password in it. */
export const holdsPassword = (value: unknown): boolean =>
  typeof value === 'string' && ((URL.parse(value)?.password !== '' && URL.canParse(value)) || /:\/\/[^/\s]*:[^/\s]*@/.test(value))

/** A socket of this machine lets in whoever the gateway runs as, without a password. */
function isSocket(key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false
  if (key !== 'url') return key === 'host' && value.includes('/')
  const url = URL.parse(value)
  return url === null || url.searchParams.has('host') || /%2f/i.test(url.hostname)
}

const defaults = (settings: Settings): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).flatMap(([key, { default: value }]) => (value === undefined ? [] : [[key, value]])))

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)[0]
  return near === undefined ? `unknown key; known here: ${known.join(', ')}` : `unknown key; did you mean "${near}"?`
}
