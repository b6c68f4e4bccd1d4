import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { SluiceError } from '../error.ts'
import type { Attribute } from '../principal.ts'

/** A key as the file keeps it: never the key itself, only its hash. Times in milliseconds since 1970, limits by the names of `GrantLimits`. */
export type StoredKey = Readonly<{
  id: string
  name: string
  hash: string
  roles: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
  sources?: readonly string[]
  groups?: readonly string[]
  limits?: Readonly<Record<string, number>>
  created: number
  created_by: string
  expires?: number
  rotated?: number
  revoked?: number
  /** The secret before the last rotation, which stays good for a while. */
  previous?: Readonly<{ hash: string; until: number }>
}>

type Is = (value: unknown) => boolean
const text: Is = (value) => typeof value === 'string'
const number: Is = (value) => typeof value === 'number'
const scalar: Is = (value) => text(value) || number(value)
const list =
  (of: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(of)
const object: Is = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const record =
  (of: Is): Is =>
  (value) =>
    object(value) && Object.values(value as object).every(of)
/** Written out by hand: every start reads this file, and zod would double what a start costs. */
const shape =
  (must: Readonly<Record<string, Is>>, may: Readonly<Record<string, Is>> = {}): Is =>
  (value) => {
    if (!object(value)) return false
    const known = { ...must, ...may }
    const fields = Object.entries(value as object)
    return (
      fields.every(([name, field]) => Object.hasOwn(known, name) && known[name]!(field)) &&
      Object.keys(must).every((name) => Object.hasOwn(value as object, name))
    )
  }

const attribute: Is = (value) => scalar(value) || typeof value === 'boolean' || list(scalar)(value)
const stored = shape(
  { id: text, name: text, hash: text, roles: list(text), attributes: record(attribute), created: number, created_by: text },
  {
    ...{ sources: list(text), groups: list(text), limits: record(number), expires: number, rotated: number, revoked: number },
    previous: shape({ hash: text, until: number }),
  },
)
const whole = shape({ version: (value) => value === 1, keys: list(stored) })

/** The file of keys, shared by every process that uses the same state folder. */
export type KeyFile = Readonly<{
  /** What tells two versions of the file apart; '' where there is none. Throws what the disk throws. */
  version(): string
  /** Throws `config_invalid` for a file that cannot be understood: whom it lets in is then not known, so nobody. */
  read(): readonly StoredKey[]
  /** Makes a new version of the newest one. Two processes take turns; readers never wait and never see half a file. */
  change<T>(work: (keys: readonly StoredKey[]) => Readonly<{ keys: readonly StoredKey[]; value: T }>): Promise<T>
}>

/** A lock as old as this belongs to a process that is gone: the work under it takes milliseconds. */
const LOCK_STALE_MS = 10_000
const LOCK_WAIT_MS_MAX = 15_000
const LOCK_TRY_MS = 20

export function keyFile(file: string): KeyFile {
  const read = (): readonly StoredKey[] => {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
    const parsed = jsonOf(text)
    if (whole(parsed)) return (parsed as { keys: readonly StoredKey[] }).keys
    throw new SluiceError('config_invalid', 'keys.json in the state folder is not a file of API keys, so no key of it is good.')
  }
  const write = (keys: readonly StoredKey[]) => {
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
    try {
      writeFileSync(draft, `${JSON.stringify({ version: 1, keys }, undefined, 1)}\n`, { flag: 'wx', mode: 0o600, flush: true })
      renameSync(draft, file)
    } finally {
      rmSync(draft, { force: true })
    }
  }
  return {
    version() {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
      return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : ''
    },
    read,
    async change(work) {
      const release = await locked(`${file}.lock`)
      try {
        const { keys, value } = work(read())
        write(keys)
        return value
      } finally {
        release()
      }
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function locked(lock: string): Promise<() => void> {
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
  const late = performance.now() + LOCK_WAIT_MS_MAX
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx', 0o600))
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || performance.now() > late) throw error
    }
    const stat = statSync(lock, { throwIfNoEntry: false })
    if (stat && Date.now() - stat.mtimeMs > LOCK_STALE_MS) rmSync(lock, { force: true })
    await wait(LOCK_TRY_MS)
  }
}
