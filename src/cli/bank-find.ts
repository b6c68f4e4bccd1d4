import { asJson, bankCall, jsonFlag, pairText, sourceFlag } from './bank-call.ts'
import { type Command, exits, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'

export const bankFind: Command = {
  name: 'bank find',
  doc: 'Find questions like one, with the SQL that you may run.',
  words: 'QUESTION',
  wordsMax: 1,
  flags: {
    source: sourceFlag,
    threshold: { doc: 'Least likeness from 0 to 1; 0.8 by default.', value: 'NUMBER', short: 't' },
    last: { doc: 'How many at most; 5 by default.', value: 'N', short: 'n' },
    json: jsonFlag,
  },
  configured: true,
  examples: [['sluice bank find -s shop "How many orders are there in each month?"', 'What was asked before']],
  async run(given, context) {
    const [question] = given.words
    if (question === undefined) throw new UsageError('sluice bank find needs a question.')
    const threshold = Number(given.text('threshold') ?? 0.8)
    if (!(threshold >= 0 && threshold <= 1)) throw new UsageError('--threshold is a number from 0 to 1.')
    return await context.withParts(await context.config(), async (parts) => {
      const { findSimilar } = await import('../bank.ts')
      const call = await bankCall(context, given, `bank find ${question}`, parts)
      const pairs = await findSimilar(call, { question, threshold, limit: wholeNumber(given, 'last', 1, 50) ?? 5 }, parts)
      const text = pairs.map((pair) => pairText(pair, ` (${pair.score}: ${pair.why})`)).join('\n')
      context.terminal.out.write(given.on('json') ? asJson({ pairs }) : text || 'No question in the bank is so much like it.\n')
      return exits.ok.code
    })
  },
}
