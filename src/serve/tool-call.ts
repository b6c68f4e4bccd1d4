import { type PublicError, publicError } from '../error.ts'
import type { Parts, run as runOf } from '../gateway.ts'
import { limits } from '../limits.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Batch, Column, Sink } from '../result.ts'
import { type Caller, checkFields, type Tool, toolNamed } from '../tools/tools.ts'
import { errorText, Frame, type Out, type Surround } from './frame.ts'
import { identity } from './identity.ts'

export type Run = typeof runOf

/** The gateway, loaded when the first call needs it: listing tools must not wait for parsers. */
export async function gateway(): Promise<Run> {
  loaded ??= (await import('../gateway.ts')).run
  return loaded
}
let loaded: Run | undefined

export type ToolRequest = Readonly<{ name: string; fields: unknown; caller: Caller }>

/** How a door takes an answer: where it goes, what surrounds it, and who is told of rows before it has begun. */
export type Taker = Readonly<{
  out: Out
  surround: Surround
  run: Run | undefined
  progress?: Progress | undefined
  named?: (name: string) => Tool
}>

/**
 * Runs one tool and writes its result. What fails before bytes have left is thrown, with the audit id that it has, for the door has its own
 * form for it; what fails later ends the document as an error.
 */
export async function callTool({ name, fields, caller }: ToolRequest, taker: Taker, parts: Parts): Promise<void> {
  let frame: Frame | undefined
  let auditId: string | undefined
  try {
    const tool = (taker.named ?? toolNamed)(name)
    const checked = checkFields(tool.input, fields, tool.also)
    if (tool.kind === 'answer') {
      auditId = caller.id
      const { structured, text } = await tool.answer(checked, caller, parts)
      const { before, after } = taker.surround
      await taker.out.end([before, JSON.stringify(structured), after(JSON.stringify(text), false)])
      return
    }
    const call = await tool.call(checked, caller, parts)
    auditId = caller.id
    frame = new Frame(taker.out, taker.surround, taker.progress ? PROGRESS_HOLD_BYTES : limits.batchBytes)
    const run = taker.run ?? loaded ?? (await gateway())
    const receipt = await run(call, taker.progress ? new Watched(frame, taker.progress) : frame, parts)
    await frame.ended(receipt)
  } catch (error) {
    tellUnnamed(parts.log, caller.id, error)
    if (!frame?.begun) throw new Failed(publicError(error, auditId))
    await frame.failed(publicError(error, auditId))
  } finally {
    taker.progress?.stop()
  }
}

/** An answer is held back this long for progress to be told: an event that has begun cannot be interrupted by another. */
const PROGRESS_HOLD_BYTES = 4 * limits.batchBytes

/** A call that failed before anything was answered. */
export class Failed extends Error {
  readonly error: PublicError
  constructor(error: PublicError) {
    super(error.message)
    this.error = error
  }
}

/** Rows on their way to the frame, counted for those who wait. */
class Watched implements Sink {
  readonly #frame: Frame
  readonly #progress: Progress
  constructor(frame: Frame, progress: Progress) {
    this.#frame = frame
    this.#progress = progress
  }
  columns(columns: readonly Column[]): void {
    this.#frame.columns(columns)
  }
  batch(batch: Batch): void | Promise<void> {
    const waits = this.#frame.batch(batch)
    if (this.#frame.begun) this.#progress.stop()
    else this.#progress.rows(this.#frame.rows)
    return waits
  }
}

const TOLD_EVERY_MS = 1_000
const TOLD_AT_MOST_EVERY_MS = 100

/**
 * MCP progress of one call: the rows so far, at most ten times a second, at least once a second, so that a client which waits as long as it
 * hears something keeps waiting. The number must grow each time, so silence adds a thousandth.
 */
export class Progress {
  readonly #token: string
  readonly #send: (notification: string) => void
  readonly #timer: NodeJS.Timeout
  #rows = 0
  #told = 0
  #toldAt = 0

  constructor(token: string | number, send: (notification: string) => void) {
    this.#token = JSON.stringify(token)
    this.#send = send
    this.#timer = setInterval(() => this.#tell(), TOLD_EVERY_MS)
    this.#timer.unref()
  }

  rows(rows: number): void {
    this.#rows = rows
    if (performance.now() - this.#toldAt >= TOLD_AT_MOST_EVERY_MS) this.#tell()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tell(): void {
    this.#toldAt = performance.now()
    this.#told = Math.max(this.#rows, this.#told + 0.001)
    const params = `{"progressToken":${this.#token},"progress":${this.#told},"message":"${this.#rows} rows so far"}`
    this.#send(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`)
  }
}

/** What every result of revision 2026-07-28 carries. */
export const modernMarks = `,"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":${JSON.stringify(identity)}}`

/** What surrounds a tool's result in a JSON-RPC response. */
export function surroundOf(id: string | number, modern: boolean): Surround {
  const marks = modern ? modernMarks : ''
  return {
    before: `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"structuredContent":`,
    text: true,
    after: (text, failed) => `,"content":[{"type":"text","text":${text}}]${failed ? ',"isError":true' : ''}${marks}}}`,
  }
}

/** A tool's failure as its result; a model reads it and mends its call. */
const failedResult = (error: PublicError, surround: Surround): string =>
  `${surround.before}{"error":${JSON.stringify(error)}}${surround.after(JSON.stringify(errorText(error)), true)}`

/** A failure of the protocol, told by its own number. */
export const rpcError = (id: string | number | null, code: number, message: string, data?: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } })

/** The JSON-RPC answer to a call that failed before anything was answered. An unknown tool is a failure of the protocol by its own rule. */
export function failedAnswer(caught: unknown, id: string | number, surround: Surround): string {
  const error = caught instanceof Failed ? caught.error : publicError(caught)
  return error.code === 'tool_unknown' ? rpcError(id, -32602, error.message, error) : failedResult(error, surround)
}

/** True for what a missing or wrong credential causes; HTTP then answers 401, so that clients ask for one. */
export const isCredentialError = (caught: unknown): caught is Failed => caught instanceof Failed && caught.error.status === 401
