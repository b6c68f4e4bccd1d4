import { chances } from './linear.ts'
import type { AskModel, Tie } from './model.ts'
import {
  type Clause,
  clauseKey,
  clauses,
  factorOf,
  keyOf,
  makeable,
  noShape,
  type SelectFactor,
  type Shape,
  selectFactors,
} from './shape.ts'

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

/** One way that a clause may be. `place` is its class, -1 where there is none. */
type Option = Readonly<{ part: Partial<Shape>; place: number; log: number }>
type Partly = Readonly<{ options: Partial<Record<Clause, Option>>; sum: number; ties: number }>

/** What the query may look like, likeliest first: clauses put together, as they go together. */
export function shapesOf(model: AskModel, marks: Uint32Array): readonly ShapeChance[] {
  const whole = chances(model.whole, marks)
  const wholes = new Map(model.whole.classes.map((key, i) => [key, i]))
  let beam: readonly Partly[] = [{ options: {}, sum: 0, ties: 0 }]
  order.forEach((clause, step) => {
    const some = optionsOf(model, clause, marks)
    const ties = model.ties.filter(({ left, right }) => Math.max(order.indexOf(left), order.indexOf(right)) === step)
    const next = beam.flatMap(({ options, sum, ties: before }) =>
      some.map((option): Partly => {
        const all = { ...options, [clause]: option }
        return { options: all, sum: sum + option.log, ties: before + tied(ties, all) }
      }),
    )
    beam = next.sort((a, b) => b.sum + OF_TIES * b.ties - a.sum - OF_TIES * a.ties).slice(0, BEAM)
  })
  return beam
    .flatMap(({ options, sum, ties }): readonly ShapeChance[] => {
      const shape: Shape = Object.assign({ ...noShape }, ...clauses.map((clause) => options[clause]!.part))
      if (!makeable(shape) || (shape.plain === 0 && !shape.star && shape.sums.length === 0)) return []
      const place = wholes.get(keyOf(shape))
      const all = place === undefined ? whole.at(-1)! + RARE : whole[place]!
      const score = OF_CLAUSES * (sum + OF_TIES * ties) + OF_WHOLE * all
      return [{ shape, parts: clauses.map((clause) => options[clause]!.log), whole: all, ties, score }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, SHAPES_MAX)
}

function optionsOf(model: AskModel, clause: Clause, marks: Uint32Array): readonly Option[] {
  const own = chances(model.clauses[clause], marks)
  const known = [...own.keys()].map((place): Option => ({ part: model.parts[clause][place]!, place, log: own[place]! }))
  const all = clause === 'select' ? mixed(model, known, marks) : known
  const best = all.reduce((most, { log }) => Math.max(most, log), -Infinity)
  return all
    .filter(({ log }) => log > best - BEHIND_MAX)
    .sort((a, b) => b.log - a.log)
    .slice(0, EACH_MAX)
}

const OF_FACTORS = 0.4
const FACTOR_MIN = Math.log(0.04)
const COMPOSED_MAX = 12

/** What is shown, by what was seen as a whole and by its figures one at a time: so `avg, min, max, sum` need not have been seen together. */
function mixed(model: AskModel, known: readonly Option[], marks: Uint32Array): readonly Option[] {
  const logs = Object.fromEntries(selectFactors.map((factor) => [factor, chances(model.factors[factor], marks)])) as Record<
    SelectFactor,
    Float32Array
  >
  const logOf = (part: Pick<Shape, 'plain' | 'star' | 'sums'>): number =>
    selectFactors.reduce(
      (sum, factor) => sum + (logs[factor][model.factors[factor].classes.indexOf(factorOf(part, factor))] ?? FACTOR_MIN * 2),
      0,
    )
  const mix = (log: number, part: Partial<Shape>): number =>
    Math.log((1 - OF_FACTORS) * Math.exp(log) + OF_FACTORS * Math.exp(logOf(part as Shape)))
  const seen = new Set(known.map(({ part }) => clauseKey({ ...noShape, ...part }, 'select')))
  let composed: readonly Readonly<{ plain: number; star: boolean; sums: readonly string[]; log: number }>[] = [
    { plain: 0, star: false, sums: [], log: 0 },
  ]
  for (const factor of selectFactors) {
    const { classes } = model.factors[factor]
    composed = composed
      .flatMap((one) =>
        classes.flatMap((name, c) => {
          const log = logs[factor][c]!
          if (log < FACTOR_MIN) return []
          if (factor === 'plain') return [{ ...one, plain: name === '*' ? 0 : Number(name), star: name === '*', log: one.log + log }]
          return [{ ...one, sums: [...one.sums, ...Array<string>(Number(name)).fill(factor)].sort(), log: one.log + log }]
        }),
      )
      .sort((a, b) => b.log - a.log)
      .slice(0, COMPOSED_MAX)
  }
  const fresh = composed
    .map(({ plain, star, sums, log }): Option => ({ part: { plain, star, sums }, place: -1, log: Math.log(OF_FACTORS) + log }))
    .filter(({ part }) => !seen.has(clauseKey({ ...noShape, ...part }, 'select')))
  return [...known.map((option) => ({ ...option, log: mix(option.log, option.part) })), ...fresh]
}

/** How well clauses go together; what was never seen together with anything goes with everything a little. */
function tied(ties: readonly Tie[], options: Partial<Record<Clause, Option>>): number {
  let sum = 0
  for (const { left, right, width, logs } of ties) {
    const [a, b] = [options[left]!.place, options[right]!.place]
    if (a >= 0 && b >= 0) sum += logs[a * width + b]!
  }
  return sum
}
