/** A process of its own that writes intents and says which were accepted; the parent kills it, or takes its disk away. */
import { openAudit } from '../../src/audit/audit.ts'
import { SluiceError } from '../../src/error.ts'
import { ana, call, reading } from './calls.ts'

const [folder, prefix, count, pauseMs] = process.argv.slice(2) as [string, string, string, string]
const log = openAudit({ folder })
for (let i = 0; i < Number(count); i++) {
  const id = `${prefix}-${i}`
  const entry = log.open(call(id))
  try {
    await entry.intend(ana, { ...reading, sql: `SELECT ${i}, '${'x'.repeat(400)}'` })
    process.stdout.write(`ok ${id}\n`)
    entry.close({ rows: 1, truncated: false, from: 'live', ms: 1 }, undefined)
  } catch (error) {
    process.stdout.write(`${error instanceof SluiceError ? error.code : 'other'} ${id}\n`)
    entry.close(undefined, error)
  }
  if (Number(pauseMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)))
}
await log.close()
