import type { Linked, Mention } from './link.ts'
import type { Condition, Item, Literal, Operator } from './query.ts'
import type { Atom, Shape } from './shape.ts'
import type { Scored, Slots } from './slots.ts'

/** A way to fill some conditions: `taken` are the places of the mentions in them, `columns` those of the conditions in turn. */
export type Filled = Readonly<{
  conditions: readonly Condition[]
  columns: readonly number[]
  taken: readonly number[]
  score: number
  uses: number
}>

const WAYS_MAX = 8
const COLUMNS_EACH = 3

/** The ways in which values of the question fill the conditions of a shape, best first. Nested conditions are left to others. */
export function fillConditions(slots: Slots, atoms: readonly Atom[], prefix: string, before: readonly number[] = []): readonly Filled[] {
  let ways: readonly Filled[] = [{ conditions: [], columns: [], taken: before, score: 0, uses: 0 }]
  for (const [i, atom] of atoms.entries()) {
    if (atom.right !== 'value') continue
    const same = i > 0 && atoms[i - 1]!.right === 'value' && atoms[i - 1]!.operator === atom.operator
    const next: Filled[] = []
    for (const way of ways) {
      const last = same ? (way.taken.at(-1) ?? -1) : -1
      for (const one of placesFor(slots, atom, prefix, way.taken, last)) next.push(...extended(slots, way, atom, one, prefix))
    }
    ways = next.sort((a, b) => b.score - a.score).slice(0, WAYS_MAX * 2)
    if (ways.length === 0) return []
  }
  return ways.slice(0, WAYS_MAX)
}

type Place = Readonly<{ mentions: readonly number[]; use: number }>
const USES_WORST = -7

function placesFor({ linked, uses }: Slots, atom: Atom, prefix: string, taken: readonly number[], after: number): readonly Place[] {
  const { mentions } = linked
  const free = mentions
    .map((one, i) => (i > after && taken.every((other) => !overlap(mentions[other]!, one)) ? i : -1))
    .filter((i) => i >= 0)
  const use = (i: number) => uses[i]!.get(prefix + atom.operator) ?? USES_WORST - 3
  if (atom.operator === 'between') {
    return free.flatMap((i) => {
      const other = free.find((j) => j > i && mentions[j]!.kind === mentions[i]!.kind)
      return other === undefined ? [] : [{ mentions: [i, other], use: use(i) + use(other) }]
    })
  }
  return free.map((i) => ({ mentions: [i], use: use(i) })).filter((one) => one.use > USES_WORST)
}

export const overlap = (a: Mention, b: Mention): boolean => a.from < b.to && b.from < a.to

function extended(slots: Slots, way: Filled, atom: Atom, { mentions, use }: Place, prefix: string): readonly Filled[] {
  const { linked, pairs } = slots
  const taken = [...way.taken, ...mentions]
  if (prefix !== '' && atom.of === 'count*') {
    const condition: Condition = {
      left: { column: -1, aggregate: 'count' },
      operator: atom.operator as Operator,
      right: literals(linked, mentions, -1, atom.operator),
    }
    return [
      { conditions: [...way.conditions, condition], columns: [...way.columns, -1], taken, score: way.score + use, uses: way.uses + use },
    ]
  }
  const columns = prefix === '' ? pairs[mentions[0]!]!.slice(0, COLUMNS_EACH) : sums(slots, atom)
  return columns.map(({ column, odds }) => {
    const left = prefix === '' ? { column: linked.scope.columns[column]! } : itemOf(atom.of, linked.scope.columns[column]!)
    const condition: Condition = { left, operator: atom.operator as Operator, right: literals(linked, mentions, column, atom.operator) }
    return {
      conditions: [...way.conditions, condition],
      columns: [...way.columns, column],
      taken,
      score: way.score + use + calm(odds),
      uses: way.uses + use,
    }
  })
}

const sums = (slots: Slots, atom: Atom): readonly Scored[] => slots.role('sum', havingOnly, atom.of).slice(0, COLUMNS_EACH)
const havingOnly: Shape = {
  plain: 1,
  star: false,
  sums: [],
  distinct: false,
  where: [],
  either: false,
  group: 1,
  having: [],
  order: [],
  limit: 'none',
}

/** Odds above even say little more: what is likely is not made likelier by other slots. */
export const calm = (odds: number): number => -Math.log(1 + Math.exp(-odds))

/** The item of a column by the name of its kind, as shapes have it. */
export function itemOf(of: string, column: number): Item {
  if (of === 'col') return { column }
  if (of === 'count*') return { column: -1, aggregate: 'count' }
  if (of === 'countd') return { column, aggregate: 'count', distinct: true }
  return { column, aggregate: of as NonNullable<Item['aggregate']> }
}

/** Values as they are written to the source: as stored where they were found there. */
function literals(linked: Linked, places: readonly number[], column: number, operator: string): readonly Literal[] {
  return places.map((place): Literal => {
    const mention = linked.mentions[place]!
    const like = operator.includes('like')
    const hit = column < 0 ? undefined : mention.hits.get(column)
    const text = like ? `%${mention.text}%` : (hit?.value ?? mention.text)
    return { kind: mention.kind === 'number' ? 'number' : mention.kind, text }
  })
}
