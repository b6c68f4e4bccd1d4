import { resolve } from 'node:path'
import type { Settings } from '../source/source.ts'
import { type Command, exits, type Given, type Terminal, UsageError } from './command.ts'
import { askSecrets } from './secret-asking.ts'
import { withRegistry } from './source-keeping.ts'

export const sourceAdd: Command = {
  name: 'source add',
  doc: 'Register a source. Its secrets are asked for, encrypted and never shown; a running gateway uses it within seconds.',
  words: 'NAME',
  wordsMax: 1,
  flags: {
    connector: { doc: 'Kind of the source.', value: 'KIND' },
    set: { doc: 'A setting of the connector that is no secret.', value: 'KEY=VALUE', many: true },
    secret: { doc: 'A secret setting, asked for on the terminal, else a line of standard input.', value: 'KEY', many: true },
    'secret-env': { doc: 'A secret setting that is taken from an environment variable.', value: 'KEY=NAME', many: true },
    description: { doc: 'What it holds, for people and models.', value: 'TEXT' },
    tag: { doc: 'A tag of the source.', value: 'TAG', many: true },
    disabled: { doc: 'Register it without using it yet.' },
  },
  configured: true,
  registering: true,
  examples: [
    [
      'sluice source add shop --connector postgres --set host=db.internal --set database=shop --set user=reader --secret password',
      'Asks for the password',
    ],
    [
      'sluice source add shop --connector mysql --set host=db --set user=reader --secret-env password=SHOP_PASSWORD',
      'Takes it from a variable',
    ],
  ],
  async run(given, context) {
    const [name] = given.words
    const connector = given.text('connector')
    if (name === undefined) throw new UsageError('sluice source add needs a name for the source.')
    if (connector === undefined) throw new UsageError('sluice source add needs --connector KIND.')
    const { connectorNames, holdsPassword } = await import('../config/config.ts')
    const { connectors } = await import('../source/manifest.ts')
    const kind = connectorNames.find((one) => one === connector)
    const known = kind ? (await connectors[kind]()).settings : {}
    const settings = { ...plainOf(given, known, holdsPassword), ...(await secretsOf(given, known, context.terminal)) }
    const wanted = {
      name,
      connector,
      description: given.text('description') ?? '',
      settings,
      enabled: !given.on('disabled'),
      tags: given.texts('tag'),
    }
    await withRegistry(context, `register the source ${name}, ${connector}`, async ({ keeping, config }) => {
      const { addSource } = await import('../registry.ts')
      if (Object.hasOwn(config.sources, name)) throw new UsageError(`The configuration has a source named "${name}" already.`)
      await addSource(wanted, { folder: resolve('.'), asText: true }, keeping)
    })
    context.terminal.out.write(`The source ${name} is registered. \`sluice source test ${name}\` tries to reach it.\n`)
    return exits.ok.code
  },
}

function pairsOf(texts: readonly string[], flag: string): readonly (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`--${flag} is KEY=VALUE.`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
}

/** Arguments are seen by every user of the machine, and kept in the shell's history. */
function plainOf(given: Given, known: Settings, holdsPassword: (value: unknown) => boolean): Record<string, string> {
  const pairs = pairsOf(given.texts('set'), 'set')
  for (const [key, value] of pairs) {
    const secret = Object.hasOwn(known, key) && known[key]!.secret === true
    if (holdsPassword(value) || (secret && !URL.canParse(value)))
      throw new UsageError(`${key} is a secret and no argument: say --secret ${key} or --secret-env ${key}=NAME.`)
  }
  return Object.fromEntries(pairs)
}

async function secretsOf(given: Given, known: Settings, terminal: Terminal): Promise<Record<string, string>> {
  const fromEnv = pairsOf(given.texts('secret-env'), 'secret-env').map(([key, name]) => {
    const value = terminal.env[name]
    if (value === undefined) throw new UsageError(`The environment variable ${name.slice(0, 100)} is not set.`)
    return [key, value] as const
  })
  const named = given.texts('secret')
  const said = [...named, ...fromEnv.map(([key]) => key), ...given.texts('set').map((text) => text.split('=')[0]!)]
  const usual = 'password' in known && terminal.in.isTTY && !said.includes('password') && !said.includes('url') ? ['password'] : []
  const asked = await askSecrets([...named, ...usual], terminal)
  // Nothing said is no password, not an empty one.
  const filled = Object.entries(asked).filter(([key, value]) => value !== '' || !usual.includes(key))
  return Object.fromEntries([...fromEnv, ...filled])
}
