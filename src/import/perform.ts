import type { Call } from '../call.ts'
import { named, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Grant } from '../grant.ts'
import { limits } from '../limits.ts'
import type { Cell } from '../result.ts'
import type { Source } from '../source/sources.ts'
import { unconfirmed } from './agreed.ts'
import { blamed } from './blame.ts'
import { images } from './images.ts'
import { Load, type LoadSetting, tableOf } from './load.ts'
import type { Content } from './rows-in.ts'
import type { WantedImport } from './wanted.ts'

/** An import that was judged and told to the audit. `principal` is the caller as confirmations and the journal know them. */
export type Importing = Readonly<{
  call: Call
  wanted: WantedImport
  token: string | undefined
  source: Source
  setting: LoadSetting
  principal: string
  grant: Grant
  parts: Parts
}>

/** What an import came to. `stage` is the confirmation that it still wants; undefined when it was applied. */
export type Imported = Readonly<{
  rows: number
  content: Content
  shown: Readonly<{ names: readonly string[]; rows: readonly (readonly Cell[])[] }>
  stage: 1 | 2 | undefined
  undoable: boolean
}>

/** Writes all rows in one transaction, which is kept only when it is confirmed. A failure that lies in a row tells which. */
export async function perform(at: Importing): Promise<Imported> {
  const { call, wanted, source, setting, grant, parts } = at
  const { connection } = source
  const writing = { timeoutMs: limits.importMsMax, transaction: true, ...(grant.identity ? { identity: grant.identity } : {}) }
  let load: Load | undefined
  let begun = false
  try {
    const imported = await connection.write!<Imported>(
      writing,
      async (session) => {
        load = new Load(setting, session)
        const content = await wanted.rows.read(load, call.signal)
        await load.flush()
        const { rows, shown } = load
        const stage = unconfirmed(at, content)
        if (stage !== undefined) return { keep: false, value: { rows, content, shown, stage, undoable: false } }
        const kept = await images(load.keys, setting, session)
        begun = true
        await parts.journal.begin(recordOf(at, rows), kept ? [kept] : [])
        return { keep: true, value: { rows, content, shown, stage, undoable: kept !== undefined } }
      },
      call.signal,
    )
    if (imported.stage === undefined) await settled(at, imported.undoable)
    return imported
  } catch (caught) {
    const error = named(caught, call.signal)
    // A commit whose answer was lost may have happened: then the record stays pending.
    if (begun && error.code !== 'change_uncertain') await parts.journal.end(call.id, 'dropped').catch(() => undefined)
    if (begun) forget(at)
    if (!load?.failing) throw error
    throw await blamed(error, load.failing, setting, connection, writing, call.signal)
  }
}

async function settled(at: Importing, undoable: boolean): Promise<void> {
  const { call, parts } = at
  forget(at)
  await parts.journal.end(call.id, undoable ? 'applied' : 'not_undoable').catch((cause) => {
    // What is applied stays applied, also when the journal cannot say so any more.
    const failure = new SluiceError('internal', 'The journal of changes could not be written.', { cause })
    parts.log.failed(call.id, call.source, cause instanceof SluiceError ? cause : failure)
  })
}

/** Results that were kept may be others now. */
function forget({ source, parts }: Importing): void {
  parts.cache.forget(source.name)
  parts.now().cache.forget(source.name)
}

const recordOf = ({ call, principal, source, setting }: Importing, changed: number) => ({
  id: call.id,
  principal,
  source: source.name,
  kind: 'import',
  tables: [tableOf(setting)],
  changed,
  at: new Date().toISOString(),
  state: 'pending' as const,
})
