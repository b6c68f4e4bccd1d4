import { type Command, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'

const ROWS_MAX = 100_000

export const ask: Command = {
  name: 'ask',
  doc: 'Answer questions in plain language.',
  wordsMax: 0,
  flags: {
    batch: {
      doc: 'Read lines of {"id", "source", "question"}, write lines of {"id", "sql", "answered", "confidence", …} in the same order; - is standard input. A source is a configured one or the path of an SQLite file.',
      value: 'FILE',
    },
    out: { doc: 'With --batch, write the answers into this file.', value: 'FILE' },
    all: { doc: 'With --batch, answer every question with the best guess: neither ask back nor refuse.' },
    rows: { doc: 'With --batch, add so many rows to each answer. By default none.', value: 'N' },
  },
  configured: true,
  examples: [['sluice ask --batch questions.jsonl > answers.jsonl', 'Many questions; those to SQLite files need no configuration']],
  async run(given, context) {
    const batch = given.text('batch')
    if (batch === undefined) throw new UsageError('sluice ask needs --batch FILE.')
    const { askBatch } = await import('./ask-batch.ts')
    return askBatch(
      { file: batch, out: given.text('out'), all: given.on('all'), rows: wholeNumber(given, 'rows', 0, ROWS_MAX) ?? 0 },
      context,
    )
  },
}
