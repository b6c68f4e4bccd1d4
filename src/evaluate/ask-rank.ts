import { type Candidate, type Outcome, type Ranking, ranked, rankingWidths } from '../nl2sql/nl2sql.ts'
import { type Forest, judgeAll } from '../search/search.ts'
import type { Group } from './ask-groups.ts'
import { RUN_MAX } from './built-in.ts'
import { boost, type Fitted, type Settings } from './fit.ts'

const first: Settings = { trees: 220, depth: 5, rate: 0.1, rowsShare: 0.5, figuresShare: 0.35, leafMin: 20, seed: 11 }
const second: Settings = { trees: 160, depth: 5, rate: 0.08, rowsShare: 0.5, figuresShare: 0.35, leafMin: 20, seed: 12 }
const trust: Settings = { trees: 160, depth: 4, rate: 0.06, rowsShare: 0.5, figuresShare: 0.3, leafMin: 25, seed: 13 }

const PARTS = 4

/** How many of the questions that cannot be answered weigh as much as one that can. */
const UNANSWERABLE_WEIGHT = 1

/**
 * Learns to choose among candidates and how far to trust the choice. Each step learns from what the step before it said of databases that it had
 * not seen, so every step is learnt once without each part of the databases, and all are kept.
 */
export function trainRanking(groups: readonly Group[], harmless: ReadonlySet<string>, told: (line: string) => void = () => {}): Ranking {
  const names = [...new Set(groups.map(({ asked }) => asked.database))].sort()
  const partOf = new Map(names.map((name, i) => [name, i % PARTS]))
  const some = groups.filter(({ reading }) => reading.candidates.length > 0)
  const signs = some[0]?.reading.candidates[0]?.signs.length ?? 0
  const widths = rankingWidths(signs)
  const part = (one: Group) => partOf.get(one.asked.database)!
  /** For each part what is learnt from the others. */
  const without = <T>(learn: (seen: readonly Group[]) => T): readonly T[] =>
    Array.from({ length: PARTS }, (_, i) => learn(some.filter((one) => part(one) !== i)))
  const firsts = without((seen) =>
    listwise(
      seen.filter(teaches),
      (one) => ranked.firstRows(one.reading.candidates),
      (one) => one.right,
      widths.first,
      first,
    ),
  )
  told('first look learnt')
  const sorted = new Map(some.map((one) => [one, sortedBy(one, firsts[part(one)]!, widths.first)]))
  const seconds = without((seen) =>
    listwise(
      seen.map((one) => sorted.get(one)!).filter(teaches),
      (one) => ranked.outcomeRows(one.candidates.slice(0, RUN_MAX), one.outcomes, one.odds),
      (one) => one.right,
      widths.second,
      second,
    ),
  )
  told('second look learnt')
  const bare = { signs, trust: [], curve: new Float32Array(0), harmless }
  const chosen = new Map(
    some.flatMap((one) => {
      const ranking: Ranking = { ...bare, first: [firsts[part(one)]!], second: [seconds[part(one)]!] }
      const { candidates, outcomes, right } = sorted.get(one)!
      const found = ranked.clusters(candidates, outcomes, ranking)
      const [best] = found
      if (!best) return []
      const row = ranked.trustRow({ ...one.reading, candidates }, outcomes, found)
      return [[one, { row, right: right[best.best]!, answerable: one.answerable }] as const]
    }),
  )
  told(`chosen right on unseen parts: ${share([...chosen.values()].filter(({ answerable }) => answerable))}`)
  const trusts = without((seen) =>
    trustOf(
      seen.flatMap((one) => chosen.get(one) ?? []),
      widths.trust,
    ),
  )
  const judged = [...chosen].map(([one, made]) => ({ ...made, odds: judgeAll([trusts[part(one)]!], made.row, widths.trust)[0]! }))
  told(tradeOff(judged))
  return { signs, first: firsts, second: seconds, trust: trusts, curve: curveOf(judged), harmless }
}

const share = (some: readonly Readonly<{ right: number }>[]): string =>
  ((100 * some.reduce((sum, { right }) => sum + right, 0)) / (some.length || 1)).toFixed(1)

/** Lists of which all or none are right teach nothing. */
const teaches = ({ right }: Readonly<{ right: Uint8Array }>): boolean => right.includes(1) && right.includes(0)

