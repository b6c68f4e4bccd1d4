import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import type { Keeping, WantedSource } from '../../src/registry.ts'
import { type Keyring, openKeyring, openStore, type Store, type StoreSetting } from '../../src/store/store.ts'

/** A registry with a key in a folder of its own, closed after each test. */

const folders: string[] = []
const stores: Store[] = []
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
})
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })))

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sluice-registry-'))
  folders.push(made)
  return made
}

export async function opened(setting: StoreSetting): Promise<Store> {
  const store = await openStore(setting)
  stores.push(store)
  return store
}

export async function keeping(
  setting: StoreSetting,
  keyring: Keyring = openKeyring({ file: join(folder(), 'registry.key') }),
): Promise<Keeping> {
  return { book: (await opened(setting)).sources, keyring }
}

export const shop = (over: Partial<WantedSource> = {}): WantedSource => ({
  name: 'shop',
  connector: 'postgres',
  description: 'A shop',
  settings: { host: 'db.internal', port: 5433, database: 'shop', user: 'reader', password: 'hunter2-SECRET' },
  enabled: true,
  ...over,
})

export const anywhere = { folder: '/srv' }
