import { judgeAll } from '../search/search.ts'
import { mentionGrams, type Plain, plainOf, questionGrams } from './grams.ts'
import { chances } from './linear.ts'
import type { Linked, Mention } from './link.ts'
import type { AskModel } from './model.ts'
import { columnRows, PAIR_FIGURES, pairRow, type Role, rolesRows, roleWidth, shapeFigures, whatFor } from './roles.ts'
import type { Shape } from './shape.ts'
import { type ShapeChance, shapesOf } from './shapes.ts'

export type { ShapeChance } from './shapes.ts'

/** A column with its log odds for something. */
export type Scored = Readonly<{ column: number; odds: number }>

/** Everything that is said of one question before queries are put together. */
export type Slots = Readonly<{
  linked: Linked
  plain: Plain
  shapes: readonly ShapeChance[]
  /** For each mention: logs of the chances of what it is for, by name, less that of being for nothing. */
  uses: readonly ReadonlyMap<string, number>[]
  /** For each mention the columns that it may be a value of, best first. */
  pairs: readonly (readonly Scored[])[]
  role(role: Role, shape: Shape, of: string): readonly Scored[]
}>

const COLUMNS_MAX = 40
const PAIRS_MAX = 6

export function slotsOf(linked: Linked, model: AskModel): Slots {
  const plain = plainOf(linked, model.common)
  const base = columnRows(linked)
  const { columns: odds } = linked.odds
  const order = [...odds.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b).slice(0, COLUMNS_MAX)
  const kept = new Map<string, readonly Scored[]>()
  return {
    linked,
    plain,
    shapes: shapesOf(model, questionGrams(linked, plain)),
    uses: linked.mentions.map((mention) => usesOf(model, mentionGrams(linked, plain, mention))),
    pairs: linked.mentions.map((mention) => pairsOf(linked, mention, model)),
    role(role, shape, of) {
      const what = whatFor(of)
      const key = `${role} ${shapeFigures(shape).join()} ${what.join()}`
      const known = kept.get(key)
      if (known) return known
      const judgedRows = judgeAll([model.roles[role]], rolesRows(base, order, shape, what), roleWidth(base.width))
      const scored = order.map((column, i) => ({ column, odds: judgedRows[i]! })).sort((a, b) => b.odds - a.odds || a.column - b.column)
      kept.set(key, scored)
      return scored
    },
  }
}

function usesOf(model: AskModel, marks: Uint32Array): ReadonlyMap<string, number> {
  const logs = chances(model.mention, marks)
  const none = logs[model.mention.classes.indexOf('none')]!
  return new Map(model.mention.classes.map((name, i) => [name, logs[i]! - none]))
}

function pairsOf(linked: Linked, mention: Mention, model: AskModel): readonly Scored[] {
  const columns = pairColumns(linked, mention)
  const rows = new Float32Array(columns.length * PAIR_FIGURES)
  for (const [i, column] of columns.entries()) rows.set(pairRow(linked, mention, column, i), i * PAIR_FIGURES)
  const odds = judgeAll([model.pair], rows, PAIR_FIGURES)
  return columns
    .map((column, i) => ({ column, odds: odds[i]! }))
    .sort((a, b) => b.odds - a.odds || a.column - b.column)
    .slice(0, PAIRS_MAX)
}

/** The columns that a value is held against: those that hold it and those that the question is likely about. */
export function pairColumns({ odds, scope }: Linked, mention: Mention): readonly number[] {
  const order = [...odds.columns.keys()].sort((a, b) => odds.columns[b]! - odds.columns[a]! || a - b)
  const most = mention.hits.size > 0 ? PAIR_CLAIMED : PAIR_COLUMNS
  return order.filter(
    (c, i) => i < most || mention.hits.has(c) || (mention.lives.has(c) && i < 3 * PAIR_COLUMNS && scope.columns.length > 0),
  )
}
const PAIR_COLUMNS = 20
const PAIR_CLAIMED = 10
