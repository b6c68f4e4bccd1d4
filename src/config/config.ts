import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { ApiKey } from '../auth/auth.ts'
import { SluiceError } from '../error.ts'
import { nearest } from '../nearest.ts'
import type { Role } from '../policy/policy.ts'
import type { Attribute } from '../principal.ts'
import { type ConnectorName, connectors } from '../source/manifest.ts'
import type { SourceConfig } from '../source/sources.ts'
import { type Key, keys } from './keys.ts'
import { Problems } from './problems.ts'
import { anchorsOf, type Reading, readNode, shapeOf } from './reader.ts'
import { checkRoleNames, checkRoles, type RawRole, toRole } from './roles.ts'
import { isShort, shortPolicy, shortRole } from './short-policy.ts'

export { type Key, type KeyType, keys } from './keys.ts'

/** The whole configuration: checked, defaulted, frozen, paths absolute. Times in milliseconds. */
export type Config = Readonly<{
  /** Undefined when there is no file. */
  file: string | undefined
  /** Folder for what Sluice keeps; made by whoever first writes there. */
  state: string
  server: Readonly<{
    host: string
    port: number
    allowedHosts: readonly string[]
    allowedOrigins: readonly string[]
    bodyBytesMax: number
  }>
  sources: Readonly<Record<string, SourceConfig & Readonly<{ cacheTtlMs: number }>>>
  roles: Readonly<Record<string, Role>>
  keys: readonly ApiKey[]
  local: Readonly<{ roles: readonly string[]; attributes: Readonly<Record<string, Attribute>> }>
  masks: Readonly<{ keyFile: string }>
  audit: Readonly<{ path: string }>
  watch: Readonly<{ slowMs: number }>
}>

type Environment = Readonly<Record<string, string | undefined>>

/** What the reader leaves of a file that has no problems; names as in the file. */
type Raw = Readonly<{
  state: string
  server: Readonly<{ host: string; port: number; allowed_hosts: string[]; allowed_origins: string[]; body_bytes_max: number }>
  sources: Readonly<Record<string, Readonly<Record<string, unknown>> & RawSource>>
  roles: Readonly<Record<string, RawRole>>
  keys: readonly ApiKey[]
  local: Config['local']
  masks: Readonly<{ key_file?: string }>
  audit: Readonly<{ path?: string }>
  watch: Readonly<{ slow_ms: number }>
}>
type RawSource = Readonly<{ connector: ConnectorName; description: string; cache_ttl_ms: number; schema_ttl_ms: number }>

/**
 * Reads `sluice.yaml`: `file`, else `SLUICE_CONFIG`, else `sluice.yaml` in the working folder where there is one, else nothing but
 * defaults. Throws `config_invalid` that names file, line and key of everything that is wrong at once.
 */
export async function loadConfig(file: string | undefined, env: Environment): Promise<Config> {
  const named = file ?? (env.SLUICE_CONFIG || undefined)
  const path = named !== undefined ? resolve(named) : existsSync('sluice.yaml') ? resolve('sluice.yaml') : undefined
  return configOf(path, path === undefined ? '' : textOf(path), env)
}

/** The same for text that is at hand; paths are relative to the folder of `file`, or to the working folder. */
export async function configOf(file: string | undefined, text: string, env: Environment): Promise<Config> {
  const problems = new Problems(file === undefined ? 'sluice.yaml' : basename(file))
  const folder = file === undefined ? resolve('.') : dirname(file)
  const reading = await open(text, folder, env, problems, await sourceShapes(text))
  // No sense in telling about keys of a file whose lines cannot be read.
  problems.throwIfAny()
  const raw = readNode(shapeOf(keys), reading.document.contents, '', reading) as Raw
  const host = env.SLUICE_HOST || raw.server.host
  const port = portOf(env.SLUICE_PORT, raw.server.port, problems)
  checkSources(raw, reading)
  checkRoles(raw.roles, Object.keys(raw.sources), reading.places, problems)
  checkKeys(raw, reading)
  problems.throwIfAny()
  return freeze({
    file,
    state: raw.state,
    server: {
      host,
      port,
      allowedHosts: raw.server.allowed_hosts,
      allowedOrigins: raw.server.allowed_origins,
      bodyBytesMax: raw.server.body_bytes_max,
    },
    sources: await sourcesOf(raw),
    roles: Object.fromEntries(Object.entries(raw.roles).map(([name, role]) => [name, toRole(role)])),
    keys: raw.keys,
    local: raw.local,
    masks: { keyFile: raw.masks.key_file ?? join(raw.state, 'mask.key') },
    audit: { path: raw.audit.path ?? join(raw.state, 'audit') },
    watch: { slowMs: raw.watch.slow_ms },
  })
}

/** A file that holds only `roles:`, or the short form, which makes one role. `role` is the one to use when there is just one. */
export type PolicyFile = Readonly<{ roles: Readonly<Record<string, Role>>; role: string | undefined }>

