import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SluiceError } from '../error.ts'
import { packed, unpacked } from './images.ts'
import type { ChangeRecord, Journal } from './journal.ts'
import { seal, sealingKey, unseal } from './seal.ts'

/** `key` is what ENCRYPTION_KEY says, if anything; else the file `change.key` beside the folder is the key. */
export type JournalSetting = Readonly<{
  folder: string
  keyFile: string
  key?: string | undefined
  keepDays: number
  bytesMax?: number
  /** Milliseconds since 1970. */
  now?: () => number
}>

const bytesMaxUnlessSaid = 1024 * 1024 * 1024
const dayMs = 86_400_000
const tidyMs = 3_600_000
/** Also the name of a file, so nothing else may be one. */
const anId = /^[A-Za-z0-9][A-Za-z0-9-]{7,63}$/

/**
 * A journal in files, two for each change: `<id>.json` tells what was done, `<id>.rows` holds the images, encrypted. Both are on disk before
 * the change is committed. A record that stays `pending` is one of a process that died, or whose commit was lost: nobody knows whether the
 * change is there, and undoing it compares the rows in any case.
 */
export function openJournal(setting: JournalSetting): Journal {
  const { folder, keepDays, bytesMax = bytesMaxUnlessSaid, now = Date.now } = setting
  let key: Uint8Array | undefined
  let tidied = Number.NEGATIVE_INFINITY
  const theKey = () => (key ??= sealingKey(setting.key, setting.keyFile))
  const file = (id: string, kind: 'json' | 'rows') => join(folder, `${id}.${kind}`)

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    const draft = `${name}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, name)
  }
  const writeRecord = (record: ChangeRecord) => write(file(record.id, 'json'), Buffer.from(JSON.stringify(record)))

  async function readRecord(id: string): Promise<ChangeRecord | undefined> {
    try {
      const record = JSON.parse(await readFile(file(id, 'json'), 'utf8')) as ChangeRecord
      return record.id === id ? record : undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
      throw unavailable(error)
    }
  }

  async function ids(): Promise<readonly string[]> {
    const names = await readdir(folder).catch((error) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw unavailable(error)
    })
    // Ids begin with the time, so the newest is the last.
    return names
      .flatMap((name) => (name.endsWith('.json') && anId.test(name.slice(0, -5)) ? [name.slice(0, -5)] : []))
      .sort()
      .reverse()
  }

  /** Removes what is too old, and the oldest where all together are too much. */
  async function tidy(): Promise<void> {
    if (now() - tidied < tidyMs) return
    tidied = now()
    let bytes = 0
    for (const id of await ids()) {
      const about = await Promise.all((['json', 'rows'] as const).map((kind) => stat(file(id, kind)).catch(() => undefined)))
      bytes += about.reduce((sum, one) => sum + (one?.size ?? 0), 0)
      const record = await readRecord(id)
      const old = record === undefined || now() - Date.parse(record.at) > keepDays * dayMs
      if (old || bytes > bytesMax) await remove(id)
    }
  }
  const remove = async (id: string) => {
    await rm(file(id, 'json'), { force: true })
    await rm(file(id, 'rows'), { force: true })
  }

  return {
    async begin(record, images) {
      mustBeId(record.id)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await tidy()
        if (images.length > 0) await write(file(record.id, 'rows'), seal(theKey(), record.id, packed(images)))
        await writeRecord(record)
        await syncFolder(folder)
      } catch (error) {
        throw error instanceof SluiceError ? error : unavailable(error)
      }
    },
    async end(id, state) {
      mustBeId(id)
      if (state === 'dropped') return remove(id)
      const record = await readRecord(id)
      if (!record) return
      await writeRecord({ ...record, state })
      if (state !== 'applied') await rm(file(id, 'rows'), { force: true })
    },
    async find(id) {
      const record = anId.test(id) ? await readRecord(id) : undefined
      if (!record) return undefined
      const sealed = await readFile(file(id, 'rows')).catch((error) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw unavailable(error)
      })
      if (!sealed) return { record, images: [] }
      try {
        return { record, images: unpacked(unseal(theKey(), id, sealed)) }
      } catch (cause) {
        throw new SluiceError('change_conflict', 'The rows of this change were encrypted with another key, or their file was altered.', {
          cause,
        })
      }
    },
    async list({ principal, source, last }) {
      const found: ChangeRecord[] = []
      for (const id of await ids()) {
        if (found.length >= last) break
        const record = await readRecord(id)
        if (!record || (principal !== undefined && record.principal !== principal) || (source !== undefined && record.source !== source))
          continue
        found.push(record)
      }
      return found
    },
  }
}

function mustBeId(id: string): void {
  if (!anId.test(id)) throw new SluiceError('change_unknown', 'This is not the id of a change.')
}

/** A new name in a folder is on disk only after the folder is; some systems cannot, and then the files themselves must do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const unavailable = (cause: unknown): SluiceError =>
  new SluiceError('audit_unavailable', 'The journal of changes cannot be written or read.', {
    cause,
    hint: 'Check the disk and the state folder.',
  })
