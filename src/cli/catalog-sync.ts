import type { Progress, Synced } from '../catalog.ts'
import { didYouMean } from '../nearest.ts'
import { changeLine } from './catalog-words.ts'
import { inColumns } from './columns.ts'
import { type Command, exits, UsageError } from './command.ts'
import { operating } from './operating.ts'
import { progressBar } from './progress-bar.ts'

const SOURCES_MAX = 1_000
/** The first changes of each source; `sluice catalog diff` shows all. */
const SHOWN = 20

export const catalogSync: Command = {
  name: 'catalog sync',
  doc: 'Bring the registry up to date with what the sources hold, and tell what has changed.',
  words: '[SOURCE…]',
  wordsMax: SOURCES_MAX,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [
    ['sluice catalog sync --demo', 'Look at every source of the demo'],
    ['sluice catalog sync shop --json', 'Look at one source, for a program'],
  ],
  async run(given, context) {
    const { terminal } = context
    const outcomes = await context.withParts(await context.config(), async (parts) => {
      const names = parts.sources.names
      const unknown = given.words.find((name) => !names.includes(name))
      if (unknown !== undefined) throw new UsageError(`There is no source named "${unknown.slice(0, 60)}".${didYouMean(unknown, names)}`)
      const wanted = given.words.length === 0 ? names : [...new Set(given.words)]
      const { synchronise } = await import('../catalog.ts')
      const bar = progressBar(terminal.err, 'Synchronising')
      try {
        // Several sources are read at once, and a bar does not shrink.
        let share = 0
        const progress = (told: Progress) => {
          share = Math.max(share, shareOf(told))
          bar.show(share, wordsOf(told, terminal.err.isTTY === true))
        }
        const doing = { text: `catalog sync ${wanted.join(' ')}`, kind: 'catalog' }
        return await operating(context, parts, doing, () => synchronise(wanted, { parts, signal: terminal.signal, progress }))
      } finally {
        bar.end()
      }
    })
    if (given.on('json')) terminal.out.write(`${JSON.stringify(outcomes, undefined, 2)}\n`)
    else if (outcomes.length === 0) terminal.out.write('No sources are configured. `sluice init` writes a configuration.\n')
    else terminal.out.write(told(outcomes))
    return outcomes.some(({ ok }) => !ok) ? exits.unavailable.code : exits.ok.code
  },
}

function shareOf({ done, sources, stage, tables = 0, total = 0 }: Progress): number {
  const within = stage === 'reading' && total > 0 ? tables / total / 2 : stage === 'comparing' ? 0.8 : 0
  return sources === 0 ? 1 : Math.min(1, (done + within) / sources)
}

/** Where nothing can be overwritten only what is being done is told, not how far it is. */
const wordsOf = ({ source, stage, tables }: Progress, counted: boolean): string =>
  `${source} ${stage}${tables === undefined || tables === 0 || (!counted && stage === 'reading') ? '' : ` ${tables} tables`}`

function told(outcomes: readonly Synced[]): string {
  const rows = outcomes.map((one) => [
    one.source,
    one.ok ? (one.changed ? (one.version === 1 ? 'new' : 'changed') : 'the same') : (one.code ?? 'failed'),
    one.version === undefined ? '' : String(one.version),
    one.tables === undefined ? '' : String(one.tables),
    String(one.changes.length),
    `${Math.round(one.ms)} ms`,
    one.text ?? '',
  ])
  const changed = outcomes.filter(({ changes }) => changes.length > 0).flatMap(changesOf)
  return inColumns(['source', 'state', 'version', 'tables', 'changes', 'took', 'about'], rows) + changed.map((line) => `${line}\n`).join('')
}

function changesOf({ source, changes }: Synced): string[] {
  const more = changes.length - SHOWN
  const rest = more > 0 ? [`  and ${more} more: sluice catalog diff ${source}`] : []
  return ['', `${source}:`, ...changes.slice(0, SHOWN).map((change) => `  ${changeLine(change)}`), ...rest]
}
