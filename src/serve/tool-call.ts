import { publicError } from '../error.ts'
import type { Parts, run as runOf } from '../gateway.ts'
import { limits } from '../limits.ts'
import { tellUnnamed } from '../log/log.ts'
import type { Batch, Column, Sink } from '../result.ts'
import { type Answer, admit, type Caller, type Fields, resolve, type Tool, toolsFor } from '../tools/declared.ts'
import { Frame, type Out, type Surround } from './frame.ts'
import type { Asks } from './mcp-asks.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { Failed } from './mcp-rpc.ts'
import type { Progress } from './progress.ts'

export type Run = typeof runOf

/** The gateway, loaded when the first call needs it: listing tools must not wait for parsers. */
export async function gateway(): Promise<Run> {
  loaded ??= (await import('../gateway.ts')).run
  return loaded
}
let loaded: Run | undefined

export type ToolRequest = Readonly<{ name: string; fields: unknown; caller: Caller }>

/** How a door takes an answer: where it goes, what surrounds it, who is told of rows before it has begun, and who can be asked. */
export type Taker = Readonly<{
  out: Out
  surround: Surround
  run: Run | undefined
  progress?: Progress | undefined
  asks?: Asks | undefined
  /** Tools beside the product's own, in the test mode. */
  tools?: ReadonlyMap<string, Tool> | undefined
}>

/**
 * Runs one tool and writes its result. What fails before bytes have left is thrown, with the audit id that it has, for the door has its own
 * form for it; what fails later ends the document as an error.
 */
export async function callTool(request: ToolRequest, taker: Taker, parts: Parts): Promise<void> {
  let frame: Frame | undefined
  let auditId: string | undefined
  let after: ((failed: unknown) => void) | undefined
  let caller: Caller = taker.progress ? { ...request.caller, progress: taker.progress.told } : request.caller
  try {
    const { tools } = taker
    const named = await toolsFor(request.name, request.fields)
    const resolved = resolve(request.name, request.fields, tools ? (name) => tools.get(name) ?? named(name) : named)
    auditId = caller.id
    await admit(resolved, caller, parts)
    const { tool, fields } = resolved
    if (tool.kind === 'answer') {
      const lend = tool.borrows && taker.asks ? await taker.asks.lender() : undefined
      if (lend) caller = { ...caller, lend }
      await answered((more) => tool.answer(more ? { ...fields, ...more } : fields, caller, parts), request, taker)
      return
    }
    // What makes the call leaves no record when it fails.
    auditId = undefined
    const call = await tool.call(fields, caller, parts)
    auditId = caller.id
    taker.out.called?.(call, parts)
    frame = new Frame(taker.out, taker.surround, taker.progress ? PROGRESS_HOLD_BYTES : limits.batchBytes)
    after = tool.after && ((failed) => tool.after?.(fields, call, failed, parts))
    const run = taker.run ?? loaded ?? (await gateway())
    const receipt = await run(call, taker.progress ? new Watched(frame, taker.progress) : frame, parts)
    after?.(undefined)
    after = undefined
    await frame.ended(receipt)
  } catch (error) {
    if (error instanceof RpcRefusal) throw error
    after?.(error)
    tellUnnamed(parts.log, caller.id, error)
    if (!frame?.begun) throw new Failed(publicError(error, auditId))
    await frame.failed(publicError(error, auditId))
  } finally {
    taker.progress?.stop()
  }
}

/** Answers whole. A change that wants to be confirmed is put to the person behind the client, where there is one who can be asked. */
async function answered(answer: (more?: Fields) => Promise<Answer>, request: ToolRequest, { out, surround, asks }: Taker): Promise<void> {
  const settled = asks ? await asks.settle(answer, request) : await answer()
  if (typeof settled === 'string') return await out.end([settled])
  await out.end([surround.before, JSON.stringify(settled.structured), surround.after(JSON.stringify(settled.text), false)])
}

/** An answer is held back this long for progress to be told: an event that has begun cannot be interrupted by another. */
const PROGRESS_HOLD_BYTES = 4 * limits.batchBytes

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
