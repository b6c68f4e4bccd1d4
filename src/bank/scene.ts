import { hash, randomBytes } from 'node:crypto'
import type { AuditEntry } from '../audit/audit.ts'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { type Look, lookInto, recorded } from '../explore.ts'
import { type Parts, run } from '../gateway.ts'
import { readStatement, type Statement, tablesUsed } from '../pairs/pairs.ts'
import { type Prepared, prepare } from '../prepare.ts'
import type { Principal } from '../principal.ts'
import type { Column } from '../result.ts'
import type { PairBook, Shape, Store, UsedTable } from '../store/store.ts'
import { bounds } from './limits.ts'

/** Who deals with the bank, and what with. */
export type Scene = Readonly<{ call: Call; parts: Parts; principal: Principal; entry: AuditEntry; store: Store; book: PairBook }>

/** One recorded call that deals with the bank; `told` counts what the caller learns of. */
export const banking = <T>(call: Call, parts: Parts, told: (done: T) => number, doing: (scene: Scene) => Promise<T>): Promise<T> =>
  recorded(call, parts, told, async (entry, principal) => {
    entry.identified(principal)
    // What may not be used is not found, whatever the bank holds of it.
    if (call.source !== '') await parts.policy.grant(principal, call.source)
    await entry.intend(principal, { sql: call.text, kind: 'bank', tables: [], policies: [], params: 0 })
    const store = await parts.store()
    return doing({ call, parts, principal, entry, store, book: store.pairs })
  })

/** The source as this caller sees it. */
export const lookAt = ({ call, principal, parts }: Pick<Scene, 'call' | 'principal' | 'parts'>, source: string): Promise<Look> =>
  lookInto(source, call, principal, parts)

/** What `prepare` comes to under the grant of a look, remembered as the gateway does. Throws what refuses the statement. */
export async function planned({ source, grant, schema }: Look, text: string, parts: Parts): Promise<Prepared> {
  const rowsMax = Math.min(grant.limits.rowsDefault, grant.limits.rows)
  const dialect = await parts.dialects(source.dialect)
  const context = `${source.name}\0${grant.version}\0${schema.version}\0${rowsMax}\0query`
  return parts.plans.through(context, text, (text) => prepare(text, { dialect, grant, schema, maskKey: parts.maskKey, rowsMax }))
}

export type Reading = Readonly<{ read: Statement; uses: readonly UsedTable[]; tables: readonly string[] }>

/** What a statement is made of, whoever asks. */
export async function readIn({ source, schema }: Pick<Look, 'source' | 'schema'>, text: string, parts: Parts): Promise<Reading> {
  const dialect = await parts.dialects(source.dialect)
  const { facts } = await dialect.parse(text, schema)
  const read = readStatement(dialect.tokens(text))
  const uses = tablesUsed(read.tokens, facts.tables, schema)
  return { read, uses, tables: uses.map(({ table }) => table).sort() }
}

/** The columns that a statement answers, by running it for a few rows; a call of its own, which goes the way of every call. */
export async function shapeOf(call: Call, text: string, parts: Parts): Promise<Shape> {
  let columns: readonly Column[] = []
  let rows = 0
  const sink = {
    columns(given: readonly Column[]) {
      columns = given
    },
    batch(batch: Readonly<{ rows: number }>) {
      rows += batch.rows
    },
  }
  const asked: Call = { ...call, id: newId(), action: 'query', text, params: [], rowsMax: bounds.runRowsMax, timeoutMs: bounds.runMsMax }
  await run(asked, sink, parts)
  return { columns: columns.map(({ name, type }) => ({ name, type })), sure: rows > 0 }
}

/** A UUID of version 7 (RFC 9562), which sorts by time. */
export function newId(): string {
  const ms = Date.now().toString(16).padStart(12, '0')
  const chance = randomBytes(10).toString('hex')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6, 18)}`
}

/** Equal for the same question with the same statement. */
export const digestOf = (question: string, { exact }: Statement): string =>
  hash('sha256', JSON.stringify([question.toLowerCase(), exact]), 'hex')

/** Number of the catalog's newest version of a source; 0 where it was never synchronised. */
export const versionOf = async ({ store }: Pick<Scene, 'store'>, source: string): Promise<number> =>
  (await store.versions.newest(source))?.number ?? 0

export const unknownPair = (): SluiceError => new SluiceError('pair_unknown', 'There is no such pair that you may use.')
