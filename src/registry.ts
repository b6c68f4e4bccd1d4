/** Sources that are registered while the gateway runs, with their secrets encrypted: kept, imported, tried, and told of. */
export { aboutSource, type SourceAbout, type SourceState, withNotes } from './registry/about.ts'
export { type Datasource, type DatasourceTest, datasources, testDatasource } from './registry/datasources.ts'
export { type Imported, importServers, type ServersFile } from './registry/import-servers.ts'
export { addSource, changeSource, type Keeping, named, removeSource, type SourcePatch, type WantedSource } from './registry/keep.ts'
export {
  type ConnectorAbout,
  listConnectors,
  listSources,
  patchSource,
  type Registered,
  registerSource,
  testSource,
  tryNewSource,
  unregisterSource,
} from './registry/manage.ts'
export { type Rotated, rotateEncryption } from './registry/rotate.ts'
export { registeredFrom, versionOf } from './registry/sealed.ts'
export { type Tried, trySource } from './registry/try.ts'
