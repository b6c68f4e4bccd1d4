// Adds to package-lock.json the platform packages that the registry at hand did not have when the lock was made, so that `npm ci`
// accepts the lock everywhere. They carry no integrity: npm fills it in on a machine of that platform.
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const added = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`
    const nested = `${path}/node_modules/${name}`
    if (lock.packages[place] ?? lock.packages[nested]) continue
    if (name.endsWith('-wasm32-wasi')) {
      lock.packages[place] = { version, cpu: ['wasm32'], ...(entry.dev ? { dev: true } : {}), optional: true }
      added.push(name)
      continue
    }
    const platform = /(android|darwin|freebsd|linux|win32)-(arm64|arm|x64)(?:-(musl|gnu|gnueabihf|msvc))?$/.exec(name)
    if (!platform || !/^\d/.test(version)) continue
    const [, os, cpu, libc] = platform
    lock.packages[place] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(os === 'linux' ? { libc: [libc === 'musl' ? 'musl' : 'glibc'] } : {}),
      optional: true,
      os: [os],
    }
    added.push(name)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
console.log(added.length === 0 ? 'The lock is complete.' : `Added ${added.join(', ')}`)
