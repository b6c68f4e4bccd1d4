import { globSync, readFileSync } from 'node:fs'
import { posix as path } from 'node:path'
import { expect, test } from 'vitest'
import { bodies, codeOnly } from './scan.ts'

const fileLinesMax = 400
/** Lines of a function without the bodies of those within it: a function that makes an object of functions reads as a class does. */
const functionLinesMax = 60
const functionWholeLinesMax = 150

/** Lower may not import higher. Rooms on one shelf do not know each other, except words and those named in `also`. */
const shelves: readonly (readonly string[])[] = [
  ['call', 'principal', 'schema', 'result', 'receipt', 'grant', 'facts', 'error', 'limits', 'details', 'answer'],
  ['nearest', 'clients'],
  [
    'sql',
    'guard',
    'rewrite',
    'search',
    'prepare',
    'plans',
    'shape',
    'blot',
    'unknown-column',
    'dml',
    'ddl',
    'graph',
    'pii',
    'drift',
    'pairs',
    'nl2sql',
    'phrase',
  ],
  ['auth', 'policy', 'audit', 'cache', 'quota', 'log', 'source', 'config', 'journal', 'watch', 'confirm', 'store', 'finder', 'llm'],
  [
    'gateway',
    'explore',
    'change',
    'import',
    'administer',
    'guide',
    'knowledge',
    'catalog',
    'registry',
    'bank',
    'evaluate',
    'ask',
    'chat',
    'queries',
    'browse',
    'govern',
  ],
  ['tools'],
  ['serve', 'cli', 'demo'],
  ['main'],
]
const also: Readonly<Record<string, readonly string[]>> = {
  guard: ['sql'],
  rewrite: ['sql'],
  prepare: ['sql', 'guard', 'rewrite'],
  plans: ['prepare', 'shape'],
  shape: ['prepare'],
  // The configuration is read into the shapes of the rooms that it is for.
  config: ['auth', 'policy', 'source'],
  explore: ['gateway'],
  administer: ['gateway', 'explore'],
  guide: ['gateway', 'explore'],
  knowledge: ['gateway', 'explore'],
  catalog: ['knowledge', 'gateway', 'explore', 'bank', 'queries'],
  bank: ['gateway', 'explore'],
  pairs: ['sql'],
  nl2sql: ['search', 'graph', 'phrase', 'sql'],
  ask: ['gateway', 'explore', 'guide', 'bank', 'knowledge'],
  chat: ['ask', 'gateway', 'explore', 'bank'],
  browse: ['gateway'],
  queries: ['gateway', 'explore', 'bank'],
  evaluate: ['ask'],
  registry: ['gateway', 'explore', 'administer'],
  govern: ['gateway', 'explore', 'administer'],
  change: ['gateway'],
  import: ['gateway', 'change'],
  dml: ['sql', 'prepare'],
  ddl: ['sql', 'prepare'],
  // The tables that joins need belong to what a question needs.
  search: ['graph'],
}
/**
 * A room has one front file, of its own name. `source` has three: one source, all of them, and which kinds there are. `tools` has two: how
 * they are declared, which a list of tools needs, and the tools themselves, which bring zod and everything that they do.
 */
const fronts: Readonly<Record<string, readonly string[]>> = {
  source: ['source', 'sources', 'manifest'],
  // What asking needs, and what teaching the engine needs beside it.
  nl2sql: ['nl2sql', 'learning'],
  tools: ['tools', 'declared', 'resources', 'prompts', 'sql-fields'],
}
/** `types` may be the subject of a file within a room, such as the types of a database; it is no room. */
const drawers = /(^|\/)(utils?|helpers?|common|misc|shared|lib)(\/|\.ts$)|\/types?\/|^src\/types?\.ts$/

const read = (file: string) => ({ file, text: readFileSync(file, 'utf8') })
const files = globSync('src/**/*.ts').sort().map(read)
const roomOf = (file: string) => file.split('/')[1]!.replace(/\.ts$/, '')
const shelfOf = (room: string) => shelves.findIndex((shelf) => shelf.includes(room))
const importsOf = (text: string) => [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!)

test('every room stands on a shelf, and none is a drawer for odds and ends', () => {
  const rooms = [...new Set(files.map(({ file }) => roomOf(file)))]
  expect(rooms.filter((room) => shelfOf(room) < 0)).toEqual([])
  expect(files.filter(({ file }) => drawers.test(file)).map(({ file }) => file)).toEqual([])
})

test('imports point down, and only at the front of a room', () => {
  expect(files.flatMap(({ file, text }) => wrongImports(file, text))).toEqual([])
})

test('the rule for imports catches what it should', () => {
  expect(wrongImports('src/gateway.ts', "import { a } from './serve/serve.ts'")).toHaveLength(1)
  expect(wrongImports('src/auth/auth.ts', "import type { A } from '../policy/policy.ts'")).toHaveLength(1)
  expect(wrongImports('src/serve/http.ts', "const a = await import('../guard/rules/kind.ts')")).toHaveLength(1)
  expect(wrongImports('src/guard/rules/kind.ts', "import type { A } from '../../sql/sql.ts'")).toEqual([])
  expect(wrongImports('src/gateway.ts', "import type { A } from './source/sources.ts'")).toEqual([])
})

