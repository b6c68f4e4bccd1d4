import type { Config } from '../config/config.ts'
import type { Parts } from '../gateway.ts'

/** Keeps the registry up to date while the gateway serves, where the configuration says so; what is returned ends it. */
export async function inStep(parts: Parts, { catalog: { syncMs, lookMs } }: Config): Promise<() => Promise<void>> {
  if (syncMs === 0 && lookMs === 0) return async () => undefined
  const { keepInStep, keepLooking } = await import('../catalog.ts')
  const stops = [...(syncMs > 0 ? [keepInStep(parts, syncMs)] : []), ...(lookMs > 0 ? [keepLooking(parts, lookMs)] : [])]
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}
