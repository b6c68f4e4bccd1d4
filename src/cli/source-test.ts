import type { Step } from '../source/source.ts'
import { type Command, exits, UsageError } from './command.ts'
import { withRegistry } from './source-keeping.ts'

export const sourceTest: Command = {
  name: 'source test',
  doc: 'Try to reach a source, step by step, and say how to mend the step that fails. It need not be enabled.',
  words: 'NAME',
  wordsMax: 1,
  flags: { json: { doc: 'Print JSON.' } },
  configured: true,
  registering: true,
  examples: [['sluice source test shop', 'Name, port, encryption, login, database, rights']],
  async run(given, context) {
    const [name] = given.words
    if (name === undefined) throw new UsageError('sluice source test needs the name of a source; `sluice source list` shows them.')
    const { out, signal } = context.terminal
    const tell = (step: Step) => {
      if (!given.on('json')) out.write(lineOf(step))
    }
    const tried = await withRegistry(context, `test the source ${name}`, async ({ keeping, config, parts }) => {
      const registry = await import('../registry.ts')
      if (!Object.hasOwn(config.sources, name))
        return registry.trySource(registry.named(name, await keeping.book.all()), keeping.keyring, signal, tell)
      const { connection } = await parts.sources.get(name)
      const steps = (await connection.diagnose?.(signal, tell)) ?? []
      return { source: name, ok: steps.every(({ ok }) => ok), steps }
    })
    if (given.on('json')) out.write(`${JSON.stringify(tried, undefined, 2)}\n`)
    return tried.ok ? exits.ok.code : exits.unavailable.code
  },
}

const lineOf = ({ step, ok, ms, text, mend }: Step): string =>
  `${ok ? 'ok  ' : 'FAIL'}  ${step} (${ms} ms): ${text}\n${mend === undefined ? '' : `      mend: ${mend}\n`}`
