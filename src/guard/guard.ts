import type { DialectName, Facts, Resolved } from '../facts.ts'
import type { Grant } from '../grant.ts'
import type { Schema } from '../schema.ts'
import { functions } from './rules/functions.ts'
import { kind } from './rules/kind.ts'
import { problems } from './rules/problems.ts'
import { tables } from './rules/tables.ts'
import { types } from './rules/types.ts'

/**
 * Reads the definition of a view or the body of a function of the source: one Facts a statement, or undefined for what cannot be
 * understood and must then be refused. `language` is as the source names it; a view's is `sql`.
 */
export type ReadBody = (text: string, language: string, schema: Schema | undefined) => readonly Facts[] | undefined

/**
 * What the guard decides by. Without `schema` nothing can be resolved; without `grant` every table is open (both only in
 * `sluice check`). Without `read` functions of users are refused, and so are PostgreSQL's views, because both may run functions.
 */
export type Setting = Readonly<{ dialect: DialectName; grant?: Grant; schema?: Schema; read?: ReadBody }>

/**
 * Lets go on what is understood, harmless and granted; throws SluiceError for everything else, with a hint that an agent can act on.
 * Answers the tables, resolved.
 */
export function guard(facts: Facts, setting: Setting): readonly Resolved[] {
  problems(facts, setting)
  kind(facts, setting)
  functions(facts, setting)
  types(facts, setting)
  return tables(facts, setting)
}
