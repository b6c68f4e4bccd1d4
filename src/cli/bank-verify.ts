import { SluiceError } from '../error.ts'
import { didYouMean } from '../nearest.ts'
import { asJson, jsonFlag } from './bank-call.ts'
import { inColumns } from './columns.ts'
import { type Command, exits, UsageError } from './command.ts'
import { operating } from './operating.ts'

const SOURCES_MAX = 1_000
const DOWN: ReadonlySet<string> = new Set(['source_unavailable', 'source_denied', 'source_failed', 'source_busy', 'query_timeout'])

export const bankVerify: Command = {
  name: 'bank verify',
  doc: 'Run again the pairs of the query bank that use what has changed in their source, as who stored them, and mark those stale that no longer answer as they did.',
  words: '[SOURCE…]',
  wordsMax: SOURCES_MAX,
  flags: { all: { doc: 'Also those that use nothing that has changed.' }, json: jsonFlag },
  configured: true,
  examples: [['sluice bank verify shop --all', 'Everything of one source']],
  async run(given, context) {
    const { terminal } = context
    return await context.withParts(await context.config(), async (parts) => {
      const { names } = parts.sources
      const unknown = given.words.find((name) => !names.includes(name))
      if (unknown !== undefined) throw new UsageError(`There is no source named "${unknown.slice(0, 60)}".${didYouMean(unknown, names)}`)
      const { reverify } = await import('../bank.ts')
      const wanted = given.words.length === 0 ? names : [...new Set(given.words)]
      const told = await operating(context, parts, { text: `bank verify ${wanted.join(' ')}`, kind: 'bank' }, async () => {
        const all = []
        for (const source of wanted) {
          try {
            all.push(await reverify(source, parts, terminal.signal, { all: given.on('all') }))
          } catch (error) {
            // A source that is down holds the others no longer up than it takes to say so.
            if (terminal.signal.aborted || !(error instanceof SluiceError) || !DOWN.has(error.code)) throw error
            terminal.err.write(`${source}: ${error.message}\n`)
          }
        }
        return all
      })
      const rows = told.map((one) => [one.source, ...counts.map((count) => String(one[count]))])
      terminal.out.write(given.on('json') ? asJson(told) : inColumns(['source', ...counts], rows))
      if (told.length < wanted.length) return exits.unavailable.code
      return told.some(({ stale }) => stale > 0) ? exits.failed.code : exits.ok.code
    })
  },
}

const counts = ['checked', 'unchanged', 'good', 'healed', 'stale', 'undecided'] as const
