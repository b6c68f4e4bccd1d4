import type { Forest } from '../search/search.ts'
import type { Linear } from './linear.ts'
import type { Role } from './roles.ts'
import type { Clause, SelectFactor, Shape } from './shape.ts'

/** How much oftener two clauses go together than by chance, by the places of their classes: logs, `left * width + right`. */
export type Tie = Readonly<{ left: Clause; right: Clause; width: number; logs: Float32Array }>

/** What was learnt about reading questions. */
export type AskModel = Readonly<{
  /** Words that questions of many databases are made of. */
  common: ReadonlySet<string>
  clauses: Readonly<Record<Clause, Linear>>
  /** What the classes of each clause stand for. */
  parts: Readonly<Record<Clause, readonly Partial<Shape>[]>>
  ties: readonly Tie[]
  /** How many columns are shown as they are, and how many are counted or summed up in each way: by the names of `selectFactors`. */
  factors: Readonly<Record<SelectFactor, Linear>>
  /** Shapes that are common enough to be known as a whole, by their keys; the last class stands for all others. */
  whole: Linear
  mention: Linear
  roles: Readonly<Record<Role, Forest>>
  pair: Forest
}>
