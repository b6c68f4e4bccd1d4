#!/usr/bin/env node
// Runs under any Node from 20: an older one than Sluice needs hands over to the one that is installed with it.
import { existsSync, readdirSync, statSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants, homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const nodeMajorMin = 24
const lessSpace = '--max-semi-space-size=8'
const self = fileURLToPath(import.meta.url)
// A batch of questions, as a server, makes much for each that is needed no longer.
const serves = process.argv[2] === 'serve' || (process.argv[2] === 'ask' && process.argv.some((word) => word.startsWith('--batch')))
const bundle = fileURLToPath(new URL('../dist/sluice.js', import.meta.url))
const sources = fileURLToPath(new URL('../src', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) await run()
else await handOver()

// What a server makes for each call would otherwise spread over 100 MB that are never given back; the size can be set only at start.
function serveInLess() {
  if (!serves || !process.execve || process.platform === 'win32' || process.execArgv.includes(lessSpace)) return
  process.removeAllListeners('warning')
  process.execve(process.execPath, [process.execPath, lessSpace, ...process.execArgv, self, ...process.argv.slice(2)], process.env)
}

async function run() {
  serveInLess()
  // Compiled code is kept between starts, also for the processes that this one starts. In the home folder, because what lies there is run.
  process.env.NODE_COMPILE_CACHE ??= join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice')
  module.enableCompileCache()
  const { start } = await import(pathToFileURL(isFresh() ? bundle : join(sources, 'main', 'start.ts')).href)
  process.exitCode = await start(process.argv.slice(2))
}

// In a checkout the sources count as soon as one of them is newer than the bundle.
function isFresh() {
  if (!existsSync(sources)) return true
  return existsSync(bundle) && !hasNewer(sources, statSync(bundle).mtimeMs)
}

function hasNewer(folder, built) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? hasNewer(path, built) : statSync(path).mtimeMs > built
  })
}

async function handOver() {
  let node
  try {
    node = join(
      createRequire(import.meta.url).resolve('node/package.json'),
      '..',
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    )
  } catch {
    node = ''
  }
  if (!existsSync(node)) {
    console.error(
      `sluice needs Node ${nodeMajorMin} or newer (this is ${process.version}), and the one that comes with it is not installed. Run: npm ci`,
    )
    process.exit(3)
  }
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [...(serves ? [lessSpace] : []), self, ...process.argv.slice(2)], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`sluice: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
