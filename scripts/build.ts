/**
 * Bundles the sources into `dist/`: one entry for the program and one for each process or thread that it starts. What is loaded late
 * stays in chunks of its own, so that a start pays only for what it uses. `--force` builds even when nothing has changed, `--clean` leaves
 * nothing of earlier builds behind. The page of `ui/` goes into `dist/ui`; the types of the routes that
 * it is written with are made anew with the program.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { writeApiTypes } from '../ui/scripts/api-types.ts'
import { buildPage } from './build-page.ts'
import { isPageStale, isStale } from './stale.js'

const outdir = 'dist'
const dayMs = 86_400_000

/** Native, or with files of their own (a WASM module), or CommonJS that is imported late by its names, or never installed. */
const external = ['@duckdb/*', 'libpg-query', 'pgsql-deparser', 'pg-native', 'cloudflare:sockets', 'mysql2']

/** Its Node build is CommonJS, whose names a bundled `import('yaml')` does not see; the other build is an ES module. */
const alias = { yaml: resolve('node_modules/yaml/browser/index.js') }

/** CommonJS packages inside an ES module ask for `require` of Node's own modules. */
const banner = "import { createRequire as requireOf } from 'node:module';globalThis.require ??= requireOf(import.meta.url);"

const clean = process.argv.includes('--clean')
const whole = clean || process.argv.includes('--force')

if (!whole && !isStale()) {
  console.log('dist/ is up to date.')
} else {
  const common = {
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external,
    alias,
    banner: { js: banner },
  } as const
  const told = { legalComments: 'external', metafile: true, logLevel: 'warning' } as const
  // The program alone is split: what it shares with the others would otherwise lie in more chunks, and each chunk takes its time to load.
  const results = await Promise.all([
    build({ ...common, ...told, entryPoints: { sluice: 'src/main/start.ts' }, splitting: true }),
    build({
      ...common,
      ...told,
      entryPoints: {
        'prepare-worker': 'src/prepare/worker.ts',
        'engine-sqlite': 'src/source/embedded/engine-sqlite.ts',
        'engine-duckdb': 'src/source/embedded/engine-duckdb.ts',
        'demo-make': 'src/demo/make-process.ts',
      },
    }),
  ])
  const outputs = results.flatMap(({ metafile }) => Object.entries(metafile.outputs))
  const written = new Set(outputs.map(([file]) => basename(file)))
  removeLeftovers(written)
  const bytes = outputs.reduce((sum, [, output]) => sum + output.bytes, 0)
  await writeApiTypes()
  console.log(`Built dist/: ${written.size} files, ${Math.round(bytes / 1024)} KB.`)
}

if (whole || isPageStale()) {
  const { files, bytes } = await buildPage()
  console.log(`Built dist/ui/: ${files} files, ${Math.round(bytes / 1024)} KB.`)
}

/** Chunks of earlier builds stay for a day: a server that runs from them may not have loaded them yet. */
function removeLeftovers(written: ReadonlySet<string>): void {
  for (const file of readdirSync(outdir)) {
    if (file === 'ui') continue
    const path = join(outdir, file)
    if (!written.has(file) && (clean || Date.now() - statSync(path).mtimeMs > dayMs)) rmSync(path, { force: true })
  }
}
