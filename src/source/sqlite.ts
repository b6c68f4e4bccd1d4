import { resolve } from 'node:path'
import { limits } from '../limits.ts'
import { type SqliteConfig, SqliteConnection } from './embedded/sqlite-connection.ts'
import { sqliteCodeOf } from './embedded/sqlite-errors.ts'
import type { Connector, Settings } from './source.ts'

const settings = {
  path: {
    type: 'path',
    required: true,
    doc: 'The database file; it must exist. Reading opens it read-only, and only a change that a role may make opens it for writing.',
  },
  processes: { type: 'int', default: 2, min: 1, max: 32, doc: 'Queries that run at once, each in a process of its own.' },
  busy_ms: {
    type: 'int',
    default: 5_000,
    min: 0,
    max: 60_000,
    doc: 'How long a query or a change waits for another program that holds the file.',
  },
  memory_mb: {
    type: 'int',
    default: 512,
    min: 16,
    max: 65_536,
    doc: 'Memory that SQLite may use in each process; one value may have an eighth of it.',
  },
  wait_ms: {
    type: 'int',
    default: limits.poolWaitMsMax,
    min: 1,
    max: 600_000,
    doc: 'How long a query waits for a free process, and a change for the one before it.',
  },
} as const satisfies Settings

const sqlite: Connector = {
  name: 'sqlite',
  dialect: 'sqlite',
  can: { write: true, transactionalDdl: true, databases: false, schemas: false, identity: false },
  settings,
  open: async (_name, config) => new SqliteConnection({ ...(config as SqliteConfig), path: resolve(String(config.path)) }),
  codeOf: sqliteCodeOf,
}

export default sqlite
