/** Saved queries: statements under a name, private or shared, found only by who may run them as they stand. Each asking is one recorded call. */
export { type AskedQueries, type ListedQueries, listQueries, queryOf, savedCall } from './queries/find.ts'
export { changeQuery, type QueryChange, type QueryWanted, removeQuery, saveQuery } from './queries/save.ts'
export type { QueryTold } from './queries/told.ts'
export { queryUses } from './queries/uses.ts'
