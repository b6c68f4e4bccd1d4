/** What is thought about pairs of question and statement: how alike questions are, what a statement uses, what several have in common. */
export { fits, Likeness, type Scored, type Similarity } from './likeness.ts'
export { mended, type Renaming } from './mend.ts'
export { cleanQuestion, type Read, readQuestion } from './question.ts'
export { difference } from './shape.ts'
export { type Literal, readStatement, type Statement } from './statement.ts'
export { type Misfit, type Slot, type Template, templatesOf, valuesFor } from './templates.ts'
export { changedTables, type Difference, tablesUsed, type Used } from './uses.ts'
