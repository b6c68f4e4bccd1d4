import type { Ended } from '../result.ts'
import type { Rows } from './rows.ts'

/** One question and its answer, while it is under way. */
export class Exchange {
  readonly sql: string
  readonly rows: Rows
  readonly resolve: (ended: Ended) => void
  readonly reject: (error: unknown) => void
  readonly since = performance.now()
  touched = false
  /** Whatever rows still come are read over. */
  over = false
  failed: { error: unknown } | undefined
  /** The server has finished; nothing is left to cancel. */
  complete = false
  /** The sink is taking the last batch. */
  giving: Promise<void> | undefined
  cancelling: Promise<void> | undefined
  echoed = false
  idle = false
  timer: NodeJS.Timeout | undefined

  constructor(sql: string, rows: Rows, resolve: (ended: Ended) => void, reject: (error: unknown) => void) {
    this.sql = sql
    this.rows = rows
    this.resolve = resolve
    this.reject = reject
  }
}
