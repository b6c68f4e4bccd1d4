// Makes a checkout ready to start or to test: installs what is missing and bundles what has changed. It runs before anything is
// installed, so it is plain JavaScript for Node 20 and uses nothing but Node. When all is there it takes a few milliseconds.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isPageStale, isStale } from './stale.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const runtime = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

if (!isInstalled()) {
  console.log('Installing what Sluice needs; this takes a minute the first time.')
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error')
}
if (!existsSync(runtime)) npm('rebuild', 'node')
if (!existsSync(runtime)) fail('The Node that Sluice runs on was not installed. Run `npm ci` and look at what it says.')
if (isStale(root) || isPageStale(root)) run(runtime, [join('scripts', 'build.ts')])

/** True when npm has installed exactly what the lock file names, as its own record in node_modules says. */
function isInstalled() {
  const wanted = lockOf('package-lock.json')
  const present = lockOf(join('node_modules', '.package-lock.json'))
  if (!present) return false
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true
    if (present[path] === undefined) return optional === true
    return present[path].version === version && existsSync(join(root, path))
  })
}

function lockOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** npm as it was started, under the Node that it was started with: the one in node_modules goes away while npm works. */
function npm(...args) {
  const { npm_execpath: program, npm_node_execpath: node } = process.env
  if (program?.endsWith('.js')) run(node ?? process.execPath, [program, ...args])
  else run('npm', args)
}

function run(program, args) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) fail(`${program} could not be started: ${error.message}`)
  if (signal) process.exit(130)
  if (status !== 0) fail(`${[program, ...args].join(' ')} ended with exit code ${status}.`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
