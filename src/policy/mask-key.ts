import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SluiceError } from '../error.ts'

/**
 * The key of hash masks as hex, 256 bits. Made when there is none, readable by this user only: whoever has it can test guesses
 * against hashed columns. Processes that start together agree, because only one of them can make the file.
 */
export function maskKey(file: string): string {
  const kept = read(file)
  if (kept !== undefined) return kept
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const key = randomBytes(32).toString('hex')
    writeFileSync(draft, `${key}\n`, { flag: 'wx', mode: 0o600, flush: true })
    // A link appears whole or not at all, so nobody reads half a key, and it fails when another process was first.
    linkSync(draft, file)
    return key
  } catch (cause) {
    const made = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined
    if (made !== undefined) return made
    throw new SluiceError('config_invalid', 'masks.key_file: the key of hash masks cannot be made.', { cause })
  } finally {
    rmSync(draft, { force: true })
  }
}

function read(file: string): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SluiceError('config_invalid', 'masks.key_file: the key of hash masks cannot be read.', { cause })
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new SluiceError('config_invalid', 'masks.key_file: must hold 64 hexadecimal digits.')
  return text
}
