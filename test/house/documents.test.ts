import { execFileSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keys } from '../../src/config/config.ts'
import { codes } from '../../src/error.ts'
import { connectors } from '../../src/source/manifest.ts'

const read = (file: string) => readFileSync(file, 'utf8')

/** What would be committed: everything but what `.gitignore` names. */
function kept(folder = '.'): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === '.git' || ignored.some((line) => line === `${entry.name}/` || entry.name.endsWith(line.replace(/^\*/, ''))))
      return []
    const file = folder === '.' ? entry.name : `${folder}/${entry.name}`
    return entry.isDirectory() ? kept(file) : entry.isFile() ? [file] : []
  })
}
const ignored = read('.gitignore')
  .split('\n')
  .filter((line) => line.trim() !== '')

test('every error code is documented, and nothing else is', () => {
  const documented = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!)
  expect(documented).toEqual(codes)
})

test('the page of errors is the one that its script writes', () => {
  expect(() => execFileSync(process.execPath, ['scripts/docs-errors.ts', '--check'], { stdio: 'pipe' })).not.toThrow()
})

test('every error code is thrown somewhere', () => {
  const rest = globSync('src/**/*.ts')
    .filter((file) => file !== 'src/error.ts')
    .map(read)
    .join('\n')
  expect(codes.filter((code) => !new RegExp(`['"\`]${code}['"\`]`).test(rest))).toEqual([])
})

/** Every key of the configuration: those of the file, and those that a kind of source adds. */
async function configurationKeys(): Promise<string[]> {
  const loaded = await Promise.all(Object.values(connectors).map((load) => load()))
  return [...Object.keys(keys), ...loaded.flatMap(({ settings }) => Object.keys(settings).map((name) => `sources.*.${name}`))]
}

test('every configuration key is documented', async () => {
  const page = read('docs/configuration.md')
  const missing = (await configurationKeys()).filter((key) => !new RegExp(`\\b${nameOf(key)}\\b`).test(page))
  expect(missing).toEqual([])
})

test('every configuration key is proven: some test sets it', async () => {
  const tests = globSync('test/**/*.{ts,yaml,yml}')
    .filter((file) => !file.startsWith('test/house/'))
    .map(read)
    .join('\n')
  // A key is set as `name:` in YAML or in an object, or read through a dotted path of keys.
  const unproven = (await configurationKeys()).filter((key) => !new RegExp(`\\b${nameOf(key)}['"]?\\s*:`).test(tests))
  expect([...new Set(unproven)]).toEqual([])
})

/** The last part that is a name, e.g. `mask` of `roles.*.sources.*.columns.*.mask.*`. */
const nameOf = (key: string): string => key.split('.').findLast((part) => /^\w+$/.test(part))!

test('every dependency has its sentence, and no sentence is left over', () => {
  const wanted = ['package.json', 'ui/package.json'].flatMap((file) => {
    const { dependencies, devDependencies } = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>
    return Object.keys({ ...dependencies, ...devDependencies })
  })
  const lines = read('docs/dependencies.md').matchAll(/^- (`[^`]+`(?:, `[^`]+`)*): \S.+\.$/gm)
  const named = [...lines].flatMap((match) => match[1]!.split(', ').map((name) => name.slice(1, -1)))
  const names = (name: string, one: string) => (name.endsWith('/*') ? one.startsWith(name.slice(0, -1)) : one === name)
  expect(wanted.filter((one) => !named.some((name) => names(name, one)))).toEqual([])
  expect(named.filter((name) => !wanted.some((one) => names(name, one)))).toEqual([])
})

test('every room and every word has its paragraph in the architecture', () => {
  const page = read('docs/architecture.md')
  const rooms = new Set(globSync('src/*').map((entry) => entry.slice('src/'.length).replace(/\.ts$/, '')))
  expect([...rooms].filter((room) => !page.includes(`\`${room}`))).toEqual([])
})

test('no file tells of the machine or the registry it came from', () => {
  const home = /\/(?:work|root|home\/\w+|Users\/\w+)\//
  const registry = /registry\s*=\s*http|"resolved":\s*"http|npm_config_registry|nodedir/
  const wrong = kept()
    .filter((file) => /\.(ts|js|mjs|json|md|ya?ml|sql|sh|run|npmrc|txt|csv|html)$|\/\w+$/.test(file))
    .filter((file) => {
      if (file.endsWith('test/house/documents.test.ts')) return false
      const text = read(file)
      return home.test(text) || registry.test(text)
    })
  expect(wrong).toEqual([])
})

test('pages are short enough to be read', () => {
  expect(read('AGENTS.md').trimEnd().split('\n').length).toBeLessThan(80)
  for (const page of ['README.md', 'docs/architecture.md']) expect(read(page).split('\n').length, page).toBeLessThan(400)
})
