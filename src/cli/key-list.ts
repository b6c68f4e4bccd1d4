import { inColumns } from './columns.ts'
import { type Command, exits } from './command.ts'

export const keyList: Command = {
  name: 'key list',
  doc: 'List the API keys, those of the state folder and those of the configuration. Only their hashes are known.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice key list --config sluice.yaml', 'Who has a key, with which roles, until when']],
  async run(given, { config, withParts, terminal }) {
    const keys = await withParts(await config(), async ({ auth }) => auth.keys.list('operator'))
    if (given.on('json')) terminal.out.write(`${JSON.stringify(keys, undefined, 2)}\n`)
    else if (keys.length === 0) terminal.out.write('There are no keys. `sluice key create NAME --role ROLE` makes one.\n')
    else
      terminal.out.write(
        inColumns(
          ['name', 'roles', 'state', 'expires', 'only for', 'id'],
          keys.map((key) => [
            key.name,
            key.roles.join(', '),
            key.state,
            key.expires ?? 'never',
            [...(key.sources ?? []), ...(key.groups ?? [])].join(', ') || '-',
            key.id || `(${key.from})`,
          ]),
        ),
      )
    return exits.ok.code
  },
}
