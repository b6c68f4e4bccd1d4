import { resolve } from 'node:path'
import { type Code, SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import { type DuckdbConfig, DuckdbConnection } from './embedded/duckdb-connection.ts'
import { EngineError } from './embedded/engine.ts'
import type { Connector, Settings } from './source.ts'

export { duckdbParser } from './embedded/duckdb-parser.ts'

const settings = {
  path: {
    type: 'path',
    doc: 'A DuckDB database file, opened read-only; while it is open no other program can write to it. Either this or `folder`.',
  },
  folder: { type: 'path', doc: 'A folder whose Parquet, CSV and JSON files are the tables. Either this or `path`.' },
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

/** Our codes for what DuckDB says, in the order in which they are tried; the kind of error stands in front of its messages. */
const said: readonly (readonly [RegExp, Code])[] = [
  [/^Only reading|^Only a reading/, 'statement_refused'],
  [/^The statement has \d+ parameters/, 'parameter_count'],
  [/^Catalog Error: (Scalar |Aggregate |Table |Macro |Window )*Function with name/, 'function_unknown'],
  [/^Catalog Error: (Table|View|Schema|Index|Sequence) with name|^Catalog Error: .*does not exist/, 'table_unknown'],
  [/^Binder Error: Referenced table|^Binder Error: Catalog "/, 'table_unknown'],
  [/^Binder Error: (No function matches|Could not choose a best candidate function)/, 'function_unknown'],
  [/^Binder Error: .*(column|Column|reference|Could not find key)/, 'column_unknown'],
  [/^(Parser|Syntax|Binder|Catalog) Error/, 'sql_syntax'],
  [/^(Conversion|Out of Range|Invalid Input|Invalid type|Invalid|Mismatch Type|Constraint|Expression) (Error|Exception)/i, 'value_invalid'],
  [/^Permission Error/, 'feature_refused'],
  [/^Not implemented Error/i, 'feature_refused'],
  [/^INTERRUPT/, 'query_cancelled'],
  [/^Out of Memory/, 'result_too_large'],
  [/^(IO|HTTP|Connection) Error/, 'source_unavailable'],
]

function codeOf(error: unknown): Code | undefined {
  if (!(error instanceof EngineError)) return undefined
  return said.find(([pattern]) => pattern.test(error.message))?.[1]
}

const namesOnly: ReadonlySet<Code | undefined> = new Set(['sql_syntax', 'table_unknown', 'column_unknown', 'function_unknown'])
/** Messages that DuckDB wrote; the text of others can be anything, because `error()` says what it is given. */
const plainMessages =
  /^(Conversion|Out of Range|Parser|Permission|Not implemented|Out of Memory|INTERRUPT) Error|^Invalid Input Error: (Could not|Failed to|Malformed JSON|Cannot)|^(Only|The statement)/i

/**
 * The first line only: what follows are suggestions, which name tables and columns that the caller may not see. Where a value went wrong
 * it is left out, from the first quote to the last, because a value may hold quotes itself; and so is whatever looks like a file.
 */
export function messageOf(error: EngineError): string {
  const line = error.message.split('\n')[0]!.slice(0, 300)
  const names = namesOnly.has(codeOf(error))
  if (!names && !plainMessages.test(line)) return `DuckDB: ${line.split(':')[0]}.`
  const text = names ? line : line.replace(/['"].*['"]|['"].*$|\b\d[\d.]*\b/g, '…')
  return `DuckDB: ${text.replace(/(?:\/[\w.@ -]+){2,}|[A-Za-z]:\\[^\s"']+/g, '…')}`
}

async function open(_name: string, config: Readonly<Record<string, unknown>>): Promise<DuckdbConnection> {
  const { path, folder } = config as { path?: string; folder?: string }
  if ((path === undefined) === (folder === undefined)) {
    throw new SluiceError('config_invalid', 'A duckdb source needs either `path` or `folder`.')
  }
  const places = path === undefined ? { folder: resolve(folder!) } : { path: resolve(path) }
  return new DuckdbConnection({ ...(config as Omit<DuckdbConfig, 'path' | 'folder'>), ...places }, codeOf, messageOf)
}

const duckdb: Connector = {
  name: 'duckdb',
  dialect: 'duckdb',
  can: { write: true, transactionalDdl: true, databases: false, schemas: true, identity: false },
  settings,
  open,
  codeOf,
}

export default duckdb
