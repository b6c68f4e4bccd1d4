/**
 * The process that makes the demo data: `make-process FOLDER`. Its own, because it writes files with the engines that the gateway
 * only ever opens locked for reading. Tells its progress as lines of JSON on standard output.
 */
import { makeDemo } from './make.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('make-process needs the folder to make')
// An exit handler removes what is half done; without these the default action would skip it.
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
// Whoever wanted the data is gone: stop instead of failing on a closed pipe.
process.stdout.on('error', () => process.exit(1))

const tell = (share: number, what: string) => process.stdout.write(`${JSON.stringify({ share, what })}\n`)
try {
  await makeDemo(folder, new Date(), tell)
} catch (error) {
  console.error(`The demo data could not be made: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
