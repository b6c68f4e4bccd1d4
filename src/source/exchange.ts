import type { Ended } from '../result.ts'
import type { Rows } from './rows.ts'

/** One question and its answer, while it is under way. */
export type Exchange = {
  readonly sql: string
  readonly rows: Rows
  readonly resolve: (ended: Ended) => void
  readonly reject: (error: unknown) => void
  readonly since: number
  touched: boolean
  /** Whatever rows still come are read over. */
  over: boolean
  failed: { error: unknown } | undefined
  /** The server has finished; nothing is left to cancel. */
  complete: boolean
  /** The sink is taking the last batch. */
  giving: Promise<void> | undefined
  cancelling: Promise<void> | undefined
  echoed: boolean
  idle: boolean
  timer: NodeJS.Timeout | undefined
}

/** An exchange that begins now. */
export function exchange(sql: string, rows: Rows, resolve: Exchange['resolve'], reject: Exchange['reject']): Exchange {
  return {
    sql,
    rows,
    resolve,
    reject,
    since: performance.now(),
    touched: false,
    over: false,
    failed: undefined,
    complete: false,
    giving: undefined,
    cancelling: undefined,
    echoed: false,
    idle: false,
    timer: undefined,
  }
}
