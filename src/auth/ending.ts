import type { SluiceError } from '../error.ts'

/** The end of a credential, whether it comes by the clock or by somebody's hand. */
export type Ending = Readonly<{
  /** Aborted with the reason when the end comes. Asking for it starts the clock. */
  signal: AbortSignal
  /** The reason, once the end has come. */
  ended: SluiceError | undefined
  /** Milliseconds since 1970; undefined where no clock ends it. */
  readonly until: number | undefined
  end(reason: SluiceError): void
  /** Lets it come at another moment. */
  move(until: number | undefined): void
}>

/** Node's timers hold no more than 31 bits. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** `until` in milliseconds since 1970; undefined for what only a hand ends. */
export function ending(first: number | undefined, late: () => SluiceError, now: () => number): Ending {
  let until = first
  let controller: AbortController | undefined
  let reason: SluiceError | undefined
  let timer: NodeJS.Timeout | undefined
  const end = (why: SluiceError) => {
    if (reason) return
    reason = why
    clearTimeout(timer)
    controller?.abort(why)
  }
  const over = () => {
    if (!reason && until !== undefined && until <= now()) end(late())
  }
  const start = (at: number) => {
    const ms = Math.max(0, Math.min(at - now(), TIMER_MS_MAX))
    timer = setTimeout(() => (at <= now() ? over() : start(at)), ms).unref()
  }
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController()
        if (until !== undefined && !reason) start(until)
        if (reason) controller.abort(reason)
      }
      return controller.signal
    },
    get ended() {
      over()
      return reason
    },
    get until() {
      return until
    },
    end,
    move(next) {
      if (next === until) return
      until = next
      clearTimeout(timer)
      if (controller && until !== undefined && !reason) start(until)
    },
  }
}