function listwise<T extends Readonly<{ right: Uint8Array }>>(
  lists: readonly T[],
  rowsOf: (one: T) => Float32Array,
  labelsOf: (one: T) => Uint8Array,
  figures: number,
  settings: Settings,
): Fitted {
  const count = lists.reduce((sum, { right }) => sum + right.length, 0)
  const rows = new Float32Array(count * figures)
  const labels = new Uint8Array(count)
  const groups = new Uint32Array(lists.length + 1)
  let at = 0
  lists.forEach((one, i) => {
    rows.set(rowsOf(one), at * figures)
    labels.set(labelsOf(one), at)
    at += one.right.length
    groups[i + 1] = at
  })
  return boost({ rows, figures, labels, groups }, settings)
}

type Sorted = Readonly<{
  candidates: readonly Candidate[]
  outcomes: readonly Outcome[]
  odds: Float32Array
  right: Uint8Array
}>

/** The candidates as an engine would order them that has not seen the database; only the first are run. */
function sortedBy({ reading: { candidates }, outcomes, right }: Group, forest: Forest, figures: number): Sorted {
  const odds = judgeAll([forest], ranked.firstRows(candidates), figures)
  const order = [...candidates.keys()].sort((a, b) => odds[b]! - odds[a]! || a - b)
  const run = order.slice(0, RUN_MAX)
  return {
    candidates: order.map((i) => candidates[i]!),
    outcomes: run.map((i) => outcomes[i]!),
    odds: Float32Array.from(order, (i) => odds[i]!),
    right: Uint8Array.from(run, (i) => right[i]!),
  }
}

function trustOf(rows: readonly Readonly<{ row: Float32Array; right: number; answerable: boolean }>[], figures: number): Fitted {
  const all = new Float32Array(rows.length * figures)
  rows.forEach(({ row }, i) => {
    all.set(row, i * figures)
  })
  const weights = Float32Array.from(rows, ({ answerable }) => (answerable ? 1 : UNANSWERABLE_WEIGHT))
  return boost({ rows: all, figures, labels: Uint8Array.from(rows, ({ right }) => right), weights }, trust)
}

type Trusted = Readonly<{ odds: number; right: number; answerable: boolean }>

const KNOTS = 40

/** Odds and how often the chosen one was right there, made to rise (pool adjacent violators), in some forty points. */
export function curveOf(judged: readonly Trusted[]): Float32Array {
  const sorted = [...judged].sort((a, b) => a.odds - b.odds)
  const size = Math.max(1, Math.ceil(sorted.length / KNOTS))
  const pools: { odds: number; right: number; count: number }[] = []
  for (let from = 0; from < sorted.length; from += size) {
    const part = sorted.slice(from, from + size)
    pools.push({
      odds: part.reduce((sum, { odds }) => sum + odds, 0),
      right: part.reduce((sum, { right }) => sum + right, 0),
      count: part.length,
    })
    for (let i = pools.length - 1; i > 0 && pools[i - 1]!.right / pools[i - 1]!.count >= pools[i]!.right / pools[i]!.count; i--) {
      const [last] = pools.splice(i, 1)
      pools[i - 1] = {
        odds: pools[i - 1]!.odds + last!.odds,
        right: pools[i - 1]!.right + last!.right,
        count: pools[i - 1]!.count + last!.count,
      }
    }
  }
  return Float32Array.from(pools.flatMap(({ odds, right, count }) => [odds / count, (right + 0.5) / (count + 1)]))
}

/** At some shares of the answerable questions: how many were right, and how many of those without an answer came through as well. */
function tradeOff(judged: readonly Trusted[]): string {
  const sure = judged.filter(({ answerable }) => answerable).sort((a, b) => b.odds - a.odds)
  const none = judged.filter(({ answerable }) => !answerable)
  return [20, 40, 50, 60, 80]
    .map((part) => {
      const taken = sure.slice(0, Math.round((part * sure.length) / 100))
      const least = taken.at(-1)?.odds ?? 0
      const through = none.filter(({ odds }) => odds >= least).length / (none.length || 1)
      return `${part} %: right ${share(taken)}, unanswerable through ${(100 * through).toFixed(2)}, odds ${least.toFixed(2)}`
    })
    .join('\n')
}
