import type { WantedKey } from '../auth/auth.ts'
import type { RawLimits } from '../config/config.ts'
import { attributeOf } from './attribute.ts'
import { type Command, type Context, exits, type Given, UsageError } from './command.ts'
import { withKeys } from './key-audited.ts'

const limitNames = ['rows', 'rows_default', 'bytes', 'seconds', 'concurrent', 'per_minute', 'burst', 'rows_per_minute', 'bytes_per_minute']

export const keyCreate: Command = {
  name: 'key create',
  doc: 'Make an API key. It is shown once; only its hash is kept, in the state folder, and a running gateway knows it at once.',
  words: 'NAME',
  wordsMax: 1,
  flags: {
    role: { doc: 'A role of whoever shows the key.', value: 'ROLE', many: true },
    attribute: { doc: 'An attribute that row rules may use.', value: 'NAME=VALUE', many: true },
    source: { doc: 'A source that the key is good for. Every source of its roles where none is named.', value: 'SOURCE', many: true },
    group: { doc: 'A group of tools that the key is good for. Every group where none is named.', value: 'GROUP', many: true },
    limit: { doc: 'A limit of the key, e.g. per_minute=60. It lowers what the roles allow.', value: 'NAME=NUMBER', many: true },
    expires: { doc: 'Date after which the key is refused.', value: 'DATE' },
    print: { doc: 'Keep nothing and print what to put into the configuration instead.' },
  },
  configured: true,
  examples: [
    ['sluice key create ana --role data_analyst --expires 2027-12-31', 'A key for one analyst'],
    ['sluice key create bot --role read_only --source shop --limit per_minute=60', 'A key for one source, at a slow pace'],
    ['sluice key create ana --role data_analyst --attribute tenant=7 --print', 'An entry for the configuration file'],
  ],
  async run(given, context) {
    const [name] = given.words
    if (name === undefined) throw new UsageError('sluice key create needs a name: who the key belongs to.')
    // Loaded when it is needed: this command stands in the list of all commands, which every start loads.
    const { toLimits } = await import('../config/config.ts')
    const wanted = wantedOf(name, given, toLimits)
    const { groups } = await import('../tools/tools.ts')
    const strange = wanted.groups?.find((group) => !groups.some((known) => known === group))
    if (strange !== undefined) throw new UsageError(`--group is one of ${groups.join(', ')}, not ${strange.slice(0, 60)}.`)
    if (given.on('print')) return printed(wanted, given.text('expires'), context)
    const made = await withKeys(context, `create key ${name}, roles ${wanted.roles.join(', ')}`, (keys) => keys.create(wanted, 'operator'))
    context.terminal.err.write('The key, shown only now. Callers send it as `Authorization: Bearer …`:\n')
    context.terminal.out.write(`${made.key}\n`)
    context.terminal.err.write(`\nIts id is ${made.known.id}; \`sluice key revoke ${made.known.id}\` ends it.\n`)
    return exits.ok.code
  },
}

function wantedOf(name: string, given: Given, toLimits: typeof import('../config/config.ts').toLimits): WantedKey {
  const expires = given.text('expires')
  if (expires !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(expires) || Number.isNaN(Date.parse(expires)))) {
    throw new UsageError('--expires is a date such as 2027-12-31.')
  }
  if (expires !== undefined && Date.parse(expires) <= Date.now()) throw new UsageError('--expires is a date to come; this one is past.')
  const roles = given.texts('role')
  const [sources, groups, limits] = [given.texts('source'), given.texts('group'), given.texts('limit')]
  return {
    name,
    roles: roles.length > 0 ? roles : ['read_only'],
    attributes: Object.fromEntries(given.texts('attribute').map(attributeOf)),
    ...(sources.length > 0 ? { sources } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(limits.length > 0 ? { limits: toLimits(limitsOf(limits)) } : {}),
    ...(expires === undefined ? {} : { expires: Date.parse(expires) }),
  }
}

function limitsOf(texts: readonly string[]): RawLimits {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = '', number = ''] = /^([a-z_]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? []
      if (!limitNames.includes(name) || Number(number) <= 0)
        throw new UsageError(`--limit is NAME=NUMBER, with a name of ${limitNames.join(', ')}.`)
      return [name, Number(number)]
    }),
  )
}

/** The key with the entry for the file, for those who keep everything there. */
async function printed(
  { name, roles, attributes, sources, groups }: WantedKey,
  expires: string | undefined,
  { terminal }: Context,
): Promise<number> {
  const { makeKey } = await import('../auth/auth.ts')
  const { key, hash } = makeKey()
  const named = Object.entries(attributes)
  const entry = [
    'keys:',
    `  - name: ${JSON.stringify(name)}`,
    `    hash: ${hash}`,
    `    roles: ${JSON.stringify(roles)}`,
    ...(named.length > 0 ? ['    attributes:', ...named.map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`)] : []),
    ...(sources ? [`    sources: ${JSON.stringify(sources)}`] : []),
    ...(groups ? [`    groups: ${JSON.stringify(groups)}`] : []),
    ...(expires === undefined ? [] : [`    expires: ${expires}`]),
  ]
  terminal.err.write('The key, shown only now. Callers send it as `Authorization: Bearer …`:\n')
  terminal.out.write(`${key}\n`)
  terminal.err.write(`\nAdd to the configuration:\n\n${entry.join('\n')}\n`)
  return exits.ok.code
}
