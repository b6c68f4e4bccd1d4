import { type Command, exits } from './command.ts'
import { withRegistry } from './source-keeping.ts'

export const keyRotateEncryption: Command = {
  name: 'key rotate-encryption',
  doc: 'Encrypt the secrets of the registry with another key, all or none: from ENCRYPTION_KEY_OLD or the key file to ENCRYPTION_KEY, else to a new key in the key file.',
  wordsMax: 0,
  flags: {},
  configured: true,
  registering: true,
  examples: [
    ['sluice key rotate-encryption', 'A new key in registry.key of the state folder'],
    ['ENCRYPTION_KEY_OLD="$OLD" ENCRYPTION_KEY="$NEW" sluice key rotate-encryption', 'From one key to another'],
  ],
  async run(_given, context) {
    const { sources, key } = await withRegistry(context, 'encrypt the registry with another key', async ({ keeping, config, parts }) => {
      const { rotateEncryption } = await import('../registry.ts')
      const [{ resealPairs }, { pairs }] = await Promise.all([import('../bank.ts'), parts.store()])
      return rotateEncryption(config.encryption, keeping.book, (keyring) => resealPairs(pairs, keyring))
    })
    const { out, err } = context.terminal
    out.write(`The secrets of ${sources} ${sources === 1 ? 'source' : 'sources'} are encrypted with the new key.\n`)
    err.write(
      key === 'file'
        ? 'It is in registry.key of the state folder; running gateways find it there. Rows kept for undoing changes have a key of their own, change.key, which stays.\n'
        : 'Give every gateway this ENCRYPTION_KEY and start it again; ENCRYPTION_KEY_OLD is needed no more. Rows kept for undoing changes are not encrypted anew: what was changed under another key can be undone with that key only.\n',
    )
    return exits.ok.code
  },
}
