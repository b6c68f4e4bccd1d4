import type { ProfileTold } from '../knowledge.ts'
import { asOperator } from './as-operator.ts'
import { catalogCall, sourceWord } from './catalog-call.ts'
import { onOneLine } from './catalog-words.ts'
import { inColumns } from './columns.ts'
import { type Command, exits, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'
import { progressBar } from './progress-bar.ts'

const TABLES_MAX = 10_000
const ROWS_MAX = 10_000_000

export const catalogProfile: Command = {
  name: 'catalog profile',
  doc: 'Look at the values of tables as a role sees them and keep what they are like; of masked and personal columns only counts.',
  words: 'SOURCE [TABLE…]',
  wordsMax: TABLES_MAX,
  flags: {
    role: { doc: 'The role to look through.', value: 'ROLE' },
    rows: { doc: 'Rows of a table to look at; 50000 unless said.', value: 'N' },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [['sluice catalog profile --demo shop orders --role read_only', 'One table of the demo']],
  async run(given, context) {
    const source = sourceWord(given, 'catalog profile')
    const role = given.text('role')
    if (role === undefined) throw new UsageError('sluice catalog profile needs --role: as whom the values are looked at.')
    const rows = wholeNumber(given, 'rows', 1, ROWS_MAX)
    const tables = given.words.length > 1 ? given.words.slice(1) : undefined
    return await context.withParts(await context.config(), async (opened) => {
      const parts = asOperator(opened, context.terminal)
      const [{ profileTables }, { newCallId }] = await Promise.all([import('../knowledge.ts'), import('../tools/declared.ts')])
      const call = await catalogCall(context, source, `catalog profile ${given.words.join(' ')} --role ${role}`)
      const bar = progressBar(context.terminal.err, 'Profiling')
      const done = await profileTables(call, { tables, role, rows }, newCallId, parts, (count, total, what) =>
        bar.show(total === 0 ? 1 : count / total, what),
      ).finally(() => bar.end())
      const { out } = context.terminal
      if (given.on('json')) out.write(`${JSON.stringify(done, undefined, 2)}\n`)
      else for (const one of done.tables) out.write(`${profileText(one.table, one.profile)}\n`)
      for (const { table, code } of given.on('json') ? [] : done.failed) out.write(`${table} could not be read: ${code}\n`)
      return done.failed.length > 0 ? exits.failed.code : exits.ok.code
    })
  },
}

function profileText(table: string, profile: ProfileTold | undefined): string {
  if (!profile) return `${onOneLine(table)}: kept for who may see it\n`
  const { rows, sampled, columns } = profile
  const lines = columns.map(({ name, nulls, distinct, unique, min, max, frequent, patterns, closed }) => [
    onOneLine(name),
    nulls === undefined ? '' : String(nulls),
    distinct === undefined ? '' : `${distinct}${unique ? ', unique' : ''}`,
    onOneLine(min === undefined ? '' : `${min} … ${max}`),
    onOneLine(
      closed === undefined
        ? [
            ...(frequent ?? []).slice(0, 3).map(({ value, count }) => `${value} (${count})`),
            ...(patterns ?? []).slice(0, 2).map(({ pattern }) => pattern),
          ].join(', ')
        : closed === 'masked'
          ? 'masked: only counts'
          : 'personal data: only counts',
    ),
  ])
  return `${onOneLine(table)}: ${sampled ? `the first ${rows} rows` : `${rows} rows`}\n${inColumns(['column', 'nulls', 'distinct', 'values', 'frequent'], lines)}`
}
