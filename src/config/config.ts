import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { SluiceError } from '../error.ts'
import type { Role } from '../policy/policy.ts'
import { connectors } from '../source/manifest.ts'
import { checkAcross, connectorNames } from './checks.ts'
import { type Environment, fromEnvironment } from './environment.ts'
import { type Key, keys } from './keys.ts'
import { checkOidc, toOidc } from './oidc.ts'
import { strangeIn } from './policy-text.ts'
import { Problems } from './problems.ts'
import { anchorsOf, type Reading, readNode, shapeOf } from './reader.ts'
import { joinRegistered, type LookInRegistry, nothingRegistered } from './registered.ts'
import { checkRoles, toLimits, toRole } from './roles.ts'
import { type Config, catalogOf, embeddingsOf, llmOf, promptsOf, type Raw, registryOf, serverOf, sourcesOf } from './settled.ts'
import { isShort, shortPolicy, shortRole } from './short-policy.ts'
import { told } from './told.ts'

export { connectorNames, sourceName } from './checks.ts'
export { type Key, type KeyType, keys } from './keys.ts'
export { cutPolicy, joinPolicy, type PolicyCut, policyDigest } from './policy-text.ts'
export { policyTextOf } from './policy-written.ts'
export {
  checkedSettings,
  holdsPassword,
  isSecretIdentity,
  type LookInRegistry,
  type RegisteredSource,
  type RegistryPlace,
  type WrongSetting,
} from './registered.ts'
export { fromLimits, type RawLimits, toLimits } from './roles.ts'
export type { Config, Llm } from './settled.ts'
export type { Told } from './told.ts'

/**
 * Reads `.env` of the working folder, which never changes what is set, and `sluice.yaml`: `file`, else `SLUICE_CONFIG`, else `sluice.yaml` in the
 * working folder where there is one, else nothing but defaults. The environment overrules the file. Throws `config_invalid` that names file, line and key of everything that is wrong at once.
 */
export async function loadConfig(file: string | undefined, given: Environment, look?: LookInRegistry): Promise<Config> {
  const env = withDotEnv(given)
  const named = file ?? (env.SLUICE_CONFIG || undefined)
  const path = named !== undefined ? resolve(named) : existsSync('sluice.yaml') ? resolve('sluice.yaml') : undefined
  return configOf(path, path === undefined ? '' : textOf(path), env, look)
}

/** The environment over what `.env` of the working folder says. Throws `config_invalid` where that cannot be read. */
export function withDotEnv(given: Environment): Environment {
  return { ...(existsSync('.env') ? parseEnv(textOf(resolve('.env'))) : {}), ...given }
}

/**
 * The same for text that is at hand; paths are relative to the folder of `file`, or to the working folder. `look` tells of the sources that are
 * registered; what is wrong with one of those is a warning, and the others work.
 */
export async function configOf(file: string | undefined, text: string, env: Environment, look?: LookInRegistry): Promise<Config> {
  const problems = new Problems(file === undefined ? 'environment' : basename(file))
  const folder = file === undefined ? resolve('.') : dirname(file)
  const reading = await open(text, folder, env, problems, await sourceShapes(text))
  // No sense in telling about keys of a file whose lines cannot be read.
  problems.throwIfAny()
  const raw = readNode(shapeOf(keys), reading.document.contents, '', reading) as Raw
  const environment = await fromEnvironment(raw as unknown as Record<string, unknown>, env, folder, problems)
  const place = {
    state: raw.state,
    registry: registryOf(raw.registry, join(raw.state, 'registry.db')),
    encryption: {
      key: env.ENCRYPTION_KEY || undefined,
      old: env.ENCRYPTION_KEY_OLD || undefined,
      file: join(raw.state, 'registry.key'),
    },
  }
  const found = await look?.(place)
  const joined = found ? await joinRegistered(raw, found, folder) : nothingRegistered
  const known = found?.sources && [...Object.keys(raw.sources), ...found.sources.map(({ name }) => name)]
  const names = found ? known : Object.keys(raw.sources)
  await checkAcross(raw, names, reading)
  checkOidc(raw.oidc, raw.roles, reading)
  checkRoles(raw.roles, names, reading.places, problems)
  problems.throwIfAny()
  return freeze({
    file,
    ...place,
    server: serverOf(raw.server),
    sources: await sourcesOf(raw),
    roles: Object.fromEntries(Object.entries(raw.roles).map(([name, role]) => [name, toRole(role)])),
    limits: toLimits(raw.limits),
    keys: raw.keys.map(({ limits, ...key }) => ({ ...key, ...(Object.keys(limits).length > 0 ? { limits: toLimits(limits) } : {}) })),
    local: raw.local,
    oidc: toOidc(raw.oidc),
    llm: llmOf(raw.llm),
    changes: { keepDays: raw.changes.keep_days },
    masks: { keyFile: raw.masks.key_file ?? join(raw.state, 'mask.key'), detected: raw.masks.detected },
    audit: { path: raw.audit.path ?? join(raw.state, 'audit') },
    watch: { slowMs: raw.watch.slow_ms },
    registered: { names: joined.names, version: found?.version ?? '', warnings: joined.warnings },
    catalog: catalogOf(raw.catalog),
    bank: raw.bank,
    embeddings: embeddingsOf(raw.search),
    ask: { costMax: raw.ask.cost_max, prompts: promptsOf(raw) },
    chat: { keepDays: raw.chat.keep_days },
    log: raw.log,
    warnings: [...environment.warnings, ...joined.warnings],
    told: told(
      raw,
      (path) => reading.places.has(path),
      (path) => environment.paths.has(path),
      (path) => joined.paths.has(path),
    ),
  })
}

