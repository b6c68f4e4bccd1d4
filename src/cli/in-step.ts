import type { Config } from '../config/config.ts'
import type { Parts } from '../gateway.ts'

/** Keeps the registry up to date while the gateway serves, where the configuration says so; what is returned ends it. */
export async function inStep(parts: Parts, { catalog: { syncMs } }: Config): Promise<() => Promise<void>> {
  if (syncMs === 0) return async () => undefined
  const { keepInStep } = await import('../catalog.ts')
  return keepInStep(parts, syncMs)
}
