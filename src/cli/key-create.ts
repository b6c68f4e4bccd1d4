import { attributeOf } from './attribute.ts'
import { type Command, exits, UsageError } from './command.ts'

export const keyCreate: Command = {
  name: 'key create',
  doc: 'Make an API key and print what to put into the configuration. The key itself is shown once and kept nowhere.',
  words: 'NAME',
  wordsMax: 1,
  flags: {
    role: { doc: 'A role of whoever shows the key.', value: 'ROLE', many: true },
    attribute: { doc: 'An attribute that row rules may use.', value: 'NAME=VALUE', many: true },
    expires: { doc: 'Date after which the key is refused.', value: 'DATE' },
  },
  configured: false,
  examples: [['sluice key create ana --role data_analyst --attribute tenant=7 --expires 2027-12-31', 'A key for one analyst']],
  async run(given, { terminal }) {
    const { makeKey } = await import('../auth/auth.ts')
    const [name] = given.words
    if (name === undefined) throw new UsageError('sluice key create needs a name: who the key belongs to.')
    const expires = given.text('expires')
    if (expires !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(expires) || Number.isNaN(Date.parse(expires)))) {
      throw new UsageError('--expires is a date such as 2027-12-31.')
    }
    if (expires !== undefined && Date.parse(expires) <= Date.now()) throw new UsageError('--expires is a date to come; this one is past.')
    const roles = given.texts('role')
    const { key, hash } = makeKey()
    const attributes = given.texts('attribute').map(attributeOf)
    const entry = [
      'keys:',
      `  - name: ${JSON.stringify(name)}`,
      `    hash: ${hash}`,
      `    roles: ${JSON.stringify(roles.length > 0 ? roles : ['read_only'])}`,
      ...(attributes.length > 0 ? ['    attributes:', ...attributes.map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`)] : []),
      ...(expires === undefined ? [] : [`    expires: ${expires}`]),
    ]
    terminal.err.write('The key, shown only now. Callers send it as `Authorization: Bearer …`:\n')
    terminal.out.write(`${key}\n`)
    terminal.err.write(`\nAdd to the configuration:\n\n${entry.join('\n')}\n`)
    return exits.ok.code
  },
}
