import type { Document, LineCounter, Node, Pair } from 'yaml'
import { nearest } from '../nearest.ts'
import type { Key } from './keys.ts'
import type { Problems } from './problems.ts'
import { check } from './value.ts'

/** The table of keys as a tree: a key, or named children, or one child for every name, or one child for every list entry. */
export type Shape = { key?: Key; names: Map<string, Shape>; any?: Shape; item?: Shape }

export function shapeOf(table: Readonly<Record<string, Key>>): Shape {
  const root: Shape = { names: new Map() }
  for (const [path, key] of Object.entries(table)) {
    let at = root
    for (const part of path.split('.')) at = child(at, part)
    at.key = key
  }
  return root
}

function child(at: Shape, part: string): Shape {
  if (part === '*') {
    at.any ??= { names: new Map() }
    return at.any
  }
  if (part === '[]') {
    at.item ??= { names: new Map() }
    return at.item
  }
  const known = at.names.get(part) ?? { names: new Map() }
  at.names.set(part, known)
  return known
}

/** Nodes read from one file at most: anchors that refer to anchors could otherwise grow without bound. */
const NODES_MAX = 200_000

/** What one walk over a file needs besides the place where it stands. */
export type Reading = {
  readonly yaml: typeof import('yaml')
  readonly document: Document
  readonly anchors: ReadonlyMap<unknown, Node>
  readonly lines: LineCounter
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly problems: Problems
  /** The shape of one source, which depends on its connector. */
  readonly sourceShape?: (connector: string, at: Shape) => Shape
  /** Line of every path that was read, for checks across keys. */
  readonly places: Map<string, number>
  nodes: number
}

/** Reads a node by its shape into plain data; defaults are filled in where a key is absent. */
export function readNode(shape: Shape, node: unknown, path: string, reading: Reading): unknown {
  const target = resolved(node, reading)
  const line = lineOf(target, reading)
  if (line !== undefined) reading.places.set(path, line)
  count(line, reading)
  if (shape.key) return readValue(shape.key, target, path, line, reading)
  if (shape.item) return readList(shape.item, target, path, line, reading)
  return readMap(shape, target, path, line, reading)
}

function readMap(shape: Shape, node: unknown, path: string, line: number | undefined, reading: Reading): unknown {
  const { yaml, problems } = reading
  if (!isAbsent(node, yaml) && !yaml.isMap(node)) {
    problems.add(line, `${path === '' ? 'the file' : path}: must hold \`name: value\` lines`)
    return {}
  }
  const pairs: Pair[] = yaml.isMap(node) ? node.items : []
  const actual = refine(shape, pairs, path, reading)
  const out: Record<string, unknown> = Object.create(null)
  const seen = new Set<string>()
  for (const pair of pairs) {
    const name = yaml.isScalar(pair.key) ? String(pair.key.value) : ''
    const at = path === '' ? name : `${path}.${name}`
    const known = actual.names.get(name) ?? (name === '' ? undefined : actual.any)
    seen.add(name)
    if (known) out[name] = readNode(known, pair.value, at, reading)
    else problems.add(lineOf(pair.key, reading) ?? line, `${at}: ${unknownKey(name, actual)}`)
  }
  for (const [name, missing] of actual.names) {
    if (!seen.has(name)) fillIn(missing, out, name, path, line, reading)
  }
  return out
}

/** A source's keys are known only once its connector is. */
function refine(shape: Shape, pairs: readonly Pair[], path: string, reading: Reading): Shape {
  if (!reading.sourceShape || !/^sources\.[^.]+$/.test(path)) return shape
  const { yaml } = reading
  const pair = pairs.find(({ key }) => yaml.isScalar(key) && key.value === 'connector')
  return pair && yaml.isScalar(pair.value) ? reading.sourceShape(String(pair.value.value), shape) : shape
}

function fillIn(shape: Shape, out: Record<string, unknown>, name: string, path: string, line: number | undefined, reading: Reading): void {
  const at = path === '' ? name : `${path}.${name}`
  if (shape.key?.required) reading.problems.add(line, `${at}: is missing`)
  else if (shape.key) {
    const { default: standard } = shape.key
    if (standard === undefined) return
    const outcome = check(shape.key, standard, { folder: reading.folder, fromEnv: false })
    out[name] = 'value' in outcome ? outcome.value : standard
  } else out[name] = readNode(shape, undefined, at, reading)
}

