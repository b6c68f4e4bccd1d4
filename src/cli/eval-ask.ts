import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answerer, Judged, Measured } from '../evaluate/evaluate.ts'
import { type Command, exits, Trouble, UsageError } from './command.ts'
import { withStandalone } from './eval-standalone.ts'
import { wholeNumber } from './given.ts'

const FOLDS_MAX = 20
const modes = ['built-in', 'client', 'standalone'] as const
type Mode = (typeof modes)[number]

export const evalAsk: Command = {
  name: 'eval ask',
  doc: 'Measure how many questions are answered rightly, on databases with questions whose SQL is known.',
  wordsMax: 0,
  flags: {
    data: {
      doc: 'Folder with SQLite files in database/ and files of questions, JSON arrays or lines of {question, query, db_id} or {id, source, question, sql}. Questions with synonyms are in files named *-syn.json.',
      value: 'DIR',
    },
    mode: {
      doc: 'Who writes the SQL: the engine of the gateway (the default), a model that the configuration names, or a client, whose statements are read from --answers.',
      value: 'MODE',
      choices: modes,
    },
    answers: {
      doc: 'Statements that somebody else wrote, as sluice ask --batch writes them: lines of {id, sql, answered, confidence}.',
      value: 'FILE',
    },
    split: {
      doc: 'Learn anew for each of N parts of the databases from the other parts, and judge each database by what has not seen it.',
      value: 'N',
    },
    parts: { doc: 'With --split, judge only the first so many parts.', value: 'N' },
    every: { doc: 'Only each so many-th question, to be quick.', value: 'N' },
    syn: { doc: 'Only questions with synonyms; without it only those as they were written.' },
    unanswerable: {
      doc: 'Put one question in N also where it cannot be answered: to a wrong database, and to its own without a column. By default 4; 0 is never.',
      value: 'N',
    },
    oracle: { doc: 'Tell too how often the right statement is among the first candidates, which runs all of them.' },
    errors: { doc: 'Write each question that went wrong as a JSON line.', value: 'FILE' },
    cache: { doc: 'With --split, keep the search models of the parts in this folder; they must be of the same data.', value: 'DIR' },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [
    ['sluice eval ask --data corpora/nl', 'What is shipped; databases that it has learnt from look easier than they are'],
    ['sluice eval ask --data corpora/nl --split 3 --every 4', 'Learnt anew three times, a quarter of the questions judged'],
    ['sluice eval ask --data mine --mode client --answers answers.jsonl', 'What another has written, on your own questions'],
  ],
  async run(given, context) {
    const { out, err, signal } = context.terminal
    const folder = given.text('data')
    if (folder === undefined) throw new UsageError('sluice eval ask needs --data: the folder with databases and questions.')
    if (!existsSync(join(folder, 'database')))
      throw new Trouble(
        exits.usage.code,
        `There is no folder database in ${folder}.`,
        'Name the folder that holds database/ and the questions.',
      )
    const mode = (given.text('mode') ?? (given.text('answers') === undefined ? 'built-in' : 'client')) as Mode
    const answers = given.text('answers')
    if ((mode === 'client') !== (answers !== undefined))
      throw new UsageError('--mode client and --answers go together: they are the statements to judge.')
    const split = wholeNumber(given, 'split', 2, FOLDS_MAX)
    if (split !== undefined && mode !== 'built-in') throw new UsageError('--split is for --mode built-in, the only one that learns.')
    const wrong: Judged[] = []
    const { databasePaths, measureAsk } = await import('../evaluate/evaluate.ts')
    const measured = (standalone?: Answerer) =>
      measureAsk({
        folder,
        mode,
        answers,
        split,
        parts: wholeNumber(given, 'parts', 1, FOLDS_MAX) ?? FOLDS_MAX,
        every: wholeNumber(given, 'every', 1, 1_000_000) ?? 1,
        synonyms: given.on('syn'),
        unanswerableEvery: wholeNumber(given, 'unanswerable', 0, 1_000_000) ?? 4,
        oracle: given.on('oracle'),
        cache: given.text('cache'),
        signal,
        said: (line) => err.write(`${line}\n`),
        judged: (one) => one.right || wrong.push(one),
        standalone,
      })
    const told = await (mode === 'standalone' ? withStandalone(context, new Map(databasePaths(folder)), measured) : measured())
    const errors = given.text('errors')
    if (errors !== undefined) writeFileSync(errors, wrong.map((one) => `${JSON.stringify(lineOf(one))}\n`).join(''))
    out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : inWords(told))
    return exits.ok.code
  },
}

/** An error for a person to read: the question, what it should have been and what was made of it. */
const lineOf = ({ id, database, hardness, question, gold, given, oracle }: Judged) => ({
  id,
  database,
  hardness,
  question,
  gold,
  sql: given.sql ?? null,
  answered: given.answered,
  confidence: Math.round(1_000 * given.confidence) / 1_000,
  ...(oracle === undefined ? {} : { oracle }),
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function inWords(told: Measured): string {
  const { questions, failed, right, strict, byHardness, answered, precisionAt, oracle, unanswerable, ms, memoryMb } = told
  const lines = [
    `${questions} questions${failed > 0 ? `, ${failed} left out whose own SQL does not run` : ''}`,
    `  right when every question is answered  ${percent(right)} (${percent(strict)} with the columns in order)`,
    ...Object.entries(byHardness).map(([name, one]) => `    ${name.padEnd(8)}${percent(one.right).padStart(8)} of ${one.questions}`),
    `  answered by its own judgement  ${percent(answered.share)}, of these right ${percent(answered.right)}; asked back ${percent(answered.askedBack)}`,
    ...Object.entries(precisionAt).map(([part, share]) => `    right among the most confident ${part} %  ${percent(share)}`),
    ...(oracle
      ? [
          `  right one among the first  ${Object.entries(oracle)
            .map(([most, share]) => `${most}: ${percent(share)}`)
            .join('  ')}`,
        ]
      : []),
  ]
  if (unanswerable)
    for (const [name, one] of Object.entries(unanswerable)) {
      const what = name === 'wrongDatabase' ? 'put to a wrong database' : 'a needed column missing'
      lines.push(
        `  ${what}: answered ${percent(one.answered / (one.questions || 1))} of ${one.questions}, asked back ${percent(one.askedBack / (one.questions || 1))}`,
      )
    }
  lines.push(
    `  ${ms.median.toFixed(0)} ms a question in the middle, 95 % within ${ms.p95.toFixed(0)} ms${memoryMb === 0 ? '' : `; ${memoryMb} MB above idle`}`,
  )
  return `${lines.join('\n')}\n`
}
