/** What a caller may find: sources, tables, columns, keys, figures, all of it cut by the grant. Each is one recorded call. */
export { type DatabaseInfo, type DatabaseStats, databaseInfo, databaseStats, type TableStats, tableStats } from './explore/database.ts'
export {
  aboutTable,
  type ColumnAbout,
  columnsOf,
  describeTable,
  foreignKeysOf,
  keyOf,
  listSources,
  type SourceAbout,
  type TableAbout,
} from './explore/describe.ts'
export {
  type ColumnListed,
  fitting,
  type ListFilter,
  listColumns,
  listTables,
  listViews,
  type Page,
  page,
  type TableListed,
  type ViewListed,
} from './explore/list.ts'
export { type Ranked, rankAcross, rankTables, type Searchable, searchable } from './explore/rank.ts'
export { intend, recorded } from './explore/recorded.ts'
export { type Found, type FoundTable, searchSchema } from './explore/search.ts'
export { foreignKeys, type IndexListed, listIndexes, listRelationships, type Relationship, type TableKeys } from './explore/structure.ts'
export {
  type AsOf,
  bySourceName,
  countable,
  find,
  fullName,
  type Look,
  lookInto,
  looking,
  lookingBack,
  lookingClosely,
  mustFind,
  type Visible,
  visibleTables,
} from './explore/visible.ts'
