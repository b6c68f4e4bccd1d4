/** What a source tells about its tables beside their shape. Read when asked for, never needed to run a query. */
export type Details = Readonly<{
  database: DatabaseAbout
  indexes: readonly Index[]
  sizes: readonly TableSize[]
  /** What would break or vanish with a table: views, foreign keys of others, triggers. */
  dependents: readonly Dependent[]
}>

export type Index = Readonly<{
  schema: string
  table: string
  name: string
  /** In order; an expression stands as the source writes it. */
  columns: readonly string[]
  unique: boolean
  primary: boolean
  /** E.g. `btree`; absent where the source does not tell. */
  method?: string
  definition?: string
  bytes?: number
}>

/** Absent figures are those that the source does not tell. Rows are estimated, never counted. */
export type TableSize = Readonly<{ schema: string; table: string; rowsEstimate?: number; bytes?: number; indexBytes?: number }>

/** `on` and `name` are `schema.name`, or the plain name in sources without schemas. */
export type Dependent = Readonly<{ on: string; kind: 'view' | 'foreign_key' | 'trigger'; name: string }>

export type DatabaseAbout = Readonly<{
  product: string
  version: string
  database: string
  user?: string
  encoding?: string
  collation?: string
  timeZone?: string
  bytes?: number
  /** ISO time. */
  startedAt?: string
  /** A few settings that people ask for, as the source spells them. */
  settings: Readonly<Record<string, string>>
}>
