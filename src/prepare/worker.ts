import { parentPort } from 'node:worker_threads'
import { SluiceError } from '../error.ts'
import type { Grant } from '../grant.ts'
import { dialects } from '../sql/sql.ts'
import { type Done, type Job, type SentGrant, tableKey } from './aside.ts'
import { type Checked, checkHere, type Prepared, prepareHere } from './here.ts'

// The thread in which long statements are read: one job in, one answer out.
const dialect = dialects(() => Promise.reject(new Error('DuckDB reads in a process of its own')))

parentPort?.on('message', (job: Job) => {
  work(job)
    .then((result): Done => ({ result }), failure)
    .then((done) => parentPort?.postMessage(done))
})
parentPort?.postMessage({ ready: true } satisfies Done)

async function work(job: Job): Promise<Prepared | Checked> {
  const { text, schema, maskKey, rowsMax } = job
  const reader = await dialect(job.dialect)
  const grant = job.grant && revived(job.grant)
  if (job.want === 'check') return checkHere(text, { dialect: reader, ...(grant ? { grant } : {}), ...(schema ? { schema } : {}) })
  if (!grant || !schema) throw new Error('a statement is prepared for a grant and a schema')
  return prepareHere(text, { dialect: reader, grant, schema, maskKey: () => maskKey, rowsMax })
}

function revived({ tables, refusals, ...grant }: SentGrant): Grant {
  return {
    ...grant,
    table: ({ schema, name }) => tables.get(tableKey(schema, name)),
    refusal: ({ schema, name }) => refusals.get(tableKey(schema, name)),
  }
}

function failure(error: unknown): Done {
  if (error instanceof SluiceError) return { code: error.code, message: error.message, hint: error.hint, position: error.position }
  return { code: undefined, message: error instanceof Error ? error.message : 'unknown', hint: '', position: undefined }
}
