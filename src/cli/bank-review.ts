import { asJson, bankCall, jsonFlag, pairText, sourceFlag } from './bank-call.ts'
import { type Command, exits, UsageError } from './command.ts'

const verdicts = ['up', 'down', 'verify', 'propose', 'reject', 'mend', 'remove'] as const

export const bankReview: Command = {
  name: 'bank review',
  doc: `Say what a pair of the query bank is worth: ${verdicts.join(', ')}.`,
  words: 'ID VERDICT',
  wordsMax: 2,
  flags: { source: sourceFlag, reason: { doc: 'Why, for a pair that is rejected.', value: 'TEXT' }, json: jsonFlag },
  configured: true,
  examples: [['sluice bank review 019c7f6e-2b1d-7000-8a7e-0f3d6f1c2b3a verify', 'Run it again and let everybody find it who may run it']],
  async run(given, context) {
    const [id, word] = given.words
    const verdict = verdicts.find((one) => one === word)
    if (id === undefined || verdict === undefined)
      throw new UsageError(`sluice bank review needs the id of a pair and one of ${verdicts.join(', ')}.`)
    return await context.withParts(await context.config(), async (parts) => {
      const { reviewPair } = await import('../bank.ts')
      const call = await bankCall(context, given, `bank review ${id} ${verdict}`, parts)
      const { pair, removed } = await reviewPair(call, id, verdict, given.text('reason'), parts)
      const text = pair === undefined ? 'The pair was removed.\n' : pairText(pair)
      context.terminal.out.write(given.on('json') ? asJson({ pair, removed }) : text)
      return exits.ok.code
    })
  },
}
