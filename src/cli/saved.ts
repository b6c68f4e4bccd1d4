import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { QueryTold } from '../queries.ts'
import { asJson, bankCall, jsonFlag, sourceFlag } from './bank-call.ts'
import { onOneLine } from './catalog-words.ts'
import { type Command, type Context, exits, type Given, UsageError } from './command.ts'
import { credentialOf } from './context.ts'
import { wholeNumber } from './given.ts'

/** A call about saved queries of one source, or of every one where none is named. */
async function callFor({ terminal }: Context, given: Given, text: string): Promise<Call> {
  const { newCallId } = await import('../tools/declared.ts')
  const caller = { id: newCallId(), door: 'cli', credential: credentialOf(terminal), signal: terminal.signal } as const
  return { ...caller, source: given.text('source') ?? '', action: 'query', text: text.slice(0, 500), params: [] }
}

const withParts = async (context: Context, work: (parts: Parts) => Promise<void>): Promise<number> => {
  await context.withParts(await context.config(), work)
  return exits.ok.code
}

/** Without what a terminal would obey. */
const textOf = ({ id, name, source, sql, state, own, owner, problem, mend, tags }: QueryTold): string =>
  [
    onOneLine(name),
    `  ${onOneLine(sql)}`,
    `  ${source}, ${state}, ${own ? 'yours' : `of ${onOneLine(owner)}`}${tags.length > 0 ? `, ${onOneLine(tags.join(' '))}` : ''}, ${id}`,
    ...(problem === undefined ? [] : [`  ${onOneLine(problem.message)}`]),
    ...(mend === undefined ? [] : [`  suggested: ${onOneLine(mend)}`]),
  ]
    .map((line) => `${line}\n`)
    .join('')

export const savedList: Command = {
  name: 'saved list',
  doc: 'List your saved queries and those shared with you, newest first. `sluice query --saved ID` runs one.',
  wordsMax: 0,
  flags: {
    source: { doc: 'Only those of this source.', value: 'NAME', short: 's' },
    state: { doc: 'Only those in this state.', value: 'STATE', choices: ['ok', 'changed', 'broken', 'unknown'] },
    tag: { doc: 'Only those with this tag.', value: 'TAG' },
    mine: { doc: 'Only your own.' },
    last: { doc: 'How many; 50 by default.', value: 'N', short: 'n' },
    json: jsonFlag,
  },
  configured: true,
  examples: [['sluice saved list --state broken', 'What a changed schema has left behind']],
  run: (given, context) =>
    withParts(context, async (parts) => {
      const { listQueries } = await import('../queries.ts')
      const [state, tag] = [given.text('state') as QueryTold['state'] | undefined, given.text('tag')]
      const asked = { ...(state ? { state } : {}), ...(tag ? { tag } : {}), mine: given.on('mine'), offset: 0 }
      const limit = wholeNumber(given, 'last', 1, 10_000) ?? 50
      const { queries, more } = await listQueries(await callFor(context, given, 'saved list'), { ...asked, limit }, parts)
      const text = queries.length === 0 ? 'No query is saved for you here.\n' : queries.map(textOf).join('\n')
      context.terminal.out.write(given.on('json') ? asJson({ queries, more }) : text)
    }),
}

export const savedAdd: Command = {
  name: 'saved add',
  doc: 'Save a statement under a name. It is not run.',
  words: 'NAME SQL',
  wordsMax: 2,
  flags: {
    source: sourceFlag,
    description: { doc: 'What it is for.', value: 'TEXT' },
    tag: { doc: 'A tag.', value: 'TAG', many: true },
    role: { doc: 'A role that it is shared with; * for everybody.', value: 'ROLE', many: true },
    json: jsonFlag,
  },
  configured: true,
  examples: [
    [
      'sluice saved add -s shop --role data_analyst "Orders a day" "SELECT placed, count(*) FROM orders GROUP BY placed"',
      'Shared with a role',
    ],
  ],
  async run(given, context) {
    const [name, statement] = given.words
    if (name === undefined || statement === undefined) throw new UsageError('sluice saved add needs a name and its SQL.')
    return withParts(context, async (parts) => {
      const { saveQuery } = await import('../queries.ts')
      const call = await bankCall(context, given, `saved add ${name}`, parts)
      const more = { description: given.text('description'), tags: given.texts('tag'), roles: given.texts('role') }
      const query = await saveQuery(call, { name, statement, ...more }, parts)
      context.terminal.out.write(given.on('json') ? asJson({ query }) : textOf(query))
    })
  },
}

export const savedRemove: Command = {
  name: 'saved remove',
  doc: 'Remove a saved query of your own, or as who administers its source a shared one.',
  words: 'ID',
  wordsMax: 1,
  flags: {},
  configured: true,
  examples: [['sluice saved remove 01985a3c-7b1e-7000-8000-000000000001', 'By its id']],
  async run(given, context) {
    const [id] = given.words
    if (id === undefined) throw new UsageError('sluice saved remove needs the ID that sluice saved list shows.')
    return withParts(context, async (parts) => {
      const { removeQuery } = await import('../queries.ts')
      await removeQuery(await callFor(context, given, `saved remove ${id}`), id, parts)
    })
  },
}
