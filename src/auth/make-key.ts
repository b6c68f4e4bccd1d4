import { hash, randomBytes } from 'node:crypto'

/** What every key starts with, so that people and secret scanners know one when they see it. */
export const KEY_PREFIX = 'slk_'

/**
 * A new API key and the hash to keep. The key has 256 random bits, so guessing it is hopeless however fast the hash is: a slow
 * password hash would only cost every call time.
 */
export function makeKey(): Readonly<{ key: string; hash: string }> {
  const key = KEY_PREFIX + randomBytes(32).toString('base64url')
  return { key, hash: hashOf(key) }
}

/** `sha256:` and the lower-case hexadecimal digest of a key, as the configuration holds it. */
export function hashOf(key: string): string {
  return `sha256:${hash('sha256', key, 'hex')}`
}
