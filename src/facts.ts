import type { Code } from './error.ts'
import type { Table } from './schema.ts'

export type DialectName = 'postgres' | 'mysql' | 'sqlite' | 'duckdb'

/** What a statement is for. Only `read`, `explain` and `show` can ever be harmless; what is not understood is `unknown`. */
export type Kind = 'read' | 'explain' | 'show' | 'write' | 'ddl' | 'session' | 'transaction' | 'admin' | 'call' | 'unknown'

/** A real table that the statement names; names of WITH queries are not among them. `id` is its place in the tree. */
export type TableRef = Readonly<{ id: number; database?: string; schema?: string; name: string; alias?: string }>

/** A table reference together with what it stands for. `table` is undefined where no schema is known (`sluice check` without a source). */
export type Resolved = Readonly<{ ref: TableRef; table: Table | undefined }>

/** A function, operator or type by name. `args` is -1 where the count is not known. */
export type NameRef = Readonly<{ schema?: string; name: string; args: number }>

/** Something the reader saw and cannot vouch for. The guard refuses the statement with the first of them. */
export type Problem = Readonly<{ code: Code; what: string; hint?: string }>

/** What a statement does, read from its parse tree. */
export type Facts = Readonly<{
  kind: Kind
  /** The leading words, e.g. `SELECT`, `INSERT`, `EXPLAIN SELECT`. */
  statement: string
  tables: readonly TableRef[]
  functions: readonly NameRef[]
  operators: readonly NameRef[]
  types: readonly NameRef[]
  /** Number of parameters that must be given. */
  params: number
  problems: readonly Problem[]
  /**
   * True when a predicate holds something that can fail or be observed (arithmetic, casts, function calls): row rules
   * then need a fence, or the planner may run it on hidden rows and an error would tell about them.
   */
  leaky: boolean
}>
