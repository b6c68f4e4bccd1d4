/** What is known of the objects of a source beside what the source tells: notes of people, profiles, personal data, ways to join. Each is one recorded call. */
export { lookAfterSync, lookAgain } from './knowledge/after-sync.ts'
export { carry } from './knowledge/carry.ts'
export { type HeldTold, keepValues } from './knowledge/held-values.ts'
export { type Exported, exportNotes, type Imported, importComments, importNotes } from './knowledge/import.ts'
export {
  checkJoins,
  findPath,
  type JoinsChecked,
  type JoinTold,
  type PathTold,
  type RelatedTold,
  suggestRelated,
} from './knowledge/joins.ts'
export type { Said } from './knowledge/merge.ts'
export {
  describeObject,
  describeTableWell,
  listNotes,
  type Notes,
  type NoteTold,
  notesIfAny,
  notesOf,
  saidOf,
  type TableDescribed,
} from './knowledge/notes.ts'
export { decidePersonal, listPersonal, type PersonalList, type PersonalTold, type Scanned, scanPersonal } from './knowledge/personal.ts'
export { type Profiled, type ProfileWanted, type Progress, profileTables } from './knowledge/profile.ts'
export { listProfiles, type ProfileTold, profilesFor, type TableProfile } from './knowledge/profile-value.ts'
