import type { Details } from '../details.ts'
import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import { limits } from '../limits.ts'
import type { Schema } from '../schema.ts'
import { breaker } from './breaker.ts'
import { type ConnectorName, connectors } from './manifest.ts'
import type { Abilities, Connection, Connector } from './source.ts'

/** One source of the configuration; `settings` are the connector's own, checked already. Times in milliseconds. */
export type SourceConfig = Readonly<{
  connector: ConnectorName
  dialect: DialectName
  description: string
  schemaTtlMs: number
  settings: Readonly<Record<string, unknown>>
}>

/** An opened source, as the walks see it. */
export type Source = Readonly<{
  name: string
  dialect: DialectName
  description: string
  connection: Connection
  /** What the source holds: read once, kept, read again when older than its time to live, or when `fresh` and not just read. */
  schema(signal: AbortSignal, fresh?: boolean): Schema | Promise<Schema>
  /** The schema where it need not be read for that; undefined where asking for it would touch the source. */
  schemaKept(): Schema | undefined
  /** Forgets the schema and the details: what comes next reads them again. */
  schemaChanged(): void
  /** What the source tells beside its schema, kept for a short while; undefined where its connector tells nothing. */
  details(signal: AbortSignal, fresh?: boolean): Details | Promise<Details> | undefined
  can: Abilities
}>

export interface Sources {
  readonly names: readonly string[]
  /** Opened on first use; throws `source_unknown`, `source_unavailable`. A failed opening is tried again by the next call. */
  get(name: string): Source | Promise<Source>
  /** Known without opening anything. */
  about(name: string): Readonly<{ name: string; connector: string; dialect: DialectName; description: string }> | undefined
  close(): Promise<void>
}

/** A schema that was read less than this ago is fresh enough even for one who asks for a fresh one. */
const FRESH_MS = 2_000

/** One configured source: opened when first asked for, shared by every configuration that has it as it is. */
type Slot = {
  readonly config: SourceConfig
  opened: Source | undefined
  opening: Promise<Source> | undefined
  /** What runs in it now. */
  running: number
}

/** The sources of one configuration, with what an operator may do to them. */
export interface OpenSources extends Sources {
  /** The sources of another configuration. Those that are equal in both are shared; nothing is closed by it. */
  renewed(configs: Readonly<Record<string, SourceConfig>>): OpenSources
  /** Closes what `next` has not, each when what runs in it has ended. */
  yield(next: OpenSources): void
  /** Forgets what the opened sources hold and answers how many did. */
  forget(): number
  /** Whether `slot` is one of these. */
  has(slot: object): boolean
}

/** A call that has just asked for its source may not have begun to run in it yet. */
const LEAVE_MS = 5_000
const LOOK_MS = 100

/** Opens each source once, on first use, and gives every connection our errors and a circuit breaker. `leaveMs` is how long one that is left stays open at least. */
export function openSources(configs: Readonly<Record<string, SourceConfig>>, leaveMs: number = LEAVE_MS): OpenSources {
  return sourcesFrom(configs, new Map(), { all: new Set(), closed: false, leaveMs })
}

/** Every source that was opened in this process and is not closed yet, whatever configuration it is of. */
type House = { readonly all: Set<Slot>; readonly leaveMs: number; closed: boolean }

function sourcesFrom(configs: Readonly<Record<string, SourceConfig>>, before: ReadonlyMap<string, Slot>, house: House): OpenSources {
  const slots = new Map(Object.entries(configs).map(([name, config]) => [name, slotFor(config, before.get(name))]))
  return {
    names: Object.keys(configs),
    about(name) {
      const config = slots.get(name)?.config
      return config && { name, connector: config.connector, dialect: config.dialect, description: config.description }
    },
    get(name) {
      const slot = slots.get(name)
      if (slot?.opened) return slot.opened
      if (!slot) throw new SluiceError('source_unknown', `There is no source named "${name}".`)
      if (house.closed) throw new SluiceError('stopping', 'The gateway is stopping.')
      slot.opening ??= open(name, slot, house).finally(() => {
        slot.opening = undefined
      })
      return slot.opening
    },
    async close() {
      house.closed = true
      await Promise.allSettled([...slots.values()].map(({ opening }) => opening))
      await Promise.allSettled([...house.all].map(({ opened }) => opened?.connection.close()))
    },
    renewed: (next) => sourcesFrom(next, slots, house),
    yield(next) {
      for (const slot of slots.values()) if (!next.has(slot)) leave(slot, house)
    },
    forget() {
      const opened = [...slots.values()].flatMap((slot) => slot.opened ?? [])
      const held = opened.filter((source) => source.schemaKept() !== undefined).length
      for (const source of opened) source.schemaChanged()
      return held
    },
    has: (slot) => [...slots.values()].some((one) => one === slot),
  }
}

const slotFor = (config: SourceConfig, before: Slot | undefined): Slot =>
  before && JSON.stringify(before.config) === JSON.stringify(config)
    ? before
    : { config, opened: undefined, opening: undefined, running: 0 }

async function open(name: string, slot: Slot, house: House): Promise<Source> {
  const { config } = slot
  const connector = await connectors[config.connector]()
  const connection = wrap(name, connector, await connector.open(name, config.settings), slot)
  if (house.closed) await connection.close()
  house.all.add(slot)
  slot.opened = {
    name,
    dialect: config.dialect,
    description: config.description,
    connection,
    ...keepSchema(name, connection, config.schemaTtlMs),
    // A folder of files is read by a connector that can write to other places.
    can: { ...connector.can, write: connector.can.write && connection.write !== undefined },
  }
  return slot.opened
}

