import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SluiceError } from '../error.ts'

/** Encrypts secrets for the registry with AES-256-GCM. `place` is what the text belongs to: moved elsewhere, it can no longer be read. */
export interface Keyring {
  encrypt(text: string, place: string): string
  /** Throws `config_invalid` when the text was encrypted with another key, or was changed. */
  decrypt(sealed: string, place: string): string
}

const FORM = 'v1'
const IV_BYTES = 12
const KEY_BYTES = 32

/**
 * The key of `ENCRYPTION_KEY` (32 bytes as base64, with or without the signs of URLs, or as hexadecimal digits), else of a file that is made,
 * readable for its owner only, when it is first needed. Throws `config_invalid`.
 */
export function openKeyring({ key, file }: Readonly<{ key?: string | undefined; file: string }>): Keyring {
  let bytes: Buffer | undefined
  const secret = () => (bytes ??= key === undefined || key === '' ? fromFile(file) : keyOf(key, 'ENCRYPTION_KEY'))
  return keyringOf(secret)
}

/** A keyring over one key, as `sluice key rotate-encryption` needs two of them. */
export const keyringFrom = (text: string, name: string): Keyring => {
  const bytes = keyOf(text, name)
  return keyringOf(() => bytes)
}

/** A new key in the form in which `ENCRYPTION_KEY` takes it. */
export const newKey = (): string => randomBytes(KEY_BYTES).toString('base64')

function keyringOf(secret: () => Buffer): Keyring {
  return {
    encrypt(text, place) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', secret(), iv).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [FORM, nameOf(secret()), ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.')
    },
    decrypt(sealed, place) {
      const [form, name, ...parts] = sealed.split('.')
      if (form !== FORM || parts.length !== 3) throw unreadable('is not in a form that this Sluice knows')
      if (name !== nameOf(secret())) throw unreadable('was encrypted with another key')
      const [iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer]
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret(), iv).setAAD(Buffer.from(place)).setAuthTag(tag)
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

function fromFile(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Another process may make it at the same moment: then that one counts.
    try {
      writeFileSync(file, `${newKey()}\n`, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new SluiceError('config_invalid', `${file} may be read by other users of this machine.`, { hint: `chmod 600 ${file}` })
  }
  return keyOf(readFileSync(file, 'utf8').trim(), file)
}
