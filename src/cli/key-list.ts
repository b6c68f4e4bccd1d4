import { inColumns } from './columns.ts'
import { type Command, exits } from './command.ts'

export const keyList: Command = {
  name: 'key list',
  doc: 'List the API keys of the configuration. Only their hashes are known.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice key list --config sluice.yaml', 'Who has a key, with which roles, until when']],
  async run(given, { config, terminal }) {
    const keys = (await config()).keys.map(({ name, hash, roles, expires }) => ({
      name,
      roles,
      expires: expires === undefined ? null : new Date(expires).toISOString(),
      state: expires !== undefined && expires <= Date.now() ? 'expired' : 'valid',
      hash: `${hash.slice(0, 'sha256:'.length + 8)}…`,
    }))
    if (given.on('json')) terminal.out.write(`${JSON.stringify(keys, undefined, 2)}\n`)
    else if (keys.length === 0) terminal.out.write('There are no keys. `sluice key create NAME --role ROLE` makes one.\n')
    else
      terminal.out.write(
        inColumns(
          ['name', 'roles', 'state', 'expires', 'hash'],
          keys.map((key) => [key.name, key.roles.join(', '), key.state, key.expires ?? 'never', key.hash]),
        ),
      )
    return exits.ok.code
  },
}
