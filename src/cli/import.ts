import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Applied, Previewed } from '../change.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Bytes, WantedImport } from '../import.ts'
import { limits } from '../limits.ts'
import { type Command, exits, type Given, type Terminal, UsageError } from './command.ts'
import { credentialOf } from './context.ts'
import { wholeNumber } from './given.ts'
import { progressBar } from './progress-bar.ts'

const formats = ['csv', 'ndjson', 'json', 'parquet'] as const
type Format = (typeof formats)[number]

const byEnding: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.parquet': 'parquet',
}

export const importCommand: Command = {
  name: 'import',
  doc: 'Put the rows of a file into a table, all or none: shows what would be imported, asks, and imports it.',
  words: 'FILE',
  wordsMax: 1,
  flags: {
    source: { doc: 'The source of the table. Not needed where there is only one.', value: 'NAME', short: 's' },
    table: { doc: 'The table, with its schema where that is needed.', value: 'TABLE', short: 't' },
    format: { doc: 'What the file is; by default told by its ending.', value: 'FORMAT', choices: formats, short: 'f' },
    columns: { doc: 'Names of the columns, with commas between; a CSV file then has no header.', value: 'NAMES' },
    delimiter: { doc: 'What stands between the fields of a CSV file.', value: 'CHAR' },
    null: { doc: 'The text that stands for NULL in a CSV file; by default the empty one without quotes.', value: 'TEXT' },
    upsert: { doc: 'Overwrite the rows that are there already.' },
    key: { doc: 'The columns by which --upsert finds a row, with commas between. By default the primary key.', value: 'NAMES' },
    batch: { doc: 'Rows that go to the source at once, at most.', value: 'N' },
    yes: { doc: 'Import without asking.', short: 'y' },
  },
  configured: true,
  examples: [
    ['sluice import customers.csv -s shop -t customers', 'Show, ask, import'],
    ['sluice import prices.ndjson -s shop -t prices --upsert --key sku --yes', 'Overwrite what is there'],
  ],
  async run(given, { config, withParts, terminal }) {
    const file = given.words[0]
    const table = given.text('table')
    if (file === undefined || table === undefined)
      throw new UsageError('sluice import needs a file and a table: sluice import FILE --table TABLE.')
    if (given.text('key') !== undefined && !given.on('upsert')) throw new UsageError('--key goes with --upsert.')
    const settings = await config()
    return withParts(settings, async (parts) => {
      const first = await load(given, file, table, undefined, terminal, parts)
      if (first.status === 'applied') return told(first, terminal)
      await show(first, terminal)
      if (!given.on('yes') && !(await agreed(terminal))) {
        terminal.err.write('Nothing was imported.\n')
        return exits.failed.code
      }
      return told(await load(given, file, table, first.confirm_token, terminal, parts), terminal)
    })
  },
}

async function load(
  given: Given,
  file: string,
  table: string,
  token: string | undefined,
  terminal: Terminal,
  parts: Parts,
): Promise<Previewed | Applied> {
  const [{ importRows }, { newCallId, sourceOf }] = await Promise.all([import('../import.ts'), import('../tools/tools.ts')])
  const caller = { id: newCallId(), door: 'cli', credential: credentialOf(terminal), signal: terminal.signal } as const
  const asked = given.text('source')
  const source = await sourceOf(asked === undefined ? {} : { source: asked }, caller, parts)
  const { size } = await stat(file).catch(() => {
    throw new UsageError(`There is no file ${file}.`)
  })
  const bar = progressBar(terminal.err, token === undefined ? 'Reading' : 'Importing')
  let read = 0
  let rows = 0
  const counted = counting(createReadStream(file), (bytes) => {
    read += bytes
    bar.show(Math.min(1, size === 0 ? 1 : read / size), terminal.err.isTTY ? `${rows} rows` : file)
  })
  const batchRows = wholeNumber(given, 'batch', 1, limits.importBatchRowsMax)
  const wanted: WantedImport = {
    table,
    rows: await rowsOf(given, file, counted),
    mode: given.on('upsert') ? 'upsert' : 'insert',
    key: given.text('key')?.split(',') ?? [],
    progress: (done) => {
      rows = done
    },
    ...(batchRows === undefined ? {} : { batchRows }),
  }
  const { id, door, credential, signal } = caller
  const action = token === undefined ? 'preview' : 'apply'
  const call = {
    id,
    door,
    credential,
    source,
    action,
    text: `import ${wanted.rows.format} into ${table.slice(0, 200)}`,
    params: [],
    signal,
  } as const
  try {
    return await importRows(call, wanted, token, parts)
  } finally {
    bar.end()
  }
}

async function* counting(bytes: Bytes, tell: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    tell(piece.byteLength)
    yield piece
  }
}

async function rowsOf(given: Given, file: string, bytes: Bytes) {
  const format = (given.text('format') as Format | undefined) ?? byEnding[extname(file).toLowerCase()]
  if (!format) throw new UsageError(`--format must say what ${file} is: ${formats.join(', ')}.`)
  const { csvRows, jsonRows, ndjsonRows, parquetRows } = await import('../import.ts')
  const names = given.text('columns')
  const columns = names === undefined ? {} : { columns: names.split(',') }
  const [delimiter, nothing] = [given.text('delimiter'), given.text('null')]
  if (delimiter !== undefined && delimiter.length !== 1) throw new UsageError('--delimiter is one character.')
  if (format === 'parquet') return parquetRows(bytes, columns, limits.importBytesMax)
  if (format === 'ndjson') return ndjsonRows(bytes, columns, limits.importBytesMax)
  if (format === 'json') return jsonRows(bytes, columns, limits.importBytesMax)
  const csv = { ...columns, ...(delimiter === undefined ? {} : { delimiter }), ...(nothing === undefined ? {} : { null: nothing }) }
  return csvRows(bytes, csv, limits.importBytesMax)
}

/** The preview, on standard error: standard output is for what was done. */
async function show(preview: Previewed, { err }: Terminal): Promise<void> {
  const { changeAnswer } = await import('../tools/tools.ts')
  const lines = changeAnswer(preview).text.split('\n')
  // The last line tells an agent how to send the token back.
  err.write(`${lines.slice(0, -1).join('\n')}\n`)
}

async function agreed({ in: input, err }: Terminal): Promise<boolean> {
  if (!input.isTTY) {
    throw new SluiceError('change_refused', 'Nobody can be asked here.', { hint: 'Give --yes to import without asking.' })
  }
  const asking = createInterface({ input, output: err })
  try {
    return /^y(es)?$/i.test((await asking.question('Import these rows? [y/N] ')).trim())
  } finally {
    asking.close()
  }
}

function told(done: Previewed | Applied, { out }: Terminal): number {
  const rows = Object.values(done.changed).reduce((sum, count) => sum + count, 0)
  out.write(`Imported ${rows} row${rows === 1 ? '' : 's'} into ${Object.keys(done.changed).join(', ')} of ${done.source}.\n`)
  return exits.ok.code
}
