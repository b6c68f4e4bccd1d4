import { setTimeout as sleep } from 'node:timers/promises'
import type { Value } from '../../call.ts'
import { SluiceError } from '../../error.ts'
import type { Ended, Sink } from '../../result.ts'
import type { WriteSession, Written } from '../source.ts'
import { type Engine, EngineGone } from './engine.ts'
import { pack } from './messages.ts'
import { runOn, unlessAborted } from './run.ts'

/** Bytes of JSON that one statement of a writing session may answer. */
const bytesMax = 64 * 1024 * 1024
/** A commit or a rollback that takes longer is ended with its process. */
const endMsMax = 60_000
const busyPauseMs = 10

/** What a piece of writing is done with. */
export type Writing = Readonly<{
  /** Has begun the session already. */
  engine: Engine
  transaction: boolean
  /** How long a commit waits for readers of other programs. */
  busyMs: number
  /** Gives an engine's error our name. */
  named: (error: unknown) => unknown
}>

/** Lets `work` write through an engine, then commits or rolls back; on abort the process is killed in the middle of what it does. */
export async function writeOn<T>(writing: Writing, work: (session: WriteSession) => Promise<Written<T>>, signal: AbortSignal): Promise<T> {
  const session = new Session(writing, signal)
  let written: Written<T>
  try {
    written = await unlessAborted(work(session), signal)
    await session.end()
    signal.throwIfAborted()
  } catch (error) {
    await session.end().catch(() => {})
    await rollBack(writing.engine)
    throw error
  }
  if (!written.keep) {
    await rollBack(writing.engine)
    return written.value
  }
  await commit(writing, signal)
  await finish(writing.engine)
  return written.value
}

/** Statements of one session, one after the other, whatever the order in which they were sent. */
class Session implements WriteSession {
  readonly #writing: Writing
  readonly #signal: AbortSignal
  #turn: Promise<unknown> = Promise.resolve()
  /** What has failed once cannot be kept, even by work that looks away. */
  #failed: { error: unknown } | undefined
  #ended = false

  constructor(writing: Writing, signal: AbortSignal) {
    this.#writing = writing
    this.#signal = signal
  }

  run(sql: string, params: readonly Value[]): Promise<Readonly<{ changed: number }>> {
    return this.#next((engine) => engine.ask('run', { sql, params: params.map(pack) }, this.#signal, 0))
  }

  rows(sql: string, params: readonly Value[], rowsMax: number, sink: Sink): Promise<Ended> {
    const query = { sql, params, rowsMax, bytesMax }
    return this.#next((engine) => runOn(engine, query, sink, this.#signal, 0, 'rows'))
  }

  /** Takes no further statement; resolves when the last one has ended, and rejects when one has failed. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#turn
    if (this.#failed) throw this.#failed.error
  }

  #next<T>(statement: (engine: Engine) => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(new SluiceError('internal', 'This writing session has ended.'))
    const { engine, named, transaction } = this.#writing
    const answer = this.#turn.then(async () => {
      if (this.#failed) throw this.#failed.error
      try {
        this.#signal.throwIfAborted()
        return await statement(engine)
      } catch (caught) {
        const error = caught instanceof EngineGone && !transaction ? uncertain(caught) : named(caught)
        this.#failed = { error }
        throw error
      }
    })
    this.#turn = answer.catch(() => {})
    return answer
  }
}

/** Where nothing can be told of what the engine did, it is ended: what it had not committed is then rolled back by the next to open the file. */
async function rollBack(engine: Engine): Promise<void> {
  await engine.ask('rollback', {}, AbortSignal.timeout(endMsMax), 0).catch(() => engine.kill())
}

/** Closes the session. Whatever becomes of that, the change is there: what an engine did not tidy up is done by the next to open the file. */
async function finish(engine: Engine): Promise<void> {
  await engine.ask('finish', {}, AbortSignal.timeout(endMsMax), 0).catch(() => engine.kill())
}

/** Once asked for, a commit is not given up: only between two tries is it known that nothing is committed. */
async function commit({ engine, busyMs, named }: Writing, signal: AbortSignal): Promise<void> {
  const until = performance.now() + busyMs
  for (;;) {
    // A process that has ended before it was asked has committed nothing.
    if (!engine.alive) throw named(new EngineGone('before the commit', true))
    const timeout = AbortSignal.timeout(endMsMax)
    const { busy } = await engine.ask<{ busy: boolean }>('commit', {}, timeout, 0).catch(async (error) => {
      if (error instanceof EngineGone || timeout.aborted) throw uncertain(error)
      await rollBack(engine)
      throw named(error)
    })
    if (!busy) return
    if (signal.aborted || performance.now() > until) {
      await rollBack(engine)
      signal.throwIfAborted()
      throw new SluiceError('source_busy', 'Others were reading the database for too long, so nothing was changed.')
    }
    await sleep(busyPauseMs)
  }
}

const uncertain = (cause: unknown) =>
  new SluiceError('change_uncertain', 'The process of the source was lost while it was committing.', { cause })
