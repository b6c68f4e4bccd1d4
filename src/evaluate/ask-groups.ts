import { type Candidate, type Outcome, outcomeOf, type Reading } from '../nl2sql/nl2sql.ts'
import { isOrdered } from './ask.ts'
import type { AskData, AskedDatabase, GoldQuestion } from './ask-data.ts'
import { type Rows, sameRows } from './same-rows.ts'
import { elsewhere, withoutColumn } from './unanswerable.ts'

/** A question with all its candidates, what each comes to, and which of them are right. */
export type Group = Readonly<{
  asked: GoldQuestion
  /** Candidates without what the ranking does not look at. */
  reading: Reading
  outcomes: readonly Outcome[]
  right: Uint8Array
  /** Whether the database can answer it at all. */
  answerable: boolean
}>

const CANDIDATES_MAX = 60
const ROWS_MAX = 1_000
/** Questions whose candidates are dearer to run than this together teach no more than others. */
const STEPS_MAX = 8_000_000

/** Reads a question, as an engine does that must not have learnt from this database. */
export type Read = (question: string, database: AskedDatabase) => Reading

export type Collecting = Readonly<{
  data: AskData
  questions: readonly GoldQuestion[]
  read: Read
  /** One question in so many is also put where it cannot be answered. */
  unanswerableEvery: number
}>

/** Reads questions and runs all that they may mean. */
export function collectGroups({ data, questions, read, unanswerableEvery }: Collecting): Group[] {
  const groups: Group[] = []
  questions.forEach((asked, i) => {
    const database = data.database(asked.database)
    const gold = database.runner.run(asked.sql)
    if ('failed' in gold || gold.truncated) return
    const own = groupOf(asked, database, read, gold)
    if (own) groups.push(own)
    if (i % unanswerableEvery !== 0) return
    for (const where of [elsewhere(asked, data, i), withoutColumn(asked, database, i)]) {
      const other = where && groupOf(asked, where, read, undefined)
      if (other) groups.push(other)
    }
  })
  return groups
}

function groupOf(asked: GoldQuestion, database: AskedDatabase, read: Read, gold: Rows | undefined): Group | undefined {
  const reading = read(asked.question, database)
  const candidates = reading.candidates.slice(0, CANDIDATES_MAX)
  if (candidates.reduce((sum, { sql }) => sum + database.runner.steps(sql), 0) > STEPS_MAX) return undefined
  const right = new Uint8Array(candidates.length)
  const reads = gold && !telling(gold) ? database.runner.reads(asked.sql) : undefined
  const ordered = isOrdered(asked.sql)
  const outcomes = candidates.map(({ sql }, i): Outcome => {
    const ran = database.runner.run(sql, gold ? Math.max(ROWS_MAX, gold.rows.length + 1) : ROWS_MAX)
    if ('failed' in ran) return { columns: 0, rows: 0, digest: '', allNull: false, failed: ran.failed }
    if (gold && sameRows(gold, ran, { ordered, free: true }) && (!reads || sameReads(reads, database.runner.reads(sql)))) right[i] = 1
    return ran.rows.length > ROWS_MAX
      ? outcomeOf(ran.columns, ran.rows.slice(0, ROWS_MAX), true)
      : outcomeOf(ran.columns, ran.rows, ran.truncated)
  })
  return { asked, reading: { ...reading, candidates: candidates.map(slim) }, outcomes, right, answerable: gold !== undefined }
}

/** No rows, or one nought, come of many statements that mean something else: then what is read must be the same too. */
const telling = ({ rows }: Rows): boolean =>
  rows.length > 1 || (rows.length === 1 && rows[0]!.some((cell) => cell !== null && cell !== 0 && cell !== 1))

const sameReads = (gold: ReadonlySet<string>, other: ReadonlySet<string> | undefined): boolean =>
  other !== undefined && gold.size === other.size && [...gold].every((name) => other.has(name))

/** Tens of thousands of questions with sixty candidates each are held at once. */
const slim = ({ query, score, signs, sql }: Candidate): Candidate => ({
  query: { ...query, order: [], group: [], having: [] },
  sql,
  says: '',
  score,
  used: [],
  signs,
})
