import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SluiceError } from '../error.ts'

const nonceBytes = 12
const tagBytes = 16

/** Bytes encrypted with AES-256-GCM, bound to a name: nonce, ciphertext, tag. */
export function seal(key: Uint8Array, name: string, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What `seal` was given; throws when the key, the name or a byte is another. */
export function unseal(key: Uint8Array, name: string, sealed: Uint8Array): Uint8Array {
  const [nonce, body, tag] = [sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes, -tagBytes), sealed.subarray(-tagBytes)]
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name))
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(body), decipher.final()])
}

/**
 * The key of images: 32 bytes as 64 hexadecimal digits or base64, from `given` (ENCRYPTION_KEY), else from the file, which is made when there
 * is none, readable by this user only. Throws `config_invalid`.
 */
export function sealingKey(given: string | undefined, file: string): Uint8Array {
  if (given !== undefined && given !== '') return bytesOf(given, 'ENCRYPTION_KEY')
  const kept = read(file)
  if (kept) return kept
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const key = randomBytes(32)
    writeFileSync(draft, `${key.toString('hex')}\n`, { flag: 'wx', mode: 0o600, flush: true })
    // A link appears whole or not at all, and fails when another process was first.
    linkSync(draft, file)
    return key
  } catch (cause) {
    const made = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined
    if (made) return made
    throw new SluiceError('config_invalid', 'change.key: the key of the journal of changes cannot be made.', { cause })
  } finally {
    rmSync(draft, { force: true })
  }
}

function read(file: string): Uint8Array | undefined {
  try {
    return bytesOf(readFileSync(file, 'utf8').trim(), 'change.key')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (cause instanceof SluiceError) throw cause
    throw new SluiceError('config_invalid', 'change.key: the key of the journal of changes cannot be read.', { cause })
  }
}

function bytesOf(text: string, where: string): Uint8Array {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (key.length !== 32) throw new SluiceError('config_invalid', `${where}: must be 32 bytes, as 64 hexadecimal digits or as base64.`)
  return key
}
