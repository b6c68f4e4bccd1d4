import { asJson, bankCall, jsonFlag, pairText, sourceFlag } from './bank-call.ts'
import { type Command, exits, UsageError } from './command.ts'

export const bankAdd: Command = {
  name: 'bank add',
  doc: 'Keep a question with the SQL that answers it, as proposed. The SQL runs once for a few rows.',
  words: 'QUESTION SQL',
  wordsMax: 2,
  flags: { source: sourceFlag, json: jsonFlag },
  configured: true,
  examples: [['sluice bank add -s shop "How many orders are there?" "SELECT count(*) FROM orders"', 'One pair']],
  async run(given, context) {
    const [question, statement] = given.words
    if (question === undefined || statement === undefined) throw new UsageError('sluice bank add needs a question and its SQL.')
    return await context.withParts(await context.config(), async (parts) => {
      const { storePair } = await import('../bank.ts')
      const stored = await storePair(await bankCall(context, given, `bank add ${question}`, parts), { question, statement }, parts)
      if (stored.known && !given.on('json')) context.terminal.err.write('The bank has this already.\n')
      context.terminal.out.write(given.on('json') ? asJson(stored) : pairText(stored.pair))
      return exits.ok.code
    })
  },
}
