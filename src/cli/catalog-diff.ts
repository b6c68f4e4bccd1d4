import type { SchemaDiff } from '../catalog.ts'
import { catalogCall, sourceWord } from './catalog-call.ts'
import { changeLine, onOneLine } from './catalog-words.ts'
import { type Command, exits } from './command.ts'

const ALL = 1_000_000

export const catalogDiff: Command = {
  name: 'catalog diff',
  doc: 'Tell what changed between two versions of what a source holds, what that breaks and how to mend it.',
  words: 'SOURCE [FROM [TO]]',
  wordsMax: 3,
  flags: { json: { doc: 'Print JSON.' }, 'exit-code': { doc: 'Exit with 1 when something is broken for certain.' } },
  configured: true,
  examples: [
    ['sluice catalog diff shop', 'The last change'],
    ['sluice catalog diff shop 3 7', 'Between two versions'],
    ['sluice catalog diff shop 2026-01-01 --exit-code', 'Since a day, for a script'],
  ],
  async run(given, context) {
    const source = sourceWord(given, 'catalog diff')
    const [, from, to] = given.words
    return await context.withParts(await context.config(), async (parts) => {
      const { schemaDiff } = await import('../catalog.ts')
      const call = await catalogCall(context, source, `catalog diff ${given.words.join(' ')}`)
      const between = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), limit: ALL }
      const told = await schemaDiff(call, between, parts)
      context.terminal.out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : diffText(told))
      return given.on('exit-code') && told.breaks.some(({ certain }) => certain) ? exits.failed.code : exits.ok.code
    })
  },
}

function diffText({ from, to, changes, breaks }: SchemaDiff): string {
  const end = ({ version, at }: Readonly<{ version?: number; at: string }>) => (version === undefined ? at : `${version} (${at})`)
  const lines = [
    `${from ? `${end(from)} -> ` : ''}${end(to)}`,
    ...(changes.length === 0 ? ['Nothing that you may see has changed.'] : changes.map((change) => `  ${changeLine(change)}`)),
    ...(breaks.length === 0 ? [] : ['', 'What this breaks:']),
    ...breaks.flatMap(({ text, mend, certain }) => [`  ${onOneLine(text)}${certain ? '' : ' (not certain)'}`, `    ${onOneLine(mend)}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
