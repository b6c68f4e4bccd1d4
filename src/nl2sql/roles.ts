import { flag } from '../search/search.ts'
import type { Linked, Mention } from './link.ts'
import type { Shape } from './shape.ts'
import { TRIGGERS, triggersOf } from './triggers.ts'

/** What a column may be for. `sum` is counted or summed up, `order` sorts or is compared with a nested query. */
export const roles = ['select', 'sum', 'order', 'group'] as const
export type Role = (typeof roles)[number]

const AROUND = 2 * TRIGGERS + 18
/** Figures of a column that do not depend on what the query looks like. */
export const columnFigures = (signs: number): number => signs + AROUND
export const SHAPE_FIGURES = 21
const WHAT_FIGURES = 4

/** One row a column: the signs of the search, what it says of the column, and where in the question the column is named. */
export function columnRows(linked: Linked): Readonly<{ rows: Float32Array; width: number }> {
  const { scope, signs, odds, tokens } = linked
  const count = scope.columns.length
  const own = count === 0 ? 0 : signs.length / count
  const width = columnFigures(own)
  const rows = new Float32Array(count * width)
  const triggers = triggersOf(tokens)
  const order = [...odds.columns.keys()].sort((a, b) => odds.columns[b]! - odds.columns[a]!)
  const rank = new Float32Array(count)
  order.forEach((c, i) => {
    rank[c] = i
  })
  const head = headOf(linked)
  const firstRel = triggers.findIndex((bits, i) => i > 1 && (bits & (1 << 6)) !== 0)
  for (let c = 0; c < count; c++) {
    const at = c * width
    rows.set(signs.subarray(c * own, (c + 1) * own), at)
    around(linked, c, triggers, firstRel < 0 ? tokens.length : firstRel, rows, at + own)
    const t = scope.tableAt[c]!
    rows.set(headFigures(linked, c, t, head), at + width - 8)
    rows.set([odds.columns[c]!, rank[c]!, odds.tables[t]!, odds.columns[c]! - odds.columns[order[0]!]!], at + width - 4)
  }
  return { rows, width }
}

type Head = Readonly<{ at: number; asks: number }>

/** The first word that names anything, and how it is asked for: `which` 1, `who` 2, `what` 3, by a verb 4. */
function headOf({ tokens, top, topTable }: Linked): Head {
  const at = tokens.findIndex((_, i) => Math.max(top[i]!, topTable[i]!) >= 0.6)
  const before = at <= 0 ? '' : tokens[at - 1]!.word
  const first = tokens[0]?.word ?? ''
  return { at, asks: before === 'which' || first === 'which' ? 1 : first === 'who' || first === 'whose' ? 2 : first === 'what' ? 3 : 4 }
}

/** Whether what is named first is this column, or its table, whose name is then wanted though nobody says so. */
function headFigures({ tokens, claims, tableClaims, top, topTable }: Linked, c: number, t: number, { at, asks }: Head): readonly number[] {
  if (at < 0) return [0, 0, asks, 0]
  const n = tokens.length
  const own = claims[c * n + at]!
  const table = tableClaims[t * n + at]!
  return [own === 0 ? 0 : (own * own) / top[at]!, table === 0 ? 0 : (table * table) / topTable[at]!, asks, topTable[at]! - top[at]!]
}

/** How near the words that name a column stand to words that tell what it is for; then where in the question they stand. */
function around(linked: Linked, c: number, triggers: Uint16Array, rel: number, out: Float32Array, at: number): void {
  const { claims, top, tokens } = linked
  const n = tokens.length
  let first = -1
  let last = -1
  let best = 0
  let bestAt = -1
  let many = 0
  for (let i = 0; i < n; i++) {
    const claim = claims[c * n + i]!
    if (claim < 0.3) continue
    const share = claim * (claim / top[i]!) ** 2
    if (share > 0.25) {
      if (first < 0) first = i
      last = i
      many++
    }
    if (share > best) {
      best = share
      bestAt = i
    }
    nearTriggers(triggers, i, share, out, at)
  }
  const place = at + 2 * TRIGGERS
  out[place] = best
  out[place + 1] = first < 0 ? -1 : first / n
  out[place + 2] = last < 0 ? -1 : last / n
  out[place + 3] = first < 0 ? 9 : first - rel
  out[place + 4] = many
  out.set(nearValues(linked, c, best, bestAt), place + 5)
}

function nearTriggers(triggers: Uint16Array, i: number, share: number, out: Float32Array, at: number): void {
  for (let p = Math.max(0, i - 5); p < Math.min(triggers.length, i + 5); p++) {
    const bits = triggers[p]!
    if (bits === 0) continue
    const near = share * Math.exp(-Math.abs(i - p) / 2.5)
    for (let k = 0; k < TRIGGERS; k++) {
      if ((bits & (1 << k)) === 0) continue
      const slot = at + 2 * k + (p <= i ? 0 : 1)
      if (near > out[slot]!) out[slot] = near
    }
  }
}

