import { buildIndex, type Lexicon, type Model, type SearchIndex, search, searchAcross } from '../search/search.ts'
import { atOnce } from './at-once.ts'
import { type Example, examplesOf } from './examples.ts'
import { type Asked, type Corpus, readCorpus } from './questions.ts'
import { train, trainSources } from './train.ts'

export { packModel } from '../search/search.ts'
export type { Answerer, AskMeasures, Judged } from './ask.ts'
export { type Measured, measureAsk } from './measure-ask.ts'
export { type Asked, type Corpus, databasePaths, readCorpus } from './questions.ts'

/** Shares of the questions, from 0 to 1. */
export type Measures = Readonly<{
  questions: number
  /** All needed tables among the first four, all needed columns among the first ten of the right database. */
  tables: number
  columns: number
  /** Over all databases at once, for so many of the questions: the right one first, all needed tables among the first five. */
  askedAtOnce: number
  database: number
  tablesAtOnce: number
}>

export type Retrieval = Readonly<{ databases: number; failed: number; folds: number; plain?: Measures; synonyms?: Measures }>

export type EvaluateAsked = Readonly<{
  folder: string
  /** Judge each database by a model that has not seen it, in so many parts; without it the model that is shipped is judged. */
  folds?: number | undefined
  synonyms: 'with' | 'only' | 'without'
  lexicon: Lexicon
  model: Model
  /** Only each so many-th question, to be quick. */
  every?: number
  progress?: (part: number, soFar: Retrieval) => void
}>

const TABLES_FIRST = 4
const COLUMNS_FIRST = 10
const TABLES_AT_ONCE = 5
/** Asking every database takes its time: one question in so many is enough to judge by. */
const AT_ONCE_JUDGED_EVERY = 4

type AtOnceOutcome = Readonly<{ database: boolean; tables: boolean }>
type Outcome = Readonly<{ synonyms: boolean; tables: boolean; columns: boolean; atOnce?: AtOnceOutcome }>

/** How well the search finds what questions need, on databases with known answers. */
export function evaluateRetrieval(asked: EvaluateAsked): Retrieval {
  const corpus = readCorpus(asked.folder)
  const questions = corpus.questions.filter(
    ({ synonyms }, i) => (asked.synonyms === 'with' || synonyms === (asked.synonyms === 'only')) && i % (asked.every ?? 1) === 0,
  )
  const names = [...corpus.databases.keys()].sort()
  const indexes = names.map((name) => buildIndex(corpus.databases.get(name)!, asked.lexicon))
  const outcomes: Outcome[] = []
  const told = (): Retrieval => {
    const plain = measured(outcomes.filter(({ synonyms }) => !synonyms))
    const synonyms = measured(outcomes.filter((one) => one.synonyms))
    const about = { databases: names.length, failed: corpus.failed, folds: asked.folds ?? 0 }
    return { ...about, ...(plain ? { plain } : {}), ...(synonyms ? { synonyms } : {}) }
  }
  const judge = (some: readonly Asked[], model: Model) => {
    some.forEach((one, i) => {
      outcomes.push(outcomeOf(one, names, indexes, model, asked.folds === undefined || i % AT_ONCE_JUDGED_EVERY === 0))
    })
  }
  if (asked.folds === undefined) judge(questions, asked.model)
  else {
    const learning = { ...corpus, questions: corpus.questions.filter((_, i) => i % (asked.every ?? 1) === 0) }
    const examples = examplesOf(learning, asked.lexicon)
    const foldOf = new Map(names.map((name, i) => [name, (i * 7) % asked.folds!]))
    for (let fold = 0; fold < asked.folds; fold++) {
      const model = learn(
        examples.filter((one) => foldOf.get(one.asked.database) !== fold),
        names,
        indexes,
        (name) => foldOf.get(name) !== fold,
      )
      judge(
        questions.filter((one) => foldOf.get(one.database) === fold),
        model,
      )
      asked.progress?.(fold + 1, told())
    }
  }
  return told()
}

/** One question in so many teaches which source is meant: looking into all of them takes its time. */
const AT_ONCE_EVERY = 8

/**
 * Learns everything from these examples. How sources are told apart is learnt from what the model says of databases that it has seen, so its
 * odds there are better than they will be on new ones.
 */
function learn(
  examples: readonly Example[],
  names: readonly string[],
  indexes: readonly SearchIndex[],
  seen: (name: string) => boolean,
): Model {
  const model = train(examples)
  const kept = names.flatMap((name, i) => (seen(name) ? [{ name, index: indexes[i]! }] : []))
  const teaching = examples.filter(({ real }) => real).filter((_, i) => i % AT_ONCE_EVERY === 0)
  const looks = teaching.map(({ asked }) =>
    atOnce(
      asked,
      kept.map(({ name }) => name),
      kept.map(({ index }) => index),
      model,
    ),
  )
  return { ...model, sources: [trainSources(looks)] }
}

/** The model that is shipped: learnt from every database of a folder. */
export function learnAll(folder: string, lexicon: Lexicon): Model {
  const corpus: Corpus = readCorpus(folder)
  const names = [...corpus.databases.keys()].sort()
  const indexes = names.map((name) => buildIndex(corpus.databases.get(name)!, lexicon))
  return learn(examplesOf(corpus, lexicon), names, indexes, () => true)
}

function outcomeOf(asked: Asked, names: readonly string[], indexes: readonly SearchIndex[], model: Model, everywhere: boolean): Outcome {
  const index = indexes[names.indexOf(asked.database)]!
  const needed = new Set(asked.tables)
  const hits = search(asked.question, index, model, index.tables.length)
  const tables = hits.slice(0, TABLES_FIRST).filter(({ table }) => needed.has(table.name.toLowerCase())).length === needed.size
  const wanted = new Set(asked.columns)
  const columns = hits
    .flatMap(({ table, columns: own }) => own.map(({ column, chance }) => ({ name: `${table.name}.${column.name}`.toLowerCase(), chance })))
    .sort((a, b) => b.chance - a.chance)
    .slice(0, COLUMNS_FIRST)
    .filter(({ name }) => wanted.has(name)).length
  return {
    synonyms: asked.synonyms,
    tables,
    columns: columns === wanted.size,
    ...(everywhere ? { atOnce: judgedAtOnce(asked, needed, names, indexes, model) } : {}),
  }
}

function judgedAtOnce(
  asked: Asked,
  needed: ReadonlySet<string>,
  names: readonly string[],
  indexes: readonly SearchIndex[],
  model: Model,
): AtOnceOutcome {
  const across = searchAcross(
    asked.question,
    indexes.map((index) => ({ index })),
    model,
    TABLES_AT_ONCE,
  )
  const right = across.filter(({ source, table }) => names[source] === asked.database && needed.has(table.name.toLowerCase())).length
  return { database: names[across[0]?.source ?? -1] === asked.database, tables: right === needed.size }
}

function measured(outcomes: readonly Outcome[]): Measures | undefined {
  if (outcomes.length === 0) return undefined
  const share = (of: (one: Outcome) => boolean) => outcomes.filter(of).length / outcomes.length
  const atOnce = outcomes.flatMap((one) => one.atOnce ?? [])
  return {
    questions: outcomes.length,
    tables: share((one) => one.tables),
    columns: share((one) => one.columns),
    askedAtOnce: atOnce.length,
    database: atOnce.filter(({ database }) => database).length / (atOnce.length || 1),
    tablesAtOnce: atOnce.filter(({ tables }) => tables).length / (atOnce.length || 1),
  }
}
