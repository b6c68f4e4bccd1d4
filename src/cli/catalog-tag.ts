import { asOperator } from './as-operator.ts'
import { catalogCall, sourceWord } from './catalog-call.ts'
import { onOneLine } from './catalog-words.ts'
import { type Command, exits } from './command.ts'

export const catalogTag: Command = {
  name: 'catalog tag',
  doc: 'Say what a source, a table or a column means: tags, a description, an owner, business terms.',
  words: 'SOURCE [TABLE [COLUMN]]',
  wordsMax: 3,
  flags: {
    add: { doc: 'A tag to add.', value: 'TAG', many: true },
    remove: { doc: 'A tag to take away.', value: 'TAG', many: true },
    description: { doc: 'What it means; an empty text takes the description away.', value: 'TEXT' },
    owner: { doc: 'Who answers for it; an empty text takes the owner away.', value: 'NAME' },
    term: { doc: 'A business term that it stands for; those that are there are replaced.', value: 'TERM', many: true },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [
    ['sluice catalog tag shop customers --add crm --owner "Sales"', 'Of a table'],
    ['sluice catalog tag shop customers email --description "Where invoices go"', 'Of a column'],
  ],
  async run(given, context) {
    const source = sourceWord(given, 'catalog tag')
    const [, table, column] = given.words
    return await context.withParts(await context.config(), async (opened) => {
      const parts = asOperator(opened, context.terminal)
      const { describeObject } = await import('../knowledge.ts')
      const call = await catalogCall(context, source, `catalog tag ${given.words.join(' ')}`)
      const [description, owner, terms] = [given.text('description'), given.text('owner'), given.texts('term')]
      const said = {
        addTags: given.texts('add'),
        removeTags: given.texts('remove'),
        ...(description === undefined ? {} : { description: description === '' ? null : description }),
        ...(owner === undefined ? {} : { owner: owner === '' ? null : owner }),
        ...(terms.length === 0 ? {} : { terms }),
      }
      const told = await describeObject(call, { table, column }, said, parts)
      if (given.on('json')) context.terminal.out.write(`${JSON.stringify(told, undefined, 2)}\n`)
      else context.terminal.out.write(noteLine(told))
      return exits.ok.code
    })
  },
}

type Told = Readonly<{
  table?: string
  column?: string
  description?: string
  tags?: readonly string[]
  owner?: string
  terms?: readonly string[]
}>

/** What is said of one object, on one line. */
export function noteLine({ table, column, description, tags = [], owner, terms = [] }: Told): string {
  const name = [table, column].filter((part) => part !== undefined).join('.') || 'the source'
  const said = [
    ...(description === undefined ? [] : [description]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(terms.length === 0 ? [] : [`terms ${terms.join(', ')}`]),
  ]
  return `${onOneLine(`${name}: ${said.length === 0 ? 'nothing is said of it' : said.join('; ')}`)}\n`
}
