import { resolve } from 'node:path'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { type DuckdbConfig, DuckdbConnection } from './embedded/duckdb-connection.ts'
import { duckdbCodeOf } from './embedded/duckdb-errors.ts'
import type { Connector, Settings } from './source.ts'

export { duckdbParser } from './embedded/duckdb-parser.ts'

const settings = {
  path: {
    type: 'path',
    doc: 'A DuckDB database file; while it is open no other program can write to it. Reading opens it read-only; a change opens it for writing, and meanwhile nobody reads. Either this or `folder`.',
  },
  folder: { type: 'path', doc: 'A folder whose Parquet, CSV and JSON files are the tables, for reading only. Either this or `path`.' },
  connections: { type: 'int', default: 8, min: 1, max: 64, doc: 'Queries that run at once.' },
  threads: { type: 'int', default: 0, min: 0, max: 256, doc: 'Threads that DuckDB may use; 0 lets it choose.' },
  memory_mb: {
    type: 'int',
    default: 1_024,
    min: 64,
    max: 1_048_576,
    doc: 'Memory that DuckDB may use; what is larger goes to a temporary folder. What DuckDB does not count can add to it: at twice as much and 512 MB the process is ended.',
  },
  wait_ms: { type: 'int', default: limits.poolWaitMsMax, min: 1, max: 600_000, doc: 'How long a query waits for its turn.' },
} as const satisfies Settings

async function open(_name: string, config: Readonly<Record<string, unknown>>): Promise<DuckdbConnection> {
  const { path, folder } = config as { path?: string; folder?: string }
  if ((path === undefined) === (folder === undefined)) {
    throw new SluiceError('config_invalid', 'A duckdb source needs either `path` or `folder`.')
  }
  const places = path === undefined ? { folder: resolve(folder!) } : { path: resolve(path) }
  return new DuckdbConnection({ ...(config as Omit<DuckdbConfig, 'path' | 'folder'>), ...places })
}

const duckdb: Connector = {
  name: 'duckdb',
  dialect: 'duckdb',
  can: { write: true, transactionalDdl: true, databases: false, schemas: true, identity: false },
  settings,
  open,
  codeOf: duckdbCodeOf,
}

export default duckdb
