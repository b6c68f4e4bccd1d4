import * as z from 'zod'
import { type Bytes, countCall, csvSink, type FileSink, filterOps, linesSink, parquetSink, windowCall, xlsxSink } from '../browse.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Column, Sink } from '../result.ts'
import { type Caller, checkFields, newCallId, sqlCall } from '../tools/declared.ts'
import { sqlFields } from '../tools/sql-fields.ts'
import { asTool } from './as-tool.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import type { RouteTable } from './routes.ts'
import { gateway, type Run } from './tool-call.ts'
import { WindowSink } from './window-sink.ts'

const WINDOW_ROWS = 500
const WINDOW_ROWS_MAX = 5_000
const FILTERS_MAX = 20
const CELL_CHARS = 2_000

const filter = z
  .array(
    z.strictObject({
      column: z.string(),
      op: z.enum(filterOps),
      value: z.union([z.string(), z.number(), z.boolean()]).optional().describe('Integers beyond 2^53 as strings of digits'),
    }),
  )
  .max(FILTERS_MAX)
  .optional()
const sort = z
  .array(z.strictObject({ column: z.string(), desc: z.boolean().optional() }))
  .max(FILTERS_MAX)
  .optional()
const statement = {
  source: z.string().optional(),
  sql: sqlFields.shape.sql,
  params: sqlFields.shape.params,
  timeout_ms: sqlFields.shape.timeout_ms,
}

/** The body of `POST /api/results/page`. */
export const windowBody = z.strictObject({
  ...statement,
  sort,
  filter,
  offset: z.int().min(0).optional().describe('Rows that are passed over'),
  limit: z.int().min(1).max(WINDOW_ROWS_MAX).optional().describe(`${WINDOW_ROWS} unless said`),
  cell_chars: z.int().min(1).optional().describe(`Longer texts are cut to so many characters; ${CELL_CHARS} unless said`),
})
/** The body of `POST /api/results/count`. */
export const countBody = z.strictObject({ ...statement, filter })
/** The body of `POST /api/export`. */
export const exportBody = z.strictObject({
  ...statement,
  sort,
  filter,
  limit: sqlFields.shape.limit,
  format: z.enum(['csv', 'ndjson', 'parquet', 'xlsx']),
  name: z.string().max(100).optional().describe('Of the file, without its ending'),
})
type Statement = { sort?: { column: string; desc?: boolean }[]; filter?: z.infer<typeof filter>; offset?: number } & Record<string, unknown>

const files: Readonly<Record<z.infer<typeof exportBody>['format'], Readonly<{ type: string; sink(out: Bytes): FileSink }>>> = {
  csv: { type: 'text/csv; charset=utf-8', sink: csvSink },
  ndjson: { type: 'application/x-ndjson', sink: linesSink },
  parquet: { type: 'application/vnd.apache.parquet', sink: parquetSink },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', sink: xlsxSink },
}

/** Rows of a statement a window at a time, how many there are, and all of them as a file. Each is one query of the caller, with its record. */
export function browseRoutes(parts: Parts, run: Run | undefined): RouteTable {
  return {
    '/api/results/page': { POST: (exchange) => recorded(exchange, parts.now(), (caller, now) => page(exchange, caller, now, run)) },
    '/api/results/count': { POST: (exchange) => recorded(exchange, parts.now(), (caller, now) => count(exchange, caller, now, run)) },
    '/api/export': { POST: (exchange) => recorded(exchange, parts.now(), (caller, now) => exported(exchange, caller, now, run)) },
  }
}

/** What fails before the first byte is told as an error; a file that breaks off ends its connection, so that nobody takes it for whole. */
async function recorded(exchange: Exchange, parts: Parts, work: (caller: Caller, parts: Parts) => Promise<void>): Promise<void> {
  const caller: Caller = { id: newCallId(), door: 'http', credential: exchange.credential, signal: exchange.signal }
  try {
    await work(caller, parts)
  } catch (caught) {
    tellUnnamed(parts.log, caller.id, caught)
    if (exchange.response.headersSent) exchange.response.destroy()
    else exchange.fail(caught, caller.id)
  }
}

async function asked(exchange: Exchange, schema: z.ZodObject, caller: Caller, parts: Parts) {
  const fields = checkFields(schema, await jsonBody(exchange), { query: 'sql' }) as Statement
  await asTool('execute_sql', caller, parts)
  const call = await sqlCall(fields, 'query', caller, parts)
  exchange.called(call, parts)
  const window = {
    sort: (fields.sort ?? []).map(({ column, desc = false }) => ({ column, desc })),
    filter: (fields.filter ?? []).map(({ column, op, value }) => ({ column, op, ...(value === undefined ? {} : { value }) })),
    offset: fields.offset ?? 0,
  }
  return { fields, call, window }
}

async function page(exchange: Exchange, caller: Caller, parts: Parts, run: Run | undefined): Promise<void> {
  const { fields, call, window } = await asked(exchange, windowBody, caller, parts)
  const sink = new WindowSink((fields.cell_chars as number | undefined) ?? CELL_CHARS)
  const wanted = { ...call, rowsMax: (fields.limit as number | undefined) ?? WINDOW_ROWS }
  const receipt = await (run ?? (await gateway()))(await windowCall(wanted, window, parts), sink, parts)
  exchange.end(sink.document(receipt))
}

async function count(exchange: Exchange, caller: Caller, parts: Parts, run: Run | undefined): Promise<void> {
  const { call, window } = await asked(exchange, countBody, caller, parts)
  const sink = new WindowSink(CELL_CHARS)
  const receipt = await (run ?? (await gateway()))(await countCall(call, window.filter, parts), sink, parts)
  exchange.json(200, { count: Number(sink.first()), receipt }, ['Cache-Control', 'no-store'])
}

async function exported(exchange: Exchange, caller: Caller, parts: Parts, run: Run | undefined): Promise<void> {
  const { fields, call, window } = await asked(exchange, exportBody, caller, parts)
  const format = fields.format as keyof typeof files
  const name = `${
    String(fields.name ?? call.source)
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .slice(0, 100) || 'rows'
  }.${format}`
  const file = files[format].sink((bytes) => exchange.write([bytes]))
  const sink: Sink = {
    columns(columns: readonly Column[]) {
      exchange.contentType = files[format].type
      exchange.begin(200, [
        'Content-Disposition',
        `attachment; filename="rows.${format}"; filename*=UTF-8''${encodeURIComponent(name)}`,
        'Cache-Control',
        'no-store, no-transform',
        'X-Audit-Id',
        call.id,
      ])
      return file.columns(columns)
    },
    batch: (batch) => file.batch(batch),
  }
  // As many as the grant allows, unless fewer are wanted.
  const rowsMax = (fields.limit as number | undefined) ?? Number.MAX_SAFE_INTEGER
  await (run ?? (await gateway()))(await windowCall({ ...call, rowsMax }, window, parts), sink, parts)
  await file.end()
  exchange.end([])
}
