import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import type { Parts } from '../gateway.ts'
import type { Store } from '../store/store.ts'
import { keyringOf } from './registered.ts'

/** The registry of a configuration; its driver is loaded and it is opened when somebody first asks for it. */
export function registryOf(config: Config): Pick<Parts, 'store' | 'storeIfAny' | 'keyring'> & Readonly<{ close(): Promise<void> }> {
  let opening: Promise<Store> | undefined
  const open = async () => (await import('../store/store.ts')).openStore(config.registry)
  const store = () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  const { registry } = config
  return {
    store,
    storeIfAny: async () => (opening === undefined && 'file' in registry && !existsSync(registry.file) ? undefined : store()),
    keyring: keyringOf(config),
    async close() {
      const store = await opening?.catch(() => undefined)
      await store?.close()
    },
  }
}
