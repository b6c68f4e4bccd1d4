import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Parts } from '../gateway.ts'
import { openKeyring } from '../store/keyring.ts'
import type { Store } from '../store/store.ts'

/** The registry of a configuration; its driver is loaded and it is opened when somebody first asks for it. */
export function registryOf({ registry, state }: Config): Pick<Parts, 'store' | 'keyring'> & Readonly<{ close(): Promise<void> }> {
  let opening: Promise<Store> | undefined
  const open = async () => (await import('../store/store.ts')).openStore(registry)
  return {
    store() {
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      return opening
    },
    keyring: openKeyring({ key: process.env.ENCRYPTION_KEY, file: join(state, 'registry.key') }),
    async close() {
      const store = await opening?.catch(() => undefined)
      await store?.close()
    },
  }
}
