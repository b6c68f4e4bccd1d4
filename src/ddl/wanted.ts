import type { Value } from '../call.ts'

/** A default: a value, which becomes a literal, or one of the few expressions that every engine understands, e.g. `CURRENT_TIMESTAMP`. */
export type Default = Readonly<{ value: Value } | { expression: string }>

export type ReferenceAction = 'cascade' | 'restrict' | 'set null' | 'set default' | 'no action'
export type Reference = Readonly<{ table: string; columns: readonly string[]; onDelete?: ReferenceAction; onUpdate?: ReferenceAction }>

export type NewColumn = Readonly<{
  name: string
  /** As the source's dialect writes it, e.g. `varchar(20)`. */
  type: string
  /** True unless said. */
  nullable?: boolean
  default?: Default
  primaryKey?: boolean
  unique?: boolean
  /** Counts up by itself. */
  autoIncrement?: boolean
  references?: Reference
  /** A predicate over the columns of the table. */
  check?: string
  comment?: string
}>

export type Constraint = Readonly<
  | { kind: 'primary_key'; name?: string; columns: readonly string[] }
  | { kind: 'unique'; name?: string; columns: readonly string[] }
  | { kind: 'foreign_key'; name?: string; columns: readonly string[]; references: Reference }
  | { kind: 'check'; name?: string; expression: string }
>

export type Alteration = Readonly<
  | { kind: 'add_column'; column: NewColumn }
  | { kind: 'drop_column'; name: string }
  | { kind: 'rename_column'; name: string; to: string }
  | { kind: 'alter_type'; name: string; type: string }
  | { kind: 'set_default'; name: string; default: Default }
  | { kind: 'drop_default'; name: string }
  | { kind: 'set_not_null'; name: string }
  | { kind: 'drop_not_null'; name: string }
  | { kind: 'add_constraint'; constraint: Constraint }
  | { kind: 'drop_constraint'; name: string }
  | { kind: 'rename_table'; to: string }
>

export type IndexColumn = Readonly<{ name: string; descending?: boolean }>

/** What a change of structure asks for. Names are as the caller wrote them; tables, views and indexes with or without a schema. */
export type Ddl = Readonly<
  | { kind: 'create_database'; name: string; ifNotExists?: boolean }
  | { kind: 'drop_database'; name: string; ifExists?: boolean }
  | { kind: 'create_schema'; name: string; ifNotExists?: boolean }
  | { kind: 'drop_schema'; name: string; cascade?: boolean; ifExists?: boolean }
  | {
      kind: 'create_table'
      table: string
      columns: readonly NewColumn[]
      constraints?: readonly Constraint[]
      ifNotExists?: boolean
      comment?: string
    }
  | { kind: 'drop_table'; table: string; cascade?: boolean; ifExists?: boolean }
  | { kind: 'alter_table'; table: string; actions: readonly Alteration[] }
  | {
      kind: 'create_index'
      table: string
      /** Made of table and columns unless said. */
      name?: string
      columns: readonly IndexColumn[]
      unique?: boolean
      method?: string
      ifNotExists?: boolean
    }
  /** `table` is needed only where two tables have an index of this name. */
  | { kind: 'drop_index'; name: string; table?: string; ifExists?: boolean }
  /** `columns` are their names in the view; those of the SELECT without it. */
  | { kind: 'create_view'; view: string; select: string; columns?: readonly string[]; replace?: boolean }
  | { kind: 'drop_view'; view: string; cascade?: boolean; ifExists?: boolean }
  /** `stamp` goes into the name of the copy where `to` is left out; the same stamp gives the same name while that is free. */
  | { kind: 'backup_table'; table: string; to?: string; stamp: string }
>
