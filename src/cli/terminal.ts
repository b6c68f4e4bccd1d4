import { SluiceError } from '../error.ts'
import type { Terminal } from './command.ts'

const interruptedCode = 130

/**
 * The terminal of this process. The first Ctrl-C, a SIGTERM or an output that nobody reads any more aborts what runs, so that the source
 * is freed; a second one ends the process at once.
 */
export function processTerminal(): Terminal {
  const controller = new AbortController()
  const abort = (reason: string) => controller.abort(new SluiceError('query_cancelled', reason))
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(interruptedCode)
    abort('Interrupted.')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') abort('The output was closed.')
      else throw error
    })
  }
  return { in: process.stdin, out: process.stdout, err: process.stderr, env: process.env, signal: controller.signal }
}
