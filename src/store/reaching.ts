import { SluiceError } from '../error.ts'

/** Does something with the registry; what its database says becomes `registry_unavailable`, with the database's own words as the cause. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause
    throw new SluiceError('registry_unavailable', 'The registry database does not answer as it should.', { cause })
  }
}

const TAKEN: ReadonlySet<unknown> = new Set(['23505', 'SQLITE_CONSTRAINT', 1555, 2067])

/** Whether somebody else has written the same key a moment before. */
export function isTaken(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return TAKEN.has(code) || TAKEN.has(errcode)
}
