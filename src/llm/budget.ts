import { SluiceError } from '../error.ts'

/** What one principal may use up in a day (UTC); undefined is without end. */
export type Budget = Readonly<{ tokens?: number; usd?: number }>
export type Spent = Readonly<{ tokens: number; usd: number }>

const DAY_MS = 86_400_000
const PRINCIPALS_MAX = 100_000

/** What was used up today, by principal, in the memory of this process. */
export interface Ledger {
  /**
   * Takes `expected` out of the budget until `settle` tells what it came to. Throws `model_budget` when it does not fit any more. `left`
   * is how many tokens may still come out.
   */
  enter(principal: string, expected: Spent, budget: Budget): Readonly<{ left: Spent; settle(spent: Spent): void }>
  today(principal: string): Spent
}

/** An empty ledger; `now` in milliseconds. */
export function openLedger(now: () => number = Date.now): Ledger {
  let day = -1
  const used = new Map<string, { tokens: number; usd: number }>()
  const of = (principal: string) => {
    const today = Math.floor(now() / DAY_MS)
    if (today !== day) used.clear()
    day = today
    const known = used.get(principal)
    if (known) return known
    // Whoever makes so many principals up must not get a new budget by it: nobody is forgotten, and nobody new is let in.
    if (used.size >= PRINCIPALS_MAX) throw new SluiceError('model_budget', 'Too many callers have asked the model today.')
    const made = { tokens: 0, usd: 0 }
    used.set(principal, made)
    return made
  }
  return {
    enter(principal, expected, { tokens = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY }) {
      const mine = of(principal)
      const left = { tokens: tokens - mine.tokens - expected.tokens, usd: usd - mine.usd - expected.usd }
      if (left.tokens <= 0 || left.usd <= 0) throw spent(left.tokens <= 0 ? 'tokens' : 'money', now())
      mine.tokens += expected.tokens
      mine.usd += expected.usd
      let open = true
      return {
        left,
        settle(spent) {
          if (!open) return
          open = false
          mine.tokens += spent.tokens - expected.tokens
          mine.usd += spent.usd - expected.usd
        },
      }
    },
    today: (principal) => ({ ...of(principal) }),
  }
}

const spent = (what: string, now: number): SluiceError =>
  new SluiceError('model_budget', `Your budget of ${what} for the model is used up for today (UTC).`, {
    retryAfterS: Math.ceil((DAY_MS - (now % DAY_MS)) / 1000),
  })
