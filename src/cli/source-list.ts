import { inColumns } from './columns.ts'
import { type Command, exits } from './command.ts'
import { withRegistry } from './source-keeping.ts'

const states: Readonly<Record<string, string>> = {
  used: 'in use',
  disabled: 'disabled',
  hidden: 'not used',
  unreadable: 'unreadable',
  invalid: 'left out',
  no_connector: 'waiting',
}

export const sourceList: Command = {
  name: 'source list',
  doc: 'List the registered sources and those of the configuration, with what is wrong with each. Secrets are not shown.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  registering: true,
  examples: [['sluice source list', 'Names, kinds, states']],
  async run(given, context) {
    const all = await withRegistry(context, 'list sources', async ({ keeping, config, parts }) => {
      const { aboutSource, withNotes } = await import('../registry.ts')
      const own = Object.entries(config.sources).map(([name, { connector, description }]) => ({
        ...{ name, connector, description, from: 'configuration' as const, enabled: true, state: 'used' as const },
      }))
      const names = new Set(Object.keys(config.sources))
      const rows = await keeping.book.all()
      const told = await Promise.all(rows.map((row) => aboutSource(row, names, keeping.keyring)))
      return withNotes([...own, ...told], await parts.store())
    })
    const { out } = context.terminal
    if (given.on('json')) out.write(`${JSON.stringify(all, undefined, 2)}\n`)
    else if (all.length === 0) out.write('No sources are registered or configured. `sluice source add` registers one.\n')
    else {
      const rows = all.map((one) => [
        ...[one.name, one.connector, one.from, states[one.state] ?? one.state],
        ...[one.health ? (one.health.ok ? 'ok' : (one.health.code ?? 'failed')) : '', (one.tags ?? []).join(', ')],
        one.note ?? one.description,
      ])
      out.write(inColumns(['source', 'connector', 'from', 'state', 'health', 'tags', 'about'], rows))
    }
    return exits.ok.code
  },
}
