/**
 * Learns everything that asking needs from a folder as `sluice eval ask --data` reads it: first `data/search-model.bin` by
 * `scripts/train-search.ts`, then `data/ask-model.bin`, which reads questions and chooses among what they may mean: `node scripts/train-ask.ts DIR
 * [--only ask] [--cache FOLDER]`. `--only ask` leaves the search model as it is; a cache keeps the search models of parts of the folder. The same
 * folder gives the same files. What is shipped was learnt from the questions of Spider (Yu et al. 2018, CC BY-SA 4.0) and Spider-Syn (Gan et al. 2021); none
 * of their data is in it, see data/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readAskData } from '../src/evaluate/ask-data.ts'
import { learnEngine } from '../src/evaluate/learn-engine.ts'
import { foldsOf, searchFolds } from '../src/evaluate/search-folds.ts'
import { packEngine, unpackEngine } from '../src/nl2sql/nl2sql.ts'
import { lexiconOf, modelOf } from '../src/search/search.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, cache: { type: 'string' }, 'rank-every': { type: 'string' } },
})
const [folder] = positionals
if (folder === undefined) throw new Error('Which folder? node scripts/train-ask.ts DIR')
if (values.only !== 'ask') await import('./train-search.ts')

/** Parts of the databases: each is read by a search model that has not seen it, as one that is asked of will be. */
const FOLDS = 4
const started = Date.now()
const told = (line: string) => console.log(`${Math.round((Date.now() - started) / 1000)} s: ${line}`)
const lexicon = lexiconOf(readFileSync('data/lexicon.bin'))
const shipped = modelOf(readFileSync('data/search-model.bin'))
const data = readAskData(folder, lexicon)
const folds = foldsOf(data.names, FOLDS)
const searchFor = searchFolds({ folder, lexicon, shipped, folds, cache: values.cache, told })
const questions = data.questions.filter(({ database }) => folds.of.has(database))
const { model, ranking } = learnEngine({ data, questions, searchFor, rankEvery: Number(values['rank-every'] ?? 1), told })
data.close()
const bytes = packEngine(model, ranking)
unpackEngine(bytes)
writeFileSync('data/ask-model.bin', bytes)
told(`data/ask-model.bin: ${Math.round(bytes.length / 1024)} KB`)
