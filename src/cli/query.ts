import type { Call, Value } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { Caller, Fields } from '../tools/declared.ts'
import { type Command, exits, type Terminal, UsageError } from './command.ts'
import { credentialOf } from './context.ts'
import { wholeNumber } from './given.ts'
import { type Format, formats, rowsOut } from './rows-out.ts'

const sqlBytesRead = 16 * 1024 * 1024
/** More than any role allows. */
const rowsMost = 1_000_000_000

export const query: Command = {
  name: 'query',
  doc: 'Run one statement and print its rows: a table on a terminal, JSON otherwise.',
  words: '[SQL]',
  wordsMax: 1,
  flags: {
    source: { doc: 'The source to ask. Not needed where there is only one.', value: 'NAME', short: 's' },
    param: {
      doc: 'Value of the next placeholder: a number, true, false, null, else text; quotes make a number text.',
      value: 'VALUE',
      many: true,
      short: 'p',
    },
    format: { doc: 'How rows are written.', value: 'FORMAT', choices: formats, short: 'f' },
    limit: {
      doc: 'Most rows. By default as many as the role shows unasked on a terminal, and all that it allows otherwise: a file should not lack rows.',
      value: 'N',
      short: 'n',
    },
    timeout: { doc: 'Most seconds.', value: 'SECONDS', short: 't' },
    explain: { doc: 'Show the plan of the source instead of rows.' },
    saved: { doc: 'Run the saved query of this id.', value: 'ID' },
  },
  configured: true,
  examples: [
    ['sluice query --demo --source shop "SELECT id, name, email FROM customers LIMIT 5"', 'Masks at work'],
    ['sluice query -s shop -p 42 "SELECT * FROM orders WHERE id = ?"', 'With a parameter'],
    ['sluice query -s shop --format csv < report.sql > report.csv', 'A statement from a file, rows into another'],
  ],
  async run(given, { config, withParts, terminal }) {
    const saved = given.text('saved')
    if (saved !== undefined && given.words.length > 0) throw new UsageError('Give a statement or --saved, not both.')
    const sql = saved === undefined ? (given.words[0] ?? (await textOf(terminal))) : ''
    const seconds = wholeNumber(given, 'timeout', 1, 86_400)
    const limit = wholeNumber(given, 'limit', 1, rowsMost) ?? (terminal.out.isTTY ? undefined : rowsMost)
    const settings = await config()
    return withParts(settings, async (parts) => {
      const [{ run }, { newCallId, sqlCall }] = await Promise.all([import('../gateway.ts'), import('../tools/tools.ts')])
      const fields = {
        sql,
        params: given.texts('param').map(paramOf),
        ...(given.text('source') === undefined ? {} : { source: given.text('source') }),
        ...(limit === undefined ? {} : { limit }),
        ...(seconds === undefined ? {} : { timeout_ms: seconds * 1000 }),
      }
      const caller = { id: newCallId(), door: 'cli', credential: credentialOf(terminal), signal: terminal.signal } as const
      const action = given.on('explain') ? 'explain' : 'query'
      const call =
        saved === undefined ? await sqlCall(fields, action, caller, parts) : await savedQuery(saved, fields, action, caller, parts)
      const format = (given.text('format') as Format | undefined) ?? (terminal.out.isTTY ? 'table' : 'json')
      const color = terminal.env.NO_COLOR ? false : (format === 'table' ? terminal.out.isTTY : terminal.err.isTTY) === true
      const out = rowsOut(format, { out: terminal.out, err: terminal.err, color })
      await out.ended(await run(call, out, parts))
      return exits.ok.code
    })
  },
}

/** The call of a saved query, in the place of a statement. */
async function savedQuery(id: string, fields: Fields, action: Call['action'], caller: Caller, parts: Parts): Promise<Call> {
  const [{ savedCall }, { sqlCall }] = await Promise.all([import('../queries.ts'), import('../tools/tools.ts')])
  const asked: Call = {
    ...caller,
    source: (fields.source as string | undefined) ?? '',
    action,
    text: `saved ${id}`.slice(0, 100),
    params: [],
  }
  const { source, text } = await savedCall(asked, id, parts)
  return sqlCall({ ...fields, source, sql: text }, action, caller, parts)
}

/** The statement from standard input. A terminal there means that it was forgotten. */
async function textOf(terminal: Terminal): Promise<string> {
  if (terminal.in.isTTY) throw new UsageError('sluice query needs a statement: sluice query "SELECT …", or one on standard input.')
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of terminal.in) {
    const buffer = Buffer.from(piece as Uint8Array | string)
    bytes += buffer.byteLength
    if (bytes > sqlBytesRead) throw new UsageError('The statement on standard input is too long.')
    pieces.push(buffer)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** `5` is a number, `"5"` and `05` are text; a whole number that JavaScript would round stays a string of digits. */
export function paramOf(text: string): Value {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?(0|[1-9]\d*)$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : text
  if (/^-?(0|[1-9]\d*)\.\d+$/.test(text) && String(Number(text)) === text) return Number(text)
  if (!/^".*"$/s.test(text)) return text
  try {
    return JSON.parse(text) as string
  } catch {
    return text
  }
}
