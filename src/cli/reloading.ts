import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { publicError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Terminal } from './command.ts'

const LOOK_MS = 1_000

/** Tells what the environment says in vain. */
export function tellWarnings({ warnings, log }: Config, { err }: Terminal): void {
  for (const warning of log.level === 'error' ? [] : warnings) err.write(`${warning}\n`)
}

/**
 * Reads the configuration again on SIGHUP, when sources are registered, changed or removed, and, where `server.reload` says so, when its file or
 * `.env` changes. Answers what ends that.
 */
export function reloading({ control }: Parts, { file, server, log }: Config, { out, err }: Terminal): () => void {
  let told: readonly string[] = control.warnings()
  const tellNew = () => {
    const warnings = control.warnings()
    for (const warning of log.level === 'error' ? [] : warnings) if (!told.includes(warning)) err.write(`${warning}\n`)
    told = warnings
  }
  const whole = async () => {
    const { changed, needs_restart: waiting } = await control.reload()
    const what = changed.length === 0 ? 'nothing has changed' : changed.join(', ')
    const restart = waiting.length > 0 ? ` Only a restart changes ${waiting.join(', ')}.` : ''
    return `The configuration was read again: ${what}.${restart}\n`
  }
  const registered = async () => `The registry has changed: ${(await control.refresh()).join(', ') || 'nothing that is in use'}.\n`
  const take = async (what: () => Promise<string>) => {
    try {
      const line = await what()
      tellNew()
      if (log.level === 'info') err.write(line)
    } catch (error) {
      err.write(`The configuration stays as it was:\n${publicError(error).message}\n`)
    }
  }
  const reload = () => void take(whole)
  // On a terminal it means that the terminal is gone, and the program goes with it.
  if (!out.isTTY) process.on('SIGHUP', reload)
  const watched = [...(file === undefined ? [] : [file]), resolve('.env')]
  let read = stateOf(watched)
  let last = read
  // Asked, not told of: editors and mounted volumes replace files, and telling of that differs by system.
  const look = () => {
    const state = stateOf(watched)
    // Half a file can be a good one with half of the rules, so it is read when it was left alone from one look to the next.
    const quiet = state === last
    last = state
    if (!quiet || state === read) return
    read = state
    reload()
  }
  const timer = server.reload ? setInterval(look, LOOK_MS).unref() : undefined
  let looking = false
  const lookInRegistry = async () => {
    if (looking) return
    looking = true
    try {
      if (await control.outdated()) await take(registered)
    } finally {
      looking = false
    }
  }
  const registryTimer = setInterval(lookInRegistry, LOOK_MS).unref()
  return () => {
    process.off('SIGHUP', reload)
    clearInterval(timer)
    clearInterval(registryTimer)
  }
}

function stateOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
      return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : ''
    })
    .join('\n')
}
