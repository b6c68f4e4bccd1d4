import {
  type AskModel,
  type Clause,
  clauseKey,
  clauses,
  columnRows,
  factorOf,
  GRAM_BITS,
  keyOf,
  makeable,
  mentionGrams,
  PAIR_FIGURES,
  pairColumns,
  pairRow,
  partOf,
  plainOf,
  questionGrams,
  type Role,
  roles,
  rolesRows,
  roleWidth,
  type Shape,
  selectFactors,
  type Tie,
  whatFor,
} from '../nl2sql/learning.ts'
import type { Forest } from '../search/search.ts'
import { boost, randomOf, type Settings } from './fit.ts'
import { learnLinear } from './learn-linear.ts'
import { allConditions, type Lesson, mentionOf } from './learn-questions.ts'

const COMMON_DATABASES = 7
const WHOLE_MIN = 12
const SIZE = 1 << GRAM_BITS

/** Learns to read questions from lessons. The same lessons give the same model. */
export function learnAsk(lessons: readonly Lesson[], progress: (done: string) => void = () => {}): AskModel {
  const common = commonWords(lessons)
  const known = knownShapes(lessons)
  const marked = lessons.map((lesson) => ({ lesson, plain: plainOf(lesson.linked, common) }))
  const grams = marked.map(({ lesson, plain }) => questionGrams(lesson.linked, plain))
  progress('grams')
  const learnt = Object.fromEntries(
    clauses.map((clause) => {
      const classes = classesOf(known, clause)
      const place = new Map(classes.map((name, i) => [name, i]))
      const examples = lessons.flatMap(({ shape }, i) => {
        const at = place.get(clauseKey(shape, clause))
        return at === undefined ? [] : [{ marks: grams[i]!, class: at }]
      })
      return [clause, learnLinear(examples, classes, SIZE)]
    }),
  ) as AskModel['clauses']
  const factors = Object.fromEntries(
    selectFactors.map((factor) => {
      const classes = [...new Set(lessons.map(({ shape }) => factorOf(shape, factor)))].sort()
      return [
        factor,
        learnLinear(
          lessons.map(({ shape }, i) => ({ marks: grams[i]!, class: classes.indexOf(factorOf(shape, factor)) })),
          classes,
          SIZE,
        ),
      ]
    }),
  ) as AskModel['factors']
  progress('clauses')
  const parts = Object.fromEntries<readonly Partial<Shape>[]>(
    clauses.map((clause) => {
      const own = new Map<string, Partial<Shape>>(known.map(({ shape }) => [clauseKey(shape, clause), partOf(shape, clause)]))
      return [clause, learnt[clause].classes.map((key) => own.get(key)!)]
    }),
  ) as Record<Clause, readonly Partial<Shape>[]>
  const wholes = known.filter(({ count }) => count >= WHOLE_MIN).map(({ key }) => key)
  const placeOf = new Map(wholes.map((key, i) => [key, i]))
  const whole = learnLinear(
    lessons.map(({ shape }, i) => ({ marks: grams[i]!, class: placeOf.get(keyOf(shape)) ?? wholes.length })),
    [...wholes, 'other'],
    SIZE,
  )
  progress('whole')
  const mention = learnMentions(marked)
  progress('mentions')
  const forests = Object.fromEntries(
    roles.map((role) => {
      const forest = learnRole(lessons, role)
      progress(role)
      return [role, forest]
    }),
  ) as Record<Role, Forest>
  const pair = learnPairs(lessons)
  progress('pairs')
  return { common, clauses: learnt, parts, ties: tiesOf(lessons, learnt), factors, whole, mention, roles: forests, pair }
}

/** Clauses that were seen more than once; with synonyms every question is there twice. */
function classesOf(known: readonly Readonly<{ shape: Shape; count: number }>[], clause: Clause): readonly string[] {
  const counts = new Map<string, number>()
  for (const { shape, count } of known) {
    const key = clauseKey(shape, clause)
    counts.set(key, (counts.get(key) ?? 0) + count)
  }
  return [...counts]
    .filter(([, count]) => count >= CLAUSE_MIN)
    .map(([key]) => key)
    .sort()
}
const CLAUSE_MIN = 3

