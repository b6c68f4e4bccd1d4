import { type Command, exits } from './command.ts'

export const keyGenerate: Command = {
  name: 'key generate',
  doc: 'Print a new key for ENCRYPTION_KEY, which encrypts the secrets of the registry. Nothing is kept.',
  wordsMax: 0,
  flags: {},
  configured: false,
  examples: [['export ENCRYPTION_KEY="$(sluice key generate)"', 'Keep it where the gateway finds it: without it the secrets are lost']],
  async run(_given, { terminal }) {
    const { newKey } = await import('../store/store.ts')
    terminal.out.write(`${newKey()}\n`)
    return exits.ok.code
  },
}
