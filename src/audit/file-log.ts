import fs from 'node:fs'
import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Principal } from '../principal.ts'
import type { AuditEntry, AuditLog, Intent, Outcome } from './audit.ts'
import { abandonChain, append, type ChainFile, claimChain, isIntact, releaseChain } from './chain-file.ts'
import { intentPart, outcomePart } from './record.ts'

type Waiting = Readonly<{ part: string; durable: boolean; resolve: () => void; reject: (error: SluiceError) => void }>

/** How long an outcome may wait for an intent to ride along with; an intent never waits longer than the current turn. */
const outcomeMsMax = 20
const retryMs = 1_000

/**
 * The audit in files of JSON lines under `folder`, made when first written to. Intents of one turn of the event loop are written
 * with one system call before any of their promises resolves, and waiting outcomes go with them.
 */
export function openAudit(options: Readonly<{ folder: string }>): AuditLog {
  return new FileLog(options.folder)
}

class FileLog implements AuditLog {
  readonly #folder: string
  #chain: ChainFile | undefined
  #intents: Waiting[] = []
  #outcomes: string[] = []
  #outcomesLost = 0
  #flushPlanned = false
  #timer: NodeJS.Timeout | undefined
  #closed = false
  failing = false
  readonly #syncs = new Set<Promise<void>>()
  readonly #atExit = () => this.#flush()

  constructor(folder: string) {
    this.#folder = folder
  }

  open(call: Call): AuditEntry {
    return new Entry(this, call)
  }

  check(): void {
    try {
      append(this.#writable(), now(), [])
    } catch (error) {
      throw unavailable(error)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    clearTimeout(this.#timer)
    await Promise.all(this.#syncs)
    process.off('exit', this.#atExit)
    const chain = this.#chain
    this.#chain = undefined
    if (!chain) return
    try {
      releaseChain(chain, now())
    } catch (error) {
      throw unavailable(error)
    }
  }

  /** Queues an intent and answers when it is written. */
  intend(part: string, durable: boolean): Promise<void> {
    if (this.#closed) return Promise.reject(new SluiceError('stopping', 'The gateway is stopping.'))
    if (this.#intents.length >= limits.auditQueueMax) return Promise.reject(unavailable(new Error('too many intents wait')))
    if (!this.#flushPlanned) {
      this.#flushPlanned = true
      setImmediate(() => this.#flush())
    }
    return new Promise((resolve, reject) => {
      this.#intents.push({ part, durable, resolve, reject })
    })
  }

  /** Queues an outcome; it is written with the next intents or after a moment. */
  outcome(part: string): void {
    if (this.#closed || this.#outcomes.length >= limits.auditQueueMax) this.#outcomesLost += 1
    else this.#outcomes.push(part)
    if (!this.#flushPlanned) this.#later(outcomeMsMax)
  }

  #later(ms: number): void {
    if (this.#timer || this.#closed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush()
    }, ms)
    this.#timer.unref()
  }

  /** One write for everything that waits. Whoever waited on a failed one is told, and nothing of theirs is in the file. */
  #flush(): void {
    this.#flushPlanned = false
    const waiting = this.#intents
    if (this.#closed || (waiting.length === 0 && this.#outcomes.length === 0 && this.#outcomesLost === 0)) return
    this.#intents = []
    const parts = this.#outcomes.concat(waiting.map(({ part }) => part))
    if (this.#outcomesLost > 0) parts.unshift(`"type":"lost","outcomes":${this.#outcomesLost}`)
    try {
      append(this.#writable(), now(), parts)
    } catch (error) {
      const failure = unavailable(error)
      this.failing = true
      for (const { reject } of waiting) reject(failure)
      this.#later(retryMs)
      return
    }
    this.failing = false
    this.#outcomes = []
    this.#outcomesLost = 0
    const durable = waiting.filter((each) => each.durable)
    for (const each of waiting) if (!each.durable) each.resolve()
    if (durable.length > 0) this.#sync(durable)
  }

  /** What is to be durable resolves only after fsync. A failed fsync may have dropped pages for good, so the chain ends there. */
  #sync(waiting: readonly Waiting[]): void {
    const chain = this.#chain!
    const settled = new Promise<void>((done) => {
      fs.fsync(chain.fd, (error) => {
        this.#syncs.delete(settled)
        done()
        if (!error) {
          for (const { resolve } of waiting) resolve()
          return
        }
        if (this.#chain === chain) this.#drop()
        const failure = unavailable(error)
        for (const { reject } of waiting) reject(failure)
      })
    })
    this.#syncs.add(settled)
  }

  /** The open chain. A chain whose file was removed, replaced or changed by others is given up, and that call with it. */
  #writable(): ChainFile {
    if (this.#chain) {
      if (isIntact(this.#chain)) return this.#chain
      const { chain } = this.#chain
      this.#drop()
      throw new Error(`${chain} was removed or changed while it was being written`)
    }
    this.#chain = claimChain(this.#folder, now())
    process.on('exit', this.#atExit)
    return this.#chain
  }

  #drop(): void {
    const chain = this.#chain
    this.#chain = undefined
    process.off('exit', this.#atExit)
    if (!chain) return
    // A descriptor that is closed under a running fsync could by then be another file's.
    if (this.#syncs.size === 0) abandonChain(chain)
    else void Promise.all(this.#syncs).then(() => abandonChain(chain))
  }
}

class Entry implements AuditEntry {
  readonly #log: FileLog
  readonly #call: Call
  readonly #started = performance.now()
  #principal: Principal | undefined
  #intended = false
  #closed = false

  constructor(log: FileLog, call: Call) {
    this.#log = log
    this.#call = call
  }

  identified(principal: Principal): void {
    this.#principal = principal
  }

  async intend(principal: Principal, intent: Intent): Promise<void> {
    this.#principal = principal
    const durable = intent.kind === 'write' || intent.kind === 'ddl' || intent.kind === 'keys'
    await this.#log.intend(intentPart(this.#call, principal, intent), durable)
    this.#intended = true
  }

  close(outcome: Outcome | undefined, failure: unknown): void {
    if (this.#closed) return
    this.#closed = true
    const ms = outcome?.ms ?? performance.now() - this.#started
    this.#log.outcome(outcomePart(this.#call, this.#principal, this.#intended, outcome, failure, ms))
  }
}

function unavailable(cause: unknown): SluiceError {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
  return new SluiceError('audit_unavailable', `The audit log cannot be written (${code}), so nothing runs.`, { cause })
}

let stamp = ''
let stampMs = 0

/** The time in ISO form; made once a millisecond, because many records share it. */
function now(): string {
  const ms = Date.now()
  if (ms !== stampMs) {
    stampMs = ms
    stamp = new Date(ms).toISOString()
  }
  return stamp
}