/** Clauses that decide each other. */
const tiedClauses: readonly (readonly [Clause, Clause])[] = [
  ['select', 'group'],
  ['select', 'order'],
  ['group', 'order'],
  ['select', 'where'],
  ['group', 'where'],
  ['order', 'where'],
  ['where', 'combine'],
  ['select', 'combine'],
  ['select', 'distinct'],
  ['group', 'distinct'],
]

function tiesOf(lessons: readonly Lesson[], learnt: AskModel['clauses']): readonly Tie[] {
  return tiedClauses.map(([left, right]) => {
    const [a, b] = [learnt[left].classes, learnt[right].classes]
    const width = b.length
    const both = new Float32Array(a.length * width)
    const [lefts, rights] = [new Float32Array(a.length), new Float32Array(width)]
    for (const { shape } of lessons) {
      const [i, j] = [a.indexOf(clauseKey(shape, left)), b.indexOf(clauseKey(shape, right))]
      if (i < 0 || j < 0) continue
      both[i * width + j]!++
      lefts[i]!++
      rights[j]!++
    }
    const all = lefts.reduce((sum, one) => sum + one, 0)
    const logs = both.map((count, at) => Math.log((count + 0.5) / ((lefts[Math.floor(at / width)]! * rights[at % width]!) / all + 0.5)))
    return { left, right, width, logs }
  })
}

function commonWords(lessons: readonly Lesson[]): ReadonlySet<string> {
  const databases = new Map<string, Set<string>>()
  for (const { database, linked } of lessons) {
    for (const { word } of linked.tokens) {
      if (/\d/.test(word)) continue
      const known = databases.get(word)
      if (known) known.add(database)
      else databases.set(word, new Set([database]))
    }
  }
  return new Set([...databases].filter(([, held]) => held.size >= COMMON_DATABASES).map(([word]) => word))
}

function knownShapes(lessons: readonly Lesson[]): readonly Readonly<{ shape: Shape; key: string; count: number }>[] {
  const counts = new Map<string, { shape: Shape; key: string; count: number; databases: Set<string> }>()
  for (const { shape, database } of lessons) {
    const key = keyOf(shape)
    const known = counts.get(key) ?? { shape, key, count: 0, databases: new Set<string>() }
    known.count++
    known.databases.add(database)
    counts.set(key, known)
  }
  return [...counts.values()].filter(({ shape }) => makeable(shape)).sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
}

function learnMentions(marked: readonly Readonly<{ lesson: Lesson; plain: ReturnType<typeof plainOf> }>[]): AskModel['mention'] {
  const uses = marked.map(({ lesson }) => usesOf(lesson))
  const classes = ['none', ...[...new Set(uses.flatMap((one) => [...one.values()].map(({ use }) => use)))].sort()]
  const place = new Map(classes.map((name, i) => [name, i]))
  const examples = marked.flatMap(({ lesson: { linked }, plain }, i) =>
    linked.mentions.map((mention, m) => ({
      marks: mentionGrams(linked, plain, mention),
      class: place.get(uses[i]!.get(m)?.use ?? 'none')!,
    })),
  )
  return learnLinear(examples, classes, SIZE)
}

/** What each mention of a lesson is for, with the column that it is a value of. */
export function usesOf({ linked, query }: Lesson): ReadonlyMap<number, Readonly<{ use: string; column: number }>> {
  const found = new Map<number, Readonly<{ use: string; column: number }>>()
  const taken = new Set<number>()
  const put = (text: string, column: number, use: string, kind: 'text' | 'number') => {
    const at = mentionOf(linked, { kind, text }, column, taken)
    if (at < 0) return
    taken.add(at)
    found.set(at, { use, column })
  }
  for (const { condition, use } of allConditions(query)) {
    if (!Array.isArray(condition.right)) continue
    for (const { text, kind } of condition.right as readonly { text: string; kind: 'text' | 'number' }[])
      put(text, condition.left.column, use, kind)
  }
  if (query.limit !== undefined && query.limit > 1) put(String(query.limit), -1, 'limit', 'number')
  return found
}

