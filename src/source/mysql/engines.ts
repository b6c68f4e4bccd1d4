import type { Ask } from '../served.ts'

const knownMsMax = 60_000
const tablesMax = 1_000

const word = '(?:`((?:[^`]|``)+)`|([\\w$]+))'
/** The table that a statement changes, after the words with which changes begin. */
const target = new RegExp(
  `^\\s*(?:INSERT|REPLACE|UPDATE|DELETE)\\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|QUICK|IGNORE|INTO|FROM)\\s+)*${word}(?:\\s*\\.\\s*${word})?`,
  'i',
)

const engineSql = `
SELECT t.ENGINE, e.TRANSACTIONS FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
WHERE t.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND t.TABLE_NAME = ?`

/** Which tables have an engine without transactions: a change of those could be neither previewed nor rolled back. */
export class Engines {
  readonly #known = new Map<string, Readonly<{ refusal: string | undefined; at: number }>>()

  /** Why this statement must not run in a transaction; asks the server once a minute and table. */
  async refusal(sql: string, ask: Ask): Promise<string | undefined> {
    const found = target.exec(sql)
    if (!found) return undefined
    const [first, second] = [nameOf(found[1], found[2]), nameOf(found[3], found[4])]
    const [schema, table] = second === null ? [null, first] : [first, second]
    const key = `${schema}\0${table}`
    const known = this.#known.get(key)
    if (known && performance.now() - known.at < knownMsMax) return known.refusal
    const [row] = await ask(engineSql, [schema, table])
    const [engine, transactions] = (row ?? []) as [string | null, string | null]
    // A view has no engine; what it leads to is told by the rollback.
    const plain = engine !== null && engine !== undefined && transactions !== 'YES'
    const refusal = plain
      ? `The engine ${engine} of this table has no transactions, so a change of it could not be rolled back.`
      : undefined
    if (this.#known.size >= tablesMax) this.#known.clear()
    this.#known.set(key, { refusal, at: performance.now() })
    return refusal
  }
}

const nameOf = (quoted: string | undefined, plain: string | undefined): string | null => quoted?.replaceAll('``', '`') ?? plain ?? null
