import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { SluiceError } from '../error.ts'

/** Encrypts secrets for the registry with AES-256-GCM. `place` is what the text belongs to: moved elsewhere, it can no longer be read. */
export interface Keyring {
  encrypt(text: string, place: string): string
  /** Throws `config_invalid` when the text was encrypted with another key, or was changed. */
  decrypt(sealed: string, place: string): string
}

const FORM = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Where the key is: `key` and `old` as `ENCRYPTION_KEY` and `ENCRYPTION_KEY_OLD` say them, else the file. */
export type KeyPlace = Readonly<{ key?: string | undefined; old?: string | undefined; file: string }>

/**
 * The key of `ENCRYPTION_KEY` (32 bytes as base64, with or without the signs of URLs, or as hexadecimal digits), else of a file that is made,
 * readable for its owner only, when it is first needed. What `ENCRYPTION_KEY_OLD` or a further line of the file wrote can still be read, so that
 * nothing is unreadable while keys are rotated. Throws `config_invalid`.
 */
export function openKeyring({ key, old, file }: KeyPlace): Keyring {
  const more = old ? () => [keyOf(old, 'ENCRYPTION_KEY_OLD')] : () => []
  if (key) {
    let bytes: readonly Buffer[] | undefined
    return keyringOf(() => (bytes ??= [keyOf(key, 'ENCRYPTION_KEY'), ...more()]))
  }
  let seen = ''
  let known: readonly Buffer[] = []
  // The file is looked at each time, for another process may just have rotated it, and read when it is another.
  return keyringOf((makes) => {
    const state = stateOf(file)
    if (state === '' || state !== seen || known.length === 0) known = [...(makes ? madeIn(file) : keysIn(file)), ...more()]
    seen = state
    return known
  })
}

/** A keyring that writes with the first of these keys and reads with each, as `sluice key rotate-encryption` needs it. */
export const keyringFrom = (keys: readonly Readonly<{ text: string; name: string }>[]): Keyring => {
  const bytes = keys.map(({ text, name }) => keyOf(text, name))
  return keyringOf(() => bytes)
}

/** A new key in the form in which `ENCRYPTION_KEY` takes it. */
export const newKey = (): string => randomBytes(KEY_BYTES).toString('base64')

/** `keys`: the one that writes comes first. `makes` is true where there must be one. */
function keyringOf(keys: (makes: boolean) => readonly Buffer[]): Keyring {
  return {
    encrypt(text, place) {
      const [key] = keys(true) as [Buffer]
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [FORM, nameOf(key), ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.')
    },
    decrypt(sealed, place) {
      const [form, name, ...parts] = sealed.split('.')
      if (form !== FORM || parts.length !== 3) throw unreadable('is not in a form that this Sluice knows')
      const key = keys(false).find((one) => nameOf(one) === name)
      if (!key) throw unreadable('was encrypted with another key')
      const [iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer]
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place)).setAuthTag(tag)
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw unreadable('was changed or belongs elsewhere', cause)
      }
    },
  }
}

/** What tells keys apart without telling anything of them. */
const nameOf = (key: Buffer): string => hash('sha256', Buffer.concat([Buffer.from('sluice key'), key]), 'hex').slice(0, 8)

const unreadable = (why: string, cause?: unknown) =>
  new SluiceError('config_invalid', `A secret of the registry ${why}.`, {
    cause,
    hint: 'Set ENCRYPTION_KEY to the key with which the registry was written, or register the source again.',
  })

function keyOf(text: string, name: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (bytes.length === KEY_BYTES) return bytes
  throw new SluiceError('config_invalid', `${name} must be ${KEY_BYTES} bytes, as base64 or as hexadecimal digits.`, {
    hint: '`sluice key generate` makes one.',
  })
}

/** The keys of a file, one a line, the one that writes first; none where there is no file. Throws `config_invalid`. */
export function keyTextsIn(file: string): readonly string[] {
  if (!existsSync(file)) return []
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new SluiceError('config_invalid', `${basename(file)} may be read by other users of this machine.`, { hint: `chmod 600 ${file}` })
  }
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** What tells two versions of a file apart; '' where there is none. */
function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}` : ''
}

const keysIn = (file: string): readonly Buffer[] => keyTextsIn(file).map((text) => keyOf(text, basename(file)))

function madeIn(file: string): readonly Buffer[] {
  const known = keysIn(file)
  if (known.length > 0) return known
  const draft = draftOf(file, [newKey()])
  // Another process may make it at the same moment: then that one counts. A link appears whole or not at all.
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const made = keysIn(file)
  if (made.length > 0) return made
  throw new SluiceError('config_invalid', `${basename(file)} is empty.`, { hint: 'Put back the key that it held, or remove the file.' })
}

/** Puts other keys into the file, at once or not at all. */
export function writeKeys(file: string, keys: readonly string[]): void {
  renameSync(draftOf(file, keys), file)
}

function draftOf(file: string, keys: readonly string[]): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, `${keys.join('\n')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  return draft
}