/** Closes a source that no configuration has any more, once nobody is in it. */
function leave(slot: Slot, house: House): void {
  const look = () => {
    if (house.closed) return
    if (slot.running > 0 || slot.opening) {
      setTimeout(look, LOOK_MS).unref()
      return
    }
    if (!house.all.delete(slot)) return
    slot.opened?.connection.close().catch(() => undefined)
  }
  setTimeout(look, house.leaveMs).unref()
}

/** Sizes and what depends on what change with every statement, so they are kept only for those who ask one after the other. */
const DETAILS_MS = 30_000

type Told = Pick<Source, 'schema' | 'schemaKept' | 'schemaChanged' | 'details'>

/** Schema and details, each read once for all who ask. */
function keepSchema(name: string, connection: Connection, ttlMs: number): Told {
  const schema = kept(name, ttlMs, (signal) => connection.describe(signal))
  const details = connection.details && kept(name, Math.min(DETAILS_MS, ttlMs), connection.details)
  return {
    schema: schema.get,
    schemaKept: schema.young,
    details: (signal, fresh) => details?.get(signal, fresh),
    schemaChanged() {
      schema.forget()
      details?.forget()
    },
  }
}

type Kept<T> = Readonly<{ get(signal: AbortSignal, fresh?: boolean): T | Promise<T>; young(): T | undefined; forget(): void }>

/** One value for all who ask; a reading that runs is shared, a failed one is tried again by the next. */
function kept<T>(name: string, ttlMs: number, reading: (signal: AbortSignal) => Promise<T>): Kept<T> {
  let last: { value: T; at: number } | undefined
  let running: Promise<T> | undefined
  /** What began before the source changed is nobody's answer afterwards. */
  let age = 0
  const read = async (): Promise<T> => {
    const own = age
    // Its own deadline, not the first caller's signal: others wait for the same reading.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(tooSlow(name)), limits.schemaMsMax)
    try {
      const value = await reading(late.signal)
      if (own === age) last = { value, at: performance.now() }
      return value
    } finally {
      clearTimeout(timer)
    }
  }
  const youngerThan = (ms: number) => (last && performance.now() - last.at < ms ? last.value : undefined)
  return {
    young: () => youngerThan(ttlMs),
    forget() {
      age++
      last = undefined
      running = undefined
    },
    get(signal, fresh = false) {
      const known = youngerThan(fresh ? Math.min(FRESH_MS, ttlMs) : ttlMs)
      if (known) return known
      const own = age
      running ??= read().finally(() => {
        if (own === age) running = undefined
      })
      return leaving(running, signal)
    },
  }
}

const tooSlow = (name: string): SluiceError =>
  new SluiceError('source_unavailable', `What the source "${name}" holds could not be read within ${limits.schemaMsMax / 1000} s.`)

/** Waits for what others also wait for; an abort ends only this wait, which holds nothing in the source. */
function leaving<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    // Listened to even by one who has left already: a failure that nobody listens to would end the process.
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}

/** What every connection needs and no connector should write: our errors with the driver's as cause, and a circuit breaker. */
function wrap(name: string, connector: Connector, connection: Connection, slot: Slot): Connection {
  const circuit = breaker(name)
  const ours = (error: unknown, signal: AbortSignal): unknown => {
    // Whoever has left must still learn that nobody knows whether the change is there.
    if (error instanceof SluiceError && error.code === 'change_uncertain') return error
    if (signal.aborted) return signal.reason
    if (error instanceof SluiceError) return error
    const code = connector.codeOf(error)
    // What nobody has named may say anything, a path of this machine or a value, and callers read it.
    const said =
      code !== undefined && error instanceof Error ? error.message : `The source "${name}" failed in a way that only the log tells.`
    return new SluiceError(code ?? 'source_failed', said, { cause: error })
  }
  const guarded = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    circuit.check()
    slot.running++
    try {
      const answer = await work()
      circuit.worked()
      return answer
    } catch (raw) {
      const error = ours(raw, signal)
      circuit.failed(error)
      throw error
    } finally {
      slot.running--
    }
  }
  return {
    get version() {
      return connection.version
    },
    query: (query, sink, signal) => guarded(signal, () => connection.query(query, sink, signal)),
    describe: (signal, told) => guarded(signal, () => connection.describe(signal, told)),
    ...optional(connection, guarded),
    // Asks the source itself, whatever the breaker says: that is how one learns that it is back.
    ping: async (signal) => {
      try {
        await connection.ping(signal)
        circuit.worked()
      } catch (error) {
        throw ours(error, signal)
      }
    },
    advise: (signal) => connection.advise(signal),
    close: () => connection.close(),
  }
}

/** What not every connection can, guarded like the rest. A failed diagnosis is an answer and no failure of the source. */
function optional(
  connection: Connection,
  guarded: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>,
): Pick<Connection, 'details' | 'write' | 'diagnose' | 'load'> {
  return {
    ...(connection.details ? { details: (signal: AbortSignal) => guarded(signal, () => connection.details!(signal)) } : {}),
    ...(connection.write ? { write: (setting, work, signal) => guarded(signal, () => connection.write!(setting, work, signal)) } : {}),
    ...(connection.diagnose ? { diagnose: (signal, told) => connection.diagnose!(signal, told) } : {}),
    get load() {
      return connection.load
    },
  }
}
