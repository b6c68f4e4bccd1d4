import { SluiceError } from '../error.ts'
import { outputClosed, type Terminal } from './command.ts'

const interruptedCode = 130
/** npm passes Ctrl-C on to a process that has just had it from the terminal; that is one interruption, not two. */
const sameInterruptMs = 500
const parentSeenMs = 500

/**
 * The terminal of this process. The first Ctrl-C, a SIGTERM or an output that nobody reads any more aborts what runs, so that the source
 * is freed; a second one ends the process at once.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController()
  const abort = (reason: string) => controller.abort(new SluiceError('query_cancelled', reason))
  let firstMs = Number.POSITIVE_INFINITY
  const interrupt = () => {
    const nowMs = performance.now()
    if (nowMs - firstMs > sameInterruptMs) process.exit(interruptedCode)
    firstMs = Math.min(firstMs, nowMs)
    abort('Interrupted.')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // A command that takes it for itself, to read its configuration again, is not to be ended by it.
  process.on('SIGHUP', () => process.listenerCount('SIGHUP') > 1 || interrupt())
  if (process.env.npm_lifecycle_event === 'start') afterParent(() => abort('npm has ended.'))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') abort(outputClosed)
    else throw error
  })
  // What goes there are notes for the operator; that nobody reads them any more must not end a server.
  process.stderr.on('error', () => undefined)
  return { in: process.stdin, out: process.stdout, err: process.stderr, env: process.env, signal: controller.signal }
}

/** npm starts this through a shell, which a SIGTERM ends without passing it on: then nobody is left who knows that this process runs. */
function afterParent(leave: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    leave()
  }, parentSeenMs)
  timer.unref()
}
