import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A database server of our own on loopback, with its data in a temporary folder. */
export type Server = Readonly<{
  url: string
  port: number
  version: string
  /** Process id of the server now; another one after `start`. */
  pid(): number
  /** Ends the process and keeps the data; `now` kills it. */
  halt(how?: 'gently' | 'now'): Promise<void>
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>
  /** Ends the process and removes the data. */
  stop(): Promise<void>
}>

const nobody = 65_534

/** Database servers refuse to run as root, so they run as `nobody` where the caller is root. */
export const unprivileged: Readonly<{ uid?: number; gid?: number }> = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

export function tempFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`))
  own(folder)
  return folder
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** Gives a file or folder to the unprivileged user. */
export function own(path: string): void {
  if (unprivileged.uid !== undefined) chownSync(path, nobody, nobody)
}

/** Runs a program as the unprivileged user to its end and returns what it printed; what it complained of is in the error. */
export function runToEnd(file: string, args: readonly string[], input = ''): string {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    ...unprivileged,
    cwd: tmpdir(),
    env: { ...process.env, HOME: tmpdir() },
    input,
  })
  if (status === 0) return stdout.toString()
  throw error ?? new Error(`${file} ended with ${status}:\n${stdout}${stderr}`)
}

export type Daemon = Readonly<{ file: string; args: readonly string[]; env?: NodeJS.ProcessEnv; ready: RegExp; msMax?: number }>

/** Starts a program that stays, and resolves when it has written that it is ready. */
export function startDaemon(daemon: Daemon): Promise<ChildProcess> {
  const child = spawn(daemon.file, daemon.args, {
    ...unprivileged,
    cwd: tmpdir(),
    env: { ...process.env, HOME: tmpdir(), ...daemon.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${daemon.file} was not ready in time:\n${said}`))
    }, daemon.msMax ?? 30_000)
    const listen = (chunk: Buffer) => {
      if (said.length > 100_000) return
      said += chunk.toString()
      if (!daemon.ready.test(said)) return
      clearTimeout(late)
      said = ' '.repeat(100_001)
      resolve(child)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    child.on('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`${daemon.file} ended with ${code}:\n${said.trim()}`))
    })
  })
}

export async function endDaemon(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(late)
}

/** The life of one server: `daemon` says how to start it, `gently` which signal ends it well. */
export async function runServer(
  about: Readonly<{ url: string; port: number; version: string; folder: string }>,
  daemon: Daemon,
  gently: NodeJS.Signals,
): Promise<Server> {
  let child = await startDaemon(daemon)
  const lastResort = () => child.kill('SIGKILL')
  process.once('exit', lastResort)
  const halt = (how: 'gently' | 'now' = 'gently') => endDaemon(child, how === 'now' ? 'SIGKILL' : gently)
  return {
    url: about.url,
    port: about.port,
    version: about.version,
    pid: () => child.pid!,
    halt,
    async start() {
      child = await startDaemon(daemon)
    },
    async stop() {
      await halt()
      process.off('exit', lastResort)
      rmSync(about.folder, { recursive: true, force: true })
    },
  }
}
