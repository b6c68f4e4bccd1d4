import { asJson, bankCall, jsonFlag, pairText, sourceFlag } from './bank-call.ts'
import { type Command, exits } from './command.ts'
import { wholeNumber } from './given.ts'

const states = ['proposed', 'verified', 'rejected', 'stale'] as const

export const bankList: Command = {
  name: 'bank list',
  doc: 'List the questions of the query bank that you may run, newest first.',
  wordsMax: 0,
  flags: {
    source: sourceFlag,
    state: { doc: 'Only those in this state.', value: 'STATE', choices: states },
    mine: { doc: 'Only your own.' },
    last: { doc: 'How many; 50 by default.', value: 'N', short: 'n' },
    json: jsonFlag,
  },
  configured: true,
  examples: [['sluice bank list -s shop --state stale', 'What a changed schema has left behind']],
  async run(given, context) {
    return await context.withParts(await context.config(), async (parts) => {
      const { listPairs } = await import('../bank.ts')
      const state = given.text('state') as (typeof states)[number] | undefined
      const limit = wholeNumber(given, 'last', 1, 20_000) ?? 50
      const call = await bankCall(context, given, 'bank list', parts)
      const { pairs, more } = await listPairs(call, { ...(state ? { state } : {}), mine: given.on('mine'), limit, offset: 0 }, parts)
      const text = pairs.length === 0 ? 'The bank has nothing for you here.\n' : pairs.map((pair) => pairText(pair)).join('\n')
      context.terminal.out.write(given.on('json') ? asJson({ pairs, more }) : text)
      return exits.ok.code
    })
  },
}
