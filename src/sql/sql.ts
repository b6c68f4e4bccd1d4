import type { DialectName, Facts, TableRef } from '../facts.ts'
import type { Mask } from '../grant.ts'
import type { Schema } from '../schema.ts'
import type { Token } from './reader/token.ts'

export type { Token } from './reader/token.ts'

/**
 * One dialect: how its text is read, changed and printed. Pure: no I/O, no clock. The tree is the dialect's own and opaque
 * to everyone else. A promise is allowed only because DuckDB's own parser answers later.
 */
export interface Dialect<Tree = unknown> {
  readonly name: DialectName
  /**
   * Reads exactly one statement. Throws SluiceError `sql_*` or `statement_many` when there is no tree; whatever has a tree but
   * cannot be vouched for is in `facts.problems`. `schema` is used only to resolve what the grammar leaves open, never to read data.
   */
  parse(text: string, schema?: Schema): Parsed<Tree> | Promise<Parsed<Tree>>
  /**
   * The words and signs of exactly one statement, as the source will read them, the last of kind `end`; comments and separators are not
   * among them. Refuses what `parse` refuses of a text: `sql_*`, `statement_many`.
   */
  tokens(text: string): readonly Token[]
  /**
   * The tree with every table reference for which `view` answers replaced by that SELECT (text in this dialect), in brackets,
   * under the reference's alias or its own name. Other references stay. A reference that cannot be replaced where it stands throws.
   */
  replaceTables(tree: Tree, view: (ref: TableRef) => string | undefined): Tree | Promise<Tree>
  /** The tree with its outermost row limit lowered to `rows`; unchanged where a limit cannot be added (SHOW, EXPLAIN). */
  limitRows(tree: Tree, rows: number): Tree
  /** The statement as text, printed from the tree; throws `feature_refused` when the print does not read back as the same tree. */
  print(tree: Tree): string | Promise<string>
  /** Wraps a printed reading statement so that the source tells its plan and does not run it. */
  explain(sql: string): string
  quoteName(name: string): string
  /** A string or number as a literal that cannot be left; `null` is NULL. */
  literal(value: string | number | boolean | null): string
  /** SQL for a masked column. `column` is quoted already; `key` is hex of the column's HMAC key; type is the column's native type. */
  mask(mask: Mask, column: string, nativeType: string, key: string): string
  /**
   * Reads the definition of a view or the body of a function of the source: one Facts a statement, undefined for what is not
   * understood. Only after a first `parse`. The guard is given this as `Setting.read`.
   */
  readBody?(text: string, language: string, schema: Schema | undefined): readonly Facts[] | undefined
  /** Clause that ends a granted view so that the planner cannot run the caller's predicates on hidden rows, e.g. ` OFFSET 0`. */
  readonly fence: string
}

export type Parsed<Tree = unknown> = Readonly<{ tree: Tree; facts: Facts }>

/** DuckDB's own parser, which runs in a process of its own: a SELECT as its JSON tree and back. Made by `source/`, handed in by `main.ts`. */
export interface DuckdbParser {
  /** What the engine says each statement of the text is, e.g. `['SELECT']`; throws SluiceError `sql_syntax`. */
  kinds(text: string): Promise<readonly string[]>
  /** `json_serialize_sql` of a SELECT: the document, errors of the engine included. */
  serialize(text: string): Promise<string>
  /** `json_deserialize_sql`. */
  deserialize(tree: string): Promise<string>
}

export type Dialects = (name: DialectName) => Promise<Dialect>

/** The dialects by name; each parser is loaded when first needed. */
export function dialects(duckdbParser: () => Promise<DuckdbParser>): Dialects {
  const readers: Record<DialectName, () => Promise<Dialect>> = {
    postgres: async () => (await import('./postgres/postgres.ts')).postgres as Dialect,
    mysql: async () => (await import('./mysql/mysql.ts')).mysql as Dialect,
    sqlite: async () => (await import('./sqlite/sqlite.ts')).sqlite as Dialect,
    duckdb: async () => (await import('./duckdb/duckdb.ts')).duckdb(await duckdbParser()) as Dialect,
  }
  const loaded = new Map<DialectName, Promise<Dialect>>()
  return (name) => {
    const known = loaded.get(name)
    if (known) return known
    const loading = readers[name]()
    loaded.set(name, loading)
    loading.catch(() => loaded.delete(name))
    return loading
  }
}