function wrongImports(file: string, text: string): string[] {
  const from = roomOf(file)
  return importsOf(text).flatMap((target) => {
    if (!target.startsWith('.')) return []
    const to = path.join(path.dirname(file), target)
    if (!to.startsWith('src/')) return to === 'package.json' ? [] : [`${file} leaves src: ${to}`]
    const room = roomOf(to)
    if (room === from) return []
    const words = shelfOf(from) === 0 && shelfOf(room) === 0
    const down = words || shelfOf(room) < shelfOf(from) || also[from]?.includes(room)
    if (!down) return [`${file} may not import ${room}`]
    const front = to === `src/${room}.ts` || (fronts[room] ?? [room]).some((name) => to === `src/${room}/${name}.ts`)
    return front || from === 'main' ? [] : [`${file} reaches past the front of ${room}: ${to}`]
  })
}

test('only sources, the registry, the maker of the demo data and what judges the search load a database driver', () => {
  const driver = /^(node:sqlite|pg|mysql2|@duckdb\/)/
  const loading = files.filter(({ text }) => importsOf(text.replace(/import type .*/g, '')).some((target) => driver.test(target)))
  expect(loading.map(({ file }) => file).filter((file) => !['source', 'store', 'demo', 'evaluate'].includes(roomOf(file)))).toEqual([])
})

test('thinking is pure: no files, no network, no clock, no chance', () => {
  const impure =
    /node:(fs|net|http|https|dgram|tls|child_process|timers)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bsetTimeout\(/
  // The one that watches over a thread in which long statements are read needs a clock for its deadline.
  const thinking = files.filter(({ file }) => shelfOf(roomOf(file)) <= 1 && file !== 'src/prepare/aside.ts')
  expect(thinking.filter(({ text }) => impure.test(withoutComments(text))).map(({ file }) => file)).toEqual([])
})

/** Comments fall, strings stay: an import is a string. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')

test('no file and no function is longer than a person can hold', () => {
  const measured = [...files, ...globSync('{bench,scripts,test}/**/*.ts').map(read)]
  const long = measured.flatMap(({ file, text }) => {
    const lines = text.trimEnd().split('\n').length
    const own = lines > fileLinesMax ? [`${file}: ${lines} lines`] : []
    const big = file.startsWith('test/')
      ? []
      : bodies(text).filter((body) => body.own > functionLinesMax || body.lines > functionWholeLinesMax)
    return [...own, ...big.map((body) => `${file}:${body.line}: a function of ${body.own} lines, ${body.lines} with those in it`)]
  })
  expect(long).toEqual([])
})

test('the type checker is not talked out of its work', () => {
  const any = /(?::\s*|<|\bas\s+|\|\s*|=>\s*)any\b(?!\s*[?.(=])|[<,]\s*any\s*[>,\]]|\bany\[\]/
  const silenced = /@ts-(ignore|expect-error|nocheck)|biome-ignore-all/
  const wrong = files.filter(({ text }) => any.test(codeOnly(text)) || silenced.test(text))
  expect(wrong.map(({ file }) => file)).toEqual([])
  for (const text of ['a: any', 'Map<string, any>', 'b as any', 'any[]', 'c: string | any']) expect(text).toMatch(any)
  for (const text of ['f(out, any ? b : c)', 'let any = false', 'any = true', 'd(any)', 'many: string']) expect(text).not.toMatch(any)
})

test('no mark of unfinished work and no test that is skipped', () => {
  const all = [
    ...files,
    ...globSync('{test,bench,scripts}/**/*.ts')
      .filter((file) => file !== 'test/house/house.test.ts')
      .map(read),
  ]
  const unfinished = /\b(TODO|FIXME|XXX|HACK)\b/
  const skipped = /\b(test|it|describe)\.(skip|only|todo|skipIf|runIf)\b/
  expect(all.filter(({ text }) => unfinished.test(text) || skipped.test(codeOnly(text))).map(({ file }) => file)).toEqual([])
})

test('every limit is used', () => {
  const own = readFileSync('src/limits.ts', 'utf8')
  const names = [...own.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]!)
  const rest = files
    .filter(({ file }) => file !== 'src/limits.ts')
    .map(({ text }) => text)
    .join('\n')
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !rest.includes(`limits.${name}`))).toEqual([])
})

test('every connector is in the manifest, and has a test', () => {
  const manifest = readFileSync('src/source/manifest.ts', 'utf8')
  const named = [...manifest.matchAll(/import\('\.\/([\w/-]+)\.ts'\)/g)].map((match) => match[1]!)
  const connectors = files.filter(({ file, text }) => file.startsWith('src/source/') && /export default\b/.test(codeOnly(text)))
  const names = connectors.map(({ file }) => file.slice('src/source/'.length, -'.ts'.length))
  expect(names.sort()).toEqual(named.sort())
  expect(named.filter((name) => !globSync(`test/source/**/${path.basename(name)}*.test.ts`).length)).toEqual([])
})
