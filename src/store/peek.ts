import { existsSync, statSync } from 'node:fs'
import { openingError } from './opening-error.ts'
import type { StoreSetting } from './store.ts'
import type { SourcesTable } from './tables.ts'

/** How long a start waits for a registry in PostgreSQL. */
const CONNECT_MS_MAX = 5_000
const BUSY_MS_MAX = 2_000

const columns = ['name', 'connector', 'description', 'settings', 'secrets', 'enabled', 'created_at', 'updated_at'] as const
const statement = `SELECT ${columns.join(', ')} FROM sources ORDER BY name`

/**
 * The registered sources, read without opening the registry: every command asks for them when it starts, and building queries and looking at
 * the registry's shape would take it a quarter of a second. Nothing is made; where there is no registry yet there are none. Throws as `openStore` does.
 */
export async function peekSources(setting: StoreSetting): Promise<readonly SourcesTable[]> {
  try {
    return 'file' in setting ? await fromFile(setting.file) : await fromPostgres(setting.url)
  } catch (cause) {
    if (isMissing(cause)) return []
    throw openingError(setting, cause)
  }
}

async function fromFile(file: string): Promise<readonly SourcesTable[]> {
  if (!existsSync(file)) return []
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS_MAX })
  try {
    return db.prepare(statement).all() as SourcesTable[]
  } finally {
    db.close()
  }
}

async function fromPostgres(url: string): Promise<readonly SourcesTable[]> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX, application_name: 'sluice registry' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<SourcesTable>(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A registry that was never opened, or is being made at this moment, has no such table. */
const isMissing = (error: unknown): boolean =>
  (error as { code?: unknown }).code === '42P01' || (error instanceof Error && /^no such table: (main\.)?sources$/.test(error.message))

/** What tells two states of a registry's file apart without opening it; undefined where there is none to look at. */
export function registryState(setting: StoreSetting): string | undefined {
  if (!('file' in setting)) return undefined
  return [setting.file, `${setting.file}-wal`]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
      return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : ''
    })
    .join('\n')
}