/** The same configuration with the registered sources as they are now. What is wrong with one is a warning, and the others work. */
export async function withRegistered(config: Config, look: LookInRegistry): Promise<Config> {
  const found = await look(config)
  const { names, warnings } = config.registered
  const own = Object.entries(config.sources).filter(([name]) => !names.includes(name))
  const raw: Pick<Raw, 'sources'> = { sources: Object.fromEntries(own.map(([name]) => [name, {}])) as Raw['sources'] }
  const joined = await joinRegistered(raw, found, config.file === undefined ? resolve('.') : dirname(config.file))
  const fresh = { sources: Object.fromEntries(joined.names.map((name) => [name, raw.sources[name]!])) }
  return freeze({
    ...config,
    sources: { ...Object.fromEntries(own), ...(await sourcesOf(fresh)) },
    registered: { names: joined.names, version: found.version, warnings: joined.warnings },
    warnings: [...config.warnings.filter((warning) => !warnings.includes(warning)), ...joined.warnings],
    told: [
      ...config.told.filter(({ key }) => !names.some((name) => key.startsWith(`sources.${name}.`))),
      ...told(
        fresh,
        () => false,
        () => false,
        (path) => joined.paths.has(path),
      ),
    ],
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

/** What is wrong with a text of roles, and what it says where nothing is; lines and columns from 1. */
export type PolicyChecked = Readonly<{
  problems: readonly Readonly<{ line: number; column: number; text: string }>[]
  roles: Readonly<Record<string, Role>>
  /** Line of each role. */
  lines: Readonly<Record<string, number>>
}>

/** Reads a text that holds only `roles:`, as `cutPolicy` gives it. `known` is such a text that is trusted with variables of the environment. Never throws for what the text says. */
export async function checkPolicy(text: string, known: string, sources: readonly string[], env: Environment): Promise<PolicyChecked> {
  const problems = new Problems('roles')
  const at = (line: number) => ({ line, column: (text.split('\n')[line - 1]?.search(/\S/) ?? -1) + 1 || 1 })
  try {
    const reading = await open(text, resolve('.'), env, problems, undefined)
    if (problems.found.length === 0)
      for (const one of strangeIn(text, reading.document, known)) problems.add(reading.lines.linePos(one.at).line, one.text)
    problems.throwIfAny()
    const onlyRoles = Object.fromEntries(Object.entries(keys).filter(([path]) => path.startsWith('roles.')))
    const raw = readNode(shapeOf(onlyRoles), reading.document.contents, '', reading) as Pick<Raw, 'roles'>
    checkRoles(raw.roles, sources, reading.places, problems)
    problems.throwIfAny()
    const roles = Object.entries(raw.roles)
    const lines = Object.fromEntries(roles.map(([name]) => [name, reading.places.get(`roles.${name}`) ?? 1]))
    return freeze({ problems: [], roles: Object.fromEntries(roles.map(([name, role]) => [name, toRole(role)])), lines })
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'config_invalid') throw error
    return { problems: problems.found.map(({ line, text }) => ({ ...at(line ?? 1), text })), roles: {}, lines: {} }
  }
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
    if (code === 'ENOENT') {
      const hint = 'Name another file by --config or SLUICE_CONFIG; `sluice init` writes one.'
      throw new SluiceError('config_invalid', `There is no ${path}.`, { cause, hint })
    }
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

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
