/** What helps a model, or a person, to write SQL for a source without any model of our own; all of it as the caller's grant shows it. */

export { type Fixed, fix } from './guide/fix.ts'
export { type Explanation, explainInWords } from './guide/in-words.ts'
export { type Advised, optimize } from './guide/optimize.ts'
export {
  type SchemaAsked,
  type SchemaForModel,
  type SchemaState,
  schemaForModel,
  schemaKept,
  tableForModel,
} from './guide/schema-for-model.ts'
export { type Suggested, type Suggestion, suggest } from './guide/suggest.ts'
export { planOf, type Verdict, verdict } from './guide/verdict.ts'
