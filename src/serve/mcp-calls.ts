import type { Credential } from '../call.ts'
import type { Parts } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { newCallId } from '../tools/declared.ts'
import type { Tool } from '../tools/tools.ts'
import { errorText, type Out, type Piece, type Surround } from './frame.ts'
import type { Asks } from './mcp-asks.ts'
import type { Plain } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { mayBeTask } from './mcp-results.ts'
import { Failed, modernMarks, surroundOf } from './mcp-rpc.ts'
import { knowsTasks, type Tasks, taskCreated } from './mcp-tasks.ts'
import type { Progress } from './progress.ts'
import type { Run, Taker, ToolRequest } from './tool-call.ts'

/** Who a principal is to what is kept for them between calls. */
export const ownerOf = ({ via, name }: Principal): string => `${via} ${name}`

/** How a door takes the answer of one `tools/call`. */
export type Taking = Readonly<{
  out: Out
  signal: AbortSignal
  credential: Credential
  tasks: Tasks
  run: Run | undefined
  progress: Progress | undefined
  asks: Asks | undefined
  /** How long a call of a client that knows tasks is waited for before it becomes one; `TASK_AFTER_MS` unless said otherwise. */
  taskAfterMs?: number | undefined
  /** Tools of the test mode. */
  fixtures?: Readonly<{ tools: ReadonlyMap<string, Tool>; long: ReadonlySet<string> }> | undefined
}>

const TASK_AFTER_MS = 10_000

type CallTool = (request: ToolRequest, taker: Taker, parts: Parts) => Promise<void>
let loaded: CallTool | undefined

/** Loaded by the first call: shaking hands and listing tools need no handlers. */
export const callTool: CallTool = async (request, taker, parts) => {
  loaded ??= (await import('./tool-call.ts')).callTool
  await loaded(request, taker, parts)
}

/** Answers a `tools/call`: at once, or by a task where its client wants or knows one. Rejects as `callTool` does, and with RpcRefusal. */
export async function answerCall(request: Plain, taking: Taking, parts: Parts): Promise<void> {
  const { name, fields, task, modern } = request
  const { out, signal, credential, run, progress, asks, fixtures } = taking
  if (task) return await asTask(request, taking, parts)
  if (modern && (mayBeTask(name) || fixtures?.long.has(name)) && knowsTasks(request.capabilities))
    return await perhapsTask(request, taking, parts)
  const caller = { id: newCallId(), door: 'mcp', credential, signal } as const
  const surround = surroundOf(request.id, modern)
  const call = loaded ?? callTool
  await call({ name, fields, caller }, { out, surround, run, progress, asks, tools: fixtures?.tools }, parts)
}

/** Revision 2025-11-25: the client asks for a task and is answered at once. */
async function asTask(request: Plain, { out, credential, tasks, run, progress }: Taking, parts: Parts): Promise<void> {
  progress?.stop()
  if (!mayBeTask(request.name)) throw new RpcRefusal(-32601, 'This tool does not run as a task; call it without one.')
  const owner = ownerOf(await parts.auth.identify(credential))
  const task = tasks.start(owner, request.task?.ttl, (into, signal) =>
    work(request, { out: into, signal, credential, run, progress: undefined }, parts),
  )
  await out.end([taskCreated(request, task)])
}

/**
 * Revision 2026-07-28: the server decides. A call that has answered nothing after a while becomes a task; one whose rows have begun to flow
 * is sent as it comes.
 */
async function perhapsTask(
  request: Plain,
  { out, signal, credential, tasks, run, progress, taskAfterMs, fixtures }: Taking,
  parts: Parts,
): Promise<void> {
  const controller = new AbortController()
  const leave = () => controller.abort(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  const deferred = new Deferred(out, `{"jsonrpc":"2.0","id":${JSON.stringify(request.id)},"result":{`, `${modernMarks}}}`)
  const working = work(request, { out: deferred, signal: controller.signal, credential, run, progress, fixtures }, parts)
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), taskAfterMs ?? TASK_AFTER_MS)
  try {
    const first = await Promise.race([working, deferred.begun, late.promise])
    const owner = first === 'late' ? ownerOf(await parts.auth.identify(credential)) : ''
    if (first !== 'late' || deferred.through) return void (await working)
    const task = tasks.start(
      owner,
      undefined,
      (into) => {
        deferred.goTo(into)
        return working
      },
      controller,
    )
    progress?.stop()
    // From here on the client may leave: the task is no longer this request's.
    signal.removeEventListener('abort', leave)
    await out.end([taskCreated(request, task)])
  } catch (error) {
    controller.abort(error)
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}

/** Writes the members of a tool's result; true when the tool failed. What is no matter of the tool is thrown. */
async function work(
  { name, fields }: Plain,
  { out, signal, credential, run, progress, fixtures }: Pick<Taking, 'out' | 'signal' | 'credential' | 'run' | 'progress' | 'fixtures'>,
  parts: Parts,
): Promise<boolean> {
  let isError = false
  const surround: Surround = {
    before: '"structuredContent":',
    text: true,
    after(text, failed) {
      isError = failed
      return `,"content":[{"type":"text","text":${text}}]${failed ? ',"isError":true' : ''}`
    },
  }
  try {
    const caller = { id: newCallId(), door: 'mcp', credential, signal } as const
    await callTool({ name, fields, caller }, { out, surround, run, progress, tools: fixtures?.tools }, parts)
  } catch (caught) {
    const error = caught instanceof Failed ? caught.error : undefined
    if (!error || error.status === 401 || error.code === 'tool_unknown') throw caught
    await out.end([surround.before, JSON.stringify({ error }), surround.after(JSON.stringify(errorText(error)), true)])
  }
  return isError
}

/** Goes through to the client once something is written, or into a task before that. */
class Deferred implements Out {
  #to: Out
  #head: string
  #tail: string
  through = false
  readonly #begun = Promise.withResolvers<'begun'>()

  constructor(to: Out, head: string, tail: string) {
    this.#to = to
    this.#head = head
    this.#tail = tail
  }

  get begun(): Promise<'begun'> {
    return this.#begun.promise
  }

  goTo(out: Out): void {
    if (this.through) return
    this.#to = out
    this.#head = this.#tail = ''
  }

  called(...about: Parameters<NonNullable<Out['called']>>): void {
    this.#to.called?.(...about)
  }

  write(pieces: readonly Piece[]): void | Promise<void> {
    return this.#to.write(this.#headed(pieces))
  }

  end(pieces: readonly Piece[]): void | Promise<void> {
    return this.#to.end([...this.#headed(pieces), this.#tail])
  }

  #headed(pieces: readonly Piece[]): readonly Piece[] {
    this.through = true
    this.#begun.resolve('begun')
    if (this.#head === '') return pieces
    const head = this.#head
    this.#head = ''
    return [head, ...pieces]
  }
}
