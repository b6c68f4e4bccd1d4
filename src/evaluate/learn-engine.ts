import { type AskModel, candidatesFor, doubtsOf, link, unlinkedWords } from '../nl2sql/learning.ts'
import type { Ranking } from '../nl2sql/nl2sql.ts'
import type { Model } from '../search/search.ts'
import type { AskData, GoldQuestion } from './ask-data.ts'
import { collectGroups, type Group, type Read } from './ask-groups.ts'
import { trainRanking } from './ask-rank.ts'
import { learnAsk } from './learn-ask.ts'
import { type Lesson, lessonsOf } from './learn-questions.ts'

/** What asking needs to have learnt. */
export type Learnt = Readonly<{ model: AskModel; ranking: Ranking }>

export type LearnAsked = Readonly<{
  data: AskData
  questions: readonly GoldQuestion[]
  /** The search model for a database, one that has not seen it. */
  searchFor: (database: string) => Model
  /** The ranking learns from one question in so many. */
  rankEvery?: number
  told?: (line: string) => void
  /** Sees what the ranking learns from. */
  watched?: (groups: readonly Group[], lessons: readonly Lesson[]) => void
}>

const HALVES = 2
const UNANSWERABLE_EVERY = 3
const HARMLESS_DATABASES = 4

/**
 * Learns to read questions, then to choose: the ranking learns from readings of a model that has not seen the database, as it will have to choose
 * among such.
 */
export function learnEngine({ data, questions, searchFor, rankEvery = 1, told = () => {}, watched }: LearnAsked): Learnt {
  const { lessons, harmless } = lessonsFor(questions, data, searchFor)
  told(`${lessons.length} lessons of ${questions.length} questions, ${harmless.size} harmless words`)
  const names = [...new Set(questions.map(({ database }) => database))].sort()
  const halfOf = new Map(names.map((name, i) => [name, (i >> 1) % HALVES]))
  const groups: Group[] = []
  for (let half = 0; half < HALVES; half++) {
    const model = learnAsk(lessons.filter(({ database }) => halfOf.get(database) !== half))
    told(`readers: ${half + 1} of ${HALVES}`)
    const own = questions.filter(({ database }, i) => halfOf.get(database) === half && i % rankEvery === 0)
    groups.push(
      ...collectGroups({ data, questions: own, read: readerOf(model, searchFor, harmless), unanswerableEvery: UNANSWERABLE_EVERY }),
    )
    told(`readings: ${groups.length}`)
  }
  watched?.(groups, lessons)
  const ranking = trainRanking(groups, harmless, told)
  return { model: learnAsk(lessons), ranking }
}

/** Lessons of questions, and the words that point at nothing in any of many databases. */
export function lessonsFor(questions: readonly GoldQuestion[], data: AskData, searchFor: (database: string) => Model) {
  const grounds = new Map(
    [...new Set(questions.map(({ database }) => database))].map((name) => {
      const { index, values } = data.database(name).scene
      return [name, { index, values: values! }]
    }),
  )
  const lines = questions.map(({ question, sql, database, synonyms }) => ({ question, query: sql, db_id: database, synonyms }))
  const lessons = lessonsOf(lines, grounds, searchFor)
  const seen = new Map<string, Set<string>>()
  for (const { linked, database } of lessons) {
    for (const word of unlinkedWords(linked)) {
      const known = seen.get(word)
      if (known) known.add(database)
      else seen.set(word, new Set([database]))
    }
  }
  const harmless = new Set([...seen].filter(([, held]) => held.size >= HARMLESS_DATABASES).map(([word]) => word))
  return { lessons, harmless }
}

/** Reads questions by what was learnt, each database with its own search model. */
export const readerOf =
  (model: AskModel, searchFor: (database: string) => Model, harmless: ReadonlySet<string>): Read =>
  (question, { name, scene }) => {
    const linked = link(question, scene, searchFor(name))
    const { figures, unlinked } = doubtsOf(linked, harmless)
    return {
      language: 'en',
      intent: 'read',
      understood: question,
      unlinked,
      doubts: figures,
      candidates: candidatesFor(linked, scene, model),
    }
  }
