import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Parts } from '../gateway.ts'
import type { Attribute, Principal } from '../principal.ts'
import type { Pair, Shape } from '../store/store.ts'
import { placeOf } from './add.ts'
import { newId, shapeOf } from './scene.ts'

/** Runs a statement as who stored the pair, as far as the registry knows them; the audit shows that it was the bank. */
export async function tryAsStored(
  pair: Pair,
  statement: string,
  { parts, signal }: Readonly<{ parts: Parts; signal: AbortSignal }>,
): Promise<{ shape: Shape; error: undefined } | { shape: Shape; error: SluiceError }> {
  const none: Shape = { columns: [], sure: false }
  try {
    const principal: Principal = {
      name: `bank for ${pair.createdBy}`,
      via: 'local',
      roles: pair.roles,
      attributes: attributesOf(pair, parts),
    }
    const auth = { ...parts.auth, identify: () => principal, until: () => undefined }
    const call: Call = {
      id: newId(),
      door: 'cli',
      credential: { kind: 'local' },
      source: pair.source,
      action: 'query',
      text: statement,
      params: [],
      signal,
    }
    for (let tries = 0; ; tries++) {
      try {
        return { shape: await shapeOf(call, statement, { ...parts, auth }), error: undefined }
      } catch (error) {
        const waitS = error instanceof SluiceError && error.code === 'rate_limited' ? (error.retryAfterS ?? 1) : undefined
        if (waitS === undefined || tries === TRIES_MAX) throw error
        await pause(waitS * 1_000, signal)
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof SluiceError) return { shape: none, error }
    throw error
  }
}
const TRIES_MAX = 5

/** Throws `config_invalid` where they were encrypted with a key that is gone: then nothing can be said of the pair. */
const attributesOf = (pair: Pair, { keyring }: Parts): Readonly<Record<string, Attribute>> =>
  pair.attributes === undefined ? {} : (JSON.parse(keyring.decrypt(pair.attributes, placeOf(pair.id))) as Record<string, Attribute>)

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
