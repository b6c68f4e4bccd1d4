import type { JoinTold } from '../knowledge.ts'
import { catalogCall, sourceWord } from './catalog-call.ts'
import { onOneLine } from './catalog-words.ts'
import { type Command, exits, UsageError } from './command.ts'

const TABLES_MAX = 32

export const catalogPaths: Command = {
  name: 'catalog paths',
  doc: 'Tell how tables are joined, with a statement to start from; with one table, which others it can be joined to.',
  words: 'SOURCE TABLE…',
  wordsMax: TABLES_MAX + 1,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [
    ['sluice catalog paths --demo shop customers products', 'The way between two tables'],
    ['sluice catalog paths --demo shop orders', 'What is near to one'],
  ],
  async run(given, context) {
    const source = sourceWord(given, 'catalog paths')
    const tables = given.words.slice(1)
    if (tables.length === 0) throw new UsageError('sluice catalog paths needs the names of tables.')
    return await context.withParts(await context.config(), async (parts) => {
      const { findPath, suggestRelated } = await import('../knowledge.ts')
      const call = await catalogCall(context, source, `catalog paths ${given.words.join(' ')}`)
      const { out } = context.terminal
      if (tables.length === 1) {
        const told = await suggestRelated(call, tables, undefined, parts)
        const lines = told.related.map(({ table, joins }) => onOneLine(`${table}: ${joins.map(joinText).join('; then ')}`))
        const text = lines.length === 0 ? 'No table is known to be joined to it.' : lines.join('\n')
        out.write(`${given.on('json') ? JSON.stringify(told, undefined, 2) : text}\n`)
      } else {
        const told = await findPath(call, tables, parts)
        const lines = [
          ...told.joins.map((join) => onOneLine(joinText(join))),
          '',
          told.sql,
          ...(told.warnings.length === 0 ? [] : ['', ...told.warnings.map(({ text }) => onOneLine(`Beware: ${text}`))]),
        ]
        out.write(`${given.on('json') ? JSON.stringify(told, undefined, 2) : lines.join('\n')}\n`)
      }
      return exits.ok.code
    })
  },
}

const joinText = ({ from, columns, to, references, cardinality, strength, evidence }: JoinTold): string =>
  `${from} (${columns.join(', ')}) -> ${to} (${references.join(', ')}), ${cardinality}, strength ${strength}: ${evidence}`
