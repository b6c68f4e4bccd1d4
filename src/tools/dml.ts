import { bulkImport } from './dml/bulk-import.ts'
import { listChanges, undoChange } from './dml/changes.ts'
import { deleteRows, insertRows, truncateTable, updateRows, upsertRows } from './dml/rows.ts'
import type { Tool } from './tool.ts'

/** Changes of rows: each is shown first and applied with the token of what was shown. */
export const dmlTools: readonly Tool[] = [
  insertRows,
  updateRows,
  deleteRows,
  upsertRows,
  truncateTable,
  bulkImport,
  undoChange,
  listChanges,
]
