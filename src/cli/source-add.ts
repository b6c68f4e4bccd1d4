import { resolve } from 'node:path'
import { type Command, exits, UsageError } from './command.ts'
import { withRegistry } from './source-keeping.ts'
import { settingFlags, settingsIn } from './source-settings.ts'

export const sourceAdd: Command = {
  name: 'source add',
  doc: 'Register a source. Its secrets are asked for, encrypted and never shown; a running gateway uses it within seconds.',
  words: 'NAME',
  wordsMax: 1,
  flags: {
    connector: { doc: 'Kind of the source.', value: 'KIND' },
    ...settingFlags,
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
    const settings = await settingsIn(given, connector, context.terminal, true)
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
