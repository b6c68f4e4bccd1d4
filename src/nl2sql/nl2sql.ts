import type { AskStatus, Used } from '../answer.ts'
import type { Cut, SearchIndex } from '../search/search.ts'
import type { Query } from './query.ts'
import type { ValueIndex } from './values.ts'

export { type Followed, followUp } from './follow.ts'
export { type EngineParts, openEngine, packEngine, unpackEngine } from './open-engine.ts'
export { cellText, outcomeOf } from './outcome.ts'
export type { Condition, Item, Literal, Operator, Query } from './query.ts'
export { judgeWith, orderCandidates, packRanking, type Ranking, ranked, rankingWidths, unpackRanking } from './rank.ts'
export { type ValueHit, type ValueIndex, valueIndexOf } from './values.ts'

/** What a question is asked of. `today` is `YYYY-MM-DD` where the asker is; `before` is what the question before it came to. */
export type Scene = Readonly<{
  index: SearchIndex
  cut?: Cut
  /** Values that the asker may see; without them only what is quoted or a number is taken for one. */
  values?: ValueIndex
  dialect: string
  today: string
  before?: Query
}>

/** One thing that a question may mean. `says` is one line for people; `score` is only good for comparing those of one reading. */
export type Candidate = Readonly<{
  query: Query
  sql: string
  says: string
  score: number
  used: readonly Used[]
  signs: Float32Array
}>

/** What was read from a question. `intent` tells what is no question about data; `unlinked` are words that nothing in the source answers to. */
export type Reading = Readonly<{
  language: string
  intent: 'read' | 'write' | 'talk' | 'several' | 'empty'
  /** The question in the engine's English, context carried over. */
  understood: string
  unlinked: readonly string[]
  /** Figures of the question as a whole, by which it is judged whether it can be answered here. */
  doubts: Float32Array
  /** Best first. */
  candidates: readonly Candidate[]
  /** The chance that the first candidate is meant, where the turn before says so well that nothing needs to be weighed. */
  sure?: number
}>

/** What running a candidate came to. `digest` is the same for the same rows; `failed` is the code of the error. */
export type Outcome = Readonly<{ columns: number; rows: number; digest: string; allNull: boolean; failed?: string }>

/** `best` is absent when nothing can be said. `confidence` is the calibrated chance that `best` is right. `choices` come to different rows. */
export type Judged = Readonly<{ status: AskStatus; best?: Candidate; confidence: number; choices: readonly Candidate[] }>

/** The gateway's own engine: pure, deterministic, no model of language. */
export interface Engine {
  /** What the question may mean, best first, at most 60 candidates. */
  read(question: string, scene: Scene): Reading
  /** Chooses by what the candidates came to; `outcomes` stand in the order of the first candidates, those not run are missing. */
  judge(reading: Reading, outcomes: readonly Outcome[]): Judged
}
