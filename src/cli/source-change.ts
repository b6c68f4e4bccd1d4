import { resolve } from 'node:path'
import { type Command, type Context, exits, type Given, Trouble, UsageError } from './command.ts'
import { withRegistry } from './source-keeping.ts'
import { settingFlags, settingsIn } from './source-settings.ts'

export const sourceChange: Command = {
  name: 'source change',
  doc: 'Change settings, secrets or the description of a registered source. What is not named stays.',
  words: 'NAME',
  wordsMax: 1,
  flags: {
    ...settingFlags,
    unset: { doc: 'A setting that goes back to its default.', value: 'KEY', many: true },
    description: { doc: 'What it holds, for people and models.', value: 'TEXT' },
  },
  configured: true,
  registering: true,
  examples: [
    ['sluice source change shop --secret password', 'Another password'],
    ['sluice source change shop --set pool_max=20 --unset tls', 'Other settings'],
  ],
  async run(given, context) {
    const name = nameIn(given)
    const description = given.text('description')
    const unset = Object.fromEntries(given.texts('unset').map((key) => [key, null]))
    await withRegistry(context, `change the source ${name}`, async ({ keeping }) => {
      const { changeSource, named } = await import('../registry.ts')
      const { connector } = named(name, await keeping.book.all())
      const settings = { ...(await settingsIn(given, connector, context.terminal, false)), ...unset }
      if (description === undefined && Object.keys(settings).length === 0)
        throw new UsageError('Say what is to change: --set, --secret, --secret-env, --unset or --description.')
      const patch = { description, settings: Object.keys(settings).length > 0 ? settings : undefined }
      await changeSource(name, patch, { folder: resolve('.'), asText: true }, keeping)
    })
    context.terminal.out.write(`The source ${name} is changed.\n`)
    return exits.ok.code
  },
}

export const sourceEnable: Command = {
  name: 'source enable',
  doc: 'Use a registered source again.',
  words: 'NAME',
  wordsMax: 1,
  flags: {},
  configured: true,
  registering: true,
  examples: [['sluice source enable shop', 'A running gateway uses it within seconds']],
  run: (given, context) => switched(given, context, true),
}

export const sourceDisable: Command = {
  name: 'source disable',
  doc: 'Keep a registered source without using it. What runs in it ends as it began.',
  words: 'NAME',
  wordsMax: 1,
  flags: {},
  configured: true,
  registering: true,
  examples: [['sluice source disable shop', 'Nobody finds it any more']],
  run: (given, context) => switched(given, context, false),
}

export const sourceRemove: Command = {
  name: 'source remove',
  doc: 'Remove a registered source with its secrets. What runs in it ends as it began; what is known of its tables stays.',
  words: 'NAME',
  wordsMax: 1,
  flags: {},
  configured: true,
  registering: true,
  examples: [['sluice source remove shop', 'A running gateway forgets it within seconds']],
  async run(given, context) {
    const name = nameIn(given)
    await withRegistry(context, `remove the source ${name}`, async ({ keeping, config: { roles, keys } }) => {
      const { removeSource } = await import('../registry.ts')
      const places = [
        ...Object.entries(roles).flatMap(([role, { sources }]) => (Object.hasOwn(sources, name) ? [`the role ${role}`] : [])),
        ...keys.flatMap((key) => (key.sources?.includes(name) ? [`the key ${key.name}`] : [])),
      ]
      if (places.length > 0)
        throw new Trouble(
          exits.failed.code,
          `The configuration speaks of "${name}" in ${places.join(', ')}.`,
          'Take it out there first, or disable the source.',
        )
      await removeSource(name, keeping)
    })
    context.terminal.out.write(`The source ${name} is removed.\n`)
    return exits.ok.code
  },
}

function nameIn({ words: [name] }: Given): string {
  if (name === undefined) throw new UsageError('The name of a source is needed; `sluice source list` shows them.')
  return name
}

async function switched(given: Given, context: Context, enabled: boolean): Promise<number> {
  const name = nameIn(given)
  const what = enabled ? 'enable' : 'disable'
  await withRegistry(context, `${what} the source ${name}`, async ({ keeping }) => {
    const { changeSource } = await import('../registry.ts')
    await changeSource(name, { enabled }, { folder: resolve('.') }, keeping)
  })
  context.terminal.out.write(`The source ${name} is ${what}d.\n`)
  return exits.ok.code
}
