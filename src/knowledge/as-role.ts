import type { Call } from '../call.ts'
import { type Parts, run } from '../gateway.ts'
import type { Principal } from '../principal.ts'
import { type Cell, type Column, cells } from '../result.ts'

/** A new id for a call; ids are made by the doors. */
export type NewId = () => string

/** One statement as somebody else may run it: the whole way of a query with its own record, under the grant of `principal`. */
export type Asking = (
  text: string,
  rowsMax: number,
) => Promise<Readonly<{ rows: readonly (readonly Cell[])[]; columns: readonly Column[] }>>

/**
 * Runs statements as `other`, for as long as the caller's own credential lasts. Every mask, row rule and limit of `other` holds, because the
 * gateway itself asks policy for them.
 */
export function askingAs(other: Principal, caller: Principal, call: Call, newId: NewId, timeoutMs: number, parts: Parts): Asking {
  const { keys, provider } = parts.auth
  const auth: Parts['auth'] = { identify: () => other, until: () => parts.auth.until(caller), keys, provider }
  const theirs: Parts = { ...parts, auth }
  return async (text, rowsMax) => {
    const rows: (readonly Cell[])[] = []
    let columns: readonly Column[] = []
    const sink = {
      columns(given: readonly Column[]) {
        columns = given
      },
      batch(given: Parameters<typeof cells>[0]) {
        rows.push(...cells(given, columns))
      },
    }
    await run({ ...call, id: newId(), action: 'query', text, params: [], rowsMax, timeoutMs }, sink, theirs)
    return { rows, columns }
  }
}

/** Some at a time, in order of their coming; stops with the first that throws. */
export async function inTurn<T>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0
  const one = async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at]!, at)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one))
}
