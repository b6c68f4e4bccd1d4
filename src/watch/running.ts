import { SluiceError } from '../error.ts'

/** A call that runs now. `sql` is as it runs, '' until that is known; `at` an ISO time. */
export type RunningCall = Readonly<{
  id: string
  source: string
  principal: string
  via: string
  door: string
  sql: string
  at: string
  ms: number
}>

/** A call as it begins to run. `signal` is its own; the one of `Run` is aborted with it. */
export type Begun = Omit<RunningCall, 'sql' | 'at' | 'ms'> & Readonly<{ signal: AbortSignal }>

/** A call while it runs. `signal` ends it when somebody cancels it. */
export type Run = Readonly<{ signal: AbortSignal; as(sql: string): void; ended(): void }>

const SQL_CHARS_MAX = 2_000

type Kept = { readonly begun: Begun; readonly at: number; readonly controller: AbortController; sql: string }

/** What runs in this process, so that it can be seen and ended. Costs a controller and an entry of a map a call. */
export class Running {
  readonly #calls = new Map<string, Kept>()

  begin(begun: Begun): Run {
    const { id, signal } = begun
    const controller = new AbortController()
    const kept: Kept = { begun, at: Date.now(), controller, sql: '' }
    const left = () => controller.abort(signal.reason)
    if (signal.aborted) left()
    else signal.addEventListener('abort', left, { once: true })
    this.#calls.set(id, kept)
    return {
      signal: controller.signal,
      as(sql) {
        kept.sql = sql
      },
      ended: () => {
        signal.removeEventListener('abort', left)
        this.#calls.delete(id)
      },
    }
  }

  /** The longest running first. */
  list(): readonly RunningCall[] {
    const now = Date.now()
    return [...this.#calls.values()].map(({ begun: { signal: _, ...told }, at, sql }) => ({
      ...told,
      sql: sql.length > SQL_CHARS_MAX ? `${sql.slice(0, SQL_CHARS_MAX)}…` : sql,
      at: new Date(at).toISOString(),
      ms: now - at,
    }))
  }

  /** Ends a call as if its caller had; false where none of this id runs. `by` is told to the caller. */
  cancel(id: string, by: string): boolean {
    const kept = this.#calls.get(id)
    kept?.controller.abort(new SluiceError('query_cancelled', `This call was cancelled by ${by}.`))
    return kept !== undefined
  }
}
