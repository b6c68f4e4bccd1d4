import { catalogCall, sourceWord } from './catalog-call.ts'
import { inColumns } from './columns.ts'
import { type Command, exits } from './command.ts'
import { wholeNumber } from './given.ts'

export const catalogVersions: Command = {
  name: 'catalog versions',
  doc: 'List the versions of what a source holds, newest first.',
  words: 'SOURCE',
  wordsMax: 1,
  flags: { limit: { doc: 'Most versions; 50 unless said.', value: 'N', short: 'n' }, json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice catalog versions --demo shop', 'Since when it is as it is, and what came before']],
  async run(given, context) {
    const source = sourceWord(given, 'catalog versions')
    const limit = wholeNumber(given, 'limit', 1, 100_000) ?? 50
    return await context.withParts(await context.config(), async (parts) => {
      const { schemaVersions } = await import('../catalog.ts')
      const told = await schemaVersions(await catalogCall(context, source, `catalog versions ${source}`), limit, parts)
      const rows = told.versions.map(({ version, at, tables, columns, changes }) => [
        version === undefined ? '' : String(version),
        at,
        String(tables),
        String(columns),
        Object.entries(changes)
          .map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`)
          .join(', '),
      ])
      const { out } = context.terminal
      if (given.on('json')) out.write(`${JSON.stringify(told, undefined, 2)}\n`)
      else out.write(inColumns(['version', 'since', 'tables', 'columns', 'changes'], rows))
      return exits.ok.code
    })
  },
}
