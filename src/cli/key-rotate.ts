import { type Command, exits, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'
import { withKeys } from './key-audited.ts'

const GRACE_S_MAX = 604_800

export const keyRotate: Command = {
  name: 'key rotate',
  doc: 'Give an API key of the state folder a new secret, which is shown once. Everything else about it stays.',
  words: 'ID|NAME',
  wordsMax: 1,
  flags: { grace: { doc: 'Seconds for which the old secret stays good; 0 unless said.', value: 'SECONDS' } },
  configured: true,
  examples: [['sluice key rotate ana --grace 3600', 'An hour to put the new key everywhere']],
  async run(given, context) {
    const [id] = given.words
    if (id === undefined) throw new UsageError('sluice key rotate needs the id or the name of a key; `sluice key list` shows them.')
    const grace = wholeNumber(given, 'grace', 0, GRACE_S_MAX) ?? 0
    const { key } = await withKeys(context, `rotate key ${id}, grace ${grace} s`, (keys) => keys.rotate(id, grace, 'operator'))
    context.terminal.err.write('The new key, shown only now:\n')
    context.terminal.out.write(`${key}\n`)
    return exits.ok.code
  },
}
