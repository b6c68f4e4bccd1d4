import type { AskData, AskedDatabase, GoldQuestion } from './ask-data.ts'
import { type Hardness, hardnesses, hardnessOf } from './hardness.ts'
import { type Rows, sameRows } from './same-rows.ts'
import { elsewhere, withoutColumn } from './unanswerable.ts'

/**
 * What somebody made of a question. `sql` is there whenever there is a best guess, `answered` says whether it stands by it; `confidence` is from
 * 0 to 1. `candidates` are all statements that were thought of, best first.
 */
export type Given = Readonly<{ sql?: string; answered: boolean; confidence: number; askedBack: boolean; candidates?: readonly string[] }>

/** Answers one question over one database, which may lack what its file has. `id` is the question's where it is asked of its own database. */
export type Answerer = (question: string, database: AskedDatabase, id?: string) => Given | Promise<Given>

/** Shares are from 0 to 1. */
export type AskMeasures = Readonly<{
  questions: number
  /** Questions whose own SQL does not run, which are left out. */
  failed: number
  right: number
  /** The same with the columns in the order of the gold statement. */
  strict: number
  byHardness: Readonly<Record<Hardness, Readonly<{ questions: number; right: number }>>>
  /** The share of questions that were answered without asking back, and how many of these were right. */
  answered: Readonly<{ share: number; right: number; askedBack: number }>
  /** Of the most confident so many percent, the share that was right. */
  precisionAt: Readonly<Record<string, number>>
  /** The best of the first so many candidates. */
  oracle?: Readonly<Record<string, number>>
  unanswerable?: Readonly<Record<'wrongDatabase' | 'columnMissing', Readonly<{ questions: number; answered: number; askedBack: number }>>>
  ms: Readonly<{ median: number; p95: number }>
}>

/** One question that was judged. `why` tells what went wrong, for a person to read. */
export type Judged = Readonly<{
  id: string
  database: string
  question: string
  hardness: Hardness
  synonyms: boolean
  gold: string
  given: Given
  right: boolean
  strict: boolean
  /** The place of the first right candidate; -1 when none is, undefined when it was not looked for. */
  oracle?: number
  ms: number
}>

export type AskAsked = Readonly<{
  data: AskData
  questions: readonly GoldQuestion[]
  answerer: Answerer
  /** Look for the first right candidate too, which runs all of them. */
  oracle?: boolean
  /** Put one question in so many also to a wrong database, and to its own without a column that it needs. 0 is never. */
  unanswerableEvery?: number
  told?: (judged: Judged) => void
}>

const COVERAGES = [20, 40, 50, 60, 80] as const
const ORACLES = [1, 5, 10, 20, 60] as const

/** Puts every question to its database and holds the rows against those of the gold statement. */
export async function evaluateAsk({ data, questions, answerer, oracle, unanswerableEvery = 0, told }: AskAsked): Promise<AskMeasures> {
  const judged: Judged[] = []
  const tallies = { wrongDatabase: tally(), columnMissing: tally() }
  let failed = 0
  for (const [i, asked] of questions.entries()) {
    const database = data.database(asked.database)
    const gold = database.runner.run(asked.sql)
    if ('failed' in gold) {
      failed++
      continue
    }
    const one = await judge(asked, database, gold, answerer, oracle === true)
    judged.push(one)
    told?.(one)
    if (unanswerableEvery === 0 || i % unanswerableEvery !== 0) continue
    const sets = [
      [tallies.wrongDatabase, elsewhere(asked, data, i)],
      [tallies.columnMissing, withoutColumn(asked, database, i)],
    ] as const
    for (const [counted, where] of sets) {
      if (where === undefined) continue
      const given = await answerer(asked.question, where)
      counted.questions++
      if (given.answered) counted.answered++
      if (given.askedBack) counted.askedBack++
    }
  }
  return measuresOf(judged, failed, unanswerableEvery === 0 ? undefined : tallies)
}

const tally = () => ({ questions: 0, answered: 0, askedBack: 0 })

async function judge(asked: GoldQuestion, database: AskedDatabase, gold: Rows, answerer: Answerer, oracle: boolean): Promise<Judged> {
  const started = performance.now()
  const given = await answerer(asked.question, database, asked.id)
  const ms = performance.now() - started
  const ordered = isOrdered(asked.sql)
  const holds = (sql: string | undefined, free: boolean): boolean => {
    if (sql === undefined) return false
    const ran = database.runner.run(sql)
    return !('failed' in ran) && sameRows(gold, ran, { ordered, free })
  }
  const right = holds(given.sql, true)
  return {
    id: asked.id,
    database: asked.database,
    question: asked.question,
    hardness: hardnessOf(asked.sql),
    synonyms: asked.synonyms,
    gold: asked.sql,
    given,
    right,
    strict: right && holds(given.sql, false),
    ...(oracle ? { oracle: (given.candidates ?? []).findIndex((sql) => holds(sql, true)) } : {}),
    ms,
  }
}

/** Whether the order of the rows is asked for: the outermost statement has one. */
export const isOrdered = (sql: string): boolean => /\border\s+by\b/i.test(sql.replace(/\([^()]*\)/g, '()').replace(/\([^()]*\)/g, ''))

/** The figures of some judged questions. */
export function measuresOf(judged: readonly Judged[], failed: number, unanswerable?: AskMeasures['unanswerable']): AskMeasures {
  const share = (some: readonly Judged[], of: (one: Judged) => boolean) => (some.length === 0 ? 0 : some.filter(of).length / some.length)
  const right = (one: Judged) => one.right
  const sure = [...judged].sort((a, b) => b.given.confidence - a.given.confidence)
  const answered = judged.filter(({ given }) => given.answered)
  const times = judged.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0
  const oracle = judged.some((one) => one.oracle !== undefined)
  const found = (most: number) => share(judged, (one) => one.oracle !== undefined && one.oracle >= 0 && one.oracle < most)
  return {
    questions: judged.length,
    failed,
    right: share(judged, right),
    strict: share(judged, (one) => one.strict),
    byHardness: Object.fromEntries(
      hardnesses.map((hardness) => {
        const some = judged.filter((one) => one.hardness === hardness)
        return [hardness, { questions: some.length, right: share(some, right) }]
      }),
    ) as AskMeasures['byHardness'],
    answered: {
      share: answered.length / (judged.length || 1),
      right: share(answered, right),
      askedBack: share(judged, ({ given }) => given.askedBack),
    },
    precisionAt: Object.fromEntries(COVERAGES.map((part) => [part, share(sure.slice(0, Math.round((part * sure.length) / 100)), right)])),
    ...(oracle ? { oracle: Object.fromEntries(ORACLES.map((most) => [most, found(most)])) } : {}),
    ...(unanswerable ? { unanswerable } : {}),
    ms: { median: at(0.5), p95: at(0.95) },
  }
}
