import type { Parts } from '../gateway.ts'

/** What changed: the lists, because another configuration is in use, or what a source holds. */
export type Change = Readonly<{ kind: 'lists' } | { kind: 'schema'; source: string }>

type Listener = Readonly<{ sources(): Iterable<string>; hear(change: Change): void }>

const LOOK_MS = 2_000

/** Looks for changes as long as somebody listens. A schema is read again by its own `schema_ttl_ms`, never because of a listener. */
export class Changes {
  readonly #parts: Parts
  readonly #everyMs: number
  readonly #listeners = new Set<Listener>()
  readonly #versions = new Map<string, string>()
  #now: Parts
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(parts: Parts, everyMs: number = LOOK_MS) {
    this.#parts = parts
    this.#everyMs = everyMs
    this.#now = parts.now()
  }

  /** Calls `hear` from now on; what is returned ends it. */
  listen(listener: Listener): () => void {
    if (this.#listeners.size === 0) {
      this.#now = this.#parts.now()
      this.#timer = setInterval(() => void this.#look(), this.#everyMs)
      this.#timer.unref()
    }
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#versions.clear()
    }
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const now = this.#parts.now()
      if (now !== this.#now) {
        this.#now = now
        this.#tell({ kind: 'lists' })
      }
      const sources = new Set([...this.#listeners].flatMap((listener) => [...listener.sources()]))
      for (const name of this.#versions.keys()) if (!sources.has(name)) this.#versions.delete(name)
      for (const name of sources) await this.#lookAt(name, now)
    } finally {
      this.#looking = false
    }
  }

  async #lookAt(name: string, parts: Parts): Promise<void> {
    // A source that does not answer now may have changed all the same; the next look tells.
    const version = await this.#versionOf(name, parts).catch(() => undefined)
    if (version === undefined) return
    const before = this.#versions.get(name)
    this.#versions.set(name, version)
    if (before !== undefined && before !== version) this.#tell({ kind: 'schema', source: name })
  }

  async #versionOf(name: string, parts: Parts): Promise<string> {
    const source = await parts.sources.get(name)
    return (await source.schema(AbortSignal.timeout(READ_MS))).version
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener.hear(change)
  }
}
const READ_MS = 30_000
