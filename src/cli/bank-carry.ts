import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { asJson, bankCall, jsonFlag, sourceFlag } from './bank-call.ts'
import { type Command, exits, Trouble, UsageError } from './command.ts'

export const bankExport: Command = {
  name: 'bank export',
  doc: 'Print the pairs of the query bank that you may run, one JSON object a line.',
  wordsMax: 0,
  flags: { source: sourceFlag },
  configured: true,
  examples: [['sluice bank export -s shop > bank.jsonl', 'To be imported elsewhere']],
  async run(given, context) {
    return await context.withParts(await context.config(), async (parts) => {
      const { exportPairs } = await import('../bank.ts')
      const call = await bankCall(context, given, 'bank export', parts)
      await exportPairs(call, (line) => void context.terminal.out.write(line), parts)
      return exits.ok.code
    })
  },
}

export const bankImport: Command = {
  name: 'bank import',
  doc: 'Store the pairs of a file, one JSON object a line, as you would one by one. A line that is refused holds no other up.',
  words: '[FILE]',
  wordsMax: 1,
  flags: {
    source: sourceFlag,
    verify: { doc: 'Verify them, too: for who administers the source everybody then finds them who may run them.' },
    json: jsonFlag,
  },
  configured: true,
  examples: [['sluice bank import bank.jsonl -s shop', 'Lines such as {"question": "…", "sql": "…"}']],
  async run(given, context) {
    const { terminal } = context
    const [file] = given.words
    if (file === undefined && terminal.in.isTTY) throw new UsageError('sluice bank import needs a file, or lines on standard input.')
    if (file !== undefined)
      await access(file).catch((cause: unknown) => {
        throw new Trouble(
          exits.usage.code,
          `${file.slice(0, 200)} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`,
          'Check the name of the file.',
          cause,
        )
      })
    return await context.withParts(await context.config(), async (parts) => {
      const { importPairs } = await import('../bank.ts')
      const call = await bankCall(context, given, 'bank import', parts)
      const lines = createInterface({
        input: file === undefined ? terminal.in : createReadStream(file),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      const told = await importPairs(call, lines, given.on('verify'), parts)
      const { added, known, refused } = told
      for (const { line, code, reason } of refused) terminal.err.write(`line ${line}: ${code}: ${reason}\n`)
      terminal.out.write(given.on('json') ? asJson(told) : `${added} added, ${known} known already, ${refused.length} refused.\n`)
      return refused.length > 0 ? exits.failed.code : exits.ok.code
    })
  },
}
