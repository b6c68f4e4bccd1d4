import { readFileSync } from 'node:fs'
import type { Imported } from '../knowledge.ts'
import { asOperator } from './as-operator.ts'
import { catalogCall, sourceWord } from './catalog-call.ts'
import { noteLine } from './catalog-tag.ts'
import { type Command, exits, Trouble, UsageError } from './command.ts'

export const catalogNotes: Command = {
  name: 'catalog notes',
  doc: 'List, export or import what is said of the tables and columns of a source.',
  words: 'SOURCE [TABLE]',
  wordsMax: 2,
  flags: {
    tag: { doc: 'Only what bears it.', value: 'TAG' },
    export: { doc: 'Print the document that --import takes.' },
    import: { doc: 'Take in such a document, or the manifest.json of dbt. What a person has written stays.', value: 'FILE' },
    comments: { doc: 'Take in the comments of the database.' },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [
    ['sluice catalog notes shop', 'Everything that is said of a source'],
    ['sluice catalog notes shop --import target/manifest.json', 'Descriptions, tags and owners from dbt'],
    ['sluice catalog notes shop --export > notes.json', 'To keep, or for another gateway'],
  ],
  async run(given, context) {
    const source = sourceWord(given, 'catalog notes')
    const [, table] = given.words
    const file = given.text('import')
    if ([given.on('export'), given.on('comments'), file !== undefined].filter(Boolean).length > 1)
      throw new UsageError('sluice catalog notes does one thing at a time: --export, --import or --comments.')
    const document = file === undefined ? undefined : documentOf(file)
    return await context.withParts(await context.config(), async (opened) => {
      const parts = asOperator(opened, context.terminal)
      const { exportNotes, importComments, importNotes, listNotes } = await import('../knowledge.ts')
      const call = await catalogCall(context, source, `catalog notes ${given.words.join(' ')}`)
      const { out } = context.terminal
      if (given.on('export')) out.write(`${JSON.stringify(await exportNotes(call, parts), undefined, 2)}\n`)
      else if (document !== undefined || given.on('comments')) {
        const done = document === undefined ? await importComments(call, parts) : await importNotes(call, document, parts)
        out.write(given.on('json') ? `${JSON.stringify(done, undefined, 2)}\n` : importedText(done))
      } else {
        const told = await listNotes(call, { table, tag: given.text('tag') }, parts)
        const text = told.notes.map(noteLine).join('') || 'Nothing is said of what you may see.\n'
        out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : text)
      }
      return exits.ok.code
    })
  },
}

function documentOf(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Trouble(exits.usage.code, `The file ${file} cannot be read.`, 'Check its name and whether you may read it.', cause)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Trouble(exits.usage.code, `The file ${file} is not JSON.`, 'Name an export of notes or the manifest.json of dbt.', cause)
  }
}

const importedText = ({ from, written, kept, same, unknown }: Imported): string =>
  `${from}: ${written} written, ${same} the same as before, ${kept} kept as they are, ${unknown} that the source has not.\n`