function readList(item: Shape, node: unknown, path: string, line: number | undefined, reading: Reading): unknown {
  const { yaml } = reading
  if (isAbsent(node, yaml)) return []
  if (!yaml.isSeq(node)) {
    reading.problems.add(line, `${path}: must be a list`)
    return []
  }
  return node.items.map((entry, i) => readNode(item, entry, `${path}.${i}`, reading))
}

function readValue(key: Key, node: unknown, path: string, line: number | undefined, reading: Reading): unknown {
  const found = { fromEnv: false, missing: false }
  // A password like 007 is a number to YAML; only its source text is what was meant.
  const written = key.type === 'string' && reading.yaml.isScalar(node) && typeof node.value === 'number' ? node.source : undefined
  const data = written ?? plain(node, path, line, reading, found, 0)
  if (found.missing) return undefined
  const outcome = check(key, data, { folder: reading.folder, fromEnv: found.fromEnv })
  if ('value' in outcome) return outcome.value
  reading.problems.add(line, `${path}: ${outcome.wrong}`)
  return undefined
}

type Found = { fromEnv: boolean; missing: boolean }
const DEPTH_MAX = 8

/** A node as plain data, variables put in. */
function plain(node: unknown, path: string, line: number | undefined, reading: Reading, found: Found, depth: number): unknown {
  const { yaml } = reading
  const target = resolved(node, reading)
  // An anchor may hold itself; no value that we know is deeper than this.
  count(line, reading)
  if (depth > DEPTH_MAX) return undefined
  if (yaml.isScalar(target))
    return typeof target.value === 'string' ? withVariables(target.value, path, line, reading, found) : target.value
  if (yaml.isSeq(target)) return target.items.map((entry) => plain(entry, path, lineOf(entry, reading) ?? line, reading, found, depth + 1))
  if (!yaml.isMap(target)) return null
  return Object.fromEntries(target.items.map(({ key, value }) => [String(key), plain(value, path, line, reading, found, depth + 1)]))
}

/** `${NAME}` becomes the variable's value; `$${` is a plain `${`. A missing variable is named, its value never. */
function withVariables(text: string, path: string, line: number | undefined, { env, problems }: Reading, found: Found): string {
  return text.replace(/\$\$\{|\$\{([^}]*)\}/g, (whole, name: string | undefined) => {
    if (whole === '$${' || name === undefined) return '${'
    found.fromEnv = true
    const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && Object.hasOwn(env, name) ? env[name] : undefined
    // An address that is empty would quietly become the default one; only a password may well be none.
    if (value !== undefined && (value !== '' || path.endsWith('password'))) return value
    found.missing = true
    problems.add(line, `${path}: the environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`)
    return ''
  })
}

function count(line: number | undefined, reading: Reading): void {
  if (++reading.nodes <= NODES_MAX) return
  reading.problems.add(line, 'the file is too large')
  reading.problems.throwIfAny()
}

function resolved(node: unknown, reading: Reading): unknown {
  if (!reading.yaml.isAlias(node)) return node
  const target = reading.anchors.get(node)
  if (!target) reading.problems.add(lineOf(node, reading), `*${node.source}: there is no such anchor before it`)
  return target
}

/** What each alias stands for: the nearest node before it that bears its anchor. Found in one walk; asking the document walks each time. */
export function anchorsOf(yaml: Reading['yaml'], document: Document): Reading['anchors'] {
  const named = new Map<string, Node>()
  const found = new Map<unknown, Node>()
  yaml.visit(document, {
    Node(_, node) {
      if (yaml.isAlias(node)) {
        const target = named.get(node.source)
        if (target) found.set(node, target)
      } else if (node.anchor) named.set(node.anchor, node)
    },
  })
  return found
}

const isAbsent = (node: unknown, yaml: Reading['yaml']): boolean =>
  node === undefined || node === null || (yaml.isScalar(node) && node.value === null)

function lineOf(node: unknown, { yaml, lines }: Reading): number | undefined {
  const range = yaml.isNode(node) ? (node as Node).range : undefined
  return range ? lines.linePos(range[0]).line : undefined
}

function unknownKey(name: string, shape: Shape): string {
  const near = nearest(name, shape.names.keys())[0]
  if (near !== undefined) return `unknown key; did you mean "${near}"?`
  return `unknown key; known here: ${[...shape.names.keys()].join(', ')}`
}
