import { openFinder } from '../finder/finder.ts'
import { openEngine } from '../nl2sql/learning.ts'
import type { Lexicon, Model } from '../search/search.ts'
import { readAnswers } from './answers.ts'
import { type Answerer, type AskMeasures, evaluateAsk, type Judged, measuresOf } from './ask.ts'
import { type AskData, type GoldQuestion, readAskData } from './ask-data.ts'
import { builtIn } from './built-in.ts'
import { learnEngine } from './learn-engine.ts'
import { foldsOf, searchFolds } from './search-folds.ts'

export type MeasureAsked = Readonly<{
  folder: string
  mode: 'built-in' | 'client' | 'standalone'
  /** A file of statements that somebody else wrote. */
  answers?: string | undefined
  /** Judge each database by what has not seen it, in so many parts, of which only the first `parts` are judged. */
  split?: number | undefined
  parts: number
  every: number
  synonyms: boolean
  unanswerableEvery: number
  oracle: boolean
  /** Answers in the mode `standalone`, which needs a model that is configured. */
  standalone?: Answerer | undefined
  /** Where the search models of the parts are kept from one time to the next. */
  cache?: string | undefined
  signal: AbortSignal
  said: (line: string) => void
  judged: (one: Judged) => void
}>

export type Measured = AskMeasures & Readonly<{ memoryMb: number }>

/** Measures one way of answering on a folder of databases and questions. */
export async function measureAsk(asked: MeasureAsked): Promise<Measured> {
  const finder = openFinder({ folder: '' })
  const { lexicon, model } = await finder.data()
  const data = readAskData(asked.folder, lexicon)
  const chosen = data.questions.filter(({ synonyms }) => synonyms === asked.synonyms).filter((_, i) => i % asked.every === 0)
  const idle = memory()
  let most = idle
  const judgedAll: Judged[] = []
  const measure = (questions: readonly GoldQuestion[], answerer: Answerer) =>
    evaluateAsk({
      data,
      questions,
      answerer,
      oracle: asked.oracle,
      unanswerableEvery: asked.unanswerableEvery,
      told(one) {
        asked.signal.throwIfAborted()
        most = Math.max(most, memory())
        judgedAll.push(one)
        asked.judged(one)
      },
    })
  try {
    if (asked.split !== undefined) return { ...(await inParts(asked, data, chosen, { lexicon, model }, measure, judgedAll)), memoryMb: 0 }
    const measures = await measure(chosen, asked.mode === 'built-in' ? builtIn(await finder.engine()) : given(asked))
    return { ...measures, memoryMb: Math.round(most - idle) }
  } finally {
    data.close()
  }
}

const memory = (): number => process.memoryUsage().rss / 1e6

function given({ mode, answers, standalone }: MeasureAsked): Answerer {
  if (mode === 'standalone') return standalone!
  const known = readAnswers(answers!)
  return (_question, _database, id) => known.get(id ?? '') ?? { answered: false, confidence: 0, askedBack: false }
}

type Shipped = Readonly<{ lexicon: Lexicon; model: Model }>
type Measuring = (questions: readonly GoldQuestion[], answerer: Answerer) => Promise<AskMeasures>

/** Learns once for each part from the other parts; with synonyms and without, whichever of both is judged. */
async function inParts(
  asked: MeasureAsked,
  data: AskData,
  chosen: readonly GoldQuestion[],
  { lexicon, model }: Shipped,
  measure: Measuring,
  judged: readonly Judged[],
): Promise<AskMeasures> {
  const { folder, split, cache, said } = asked
  const folds = foldsOf(data.names, split!)
  const searchFor = searchFolds({ folder, lexicon, shipped: model, folds, cache, told: said })
  const unanswerable = { wrongDatabase: tally(), columnMissing: tally() }
  let failed = 0
  for (let part = 0; part < Math.min(split!, asked.parts); part++) {
    const questions = data.questions.filter(({ database }, i) => folds.of.get(database) !== part && i % asked.every === 0)
    const { model: reading, ranking } = learnEngine({ data, questions, searchFor, told: said })
    const answerer: Answerer = (question, database, id) =>
      builtIn(openEngine({ model: reading, ranking, search: searchFor(database.name) }))(question, database, id)
    const measures = await measure(
      chosen.filter(({ database }) => folds.of.get(database) === part),
      answerer,
    )
    failed += measures.failed
    for (const name of ['wrongDatabase', 'columnMissing'] as const) {
      const own = measures.unanswerable?.[name]
      if (!own) continue
      unanswerable[name].questions += own.questions
      unanswerable[name].answered += own.answered
      unanswerable[name].askedBack += own.askedBack
    }
    said(`part ${part + 1} of ${split}: right ${(100 * measures.right).toFixed(1)} %`)
  }
  return measuresOf(judged, failed, asked.unanswerableEvery > 0 ? unanswerable : undefined)
}

const tally = () => ({ questions: 0, answered: 0, askedBack: 0 })
