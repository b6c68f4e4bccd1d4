import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { RowsIn, WantedImport } from '../import.ts'
import { limits } from '../limits.ts'
import { tellUnnamed } from '../log/log.ts'
import { didYouMean } from '../nearest.ts'
import { changeAnswer, newCallId } from '../tools/tools.ts'
import { asTool } from './as-tool.ts'
import type { Exchange } from './exchange.ts'

const known = ['mode', 'key', 'columns', 'delimiter', 'quote', 'null', 'batch_size', 'confirm_token'] as const
type Asked = Readonly<Partial<Record<(typeof known)[number], string>>>

/**
 * `POST /import/{source}/{table}`: the body, streamed, becomes rows of the table; its Content-Type tells the format. `mode`, `key`, `columns`
 * (names with commas between), `delimiter`, `quote`, `null`, `batch_size` and `confirm_token` stand in the query; the token may come as the
 * header `X-Confirm-Token` instead. Answers a preview, or what was imported.
 */
export async function importRoute(exchange: Exchange, parts: Parts, bytesMax: number = limits.importBytesMax): Promise<void> {
  const { request, params } = exchange
  let id: string | undefined
  try {
    const asked = askedOf(request.url!)
    refuseAtOnce(Number(request.headers['content-length']), bytesMax)
    const rows = await rowsOf(exchange, asked, bytesMax)
    const wanted = wantedOf(params.table!, asked, rows)
    const header = request.headers['x-confirm-token']
    const token = asked.confirm_token ?? (typeof header === 'string' ? header : undefined)
    const { importRows } = await import('../import.ts')
    exchange.unhurried = true
    id = newCallId()
    const call = {
      id,
      door: 'http',
      credential: exchange.credential,
      source: params.source!,
      action: token === undefined ? 'preview' : 'apply',
      text: `import ${rows.format} into ${wanted.table.slice(0, 200)}`,
      params: [],
      signal: exchange.signal,
    } as const
    await asTool('bulk_import', { id, door: 'http', credential: exchange.credential, signal: exchange.signal }, parts)
    exchange.json(200, changeAnswer(await importRows(call, wanted, token, parts)).structured)
  } catch (caught) {
    tellUnnamed(parts.log, id, caught)
    // What still comes is thrown away while the answer is on its way, and nothing more is taken from this client.
    if (!request.complete) exchange.response.shouldKeepAlive = false
    request.resume()
    exchange.fail(caught, id)
  } finally {
    exchange.unhurried = false
  }
}

function askedOf(url: string): Asked {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  const asked: Record<string, string> = {}
  for (const [name, value] of query) {
    if (!(known as readonly string[]).includes(name)) {
      throw new SluiceError('field_unknown', `There is no field ${JSON.stringify(name.slice(0, 100))}.${didYouMean(name, known)}`)
    }
    if (Object.hasOwn(asked, name)) throw new SluiceError('field_invalid', `The field ${name} is given twice.`)
    asked[name] = value
  }
  return asked
}

/** A body that is too large by its own account is not even begun. */
function refuseAtOnce(bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax || Number.isNaN(bytes)) return
  throw new SluiceError('body_too_large', `An import holds at most ${bytesMax} bytes; nothing was imported.`)
}

async function rowsOf(exchange: Exchange, asked: Asked, bytesMax: number): Promise<RowsIn> {
  const { csvRows, jsonRows, ndjsonRows, parquetRows } = await import('../import.ts')
  const type = (exchange.request.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase()
  const columns = asked.columns === undefined ? {} : { columns: asked.columns.split(',') }
  const bytes = bodyOf(exchange)
  switch (type) {
    case 'text/csv':
      return csvRows(bytes, { ...columns, ...csvSetting(asked) }, bytesMax)
    case 'application/x-ndjson':
    case 'application/jsonl':
      return ndjsonRows(bytes, columns, bytesMax)
    case 'application/json':
      return jsonRows(bytes, columns, bytesMax)
    case 'application/vnd.apache.parquet':
      return parquetRows(bytes, columns, bytesMax)
    default:
      throw new SluiceError('body_unreadable', 'The Content-Type tells no format that can be imported.', {
        hint: 'Send text/csv, application/x-ndjson, application/json or application/vnd.apache.parquet.',
      })
  }
}

function csvSetting({ delimiter, quote, null: nothing }: Asked) {
  for (const [name, value] of Object.entries({ delimiter, quote })) {
    if (value !== undefined && value.length !== 1) throw new SluiceError('field_invalid', `The field ${name} must be one character.`)
  }
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(nothing === undefined ? {} : { null: nothing }),
  }
}

function wantedOf(table: string, { mode = 'insert', key, batch_size }: Asked, rows: RowsIn): WantedImport {
  if (mode !== 'insert' && mode !== 'upsert') throw new SluiceError('field_invalid', 'The field mode must be one of insert, upsert.')
  if (mode === 'insert' && key !== undefined) throw new SluiceError('field_invalid', 'The field key goes with mode=upsert.')
  const batchRows = batch_size === undefined ? undefined : Number(batch_size)
  if (batchRows !== undefined && !(Number.isInteger(batchRows) && batchRows >= 1 && batchRows <= limits.importBatchRowsMax)) {
    throw new SluiceError('field_invalid', `The field batch_size must be a whole number from 1 to ${limits.importBatchRowsMax}.`)
  }
  return { table, rows, mode, key: key === undefined ? [] : key.split(','), ...(batchRows === undefined ? {} : { batchRows }) }
}

/**
 * The body as it comes. Giving up on it leaves the socket open, so that an answer can still be sent. A client that falls silent would hold
 * what its import has locked, so it is waited for no longer than for any other body.
 */
async function* bodyOf({ request }: Exchange): AsyncGenerator<Uint8Array> {
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>
  try {
    for (;;) {
      const { done, value } = await inTime(pieces.next())
      if (done) return
      yield value
    }
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause
    throw new SluiceError('body_unreadable', 'The request broke off before its body was complete.', { cause })
  }
}

function inTime<T>(piece: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const silent = new SluiceError('body_unreadable', `Nothing of the body came for ${limits.bodyMsMax / 1000} s. Nothing was imported.`)
    timer = setTimeout(() => reject(silent), limits.bodyMsMax)
  })
  return Promise.race([piece, late]).finally(() => clearTimeout(timer))
}
