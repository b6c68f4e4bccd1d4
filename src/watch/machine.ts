import { statfs } from 'node:fs/promises'
import os from 'node:os'
import type { Figures } from './watch.ts'

const MB = 1024 * 1024
const toMb = (bytes: number) => Math.round((bytes / MB) * 10) / 10
const share = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000

/** How often the event loop is asked whether it is late. */
const RESOLUTION_MS = 20
const NANOSECONDS = 1e6

/** Loaded by the first call: a start that only lists tools does not wait for it. */
type PerfHooks = typeof import('node:perf_hooks')

type OfMachine = Pick<Figures, 'cpu' | 'memory' | 'disk' | 'event_loop'>

/** Reads the process and its machine. Shares of CPU and event loop are of the time since the reading before. */
export class Machine {
  readonly #folder: string
  #delay: ReturnType<PerfHooks['monitorEventLoopDelay']> | undefined
  #cpu = process.cpuUsage()
  #loop = performance.eventLoopUtilization()
  #at = performance.now()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** From here on the event loop is watched; nothing before, so that a start does not pay for it. */
  begin(): void {
    if (this.#delay) return
    this.#delay = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#delay.enable()
  }

  async read(): Promise<OfMachine> {
    this.begin()
    const cores = os.availableParallelism()
    const at = performance.now()
    const used = process.cpuUsage(this.#cpu)
    const loop = performance.eventLoopUtilization(this.#loop)
    const elapsedMs = Math.max(1, at - this.#at)
    this.#cpu = process.cpuUsage()
    this.#loop = performance.eventLoopUtilization()
    this.#at = at
    const event_loop = { delay_p50_ms: this.#late(50), delay_p99_ms: this.#late(99), utilization: share(loop.utilization) }
    this.#delay?.reset()
    return {
      cpu: { cores, process_share: share((used.user + used.system) / 1000 / elapsedMs / cores), load_1m: os.loadavg()[0] ?? 0 },
      memory: memory(),
      disk: await disk(this.#folder),
      event_loop,
    }
  }

  /** The event loop and the memory since the reading before; cheap enough for every few seconds. */
  loop(): Readonly<{ loop_p99_ms: number; loop_share: number; memory_mb: number }> {
    this.begin()
    const loop = performance.eventLoopUtilization(this.#loop)
    this.#loop = performance.eventLoopUtilization()
    const loop_p99_ms = this.#late(99)
    this.#delay?.reset()
    return { loop_p99_ms, loop_share: share(loop.utilization), memory_mb: toMb(process.memoryUsage.rss()) }
  }

  /** What is measured is the whole way from one asking to the next; only what is beyond the pause between them is late. */
  #late(percentile: number): number {
    const ms = (this.#delay?.count ?? 0) === 0 ? 0 : this.#delay!.percentile(percentile) / NANOSECONDS - RESOLUTION_MS
    return Math.max(0, Math.round(ms * 100) / 100)
  }
}

/** A container has less than its machine. */
function memory(): Figures['memory'] {
  const { rss, heapUsed } = process.memoryUsage()
  const allowed = process.constrainedMemory()
  const total = allowed > 0 ? Math.min(allowed, os.totalmem()) : os.totalmem()
  return {
    process_mb: toMb(rss),
    heap_mb: toMb(heapUsed),
    total_mb: toMb(total),
    free_mb: toMb(Math.min(total, process.availableMemory())),
  }
}

/** The disk that the folder is on, or will be; null where the system does not tell. */
async function disk(folder: string): Promise<Figures['disk']> {
  for (const at of [folder, '.']) {
    try {
      const { bsize, blocks, bavail } = await statfs(at)
      return { path: folder, total_mb: toMb(bsize * blocks), free_mb: toMb(bsize * bavail) }
    } catch {
      // The folder is made by the first call; until then the current one stands for it.
    }
  }
  return null
}
