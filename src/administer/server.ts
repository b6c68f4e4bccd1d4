import type { Call } from '../call.ts'
import type { Control, Parts } from '../gateway.ts'
import type { Figures, Slow } from '../watch/watch.ts'
import { administering, type Reach } from './administering.ts'

/** Figures of the process, and the slowest of the last calls. */
export type Metrics = Figures & Readonly<{ slow: readonly Slow[]; audit_writable: boolean }>

const SLOW_SHOWN = 20

/** Figures of the process and its machine; of calls only those for sources that the caller administers. */
export const serverMetrics = (call: Call, parts: Parts): Promise<Metrics> =>
  administering(call, 'some', parts, (reach) => metricsFor(reach, parts))

/** The same for who may have it. */
export async function metricsFor({ admin, whole }: Pick<Reach, 'admin' | 'whole'>, parts: Parts): Promise<Metrics> {
  const figures = await parts.watch.figures()
  const seen = (source: string) => whole || admin.includes(source)
  const slow = parts.watch.slow(Number.MAX_SAFE_INTEGER).filter(({ source }) => seen(source))
  return {
    ...figures,
    by_source: Object.fromEntries(Object.entries(figures.by_source).filter(([source]) => seen(source))),
    slow: slow.slice(0, SLOW_SHOWN),
    audit_writable: !parts.audit.failing,
  }
}

type Info = Readonly<{
  sources: number
  mode: 'lightweight'
  process?: Readonly<{ node: string; platform: string; pid: number; uptime_s: number }>
  listens?: Readonly<{ host: string; port: number }>
  configuration?: ReturnType<Control['about']>
  /** What the configuration says in vain, one sentence each. */
  warnings?: readonly string[]
}>

/** What everybody may know of this server, and its configuration for who administers everything. */
export const serverInfo = (call: Call, parts: Parts): Promise<Info> =>
  administering(call, 'own', parts, async ({ granted, whole }) => ({
    sources: granted.length,
    mode: 'lightweight',
    ...(whole
      ? {
          process: {
            node: process.version,
            platform: `${process.platform} ${process.arch}`,
            pid: process.pid,
            uptime_s: Math.round(process.uptime()),
          },
          listens: { host: parts.control.exposure.host, port: parts.control.exposure.port },
          configuration: parts.control.about(),
          warnings: parts.control.warnings(),
        }
      : {}),
  }))

/** Reads the configuration again. Throws `config_invalid`, and then everything stays as it was. */
export const reloadConfiguration = (call: Call, parts: Parts): Promise<Awaited<ReturnType<Control['reload']>>> =>
  administering(call, 'whole', parts, () => parts.control.reload(), changed, 'admin')

const changed = () => 1

/** Forgets results, plans and schemas; answers how many there were. */
export const clearCaches = (call: Call, parts: Parts): Promise<ReturnType<Control['clearCaches']>> =>
  administering(call, 'whole', parts, async () => parts.control.clearCaches(), changed, 'admin')
