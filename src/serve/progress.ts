const TOLD_EVERY_MS = 1_000
const TOLD_AT_MOST_EVERY_MS = 100

/**
 * MCP progress of one call: the rows so far, or what the tool says, at most ten times a second, at least once a second, so that a client which
 * waits as long as it hears something keeps waiting. The number must grow each time, so silence adds a thousandth.
 */
export class Progress {
  readonly #token: string
  readonly #send: (notification: string) => void
  readonly #timer: NodeJS.Timeout
  #done = 0
  #total: number | undefined
  #message = '0 rows so far'
  #told = 0
  #toldAt = 0

  constructor(token: string | number, send: (notification: string) => void) {
    this.#token = JSON.stringify(token)
    this.#send = send
    this.#timer = setInterval(() => this.#tell(), TOLD_EVERY_MS)
    this.#timer.unref()
  }

  rows(rows: number): void {
    this.told(rows, undefined, `${rows} rows so far`)
  }

  /** As `Caller.progress`: called as often as a tool likes. */
  readonly told = (done: number, total: number | undefined, message: string): void => {
    this.#done = done
    this.#total = total
    this.#message = message
    if (performance.now() - this.#toldAt >= TOLD_AT_MOST_EVERY_MS) this.#tell()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tell(): void {
    this.#toldAt = performance.now()
    this.#told = Math.max(this.#done, this.#told + 0.001)
    const total = this.#total === undefined ? '' : `,"total":${this.#total}`
    const params = `{"progressToken":${this.#token},"progress":${this.#told}${total},"message":${JSON.stringify(this.#message)}}`
    this.#send(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`)
  }
}
