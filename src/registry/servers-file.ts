import type { LineCounter, Node, Pair, YAMLMap } from 'yaml'
import { connectorNames } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { isServerKind, kindOf, serverKeys, sourceNameFrom } from './server-kinds.ts'

/** One source that a `servers.yml` asks for. `settings` are as they stand there, variables put in. */
export type ServerEntry = Readonly<{
  name: string
  connector: string
  description: string
  tags: readonly string[]
  /** Undefined where the file does not say. */
  enabled: boolean | undefined
  settings: Readonly<Record<string, unknown>>
  /** Variables that are not set, each with the setting that needs it: no harm where the source is registered already. */
  missing: readonly Readonly<{ key: string; variable: string }>[]
  /** Where it stands, and where each of its settings does. */
  line: number
  lines: Readonly<Record<string, number>>
}>

/** What is wrong with the file, gathered so that it is mended in one go. No value is ever told. */
export class FileProblems {
  readonly #file: string
  readonly #found: { line: number; text: string }[] = []
  constructor(file: string) {
    this.#file = file
  }
  add(line: number, text: string): void {
    this.#found.push({ line, text })
  }
  /** Throws `config_invalid`, a line for each. */
  throwIfAny(): void {
    if (this.#found.length === 0) return
    const lines = this.#found.toSorted((a, b) => a.line - b.line).map(({ line, text }) => `${this.#file}:${line}: ${text}`)
    const most = lines.length > TOLD_MAX ? [...lines.slice(0, TOLD_MAX), `and ${lines.length - TOLD_MAX} more`] : lines
    throw new SluiceError('config_invalid', most.join('\n'), { hint: 'Correct the file; nothing was imported.' })
  }
}
const TOLD_MAX = 50

type Reading = Readonly<{
  yaml: typeof import('yaml')
  lines: LineCounter
  problems: FileProblems
  env: Readonly<Record<string, string | undefined>>
}>

/** Reads a `servers.yml`: a list of servers, or a block of them by name, at the top or below `servers`. What is wrong goes to `problems`. */
export async function readServers(text: string, env: Reading['env'], problems: FileProblems): Promise<readonly ServerEntry[]> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false })
  // The parser's own message may quote the line, and with it a password.
  for (const { pos, code } of document.errors)
    problems.add(lines.linePos(pos[0]).line, `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`)
  problems.throwIfAny()
  const reading: Reading = { yaml, lines, problems, env }
  const entries = serversIn(document.contents, reading).flatMap(({ name, at, node }) => entriesOf(name, at, node, reading))
  unique(entries, problems)
  return entries
}

type Found = Readonly<{ name: string | undefined; at: string; node: unknown }>

function serversIn(top: unknown, reading: Reading): readonly Found[] {
  const { yaml, problems } = reading
  if (yaml.isMap(top) && top.has('servers')) {
    for (const { key } of top.items)
      if (String(key) !== 'servers') problems.add(lineOf(key, reading), `${String(key)}: unknown key; known here: servers`)
    return listed(top.get('servers', true), 'servers', reading)
  }
  return listed(top, '', reading)
}

function listed(node: unknown, prefix: string, reading: Reading): readonly Found[] {
  const { yaml, problems } = reading
  const at = (key: string | number) => (prefix === '' ? String(key) : `${prefix}.${key}`)
  if (yaml.isSeq(node)) return node.items.map((item, i) => ({ name: undefined, at: at(i), node: item }))
  if (yaml.isMap(node)) return node.items.map(({ key, value }) => ({ name: String(key), at: at(String(key)), node: value }))
  problems.add(lineOf(node, reading), `${prefix === '' ? 'the file' : prefix}: must be a list of servers`)
  return []
}

function entriesOf(named: string | undefined, at: string, node: unknown, reading: Reading): readonly ServerEntry[] {
  const { yaml, problems } = reading
  const line = lineOf(node, reading)
  if (!yaml.isMap(node)) {
    problems.add(line, `${at}: must hold \`name: value\` lines`)
    return []
  }
  const { values, missing, lines } = valuesOf(node, at, reading)
  const said = String(values.kind ?? values.type ?? values.connector ?? 'sqlserver')
  const connector = kindOf(said)
  if (!isServerKind(connector)) {
    const near = nearest(said, [...connectorNames, 'sqlserver'])[0]
    problems.add(line, `${at}: there is no such kind of server${near === undefined ? '' : `; did you mean "${near}"?`}`)
    return []
  }
  knownKeys(node, at, connector, reading)
  const wanted = values.name ?? named
  const name = typeof wanted === 'string' || typeof wanted === 'number' ? sourceNameFrom(String(wanted)) : undefined
  if (name === undefined) {
    problems.add(line, `${at}.name: ${wanted === undefined ? 'is missing' : 'must have a letter in it'}`)
    return []
  }
  const tags = textsOf(values.tags, `${at}.tags`, line, problems)
  const databases = textsOf(values.databases, `${at}.databases`, line, problems)
  const { enabled } = values
  if (enabled !== undefined && typeof enabled !== 'boolean') problems.add(line, `${at}.enabled: must be true or false`)
  const about = { connector, tags, enabled: enabled === undefined ? undefined : enabled === true, missing, line, lines }
  const own = String(values.description ?? (name === String(wanted) ? '' : wanted))
  const { kind: _k, type: _t, connector: _c, name: _n, description: _d, tags: _g, databases: _b, enabled: _e, ...settings } = values
  return perDatabase(name, connector, databases, settings).map((one) => ({ ...about, description: own, ...one }))
}

