import { timeOf } from './audit-list.ts'
import { type Command, exits } from './command.ts'
import { put } from './rows-out.ts'

export const auditExport: Command = {
  name: 'audit export',
  doc: 'Write the records of the audit log as NDJSON, each as it stands in the log with its chain before it.',
  wordsMax: 0,
  flags: {
    since: { doc: 'Only records from this time on.', value: 'TIME' },
    until: { doc: 'Only records before this time.', value: 'TIME' },
  },
  configured: true,
  examples: [['sluice audit export --since 2026-11-01 --until 2026-12-01 > november.ndjson', 'One month']],
  async run(given, { config, terminal }) {
    const { exportRecords } = await import('../audit/audit.ts')
    const bounds = Object.fromEntries(
      (['since', 'until'] as const).flatMap((flag) => {
        const text = given.text(flag)
        return text === undefined ? [] : [[flag, timeOf(flag, text)]]
      }),
    )
    await exportRecords((await config()).audit.path, bounds, async (lines) => {
      terminal.signal.throwIfAborted()
      await put(terminal.out, lines)
    })
    return exits.ok.code
  },
}
