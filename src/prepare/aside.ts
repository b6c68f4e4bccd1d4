import { Worker } from 'node:worker_threads'
import { type Code, SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Grant } from '../grant.ts'
import { limits } from '../limits.ts'
import type { Schema } from '../schema.ts'
import type { Checked, CheckSetting, Prepared, PrepareSetting } from './here.ts'

/** One statement to be read in the thread. */
export type Task = Readonly<
  { want: 'prepare'; text: string; setting: PrepareSetting } | { want: 'check'; text: string; setting: CheckSetting }
>

/** A grant that can be sent: the answers for every table in the place of the function. */
export type SentGrant = Omit<Grant, 'table' | 'refusal'> &
  Readonly<{ tables: ReadonlyMap<string, ReturnType<Grant['table']>>; refusals: ReadonlyMap<string, string> }>

/** A task as it is sent to the thread, plain data. */
export type Job = Readonly<{
  want: Task['want']
  text: string
  dialect: DialectName
  grant: SentGrant | undefined
  schema: Schema | undefined
  maskKey: string
  rowsMax: number
}>

/** What comes back. */
export type Done = Readonly<
  { ready: true } | { result: Prepared | Checked } | { code: Code | undefined; message: string; hint: string; position: number | undefined }
>

type Waiting = { job: Job; msMax: number; resolve(result: Prepared | Checked): void; reject(error: unknown): void }

const waiting: Waiting[] = []
let current: Waiting | undefined
let thread: { worker: Worker; ready: boolean } | undefined
let deadline: NodeJS.Timeout | undefined
let idle: NodeJS.Timeout | undefined
/** A thread that has nothing to do for so long is ended: it holds as much memory as the rest of the gateway. */
const IDLE_MS = 30_000

/** Reads one statement in a thread that is ended at the deadline: `sql_too_slow`. One thread is kept, and statements take turns. */
export function aside(task: Extract<Task, { want: 'prepare' }>, msMax?: number): Promise<Prepared>
export function aside(task: Extract<Task, { want: 'check' }>, msMax?: number): Promise<Checked>
export function aside(task: Task, msMax: number = limits.parseMsMax): Promise<Prepared | Checked> {
  if (waiting.length >= limits.poolQueueMax) {
    return Promise.reject(new SluiceError('sql_too_slow', 'Too many long statements are being read at the moment.'))
  }
  return new Promise((resolve, reject) => {
    waiting.push({ job: jobOf(task), msMax, resolve, reject })
    next()
  })
}

/** Where the thread's code is: beside this file while developing, beside the bundle when published. */
const threadUrl = (): URL => new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './prepare-worker.js', import.meta.url)

function next(): void {
  if (current || waiting.length === 0) return
  thread ??= start()
  if (!thread.ready) return
  current = waiting.shift()!
  clearTimeout(idle)
  const { job, msMax } = current
  deadline = setTimeout(() => end(new SluiceError('sql_too_slow', 'The statement took too long to be read.')), msMax)
  thread.worker.ref()
  thread.worker.postMessage(job)
}

function start(): { worker: Worker; ready: boolean } {
  const worker = new Worker(threadUrl(), { resourceLimits: { maxOldGenerationSizeMb: 512 } })
  const started = { worker, ready: false }
  worker.on('message', (done: Done) => {
    if (thread !== started) return
    if ('ready' in done) {
      started.ready = true
      // A thread that has nothing to do must not keep the process alive.
      worker.unref()
      return next()
    }
    if ('result' in done) settle((task) => task.resolve(done.result))
    else settle((task) => task.reject(revived(done)))
    worker.unref()
    next()
    if (!current) rest(started)
  })
  const broken = (cause: unknown) => {
    if (thread === started) end(new SluiceError('sql_too_slow', 'The statement could not be read.', { cause }))
  }
  worker.on('error', broken)
  worker.on('exit', broken)
  return started
}

/** Ends a thread that stays idle. */
function rest(started: typeof thread): void {
  idle = setTimeout(() => {
    if (current || thread !== started) return
    thread = undefined
    void started?.worker.terminate()
  }, IDLE_MS).unref()
}

/** Ends the thread and the statement in it; the others get a new thread. One that cannot even start ends all that wait. */
function end(error: SluiceError): void {
  const ended = thread
  thread = undefined
  void ended?.worker.terminate()
  if (ended?.ready === false) for (const { reject } of waiting.splice(0)) reject(error)
  settle((task) => task.reject(error))
  next()
}

function settle(how: (task: Waiting) => void): void {
  clearTimeout(deadline)
  const task = current
  current = undefined
  if (task) how(task)
}

/** The cause stays in the thread; what failed without a name stays without one. */
function revived({ code, message, hint, position }: Extract<Done, { message: string }>): Error {
  if (code === undefined) return new Error(message)
  return new SluiceError(code, message, { hint, ...(position === undefined ? {} : { position }) })
}

function jobOf({ want, text, setting }: Task): Job {
  const { dialect, grant, schema } = setting
  const sent = grant && schema ? send(grant, schema) : undefined
  const hashes = [...(sent?.tables.values() ?? [])].some((table) => [...(table?.masks.values() ?? [])].some(({ kind }) => kind === 'hash'))
  return {
    want,
    text,
    dialect: dialect.name,
    grant: sent,
    schema,
    maskKey: want === 'prepare' && hashes ? setting.maskKey() : '',
    rowsMax: want === 'prepare' ? setting.rowsMax : 0,
  }
}

/** Names of a table in `SentGrant`; NUL is in no name. */
export const tableKey = (schema: string, name: string): string => `${schema}\0${name}`

function send(grant: Grant, schema: Schema): SentGrant {
  const tables = new Map<string, ReturnType<Grant['table']>>()
  const refusals = new Map<string, string>()
  for (const { schema: place, name, columns } of schema.tables) {
    const asked = { schema: place, name, names: columns.map((column) => column.name) }
    tables.set(tableKey(place, name), grant.table(asked))
    const refusal = grant.refusal?.(asked)
    if (refusal !== undefined) refusals.set(tableKey(place, name), refusal)
  }
  const { version, source, principal, roles, actions, limits: bounds, restricted, functions, confirm } = grant
  return { version, source, principal, roles, actions, limits: bounds, restricted, functions, confirm, tables, refusals }
}
