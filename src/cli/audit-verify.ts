import { type Command, exits } from './command.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  doc: 'Read the whole audit log and say whether any record was changed, removed or reordered.',
  wordsMax: 0,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  examples: [['sluice audit verify --config sluice.yaml', 'Exit code 0 when everything fits, 1 when not']],
  async run(given, { config, terminal }) {
    const { verify } = await import('../audit/audit.ts')
    const verdict = verify((await config()).audit.path)
    const { records, chains, broken, more } = verdict
    if (given.on('json')) terminal.out.write(`${JSON.stringify(verdict, undefined, 2)}\n`)
    else {
      for (const { chain, line, seq, what } of broken) {
        terminal.out.write(`${chain}${line === undefined ? '' : ` line ${line}`}${seq === undefined ? '' : ` (record ${seq})`}: ${what}\n`)
      }
      if (more) terminal.out.write('There is more that does not fit.\n')
      for (const { chain, seq, hash } of chains) {
        terminal.out.write(seq < 0 ? `${chain} holds no record\n` : `${chain} ends at record ${seq} with ${hash}\n`)
      }
      const result = broken.length === 0 ? 'all of them fit' : 'the log was damaged or changed'
      terminal.out.write(`${records} records in ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'}: ${result}.\n`)
    }
    return broken.length === 0 ? exits.ok.code : exits.failed.code
  },
}
