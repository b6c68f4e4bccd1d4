import type { Call } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { PersonalList, Scanned } from '../knowledge.ts'
import { asOperator } from './as-operator.ts'
import { catalogCall } from './catalog-call.ts'
import { onOneLine } from './catalog-words.ts'
import { inColumns } from './columns.ts'
import { type Command, type Context, exits, type Given, UsageError } from './command.ts'
import { progressBar } from './progress-bar.ts'

const decisions = ['confirm', 'dismiss', 'mask'] as const
const TABLES_MAX = 10_000

export const catalogPii: Command = {
  name: 'catalog pii',
  doc: 'Find personal data in a source, list what was found, and decide about it. Values are looked at, never kept or shown.',
  words: 'scan|list|decide SOURCE [TABLE…]',
  wordsMax: TABLES_MAX,
  flags: {
    all: { doc: 'List also what was decided about.' },
    decision: { doc: 'With decide SOURCE TABLE COLUMN.', value: 'DECISION', choices: decisions },
    json: { doc: 'Print JSON.' },
  },
  configured: true,
  examples: [
    ['sluice catalog pii scan shop', 'Look through every table'],
    ['sluice catalog pii list shop', 'What nobody has decided about'],
    ['sluice catalog pii decide shop customers email --decision mask', 'Let it stay masked'],
  ],
  async run(given, context) {
    const [verb, source] = given.words
    if (verb !== 'scan' && verb !== 'list' && verb !== 'decide') throw new UsageError('sluice catalog pii needs scan, list or decide.')
    if (source === undefined) throw new UsageError(`sluice catalog pii ${verb} needs the name of a source.`)
    return await context.withParts(await context.config(), async (opened) => {
      const parts = asOperator(opened, context.terminal)
      const call = await catalogCall(context, source, `catalog pii ${given.words.join(' ')}`)
      return verb === 'scan'
        ? scan(given, call, context, parts)
        : verb === 'list'
          ? list(given, call, context, parts)
          : decide(given, call, context, parts)
    })
  },
}

async function scan(given: Given, call: Call, { terminal }: Context, parts: Parts): Promise<number> {
  const [{ scanPersonal }, { newCallId }] = await Promise.all([import('../knowledge.ts'), import('../tools/declared.ts')])
  const tables = given.words.length > 2 ? given.words.slice(2) : undefined
  const bar = progressBar(terminal.err, 'Looking')
  const done = await scanPersonal(call, tables, newCallId, parts, (count, total, what) =>
    bar.show(total === 0 ? 1 : count / total, what),
  ).finally(() => bar.end())
  terminal.out.write(given.on('json') ? `${JSON.stringify(done, undefined, 2)}\n` : scannedText(done))
  return done.failed.length > 0 ? exits.failed.code : exits.ok.code
}

const scannedText = ({ source, tables, columns, found, fresh, failed }: Scanned): string =>
  [
    `${tables} tables with ${columns} columns: personal data in ${found} of them, ${fresh} new.`,
    ...failed.map(({ table, code }) => `${onOneLine(table)} could not be read: ${code}`),
    `sluice catalog pii list ${source} shows what was found.`,
    '',
  ].join('\n')

async function list(given: Given, call: Call, { terminal }: Context, parts: Parts): Promise<number> {
  const { listPersonal } = await import('../knowledge.ts')
  const told = await listPersonal(call, { table: given.words[2], all: given.on('all') }, parts)
  terminal.out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : listText(told))
  return exits.ok.code
}

function listText({ findings, masked_until_decided: masked }: PersonalList): string {
  if (findings.length === 0) return 'Nothing was found about which nobody has decided.\n'
  const rows = findings.map((one) => [
    onOneLine(`${one.table}.${one.column}`),
    one.title,
    `${Math.round(one.confidence * 100)} %`,
    one.masked ? `${one.state}, masked` : one.state,
    onOneLine(one.reason),
  ])
  const note = masked ? '' : 'Nothing is masked by this: masks.detected is off.\n'
  return `${inColumns(['column', 'what', 'sure', 'state', 'because'], rows)}${note}`
}

async function decide(given: Given, call: Call, { terminal }: Context, parts: Parts): Promise<number> {
  const [, , table, column] = given.words
  const decision = decisions.find((one) => one === given.text('decision'))
  if (table === undefined || column === undefined || decision === undefined)
    throw new UsageError('sluice catalog pii decide needs SOURCE TABLE COLUMN and --decision.')
  const { decidePersonal } = await import('../knowledge.ts')
  const told = await decidePersonal(call, { table, column }, decision, parts)
  const off = told.state === 'mask' && !told.masked ? ' Nothing is masked by this: masks.detected is off.' : ''
  const text = onOneLine(`${told.table}.${told.column}: ${told.state}${told.masked ? ', masked' : ''}.${off}`)
  terminal.out.write(given.on('json') ? `${JSON.stringify(told, undefined, 2)}\n` : `${text}\n`)
  return exits.ok.code
}
