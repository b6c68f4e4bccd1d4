/** The query bank: questions with the statements that answer them, as each caller may find them. Each asking is one recorded call. */
export { type Stored, storePair, type Wanted } from './bank/add.ts'
export { exportPairs, type Imported, importPairs } from './bank/carry.ts'
export { examplesFor, findSimilar, type Listed, listPairs, type Similar, type Similarity } from './bank/find.ts'
export { type Learn, learnFrom, type Ran } from './bank/outcome.ts'
export { type Reverified, reverify, reverifyAsked } from './bank/reverify.ts'
export { type BankVerdict, type Reviewed, reviewPair, verdicts } from './bank/review.ts'
export { listTemplates, type TemplateTold, templateCall } from './bank/templates.ts'
export type { PairTold } from './bank/told.ts'
