import type { Forest } from '../search/search.ts'
import type { Linear } from './linear.ts'
import type { Role } from './roles.ts'
import type { Clause, Shape } from './shape.ts'

/** A shape that questions were seen to ask for: how often, by the log of its share, and the class of each of its clauses. */
export type KnownShape = Readonly<{ shape: Shape; share: number; classes: Readonly<Record<Clause, number>>; whole: number }>

/** What was learnt about reading questions. */
export type AskModel = Readonly<{
  /** Words that questions of many databases are made of. */
  common: ReadonlySet<string>
  shapes: readonly KnownShape[]
  clauses: Readonly<Record<Clause, Linear>>
  whole: Linear
  mention: Linear
  roles: Readonly<Record<Role, Forest>>
  pair: Forest
}>
