import type { DatabaseSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Kysely over `node:sqlite`: one connection, taken in turn. A transaction takes the file at once, so that two processes wait for each other instead of failing. */
export function nodeSqliteDialect(open: () => DatabaseSync): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new NodeSqliteDriver(open),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** SQLite rolls back changes of structure too: a process that is killed while it brings the shape up to date leaves nothing half done, and others wait for it. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class NodeSqliteDriver implements Driver {
  readonly #open: () => DatabaseSync
  #connection: Connection | undefined
  #before: Promise<void> = Promise.resolve()
  #release: (() => void) | undefined

  constructor(open: () => DatabaseSync) {
    this.#open = open
  }

  async init(): Promise<void> {
    this.#connection = new Connection(this.#open())
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#before
    const mine = Promise.withResolvers<void>()
    this.#before = mine.promise
    await before
    this.#release = mine.resolve
    return this.#connection!
  }

  async releaseConnection(): Promise<void> {
    this.#release?.()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('ROLLBACK'))
  }

  async destroy(): Promise<void> {
    this.#connection?.close()
  }
}

const BUSY_MS_MAX = 10_000
const WAIT_MS_MAX = 50
const SQLITE_BUSY = 5

const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY

class Connection implements DatabaseConnection {
  readonly #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Waits for another process without holding up this one: SQLite itself would block the thread. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    for (let waitedMs = 0, waitMs = 1; ; waitedMs += waitMs, waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
      try {
        return this.#run<R>(query)
      } catch (error) {
        if (!isBusy(error) || waitedMs > BUSY_MS_MAX) throw error
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  #run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const statement = this.#db.prepare(sql)
    const params = parameters as (null | number | string | Uint8Array)[]
    if (statement.columns().length > 0) return { rows: statement.all(...params) as R[] }
    const { changes, lastInsertRowid } = statement.run(...params)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  // biome-ignore lint/correctness/useYield: the registry never streams; Kysely wants the method
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The registry does not stream.')
  }

  close(): void {
    this.#db.close()
  }
}
