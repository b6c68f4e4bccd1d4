import { type Engine, type Outcome, outcomeOf, type Reading } from '../nl2sql/nl2sql.ts'
import type { Answerer } from './ask.ts'
import type { AskedDatabase } from './ask-data.ts'

/** So many candidates are run to choose among them, as a gateway does it; rows beyond the limit tell them apart no better. */
export const RUN_MAX = 8
const ROWS_MAX = 1_000

/** The gateway's own engine, asked as the gateway asks it. */
export const builtIn =
  (engine: Engine): Answerer =>
  (question, database) => {
    const reading = engine.read(question, database.scene)
    const { status, best, confidence } = engine.judge(reading, outcomesOf(reading, database))
    return {
      ...(best ? { sql: best.sql } : {}),
      answered: status === 'answered',
      confidence,
      askedBack: status === 'ask_back',
      candidates: reading.candidates.map(({ sql }) => sql),
    }
  }

/** What the first candidates come to in their database. */
export const outcomesOf = ({ candidates }: Reading, { runner }: AskedDatabase): readonly Outcome[] =>
  candidates.slice(0, RUN_MAX).map(({ sql }) => {
    const ran = runner.run(sql, ROWS_MAX)
    if ('failed' in ran) return { columns: 0, rows: 0, digest: '', allNull: false, failed: ran.failed }
    return outcomeOf(ran.columns, ran.rows, ran.truncated)
  })
