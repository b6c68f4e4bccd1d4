import * as z from 'zod'
import { publicError, SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Batch, Column, Sink } from '../result.ts'
import { type Caller, checkFields, type Fields, newCallId, sqlAlso, sqlCall } from '../tools/declared.ts'
import { sqlFields } from '../tools/sql-fields.ts'
import { asTool } from './as-tool.ts'
import { jsonBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { columnsJson, Frame, type Surround } from './frame.ts'
import { gateway, type Run } from './tool-call.ts'

/** The body of both routes. `timeout` is in seconds, as clients of the predecessor send it. */
export const sqlBody = sqlFields.extend({ timeout: z.number().min(0.001).optional().describe('Seconds; timeout_ms is finer') })

const plain: Surround = { before: '', text: false, after: () => '' }

/** `POST /sql/execute`: one JSON document, streamed when it is large. */
export async function execute(exchange: Exchange, parts: Parts, run: Run | undefined): Promise<void> {
  const caller = callerOf(exchange)
  const frame = new Frame(exchange, plain)
  await answered(
    exchange,
    caller,
    parts,
    async (asked) => frame.ended(await ran(exchange, caller, asked, frame, parts, run)),
    (error) => frame.begun && frame.failed(error),
  )
}

/** `POST /sql/stream`: events `columns`, `rows`, `done`, `error`, or lines of JSON when `Accept` names NDJSON. */
export async function stream(exchange: Exchange, parts: Parts, run: Run | undefined): Promise<void> {
  const caller = callerOf(exchange)
  const lines = exchange.request.headers.accept?.includes('application/x-ndjson') ?? false
  const sink = lines ? new Lines(exchange) : new Events(exchange)
  await answered(
    exchange,
    caller,
    parts,
    async (asked) => exchange.end([sink.last('done', 'receipt', await ran(exchange, caller, asked, sink, parts, run))]),
    (error) => exchange.response.headersSent && exchange.end([sink.last('error', 'error', error)]),
  )
}

/** The statement of a body, run; `asked` is told once it can be read as a call. */
async function ran(exchange: Exchange, caller: Caller, asked: () => void, sink: Sink, parts: Parts, run: Run | undefined) {
  const call = await sqlCall(await readFields(exchange), 'query', caller, parts)
  asked()
  await asTool('execute_sql', caller, parts)
  exchange.called(call, parts)
  return await (run ?? (await gateway()))(call, sink, parts)
}

const callerOf = (exchange: Exchange): Caller => ({
  id: newCallId(),
  door: 'http',
  credential: exchange.credential,
  signal: exchange.signal,
})

/** Fails as the route's own answer when rows have begun, else as an error with its status; the audit id is told once there is one. */
async function answered(
  exchange: Exchange,
  caller: Caller,
  { log }: Parts,
  answer: (asked: () => void) => Promise<void>,
  late: (error: ReturnType<typeof publicError>) => unknown,
): Promise<void> {
  let auditId: string | undefined
  try {
    await answer(() => {
      auditId = caller.id
    })
  } catch (caught) {
    tellUnnamed(log, auditId, caught)
    if (late(publicError(caught, auditId)) === false) exchange.fail(caught, auditId)
  }
}

const readFields = async (exchange: Exchange): Promise<Fields> => statementFields(await jsonBody(exchange))

/** The fields of a statement as clients of the HTTP and WebSocket doors send them, checked. */
export function statementFields(sent: unknown): Fields {
  const { timeout, ...fields } = checkFields(sqlBody, sent, sqlAlso)
  if (timeout === undefined) return fields
  if (fields.timeout_ms !== undefined) throw new SluiceError('field_invalid', 'The fields timeout and timeout_ms say the same; send one.')
  return { ...fields, timeout_ms: Math.ceil((timeout as number) * 1000) }
}

class Events implements Sink {
  readonly #exchange: Exchange
  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }
  columns(columns: readonly Column[]): void | Promise<void> {
    this.#exchange.contentType = 'text/event-stream'
    this.#exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
    return this.#exchange.write([`event: columns\ndata: ${columnsJson(columns)}\n\n`])
  }
  batch(batch: Batch): void | Promise<void> {
    if (batch.rows > 0) return this.#exchange.write(['event: rows\ndata: [', batch.json, ']\n\n'])
  }
  last(event: string, _name: string, value: unknown): string {
    return `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`
  }
}

class Lines implements Sink {
  readonly #exchange: Exchange
  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }
  columns(columns: readonly Column[]): void | Promise<void> {
    this.#exchange.contentType = 'application/x-ndjson'
    this.#exchange.begin(200, ['Cache-Control', 'no-cache, no-transform', 'X-Accel-Buffering', 'no'])
    return this.#exchange.write([`{"columns":${columnsJson(columns)}}\n`])
  }
  batch({ rows, json, ends }: Batch): void | Promise<void> {
    if (rows === 0) return
    // In a copy: the batch may be kept in a cache.
    const lines = Buffer.allocUnsafe(json.byteLength + 1)
    lines.set(json)
    for (let i = 0; i < rows; i++) lines[ends[i]!] = 10
    return this.#exchange.write([lines])
  }
  last(_event: string, name: string, value: unknown): string {
    return `{"${name}":${JSON.stringify(value)}}\n`
  }
}
