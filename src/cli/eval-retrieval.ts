import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Measures, Retrieval } from '../evaluate/evaluate.ts'
import { type Command, exits, Trouble, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'

const FOLDS_MAX = 20

export const evalRetrieval: Command = {
  name: 'eval retrieval',
  doc: 'Measure how well schema search finds the tables and columns that questions need, on databases with known answers.',
  wordsMax: 0,
  flags: {
    data: {
      doc: 'Folder with SQLite files in database/ and files of questions: JSON arrays of {question, query, db_id}. Questions with synonyms are in files named *-syn.json.',
      value: 'DIR',
    },
    split: {
      doc: 'Learn anew for each of N parts of the databases from the other parts, and judge each database by what has not seen it.',
      value: 'N',
    },
    syn: { doc: 'Only questions with synonyms.' },
    every: { doc: 'Only each so many-th question, to be quick.', value: 'N' },
    json: { doc: 'Print JSON.' },
  },
  configured: false,
  examples: [
    ['sluice eval retrieval --data corpora/nl', 'What is shipped, on databases that it has not learnt from'],
    ['sluice eval retrieval --data corpora/nl --split 5', 'Learnt anew five times, which takes many minutes'],
  ],
  async run(given, { terminal: { out, err } }) {
    const folder = given.text('data')
    if (folder === undefined) throw new UsageError('sluice eval retrieval needs --data: the folder with databases and questions.')
    if (!existsSync(join(folder, 'database')))
      throw new Trouble(
        exits.usage.code,
        `There is no folder database in ${folder}.`,
        'Name the folder that holds database/ and the questions.',
      )
    const folds = wholeNumber(given, 'split', 2, FOLDS_MAX)
    const every = wholeNumber(given, 'every', 1, 1_000_000) ?? 1
    const [{ evaluateRetrieval }, { openFinder }] = await Promise.all([import('../evaluate/evaluate.ts'), import('../finder/finder.ts')])
    const { lexicon, model } = await openFinder({ folder: '' }).data()
    const told = evaluateRetrieval({
      folder,
      folds,
      every,
      synonyms: given.on('syn') ? 'only' : 'with',
      lexicon,
      model,
      progress: (part, soFar) => err.write(`part ${part} of ${folds}, so far:\n${inWords(soFar)}`),
    })
    out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : inWords(told))
    return exits.ok.code
  },
}

function inWords({ databases, failed, folds, plain, synonyms }: Retrieval): string {
  const how = folds === 0 ? 'judged by what is shipped' : `each judged by what was learnt without it, in ${folds} parts`
  const lines = [`${databases} databases, ${how}; ${failed} statements that the engine does not take were left out`]
  if (plain) lines.push(...measures('questions', plain))
  if (synonyms) lines.push(...measures('questions with synonyms', synonyms))
  return `${lines.join('\n')}\n`
}

const measures = (of: string, { questions, tables, columns, askedAtOnce, database, tablesAtOnce }: Measures): readonly string[] => [
  `${questions} ${of}`,
  `  all needed tables among the first four    ${percent(tables)}`,
  `  all needed columns among the first ten    ${percent(columns)}`,
  `  over all databases: the right one first   ${percent(database)} of ${askedAtOnce}`,
  `  over all databases: tables in first five  ${percent(tablesAtOnce)}`,
]

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
