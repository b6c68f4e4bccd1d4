import { randomUUID } from 'node:crypto'
import { publicError, SluiceError } from '../error.ts'
import { errorText, joined, type Out, type Piece } from './frame.ts'
import type { Json, Plain } from './mcp-message.ts'
import { RpcRefusal } from './mcp-refusal.ts'
import { offsetOf, PAGE, pageOf, tasksExtension } from './mcp-results.ts'
import { modernMarks, rpcResult } from './mcp-rpc.ts'

/** Bounds of all tasks of one server, in number, milliseconds and bytes. */
export type TaskBounds = Readonly<{
  tasksMax: number
  eachMax: number
  ttlMs: number
  ttlMsMax: number
  bytesMax: number
  eachBytesMax: number
}>

const bounds: TaskBounds = {
  tasksMax: 500,
  eachMax: 20,
  ttlMs: 10 * 60_000,
  ttlMsMax: 60 * 60_000,
  bytesMax: 128 * 1024 * 1024,
  eachBytesMax: 16 * 1024 * 1024,
}
const POLL_MS = 1_000

type Status = 'working' | 'completed' | 'failed' | 'cancelled'

type Task = {
  readonly id: string
  readonly principal: string
  readonly created: number
  readonly ttlMs: number
  readonly controller: AbortController
  status: Status
  updated: number
  message: string
  /** The members of the tool's result, once it is there. */
  result: Buffer | undefined
  /** True when the tool itself failed: its result says how. */
  isError: boolean
  timer: NodeJS.Timeout
  readonly ended: Promise<void>
}

/** The work of a task: writes the members of the tool's result. Resolves with true when the tool failed; rejects when there is no result. */
export type Work = (out: Out, signal: AbortSignal) => Promise<boolean>

/**
 * Calls that go on without their client: each belongs to a principal, and to others it does not exist. Kept in the memory of this process,
 * bounded in number, time and size.
 */
export class Tasks {
  readonly #bounds: TaskBounds
  readonly #kept = new Map<string, Task>()
  #bytes = 0

  constructor(own: Partial<TaskBounds> = {}) {
    this.#bounds = { ...bounds, ...own }
  }

