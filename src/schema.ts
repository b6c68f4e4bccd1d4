import type { ColumnType } from './result.ts'

/** What a source holds, as its connector read it. Pure data; `version` changes whenever anything in it does. */
export type Schema = Readonly<{
  version: string
  /** Where an unqualified name is looked for, first match wins. One entry for engines without schemas. */
  searchPath: readonly string[]
  tables: readonly Table[]
  /** Functions and operators that are not the engine's own, plus the engine's own where the engine can list them. */
  functions: readonly SourceFunction[]
}>

export type TableKind = 'table' | 'view' | 'materialized_view' | 'virtual' | 'foreign' | 'sequence'

export type Table = Readonly<{
  schema: string
  name: string
  kind: TableKind
  columns: readonly TableColumn[]
  /** The SELECT behind a view, in the source's dialect, where the source tells; its columns are those of the view by their order. */
  definition?: string
  /** `schema.name` of the tables this one is a part of (inheritance, partitions). */
  inherits?: readonly string[]
  /** `schema.name` of the tables a view or a materialized view reads, where the source tells. */
  dependsOn?: readonly string[]
  comment?: string
  /** Estimated, never counted. */
  rowsEstimate?: number
  primaryKey?: readonly string[]
  foreignKeys?: readonly ForeignKey[]
  /** Part of the engine itself (pg_catalog, information_schema, sqlite_schema, …). */
  system?: boolean
}>

export type TableColumn = Readonly<{
  name: string
  type: ColumnType
  /** As the source spells it, e.g. `numeric(12,2)`. */
  nativeType: string
  nullable: boolean
  comment?: string
  /** The default as the source writes it, where it tells. */
  default?: string
  /** Computed by the source: nothing can be written into it. `identity` counts up by itself and may be written. */
  generated?: 'always' | 'identity'
}>

export type ForeignKey = Readonly<{ columns: readonly string[]; table: string; references: readonly string[] }>

export type SourceFunction = Readonly<{
  schema: string
  name: string
  kind: 'function' | 'aggregate' | 'window' | 'procedure' | 'operator' | 'macro'
  volatility: 'immutable' | 'stable' | 'volatile' | 'unknown'
  /** Part of the engine, made by its vendor; false for what a user or an extension created. */
  builtin: boolean
  /** Number of arguments, from required to most; `most` is Infinity for variadic ones. */
  args?: readonly [required: number, most: number]
  language?: string
  /** The body, where the source tells and the language is one we can read. */
  body?: string
  /** Runs with its owner's rights. */
  definer?: boolean
}>
