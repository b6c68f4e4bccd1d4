import { chances } from './linear.ts'
import type { AskModel, Tie } from './model.ts'
import { type Clause, clauses, keyOf, makeable, noShape, type Shape } from './shape.ts'

/** A shape with the logs of the chances of its clauses, in the order of `clauses`, and of the whole; `ties` is how well the clauses go together. */
export type ShapeChance = Readonly<{ shape: Shape; parts: readonly number[]; whole: number; ties: number; score: number }>

const SHAPES_MAX = 40
const BEAM = 160
const EACH_MAX = 14
const BEHIND_MAX = 7
const OF_CLAUSES = 0.6
const OF_TIES = 0.4
const OF_WHOLE = 0.4
/** A shape that is not among the common ones shares what is left with very many. */
const RARE = -4

/** The order in which clauses are chosen: what decides most comes first. */
const order: readonly Clause[] = ['select', 'group', 'order', 'where', 'combine', 'distinct']

type Partly = Readonly<{ classes: Partial<Record<Clause, number>>; sum: number; ties: number }>

/** What the query may look like, likeliest first: clauses put together, as they go together. */
export function shapesOf(model: AskModel, marks: Uint32Array): readonly ShapeChance[] {
  const logs = Object.fromEntries(clauses.map((clause) => [clause, chances(model.clauses[clause], marks)])) as Record<Clause, Float32Array>
  const whole = chances(model.whole, marks)
  const wholes = new Map(model.whole.classes.map((key, i) => [key, i]))
  let beam: readonly Partly[] = [{ classes: {}, sum: 0, ties: 0 }]
  order.forEach((clause, step) => {
    const own = logs[clause]
    const best = own.reduce((most, one) => Math.max(most, one), -Infinity)
    const some = [...own.keys()]
      .filter((c) => own[c]! > best - BEHIND_MAX)
      .sort((a, b) => own[b]! - own[a]!)
      .slice(0, EACH_MAX)
    const ties = model.ties.filter(({ left, right }) => {
      const [a, b] = [order.indexOf(left), order.indexOf(right)]
      return Math.max(a, b) === step
    })
    const next = beam.flatMap(({ classes, sum, ties: before }) =>
      some.map((c): Partly => {
        const all = { ...classes, [clause]: c }
        return { classes: all, sum: sum + own[c]!, ties: before + tied(ties, all) }
      }),
    )
    beam = next.sort((a, b) => b.sum + OF_TIES * b.ties - a.sum - OF_TIES * a.ties).slice(0, BEAM)
  })
  return beam
    .flatMap(({ classes, sum, ties }): readonly ShapeChance[] => {
      const shape: Shape = Object.assign({ ...noShape }, ...clauses.map((clause) => model.parts[clause][classes[clause]!]))
      if (!makeable(shape) || (shape.plain === 0 && !shape.star && shape.sums.length === 0)) return []
      const place = wholes.get(keyOf(shape))
      const all = place === undefined ? whole.at(-1)! + RARE : whole[place]!
      const score = OF_CLAUSES * (sum + OF_TIES * ties) + OF_WHOLE * all
      return [{ shape, parts: clauses.map((clause) => logs[clause][classes[clause]!]!), whole: all, ties, score }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, SHAPES_MAX)
}

function tied(ties: readonly Tie[], classes: Partial<Record<Clause, number>>): number {
  let sum = 0
  for (const { left, right, width, logs } of ties) sum += logs[classes[left]! * width + classes[right]!]!
  return sum
}
