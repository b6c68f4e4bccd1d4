/** What sources hold, as the registry knows it: brought up to date, in versions, with what changed and what that breaks. */

export { type Progress, type Synced, synchronise } from './catalog/synchronise.ts'
export type { Change } from './drift/drift.ts'