/** A connection belongs to one database, so a server with several becomes several sources; one that has no connector yet stays as it is written. */
function perDatabase(name: string, connector: string, databases: readonly string[], settings: Readonly<Record<string, unknown>>) {
  if (!connectorNames.some((known) => known === connector))
    return [{ name, settings: databases.length > 0 ? { ...settings, databases } : settings }]
  const [only] = databases
  if (databases.length < 2) return [{ name, settings: only === undefined ? settings : { database: only, ...settings } }]
  return databases.map((database) => ({
    name: sourceNameFrom(`${name}-${database}`)!,
    settings: { ...settings, database },
  }))
}

type Values = Readonly<{ values: Readonly<Record<string, unknown>> }> & Pick<ServerEntry, 'missing' | 'lines'>

const aliases: Readonly<Record<string, string>> = { username: 'user', db: 'database', server: 'host', engine: 'kind' }

/** The values by their names here. `password_env: NAME` and `${NAME}` are the variable's value. */
function valuesOf(node: YAMLMap, at: string, reading: Reading): Values {
  const { env, problems, yaml } = reading
  const values: Record<string, unknown> = {}
  const lines: Record<string, number> = {}
  const missing: { key: string; variable: string }[] = []
  for (const pair of node.items as Pair[]) {
    const written = String(pair.key)
    const fromEnv = written.endsWith('_env')
    const bare = fromEnv ? written.slice(0, -'_env'.length) : written
    const key = Object.hasOwn(aliases, bare) ? aliases[bare]! : bare
    const data = yaml.isNode(pair.value) ? plain(pair.value as Node, yaml) : pair.value
    if (data === null) continue
    const wrong = (text: string) => problems.add(lineOf(pair.key, reading), `${at}.${written}: ${text}`)
    if (Object.hasOwn(values, key)) wrong('is said twice')
    lines[key] = lineOf(pair.key, reading)
    if (data === undefined) wrong('must be a text, a number, true, false or a list of them; anchors are not understood here')
    const put = (name: string) => {
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value === undefined) missing.push({ key, variable: name.slice(0, 100) })
      return value ?? ''
    }
    const text = typeof data === 'string' && fromEnv ? put(data) : withVariables(data, put)
    if (!missing.some((one) => one.key === key)) values[key] = text
  }
  return { values, missing, lines }
}

/** A password such as 007 is a number to YAML; only its text is what was meant. Undefined for what is no value. */
function plain(node: Node, yaml: Reading['yaml']): unknown {
  if (yaml.isScalar(node)) return typeof node.value === 'number' ? node.source : node.value
  if (yaml.isSeq(node)) return node.items.map((item) => (yaml.isScalar(item) ? item.value : null))
  return undefined
}

const withVariables = (data: unknown, put: (name: string) => string): unknown =>
  typeof data === 'string' ? data.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => put(name)) : data

function knownKeys(node: YAMLMap, at: string, connector: string, reading: Reading): void {
  const known = serverKeys(connector)
  for (const { key } of node.items as Pair[]) {
    const written = String(key)
    const bare = written.endsWith('_env') ? written.slice(0, -'_env'.length) : written
    if (known === undefined || known.includes(bare) || Object.hasOwn(aliases, bare)) continue
    const near = nearest(written, known)[0]
    const help = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`
    reading.problems.add(lineOf(key, reading), `${at}.${written}: unknown key; ${help}`)
  }
}

function textsOf(value: unknown, at: string, line: number, problems: FileProblems): readonly string[] {
  const all = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  const texts = all.filter((one) => (typeof one === 'string' && one.trim() !== '' && one.length <= TEXT_MAX) || typeof one === 'number')
  if (texts.length < all.length) problems.add(line, `${at}: must be a list of texts of at most ${TEXT_MAX} characters`)
  return texts.map(String)
}
const TEXT_MAX = 200

function unique(entries: readonly ServerEntry[], problems: FileProblems): void {
  const lines = new Map<string, number>()
  for (const { name, line } of entries) {
    const first = lines.get(name)
    if (first !== undefined) problems.add(line, `${name}: the name is taken by the server of line ${first}`)
    else lines.set(name, line)
  }
}

function lineOf(node: unknown, { yaml, lines }: Reading): number {
  return yaml.isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1
}
