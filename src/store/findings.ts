import type { Kysely } from 'kysely'
import type { Place } from './notes.ts'
import { reaching } from './reaching.ts'
import type { FindingsTable, Tables } from './tables.ts'

/** `confirm`: it is personal data, and the roles say who sees it; `dismiss`: it is none; `mask`: it is to stay masked. */
export type Decision = 'confirm' | 'dismiss' | 'mask'

/** Personal data that was found in a column. `mask` is JSON, as a grant has it; `reason` holds no value. ISO times. */
export type FindingKept = Place &
  Readonly<{
    kind: string
    confidence: number
    reason: string
    mask: string
    foundAt: string
    decision?: Decision
    decidedBy?: string
    decidedAt?: string
  }>

/** Findings by source. Throws `registry_unavailable`. */
export interface FindingBook {
  /** What nobody has decided about, and what somebody wants masked, with its source. */
  hidden(): Promise<readonly Readonly<{ source: string; table: string; column: string; kind: string; mask: string; decided: boolean }>[]>
  of(source: string): Promise<readonly FindingKept[]>
  /** What one look at a table came to. Decisions stay; what is found no more and was never decided about goes away. */
  looked(source: string, table: string, found: readonly FindingKept[]): Promise<void>
  /** False where nothing was found in the column. */
  decide(source: string, place: Place, decision: Decision, by: string, at: string): Promise<boolean>
  /** Puts a finding under other names, or away where `to` is undefined; without `certain` a leave to see it does not go along. */
  move(source: string, from: Place, to: Place | undefined, certain: boolean): Promise<void>
}

export function findingsIn(db: Kysely<Tables>): FindingBook {
  const at = (source: string, { table, column }: Place) =>
    [
      ['source', '=', source],
      ['table_name', '=', table],
      ['column_name', '=', column],
    ] as const
  return {
    hidden: () =>
      reaching(async () => {
        const rows = await db
          .selectFrom('findings')
          .select(['source', 'table_name as table', 'column_name as column', 'kind', 'mask', 'decision'])
          .where((row) => row.or([row('decision', 'is', null), row('decision', '=', 'mask')]))
          .execute()
        return rows.map(({ decision, ...one }) => ({ ...one, decided: decision !== null }))
      }),
    of: (source) =>
      reaching(async () => {
        const rows = await db
          .selectFrom('findings')
          .selectAll()
          .where('source', '=', source)
          .orderBy('table_name')
          .orderBy('column_name')
          .execute()
        return rows.map(keptOf)
      }),
    looked: (source, table, found) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          const there = within.deleteFrom('findings').where('source', '=', source).where('table_name', '=', table)
          const undecided = there.where('decision', 'is', null)
          const columns = found.map(({ column }) => column)
          await (columns.length === 0 ? undecided : undecided.where('column_name', 'not in', columns)).execute()
          for (const { column, kind, confidence, reason, mask, foundAt } of found) {
            const said = { kind, confidence, reason, mask, found_at: foundAt }
            await within
              .insertInto('findings')
              .values({ source, table_name: table, column_name: column, ...said, decision: null, decided_by: null, decided_at: null })
              .onConflict((conflict) => conflict.columns(['source', 'table_name', 'column_name']).doUpdateSet(said))
              .execute()
          }
        }),
      ),
    decide: (source, place, decision, by, when) =>
      reaching(async () => {
        let query = db.updateTable('findings').set({ decision, decided_by: by, decided_at: when })
        for (const [name, is, value] of at(source, place)) query = query.where(name, is, value)
        return (await query.executeTakeFirst()).numUpdatedRows > 0n
      }),
    move: (source, from, to, certain) =>
      reaching(() =>
        db.transaction().execute(async (within) => {
          let query = within.selectFrom('findings').selectAll()
          let away = within.deleteFrom('findings')
          for (const [name, is, value] of at(source, from)) {
            query = query.where(name, is, value)
            away = away.where(name, is, value)
          }
          const row = await query.executeTakeFirst()
          if (!row) return
          await away.execute()
          if (!to) return
          const decided = certain || row.decision === 'mask' ? {} : { decision: null, decided_by: null, decided_at: null }
          await within
            .insertInto('findings')
            .values({ ...row, ...decided, table_name: to.table, column_name: to.column })
            .onConflict((conflict) => conflict.columns(['source', 'table_name', 'column_name']).doNothing())
            .execute()
        }),
      ),
  }
}

const keptOf = (row: FindingsTable): FindingKept => ({
  table: row.table_name,
  column: row.column_name,
  kind: row.kind,
  confidence: row.confidence,
  reason: row.reason,
  mask: row.mask,
  foundAt: row.found_at,
  ...(row.decision === null ? {} : { decision: row.decision as Decision }),
  ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
  ...(row.decided_at === null ? {} : { decidedAt: row.decided_at }),
})