/** Values and numbers near the name of a column, a value that it holds, and how its table is named. */
function nearValues(
  { mentions, tableClaims, topTable, tokens, scope }: Linked,
  c: number,
  best: number,
  bestAt: number,
): readonly number[] {
  const n = tokens.length
  const t = scope.tableAt[c]!
  let value = 0
  let number = 0
  let held = 0
  for (const mention of mentions) {
    const gap = bestAt < 0 ? 9 : Math.min(Math.abs(bestAt - mention.from), Math.abs(bestAt - mention.to + 1))
    const near = best * Math.exp(-gap / 2.5)
    if (mention.kind === 'number') number = Math.max(number, near)
    else value = Math.max(value, near)
    held = Math.max(held, mention.hits.get(c)?.score ?? 0)
  }
  let named = 0
  let namedAt = -1
  for (let i = 0; i < n; i++) {
    const claim = tableClaims[t * n + i]!
    if (claim > named && claim >= topTable[i]! - 1e-6) {
      named = claim
      namedAt = i
    }
  }
  return [value, number, held, named, namedAt < 0 || bestAt < 0 ? 99 : bestAt - namedAt]
}

/** The same figures with what the query looks like beside them, for the columns that are asked about. */
export function rolesRows(
  base: Readonly<{ rows: Float32Array; width: number }>,
  columns: readonly number[],
  shape: Shape,
  what: readonly number[],
): Float32Array {
  const about = [...shapeFigures(shape), ...what]
  const width = base.width + about.length
  const out = new Float32Array(columns.length * width)
  columns.forEach((c, i) => {
    out.set(base.rows.subarray(c * base.width, (c + 1) * base.width), i * width)
    out.set(about, i * width + base.width)
  })
  return out
}

const sumNames = ['count*', 'count', 'countd', 'sum', 'avg', 'min', 'max']

export function shapeFigures(shape: Shape): readonly number[] {
  const values = shape.where.filter(({ right }) => right === 'value').length
  const nested = shape.where.filter(({ right }) => right === 'query')
  return [
    ...[shape.plain, shape.sums.length, ...sumNames.map((name) => shape.sums.filter((one) => one === name).length)],
    ...[shape.distinct ? 1 : 0, values, nested.length, shape.either ? 1 : 0, shape.group, shape.having.length],
    ...[shape.order.length, shape.order[0]?.of === 'col' ? 1 : shape.order.length > 0 ? 2 : 0, shape.order[0]?.descending ? 1 : 0],
    ...[['none', 'one', 'some'].indexOf(shape.limit), shape.combine ? ['union', 'intersect', 'except'].indexOf(shape.combine.how) + 1 : 0],
    ...[
      nested.some(({ operator }) => operator === 'not in')
        ? 1
        : nested.some(({ operator }) => operator === 'in')
          ? 2
          : nested.length > 0
            ? 3
            : 0,
    ],
  ]
}

/** What kind of sum or order is asked about: one figure each. */
export const whatFor = (of: string): readonly number[] => {
  const at = sumNames.indexOf(of)
  return [at, of === 'col' ? 1 : 0, of === 'nested' ? 1 : 0, at === 1 || at === 2 ? 1 : 0]
}

export const roleWidth = (base: number): number => base + SHAPE_FIGURES + WHAT_FIGURES
export const PAIR_FIGURES = 34

/** How well a value fits a column. */
export function pairRow(linked: Linked, mention: Mention, c: number, rank: number): readonly number[] {
  const { scope, odds, claims, top, tokens, signs } = linked
  const column = scope.columns[c]!
  const { index } = scope
  const n = tokens.length
  const own = signs.length / scope.columns.length
  const hit = mention.hits.get(c)
  let before = 0
  let after = 0
  let best = 0
  let cue = 0
  for (let i = 0; i < n; i++) {
    const claim = claims[c * n + i]!
    if (claim < 0.3) continue
    const share = claim * (claim / top[i]!) ** 2
    best = Math.max(best, share)
    if (i >= mention.from && i < mention.to) continue
    const gap = i < mention.from ? mention.from - i : i - mention.to + 1
    const near = share * Math.exp(-gap / 3)
    if (i < mention.from) before = Math.max(before, near)
    else after = Math.max(after, near)
    if (gap <= 2) cue = Math.max(cue, share)
  }
  const number = mention.kind === 'number' ? Number(mention.text) : 0
  const year = mention.kind === 'number' && number >= 1_500 && number <= 2_100 && Number.isInteger(number) ? 1 : 0
  const others = [...mention.hits].reduce((most, [place, { score }]) => (place === c ? most : Math.max(most, score)), 0)
  const named = signs.subarray(c * own, (c + 1) * own)
  return [
    ...[
      mention.kind === 'number' ? 1 : mention.kind === 'date' ? 2 : 0,
      mention.quoted ? 1 : 0,
      mention.capital ? 1 : 0,
      mention.to - mention.from,
    ],
    ...[hit?.score ?? 0, hit ? hows.indexOf(hit.how) : -1, hit?.like ?? 0, hit?.columns ?? 0, others, mention.best],
    ...[mention.lives.has(c) ? 1 : 0, mention.lives.size],
    ...[index.kind[column]!, index.flags[column]! & flag.primary ? 1 : 0, index.flags[column]! & flag.foreign ? 1 : 0],
    ...[before, after, best, cue, odds.columns[c]!, odds.tables[scope.tableAt[c]!]!, rank],
    ...[year, Math.log10(Math.abs(number) + 1), Number.isInteger(number) ? 1 : 0],
    ...[named[34]!, named[35]!, named[36]!, named[0]!, named[1]!, named[17]!, named[12]!, named[49]!, mention.from / n],
  ]
}
const hows = ['exact', 'case', 'stem', 'gaps', 'initials', 'short', 'related', 'inside']
