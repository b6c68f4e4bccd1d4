/** What every answer carries, so that it can be understood and proven later. */
export type Receipt = Readonly<{
  /** Also the id of the audit entry. */
  audit_id: string
  source: string
  /** As run; keys of hash masks are blotted out. */
  sql: string
  /** One sentence each, e.g. `row rule on orders: tenant_id = 1`. */
  policies: readonly string[]
  /** `table.column` of every masked column that the statement's tables have. */
  masked: readonly string[]
  rows: number
  truncated: boolean
  /** The most rows this answer could have held. */
  rows_max: number
  from: 'live' | 'cache'
  ms: number
}>
