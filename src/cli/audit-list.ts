import type { Listed } from '../audit/audit.ts'
import { inColumns } from './columns.ts'
import { type Command, exits, UsageError } from './command.ts'
import { wholeNumber } from './given.ts'

export const auditList: Command = {
  name: 'audit list',
  doc: 'Show the latest calls: who asked what, and how it ended.',
  wordsMax: 0,
  flags: {
    last: { doc: 'How many calls; 20 by default.', value: 'N', short: 'n' },
    principal: { doc: 'Only calls of this caller.', value: 'NAME' },
    source: { doc: 'Only calls to this source.', value: 'NAME', short: 's' },
    since: { doc: 'Only calls from this time on, e.g. 2026-11-20 or 2026-11-20T08:00Z.', value: 'TIME' },
    json: { doc: 'Print one JSON object a line, with everything that is known.' },
  },
  configured: true,
  examples: [
    ['sluice audit list --last 50 --source shop', 'The last fifty calls to one source'],
    ['sluice audit list --since 2026-11-20 --json | jq .sql', 'What ran today'],
  ],
  async run(given, { config, terminal }) {
    const { listCalls } = await import('../audit/audit.ts')
    const settings = await config()
    const filter = {
      last: wholeNumber(given, 'last', 1, 1_000_000) ?? 20,
      ...(given.text('principal') === undefined ? {} : { principal: given.text('principal')! }),
      ...(given.text('source') === undefined ? {} : { source: given.text('source')! }),
      ...(given.text('since') === undefined ? {} : { since: timeOf('since', given.text('since')!) }),
    }
    const calls = listCalls(settings.audit.path, filter)
    if (given.on('json')) for (const call of calls) terminal.out.write(`${JSON.stringify(call)}\n`)
    else terminal.out.write(calls.length === 0 ? 'No calls.\n' : inColumns(heads, calls.map(row)))
    return exits.ok.code
  },
}

const heads = ['time', 'door', 'principal', 'source', 'outcome', 'rows', 'ms', 'statement']

function row({ time, door, principal, source, code, rows, ms, text }: Listed): string[] {
  const statement = oneLine(text ?? '')
  const outcome = code ?? 'no outcome'
  return [
    time,
    door,
    principal ?? '?',
    source === '' ? '-' : source,
    outcome,
    rows === undefined ? '' : String(rows),
    ms === undefined ? '' : String(ms),
    statement,
  ]
}

/** A statement on one line, without what a terminal would obey. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** A time from a flag, as the records write it. */
export function timeOf(flag: string, text: string): string {
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new UsageError(`--${flag} is a date or time such as 2026-11-20 or 2026-11-20T08:00Z.`)
  return time.toISOString()
}
