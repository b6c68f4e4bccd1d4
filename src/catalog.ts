/** What sources hold, as the registry knows it: brought up to date, in versions, with what changed and what that breaks. */
export { type SyncTold, syncCatalog } from './catalog/asked.ts'
export { type Between, type End, type SchemaDiff, schemaDiff } from './catalog/diff.ts'
export { keepInStep, keepLooking } from './catalog/periodic.ts'
export {
  type CatalogSource,
  type CatalogTable,
  type CatalogTableAbout,
  catalogSources,
  catalogTable,
  catalogTables,
} from './catalog/show.ts'
export { type Progress, type Synced, synchronise } from './catalog/synchronise.ts'
export { type TableUses, tableUses } from './catalog/uses.ts'
export { schemaVersions, type VersionsTold, type VersionTold } from './catalog/versions.ts'
export type { Break, Change } from './drift/drift.ts'
