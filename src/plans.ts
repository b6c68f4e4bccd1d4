import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'
import type { Prepared } from './prepare.ts'
import { filled, type ShapedPlan, shaped, shapeOf } from './shape.ts'

/** Remembers what reading, guarding and rewriting a statement came to. `context` must hold everything but the text that the outcome depends on. */
export interface Plans {
  /**
   * The remembered outcome, or the one that `make` gives, asked once however many wait. Failures are not remembered. Statements that
   * differ only in numbers that they compare with share one plan.
   */
  through(context: string, text: string, make: (text: string) => Promise<Prepared>): Prepared | Promise<Prepared>
}

const BYTES_MAX = 32 * 1024 * 1024

type Kept = Readonly<{ plan: Prepared }> | ShapedPlan
/** The shape of a statement has no plan that could be filled: each of its texts has a plan of its own. */
type Unshaped = Readonly<{ unshaped: true }>

/** A memory that can be emptied; it answers how many outcomes it held. */
export type OpenPlans = Plans & { clear(): number }

export function plans(): OpenPlans {
  const kept = new LRUCache<string, Kept | Unshaped>({
    max: limits.plansKept,
    maxSize: BYTES_MAX,
    sizeCalculation: (value, key) => 512 + 2 * (key.length + ('plan' in value ? 2 * value.plan.sql.length + value.plan.shown.length : 0)),
  })
  const making = new Map<string, Promise<Kept | Unshaped>>()

  const once = (key: string, make: () => Promise<Kept | Unshaped>): Kept | Unshaped | Promise<Kept | Unshaped> => {
    const known = kept.get(key) ?? making.get(key)
    if (known) return known
    const started = make()
      .then((value) => {
        kept.set(key, value)
        return value
      })
      .finally(() => making.delete(key))
    making.set(key, started)
    return started
  }

  return {
    clear() {
      const held = kept.size
      kept.clear()
      return held
    },
    through(context, text, make) {
      const whole = () =>
        settled(
          once(`${context}\0${text}`, async () => ({ plan: await make(text) })),
          (value) => (value as Kept).plan,
        )
      const shape = shapeOf(text)
      if (!shape) return whole()
      // What is wrong with the stand-ins' text is told about the caller's own, by making that.
      const shaping = () =>
        make(shape.text).then(
          (plan) => shaped(plan, shape) ?? unshaped,
          () => unshaped,
        )
      return settled(once(`${context}\0shape\0${shape.text}`, shaping), (value) => ('sql' in value ? filled(value, shape) : whole()))
    },
  }
}

const unshaped: Unshaped = { unshaped: true }

/** Goes on at once where there is nothing to wait for: most calls find their plan. */
const settled = <T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> =>
  value instanceof Promise ? value.then(next) : next(value)