/** Reads a policy file for `sluice check --policy`. Throws `config_invalid`. */
export async function policyFrom(file: string, env: Environment = {}): Promise<PolicyFile> {
  const problems = new Problems(basename(file))
  const reading = await open(textOf(resolve(file)), dirname(resolve(file)), env, problems, undefined)
  problems.throwIfAny()
  const data = short(reading)
  if (isShort(data)) {
    const role = shortPolicy(data, problems)
    problems.throwIfAny()
    return freeze({ roles: { [shortRole]: role }, role: shortRole })
  }
  const onlyRoles = Object.fromEntries(Object.entries(keys).filter(([path]) => path.startsWith('roles.')))
  const raw = readNode(shapeOf(onlyRoles), reading.document.contents, '', reading) as Pick<Raw, 'roles'>
  checkRoles(raw.roles, undefined, reading.places, problems)
  problems.throwIfAny()
  const names = Object.keys(raw.roles)
  return freeze({
    roles: Object.fromEntries(Object.entries(raw.roles).map(([name, role]) => [name, toRole(role)])),
    role: names.length === 1 ? names[0] : undefined,
  })
}

/** The whole file as plain data, if that can be had: the short form has no anchors, and what is not short is read by its keys. */
function short({ document }: Reading): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new SluiceError('config_invalid', `${basename(path)}: the file cannot be read (${code ?? 'unknown reason'}).`, { cause })
  }
}

async function open(
  text: string,
  folder: string,
  env: Environment,
  problems: Problems,
  sourceShape: Reading['sourceShape'],
): Promise<Reading> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false })
  // The parser's own message may quote the line, and with it a secret; its code and place are enough.
  for (const error of document.errors)
    problems.add(lines.linePos(error.pos[0]).line, `not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`)
  const anchors = anchorsOf(yaml, document)
  return { yaml, document, anchors, lines, env, folder, problems, ...(sourceShape ? { sourceShape } : {}), places: new Map(), nodes: 0 }
}

/** Keys of a source by its connector. Only connectors that the text names are loaded: each costs start-up time. */
async function sourceShapes(text: string): Promise<NonNullable<Reading['sourceShape']>> {
  const tables = new Map<string, Readonly<Record<string, Key>>>()
  for (const name of connectorNames) {
    if (text.includes(name)) tables.set(name, (await connectors[name]()).settings)
  }
  return (connector, shape) => {
    const table = tables.get(connector)
    if (!table) return shape
    const own = shapeOf(table).names
    return { ...shape, names: new Map([...shape.names, ...own]) }
  }
}

const connectorNames = Object.keys(connectors) as ConnectorName[]

function checkSources({ sources }: Raw, { places, problems }: Reading): void {
  for (const [name, { connector }] of Object.entries(sources)) {
    const at = `sources.${name}`
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)) {
      problems.add(places.get(at), `${at}: a name starts with a letter and holds letters, digits, - and _`)
    }
    if (connector === undefined || connectorNames.includes(connector)) continue
    const near = nearest(connector, connectorNames)[0]
    const help = near === undefined ? `known: ${connectorNames.join(', ')}` : `did you mean "${near}"?`
    problems.add(places.get(`${at}.connector`) ?? places.get(at), `${at}.connector: there is no such connector; ${help}`)
  }
}

function checkKeys(raw: Raw, { places, problems }: Reading): void {
  checkRoleNames(raw.local.roles, 'local.roles', raw.roles, places, problems)
  const names = new Set(['local'])
  const hashes = new Set<string>()
  raw.keys.forEach(({ name, hash, roles }, i) => {
    const at = `keys.${i}`
    checkRoleNames(roles, `${at}.roles`, raw.roles, places, problems)
    if (name !== undefined && names.has(name)) problems.add(places.get(`${at}.name`), `${at}.name: the name is taken`)
    if (hash !== undefined && hashes.has(hash)) problems.add(places.get(`${at}.hash`), `${at}.hash: another key has this hash`)
    names.add(name)
    hashes.add(hash)
  })
}

function portOf(fromEnv: string | undefined, configured: number, problems: Problems): number {
  if (fromEnv === undefined || fromEnv === '') return configured
  const port = Number(fromEnv)
  if (!/^\d{1,5}$/.test(fromEnv) || port > 65535) problems.add(undefined, 'SLUICE_PORT: must be a port from 0 to 65535')
  return port
}

async function sourcesOf({ sources }: Raw): Promise<Config['sources']> {
  const made: Record<string, Config['sources'][string]> = Object.create(null)
  for (const [name, source] of Object.entries(sources)) {
    const { connector, description, cache_ttl_ms: cacheTtlMs, schema_ttl_ms: schemaTtlMs, ...settings } = source
    const { dialect } = await connectors[connector]()
    made[name] = { connector, dialect, description, cacheTtlMs, schemaTtlMs, settings }
  }
  return made
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
