import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lexicon, type Model, modelOf, packModel } from '../search/search.ts'
import { examplesOf } from './examples.ts'
import { readCorpus } from './questions.ts'
import { train } from './train.ts'

/** Which part of the databases each is in. */
export type Folds = Readonly<{ count: number; of: ReadonlyMap<string, number> }>

/** The same names fall into the same parts each time. */
export function foldsOf(names: readonly string[], count: number): Folds {
  return { count, of: new Map([...names].sort().map((name, i) => [name, (i * 7) % count])) }
}

export type SearchAsked = Readonly<{
  folder: string
  lexicon: Lexicon
  /** Gives the ranking of sources, which one question to one source does not use. */
  shipped: Model
  folds: Folds
  /** A folder in which what was learnt is kept, for whoever measures often; it must be of the same corpus. */
  cache?: string | undefined
  told?: (line: string) => void
}>

/**
 * The search model for each database that has not seen it. What the shipped one says of databases that it was learnt from is better than it will
 * be anywhere else: whoever learns from that learns to believe it too much. Values are in the indexes: the engine lays those that may be looked up into them.
 */
export function searchFolds({ folder, lexicon, shipped, folds, cache, told = () => {} }: SearchAsked): (database: string) => Model {
  const models = new Map<number, Model>()
  const fileOf = (fold: number) => (cache === undefined ? undefined : join(cache, `search-fold-${fold}-of-${folds.count}.bin`))
  let examples: ReturnType<typeof examplesOf> | undefined
  for (let fold = 0; fold < folds.count; fold++) {
    const file = fileOf(fold)
    if (file !== undefined && existsSync(file)) {
      models.set(fold, modelOf(readFileSync(file)))
      continue
    }
    examples ??= read(folder, lexicon)
    const model = { ...train(examples.filter(({ asked }) => folds.of.get(asked.database) !== fold)), sources: shipped.sources }
    models.set(fold, model)
    told(`search model ${fold + 1} of ${folds.count}`)
    if (file === undefined) continue
    mkdirSync(cache!, { recursive: true })
    writeFileSync(file, packModel(model))
  }
  return (database) => models.get(folds.of.get(database) ?? 0)!
}

const read = (folder: string, lexicon: Lexicon) => examplesOf(readCorpus(folder), lexicon)