const forRoles: Settings = { trees: 90, depth: 6, rate: 0.13, rowsShare: 0.5, figuresShare: 0.3, leafMin: 15, seed: 11 }
const WRONG_MAX = 12

function learnRole(lessons: readonly Lesson[], role: Role): Forest {
  const random = randomOf(role.length + 17)
  const rows: Float32Array[] = []
  const labels: number[] = []
  const weights: number[] = []
  let width = 0
  for (const lesson of lessons) {
    const asked = asksOf(lesson, role)
    if (asked.length === 0) continue
    const { linked, shape } = lesson
    const base = columnRows(linked)
    width = roleWidth(base.width)
    const { columns: odds } = linked.odds
    const order = [...odds.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b).slice(0, 40)
    for (const { of, right } of asked) {
      const wrong = order.filter((c) => !right.has(c))
      const share = Math.min(1, WRONG_MAX / Math.max(1, wrong.length))
      // The nearest rivals teach most, of the others some are enough.
      const kept = order.filter((c) => right.has(c) || odds[c]! > -1 || random() < share)
      const made = rolesRows(base, kept, shape, whatFor(of))
      rows.push(made)
      for (const c of kept) {
        labels.push(right.has(c) ? 1 : 0)
        weights.push(right.has(c) || odds[c]! > -1 ? 1 : 1 / share)
      }
    }
  }
  const whole = new Float32Array(labels.length * width)
  let at = 0
  for (const part of rows) {
    whole.set(part, at)
    at += part.length
  }
  return boost({ rows: whole, figures: width, labels: Uint8Array.from(labels), weights: Float32Array.from(weights) }, forRoles)
}

/** What a lesson says of a role: for each item the columns that are right, by their places. */
function asksOf({ query, linked }: Lesson, role: Role): readonly Readonly<{ of: string; right: ReadonlySet<number> }>[] {
  const place = (column: number) => linked.scope.placeOfColumn.get(column) ?? -1
  const set = (columns: readonly number[]) => new Set(columns.map(place).filter((one) => one >= 0))
  const kind = (item: { aggregate?: string; distinct?: boolean }) =>
    item.aggregate ? `${item.aggregate}${item.distinct ? 'd' : ''}` : 'col'
  const summed = [...query.select, ...query.having.map(({ left }) => left)].filter(({ aggregate, column }) => aggregate && column >= 0)
  if (role === 'select') {
    const right = set(query.select.filter(({ aggregate }) => !aggregate).map(({ column }) => column))
    return right.size > 0 ? [{ of: 'col', right }] : []
  }
  if (role === 'sum') return summed.map((item) => ({ of: kind(item), right: set([item.column]) }))
  if (role === 'group') return query.group.length > 0 ? [{ of: 'col', right: set(query.group) }] : []
  const orders = query.order.filter(({ item }) => item.column >= 0).map(({ item }) => ({ of: kind(item), right: set([item.column]) }))
  const nested = query.where.flatMap(({ left, right, operator }) =>
    'query' in right && operator !== 'in' && operator !== 'not in' ? [{ of: 'nested', right: set([left.column]) }] : [],
  )
  return [...orders, ...nested]
}

const forPairs: Settings = { trees: 120, depth: 6, rate: 0.12, rowsShare: 0.6, figuresShare: 0.5, leafMin: 12, seed: 13 }

function learnPairs(lessons: readonly Lesson[]): Forest {
  const rows: number[] = []
  const labels: number[] = []
  for (const lesson of lessons) {
    const { linked } = lesson
    for (const [m, { column, use }] of usesOf(lesson)) {
      if (use === 'limit' || use.startsWith('h')) continue
      const place = linked.scope.placeOfColumn.get(column)
      const columns = pairColumns(linked, linked.mentions[m]!)
      if (place === undefined || !columns.includes(place)) continue
      columns.forEach((c, rank) => {
        rows.push(...pairRow(linked, linked.mentions[m]!, c, rank))
        labels.push(c === place ? 1 : 0)
      })
    }
  }
  return boost({ rows: Float32Array.from(rows), figures: PAIR_FIGURES, labels: Uint8Array.from(labels) }, forPairs)
}
