import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'
import type { Prepared } from './prepare.ts'

/** Remembers what reading, guarding and rewriting a statement came to. The key must hold everything the outcome depends on. */
export interface Plans {
  /** The remembered outcome, or the one that `make` gives, asked once however many wait. Failures are not remembered. */
  through(key: string, make: () => Promise<Prepared>): Prepared | Promise<Prepared>
}

const BYTES_MAX = 32 * 1024 * 1024

export function plans(): Plans {
  const kept = new LRUCache<string, Prepared>({
    max: limits.plansKept,
    maxSize: BYTES_MAX,
    sizeCalculation: (plan, key) => 512 + 2 * (key.length + plan.sql.length + plan.shown.length),
  })
  const making = new Map<string, Promise<Prepared>>()
  return {
    through(key, make) {
      const known = kept.get(key)
      if (known) return known
      const running = making.get(key)
      if (running) return running
      const started = make()
        .then((plan) => {
          kept.set(key, plan)
          return plan
        })
        .finally(() => making.delete(key))
      making.set(key, started)
      return started
    },
  }
}
