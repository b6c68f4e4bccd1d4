import type { Kysely } from 'kysely'
import { reaching } from './reaching.ts'
import type { Tables } from './tables.ts'

/** How a source was when it was last looked at. Times are ISO; `ms` is how long it took to answer, `syncMs` how long it took to read all. */
export type Healthy = Readonly<{
  ok: boolean
  code?: string
  text?: string
  ms: number
  at: string
  syncedAt?: string
  syncMs?: number
}>

/** The health of every source. Throws `registry_unavailable`. */
export interface HealthBook {
  /** What is left out of `seen` about the last synchronisation stays as it was. */
  record(source: string, seen: Healthy): Promise<void>
  all(): Promise<ReadonlyMap<string, Healthy>>
  forget(source: string): Promise<void>
}

export function healthIn(db: Kysely<Tables>): HealthBook {
  return {
    record: (source, { ok, code, text, ms, at, syncedAt, syncMs }) =>
      reaching(async () => {
        const now = { ok: ok ? 1 : 0, code: code ?? null, text: text ?? null, ms, checked_at: at }
        const synced = syncedAt === undefined ? {} : { synced_at: syncedAt, sync_ms: syncMs ?? null }
        await db
          .insertInto('health')
          .values({ source, synced_at: null, sync_ms: null, ...now, ...synced })
          .onConflict((conflict) => conflict.column('source').doUpdateSet({ ...now, ...synced }))
          .execute()
      }),
    all: () =>
      reaching(async () => {
        const rows = await db.selectFrom('health').selectAll().execute()
        return new Map(
          rows.map((row) => [
            row.source,
            {
              ok: row.ok === 1,
              ...(row.code === null ? {} : { code: row.code }),
              ...(row.text === null ? {} : { text: row.text }),
              ms: row.ms,
              at: row.checked_at,
              ...(row.synced_at === null ? {} : { syncedAt: row.synced_at }),
              ...(row.sync_ms === null ? {} : { syncMs: row.sync_ms }),
            },
          ]),
        )
      }),
    forget: (source) =>
      reaching(async () => {
        await db.deleteFrom('health').where('source', '=', source).execute()
      }),
  }
}
