import type { Readable, Writable } from 'node:stream'
import type { Credential } from '../call.ts'
import type { Config } from '../config/config.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Group } from '../tools/declared.ts'

/** One flag of a command. `value` names what follows it, e.g. `FILE`; without it the flag is a switch. */
export type Flag = Readonly<{ doc: string; value?: string; many?: boolean; short?: string; choices?: readonly string[] }>

/** What was given: flags by name, words in order. A flag that may come often is a list. */
export type Given = Readonly<{
  words: readonly string[]
  text(flag: string): string | undefined
  texts(flag: string): readonly string[]
  on(flag: string): boolean
}>

/** One command as data: help, docs and the check of what was typed all come from it. Heavy things are imported inside `run`. */
export type Command = Readonly<{
  /** One or two words, e.g. `audit list`. */
  name: string
  doc: string
  /** Words after the name, e.g. `[SQL]`; `wordsMax` 0 takes none. */
  words?: string
  wordsMax: number
  flags: Readonly<Record<string, Flag>>
  /** True when the command reads a configuration: `--config` and `--demo` are then added. */
  configured: boolean
  /** True for one that registers sources: the configuration it gets is without those. */
  registering?: true
  examples: readonly (readonly [line: string, doc: string])[]
  /** Answers the exit code. */
  run(given: Given, context: Context): Promise<number>
}>

/** The outside of a command: streams, environment, interruption. Tests give their own. */
export type Terminal = Readonly<{
  in: Readable & { isTTY?: boolean }
  out: Writable & { isTTY?: boolean; columns?: number }
  err: Writable & { isTTY?: boolean; columns?: number }
  env: Readonly<Record<string, string | undefined>>
  /** Aborted by the first Ctrl-C, SIGTERM or a closed output; the reason is a SluiceError `query_cancelled`. */
  signal: AbortSignal
}>

type Running = Readonly<{ close(): Promise<void> }>

/** What `main.ts` hands in, because commands stand below it; every member loads what it needs when it is called. */
export type House = Readonly<{
  /** `registering`: without the sources of the registry, and whatever roles say of such as are not there. */
  configFor(wanted: Readonly<{ file?: string | undefined; demo?: boolean | undefined; registering?: boolean | undefined }>): Promise<Config>
  openParts(config: Config, log?: (line: string) => void): Opened | Promise<Opened>
  serveHttp(parts: Parts, options: HttpSetting): Promise<Running & Readonly<{ url: string }>>
  /** Serves until the input ends. The parts are opened when a client first needs them. */
  serveStdio(
    parts: () => Promise<Parts>,
    options: Readonly<{ credential: Credential; input: Readable; output: Writable; groups: () => readonly Group[] | undefined }>,
  ): Promise<void>
  demo(): Promise<Demo>
}>
export type Opened = Readonly<{ parts: Parts; close(): Promise<void> }>
export type HttpSetting = Readonly<{
  host: string
  port: number
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
  bodyBytesMax: number
  importBytesMax: number
  ws: Config['server']['ws']
  publicUrl?: string | undefined
  conformance: boolean
  groups: readonly Group[] | undefined
  ssePath: string
  messagesPath: string
}>
export type Demo = Readonly<{
  demoFolder(env: Readonly<Record<string, string | undefined>>): string
  demoReady(folder: string): boolean
  ensureDemo(folder: string, onProgress: (share: number, what: string) => void): Promise<void>
}>

export type Context = Readonly<{
  terminal: Terminal
  house: House
  /** The configuration that `--config` or `--demo` names; demo data are made first. */
  config(): Promise<Config>
  /** Opens the parts for as long as `use` runs. */
  withParts<T>(config: Config, use: (parts: Parts) => Promise<T>, log?: (line: string) => void): Promise<T>
}>

/** The reason of the terminal's signal when nobody reads the output any more. */
export const outputClosed = 'The output was closed.'

/** Something was typed that cannot be meant. */
export class UsageError extends Error {}

/** The outside world is not as the command needs it, and no call was involved. */
export class Trouble extends Error {
  readonly exit: number
  readonly hint: string
  constructor(exit: number, message: string, hint: string, cause?: unknown) {
    super(message, { cause })
    this.exit = exit
    this.hint = hint
  }
}

/** What an exit code of `sluice` means. */
export const exits = {
  ok: { code: 0, doc: 'Done.' },
  failed: { code: 1, doc: 'The statement was refused or failed, or a check found something.' },
  usage: { code: 2, doc: 'The command line cannot be understood.' },
  config: { code: 3, doc: 'The configuration is wrong.' },
  unavailable: { code: 4, doc: 'A source, or the address to listen on, is not available.' },
  audit: { code: 5, doc: 'The audit log cannot be written, so nothing ran.' },
  interrupted: { code: 130, doc: 'Interrupted; a running query was ended in its source.' },
} as const

/** The exit code for whatever a command threw. */
export function exitOf(error: unknown): number {
  if (error instanceof UsageError) return exits.usage.code
  if (error instanceof Trouble) return error.exit
  if (!(error instanceof SluiceError)) return exits.failed.code
  switch (error.code) {
    case 'field_missing':
    case 'field_invalid':
    case 'field_unknown':
      return exits.usage.code
    case 'config_invalid':
      return exits.config.code
    case 'source_unavailable':
    case 'source_busy':
      return exits.unavailable.code
    case 'audit_unavailable':
      return exits.audit.code
    case 'query_cancelled':
      return exits.interrupted.code
    default:
      return exits.failed.code
  }
}