  /** Starts the work; throws `concurrency_limited` when there is no room for one more. `controller` ends it. */
  start(principal: string, ttl: number | undefined, work: Work, controller = new AbortController()): Task {
    this.#makeRoom(principal)
    const created = Date.now()
    const out = new Stored(this.#bounds.eachBytesMax)
    const working = work(out, controller.signal)
    const ttlMs = Math.min(ttl ?? this.#bounds.ttlMs, this.#bounds.ttlMsMax)
    const task: Task = {
      id: randomUUID(),
      principal,
      created,
      ttlMs,
      controller,
      status: 'working',
      updated: created,
      message: 'The call is running.',
      result: undefined,
      isError: false,
      timer: setTimeout(() => this.#forget(task), ttlMs).unref(),
      ended: working.then(
        (isError) => this.#complete(task, out.whole(), isError),
        () => this.#end(task, 'failed', 'The call could not be finished.'),
      ),
    }
    this.#kept.set(task.id, task)
    return task
  }

  /** Throws RpcRefusal for a task that does not exist for this principal. */
  find(id: string, principal: string): Task {
    const task = this.#kept.get(id)
    if (!task || task.principal !== principal) throw new RpcRefusal(-32602, 'There is no such task.')
    return task
  }

  list(principal: string): readonly Task[] {
    return [...this.#kept.values()].filter((task) => task.principal === principal)
  }

  /** Ends the query in the source. What has ended already stays as it is; false then. */
  cancel(task: Task): boolean {
    if (task.status !== 'working') return false
    this.#end(task, 'cancelled', 'The task was cancelled.')
    task.controller.abort(new SluiceError('query_cancelled', 'The client cancelled the task.'))
    return true
  }

  close(): void {
    for (const task of [...this.#kept.values()]) this.#forget(task)
  }

  #complete(task: Task, result: Buffer, isError: boolean): void {
    if (task.status !== 'working') return
    this.#end(task, 'completed', isError ? 'The tool failed; its result says how.' : 'The result is there.')
    task.result = result
    task.isError = isError
    this.#bytes += result.byteLength
    for (const other of [...this.#kept.values()]) {
      if (this.#bytes <= this.#bounds.bytesMax) return
      if (other !== task && other.status !== 'working') this.#forget(other)
    }
  }

  #end(task: Task, status: Status, message: string): void {
    if (task.status !== 'working') return
    task.status = status
    task.message = message
    task.updated = Date.now()
  }

  #forget(task: Task): void {
    clearTimeout(task.timer)
    if (!this.#kept.delete(task.id)) return
    this.#bytes -= task.result?.byteLength ?? 0
    if (task.status === 'working') task.controller.abort(new SluiceError('query_cancelled', 'The time of the task is over.'))
  }

  #makeRoom(principal: string): void {
    const own = this.list(principal)
    const done = (tasks: readonly Task[]) => tasks.find(({ status }) => status !== 'working')
    if (own.length >= this.#bounds.eachMax) this.#forget(done(own) ?? refuseMore())
    else if (this.#kept.size >= this.#bounds.tasksMax) this.#forget(done([...this.#kept.values()]) ?? refuseMore())
  }
}

function refuseMore(): never {
  throw new SluiceError('concurrency_limited', 'There are too many running tasks.', { hint: 'Wait until a task has ended, or cancel one.' })
}

/** A result in memory; one that grows too large is given up and says so. */
class Stored implements Out {
  readonly #max: number
  #pieces: Piece[] = []
  #bytes = 0
  #over: SluiceError | undefined
  constructor(max: number) {
    this.#max = max
  }
  write(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#bytes += piece.length
    if (this.#bytes > this.#max) {
      this.#pieces = []
      this.#over = new SluiceError('result_too_large', `The result of a task may have at most ${this.#max} bytes.`)
      throw this.#over
    }
    this.#pieces.push(...pieces)
  }
  end(pieces: readonly Piece[]): void {
    if (!this.#over) {
      this.write(pieces)
      return
    }
    const error = publicError(this.#over)
    const content = [{ type: 'text', text: errorText(error) }]
    this.#pieces = [JSON.stringify({ structuredContent: { error }, content, isError: true }).slice(1, -1)]
  }
  whole(): Buffer {
    return joined(this.#pieces)
  }
}

/** A task as its revision shows it. */
export function shown(task: Task, modern: boolean): Json {
  const { id, status, isError, message, created, updated, ttlMs } = task
  const times = { createdAt: new Date(created).toISOString(), lastUpdatedAt: new Date(updated).toISOString() }
  const base = { taskId: id, status: !modern && status === 'completed' && isError ? 'failed' : status, statusMessage: message, ...times }
  return modern ? { ...base, ttlMs, pollIntervalMs: POLL_MS } : { ...base, ttl: ttlMs, pollInterval: POLL_MS }
}

/** True when a client of revision 2026-07-28 says that it knows tasks. */
export function knowsTasks(capabilities: Json | undefined): boolean {
  const extensions = capabilities?.extensions as Json | undefined
  return extensions !== undefined && Object.hasOwn(extensions, tasksExtension)
}

/** Answers the methods of tasks of both revisions; rejects with RpcRefusal. */
export async function taskAnswer(request: Plain, principal: string, tasks: Tasks, signal: AbortSignal): Promise<string> {
  const { id, method, modern, name } = request
  if (modern && !knowsTasks(request.capabilities)) {
    const needed = { requiredCapabilities: { extensions: { [tasksExtension]: {} } } }
    throw new RpcRefusal(-32021, 'Missing required client capability', needed, 400)
  }
  const answer = (members: object, more = '') => rpcResult(id, modern, `${JSON.stringify(members).slice(1, -1)}${more}`)
  if (method === 'tasks/list') {
    const listed = tasks.list(principal).map((task) => shown(task, false))
    const from = offsetOf(request.cursor)
    if (from > 0 && from >= Math.max(listed.length, PAGE)) throw new RpcRefusal(-32602, 'Invalid cursor')
    return rpcResult(id, false, pageOf('tasks', listed, from))
  }
  const task = tasks.find(name, principal)
  if (method === 'tasks/update') return answer({})
  if (method === 'tasks/cancel') {
    if (!tasks.cancel(task) && !modern) throw new RpcRefusal(-32602, `The task has ended already: ${task.status}.`)
    return answer(modern ? {} : shown(task, false))
  }
  if (method === 'tasks/result') return await resultOf(request, task, signal)
  if (!modern || task.status === 'working' || task.status === 'cancelled') return answer(shown(task, modern))
  const payload = task.result ? `,"result":{${task.result.toString('utf8')}}` : `,"error":${JSON.stringify(lost)}`
  return answer(shown(task, modern), payload)
}

const lost = { code: -32603, message: 'The call could not be finished.' }

/** Waits for the end of a task, as revision 2025-11-25 has it, or until its client leaves. */
async function resultOf({ id }: Plain, task: Task, signal: AbortSignal): Promise<string> {
  if (task.status === 'working') {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
      task.controller.signal.addEventListener('abort', () => resolve(), { once: true })
      void task.ended.then(resolve)
    })
  }
  if (!task.result) throw new RpcRefusal(task.status === 'cancelled' ? -32000 : lost.code, task.message)
  const related = `,"_meta":{"io.modelcontextprotocol/related-task":{"taskId":${JSON.stringify(task.id)}}}`
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${task.result.toString('utf8')}${related}}}`
}

/** What a client is answered whose call has become a task. */
export function taskCreated(request: Plain, task: Task): string {
  const { id, modern } = request
  if (!modern) return rpcResult(id, false, `"task":${JSON.stringify(shown(task, false))}`)
  const marks = modernMarks.replace('"complete"', '"task"')
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${JSON.stringify(shown(task, true)).slice(1, -1)}${marks}}}`
}
