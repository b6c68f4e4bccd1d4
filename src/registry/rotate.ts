import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { SluiceError } from '../error.ts'
import type { KeyPlace, Keyring, SourceBook, SourcesTable } from '../store/store.ts'
import { sealed, unsealed } from './sealed.ts'

/** What a rotation came to: how many sources have secrets, and where the key is now. */
export type Rotated = Readonly<{ sources: number; key: 'ENCRYPTION_KEY' | 'file' }>

/**
 * Encrypts every secret of sources anew, all in one transaction, and then what `others` hold of it. With `ENCRYPTION_KEY` set that is the new key, and what was before is
 * `ENCRYPTION_KEY_OLD` or the file; else the file gets a new key. Whatever ends it, every secret can be read afterwards with what is there. Throws
 * `config_invalid` that names the first source whose secrets none of the keys opens; then nothing has changed.
 */
export async function rotateEncryption(
  place: KeyPlace,
  book: SourceBook,
  others: (keyring: Keyring) => Promise<void> = async () => undefined,
): Promise<Rotated> {
  const { keyringFrom, keyTextsIn, newKey, writeKeys } = await import('../store/store.ts')
  const { key, old, file } = place
  const given = [...(key ? [{ text: key, name: 'ENCRYPTION_KEY' }] : []), ...(old ? [{ text: old, name: 'ENCRYPTION_KEY_OLD' }] : [])]
  const inFile = () => keyTextsIn(file).map((text) => ({ text, name: 'The key file' }))
  if (key) {
    const keyring = keyringFrom([...given, ...inFile()])
    const sources = await rewrite(book, keyring)
    await others(keyring)
    return { sources, key: 'ENCRYPTION_KEY' }
  }
  const release = locked(`${file}.lock`)
  try {
    // What one that was killed has left is brought to an end first, so that the file never holds more than two.
    const [current, ...left] = inFile()
    if (current && left.length > 0) {
      await rewrite(book, keyringFrom([current, ...left, ...given]))
      writeKeys(file, [current.text])
    }
    const before = keyTextsIn(file)
    const next = newKey()
    // Both are there while some secrets are of one and some of the other, whoever reads them and whatever happens.
    writeKeys(file, [next, ...before])
    try {
      const keyring = keyringFrom([{ text: next, name: 'The key file' }, ...given, ...inFile().slice(1)])
      const sources = await rewrite(book, keyring)
      await others(keyring)
      writeKeys(file, [next])
      return { sources, key: 'file' }
    } catch (error) {
      // Whether a lost answer was a commit nobody knows, so both keys stay; one that was refused for its key has changed nothing.
      if (error instanceof SluiceError && error.code === 'config_invalid') {
        if (before.length > 0) writeKeys(file, before)
        else rmSync(file, { force: true })
      }
      throw error
    }
  } finally {
    release()
  }
}

const rewrite = (book: SourceBook, keyring: Keyring): Promise<number> =>
  book.change((known) => {
    const withSecrets = known.filter(({ secrets }) => secrets !== null)
    return { write: withSecrets.map((row) => anew(row, keyring)), value: withSecrets.length }
  })

function anew(row: SourcesTable, keyring: Keyring): SourcesTable {
  try {
    return { ...row, secrets: sealed(row.name, unsealed(row, keyring), keyring), updated_at: new Date().toISOString() }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    throw new SluiceError('config_invalid', `${row.name}: ${error.message} Nothing was changed.`, {
      cause: error,
      hint: 'Set ENCRYPTION_KEY_OLD to the key with which the registry was written, or remove that source.',
    })
  }
}

/** A rotation takes seconds: a lock as old as this was left by a process that is gone, wherever it ran. */
const LOCK_STALE_MS = 600_000

function locked(lock: string): () => void {
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
  if (isLeft(lock)) rmSync(lock, { force: true })
  try {
    writeFileSync(lock, `${hostname()} ${process.pid}`, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    throw new SluiceError('config_invalid', 'Another process is rotating the key at this moment.', {
      cause,
      hint: `Wait until it has ended; if none runs, remove ${lock}.`,
    })
  }
  return () => rmSync(lock, { force: true })
}

/** Whether a lock is one of a process that was killed. */
function isLeft(lock: string): boolean {
  const stat = statSync(lock, { throwIfNoEntry: false })
  if (!stat) return false
  if (Date.now() - stat.mtimeMs > LOCK_STALE_MS) return true
  const [machine, pid] = readFileSync(lock, 'utf8').split(' ')
  if (machine !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
