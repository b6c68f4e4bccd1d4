import { type Command, exits, UsageError } from './command.ts'
import { withKeys } from './key-audited.ts'

export const keyRevoke: Command = {
  name: 'key revoke',
  doc: 'End an API key of the state folder for good, together with whatever runs by it.',
  words: 'ID|NAME',
  wordsMax: 1,
  flags: {},
  configured: true,
  examples: [['sluice key revoke ana', 'The key of ana is good for nothing any more']],
  async run(given, context) {
    const [id] = given.words
    if (id === undefined) throw new UsageError('sluice key revoke needs the id or the name of a key; `sluice key list` shows them.')
    const { name } = await withKeys(context, `revoke key ${id}`, (keys) => keys.revoke(id, 'operator'))
    context.terminal.out.write(`The key "${name}" is revoked.\n`)
    return exits.ok.code
  },
}
