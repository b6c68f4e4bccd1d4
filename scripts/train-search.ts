/**
 * Writes `data/search-model.bin`, what schema search has learnt: `node scripts/train-search.ts DIR`, DIR being a folder as
 * `sluice eval retrieval --data` reads it. The same folder gives the same file. The one that is shipped was learnt from the questions of
 * Spider (Yu et al. 2018, CC BY-SA 4.0) and Spider-Syn (Gan et al. 2021); none of their data is in it, see data/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { learnAll, packModel } from '../src/evaluate/evaluate.ts'
import { lexiconOf } from '../src/search/search.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Which folder? node scripts/train-search.ts DIR')
const model = packModel(learnAll(folder, lexiconOf(readFileSync('data/lexicon.bin'))))
writeFileSync('data/search-model.bin', model)
console.log(`data/search-model.bin: ${Math.round(model.length / 1024)} KB`)
