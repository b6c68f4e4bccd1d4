import { type Command, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'

const ROWS_MAX = 100_000

export const ask: Command = {
  name: 'ask',
  doc: 'Answer questions in plain language.',
  words: '[QUESTION]',
  wordsMax: 1,
  flags: {
    source: { doc: 'The source to ask. Without it the question says which.', value: 'NAME', short: 's' },
    mode: {
      doc: 'Who writes the SQL: the model that is configured, or the engine of the gateway.',
      value: 'MODE',
      choices: ['standalone', 'built-in'],
    },
    limit: { doc: 'Most rows.', value: 'N', short: 'n' },
    json: { doc: 'Print one JSON document an answer.' },
    quiet: { doc: 'Tell no steps on the way.', short: 'q' },
    batch: {
      doc: 'Read lines of {"id", "source", "question"}, write lines of {"id", "sql", "answered", "confidence", …} in the same order; - is standard input. A source is a configured one or the path of an SQLite file.',
      value: 'FILE',
    },
    out: { doc: 'With --batch, write the answers into this file.', value: 'FILE' },
    all: { doc: 'With --batch, answer every question with the best guess: neither ask back nor refuse.' },
    rows: { doc: 'With --batch, add so many rows to each answer. By default none.', value: 'N' },
  },
  configured: true,
  examples: [
    ['sluice ask --demo -s shop "How many customers are there per country?"', 'One question'],
    ['sluice ask --demo', 'A conversation: questions may refer to those before'],
    ['sluice ask --batch questions.jsonl > answers.jsonl', 'Many questions; those to SQLite files need no configuration'],
  ],
  async run(given, context) {
    const batch = given.text('batch')
    if (batch === undefined) {
      const { askOnes } = await import('./ask-one.ts')
      return askOnes(
        {
          question: given.words[0],
          source: given.text('source') ?? '',
          mode: given.text('mode') as 'standalone' | 'built-in' | undefined,
          limit: wholeNumber(given, 'limit', 1, ROWS_MAX),
          json: given.on('json'),
          steps: !given.on('quiet'),
        },
        context,
      )
    }
    if (given.words.length > 0) throw new UsageError('sluice ask takes a question or --batch FILE, not both.')
    const { askBatch } = await import('./ask-batch.ts')
    return askBatch(
      { file: batch, out: given.text('out'), all: given.on('all'), rows: wholeNumber(given, 'rows', 0, ROWS_MAX) ?? 0 },
      context,
    )
  },
}
