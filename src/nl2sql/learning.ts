/** What teaching the engine needs of it, beside what asking does: the steps from a question to candidates, and what is learnt of each. */
export { doubtsOf, unlinkedWords } from './doubts.ts'
export { candidatesFor } from './engine.ts'
export { GRAM_BITS, mentionGrams, plainOf, questionGrams } from './grams.ts'
export type { Linear } from './linear.ts'
export { type Linked, link } from './link.ts'
export type { AskModel, Tie } from './model.ts'
export { openEngine } from './open-engine.ts'
export { columnRows, PAIR_FIGURES, pairRow, type Role, roles, rolesRows, roleWidth, whatFor } from './roles.ts'
export {
  type Clause,
  clauseKey,
  clauses,
  factorOf,
  keyOf,
  makeable,
  partOf,
  type Shape,
  selectFactors,
  shapeOf,
} from './shape.ts'
export { pairColumns } from './slots.ts'
