/** How a column is hidden. `hash` is HMAC-SHA256 with a key of the column, so equal values stay equal. */
export type Mask = Readonly<
  | { kind: 'null' }
  | { kind: 'constant'; value: string }
  | { kind: 'partial'; first: number; last: number }
  | { kind: 'email' }
  | { kind: 'hash' }
  | { kind: 'year' }
  | { kind: 'round'; to: number }
>

export type Action = 'read' | 'explain' | 'write' | 'ddl' | 'admin'

export type GrantLimits = Readonly<{
  /** The most rows of one answer. */
  rows: number
  /** Rows for a call that does not say how many it wants. */
  rowsDefault: number
  bytes: number
  ms: number
  concurrent: number
  perMinute: number
  /** Calls that may come at once before the pace of `perMinute` holds (the size of a token bucket); `perMinute` unless said. */
  burst?: number
  rowsPerMinute?: number
  bytesPerMinute?: number
}>

/** As whom the source itself sees the caller, where the configuration says so. `settings` are session settings of PostgreSQL. */
export type Identity = Readonly<{
  role?: string
  settings?: Readonly<Record<string, string>>
  login?: Readonly<{ user: string; password: string }>
}>

/** How often a change must be confirmed before it is applied. */
export type Confirm = 'never' | 'once' | 'twice'

/** What one principal may see of one table. A column that is not named here does not exist for them. */
export type TableGrant = Readonly<{
  columns: readonly string[]
  /** Column name to its mask. */
  masks: ReadonlyMap<string, Mask>
  /** SQL predicates in the source's dialect, attributes already put in as literals; all must hold. */
  rows: readonly string[]
  /** False when the whole table may be seen as it is; then it is not replaced by a granted view. */
  restricted: boolean
  /** True when policy says something of the table's columns: one that came since the schema was read may be hidden, so stars must not find it. */
  guarded: boolean
  /** True when the rows of the table may be changed, as far as `actions` hold `write`. */
  writable: boolean
  /** True when the structure of the table may be changed, as far as `actions` hold `ddl`. */
  alterable: boolean
  /** One sentence each, for receipts and `policy explain`. */
  reasons: readonly string[]
}>

/** A table as policy is asked about it; `names` are its columns. */
export type TableName = Readonly<{ schema: string; name: string; names: readonly string[] }>

/**
 * The whole answer of policy to (principal, source), as a value. It is asked for once and travels with the query.
 * `version` is equal for two grants that give the same answers, so outcomes may be remembered by it.
 */
export type Grant = Readonly<{
  version: string
  source: string
  principal: string
  roles: readonly string[]
  actions: ReadonlySet<Action>
  limits: GrantLimits
  /** True when some table or column of this source is hidden, masked or filtered: views, functions and catalogs could then leak. */
  restricted: boolean
  /** Names of source functions that policy allows by name although they are not the engine's own. */
  functions: ReadonlySet<string>
  confirm: Confirm
  identity?: Identity
  /** Undefined when nothing of the table is granted. Pure. `explicit` is true when policy names the table, not only a pattern. */
  table(table: TableName): (TableGrant & { readonly explicit: boolean }) | undefined
  /** Why nothing of the table is granted, where the caller may know it: an attribute that a row rule needs is missing. */
  refusal?(table: TableName): string | undefined
}>
