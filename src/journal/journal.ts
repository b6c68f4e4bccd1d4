import type { Cell } from '../result.ts'

export { openJournal } from './open-journal.ts'

/** A change that was applied: who, where, what, and how it can be undone. Values of rows are kept apart, encrypted, and never here. */
export type ChangeRecord = Readonly<{
  /** Also the audit id of the call that applied it. */
  id: string
  principal: string
  source: string
  kind: string
  tables: readonly string[]
  changed: number
  /** ISO time. */
  at: string
  state: 'pending' | 'applied' | 'undone' | 'not_undoable'
}>

/** The rows of one table as they were before and are after a change; `before` absent for rows that were new, `after` for those that went. */
export type Image = Readonly<{
  table: string
  key: readonly string[]
  columns: readonly string[]
  /** Columns that the change itself has set in rows that were there. */
  set?: readonly string[]
  rows: readonly Readonly<{ before?: readonly Cell[]; after?: readonly Cell[] }>[]
}>

/** What changes were applied, and the images that undo them. Bounded in age and size. */
export interface Journal {
  /** On disk before the change is committed. */
  begin(record: ChangeRecord, images: readonly Image[]): Promise<void>
  /** Tells how it ended; `dropped` when it was rolled back. */
  end(id: string, state: 'applied' | 'undone' | 'not_undoable' | 'dropped'): Promise<void>
  find(id: string): Promise<Readonly<{ record: ChangeRecord; images: readonly Image[] }> | undefined>
  list(filter: Readonly<{ principal?: string; source?: string; last: number }>): Promise<readonly ChangeRecord[]>
}
