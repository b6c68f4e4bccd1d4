import type { Diagnosis } from './diagnose.ts'
import type { Exchange } from './exchange.ts'
import { catalogMax, Gather } from './gather.ts'
import { Rows } from './rows.ts'
import type { Wire } from './wire.ts'

/** A connection of its own, on which one asks a few questions. */
export function visitOf(wire: Wire<Exchange>, version: string): Awaited<ReturnType<Diagnosis['visit']>> {
  return {
    version,
    async ask(sql, params = []) {
      const gather = new Gather()
      await wire.run(sql, params, new Rows(wire.slab, gather, catalogMax.rowsMax, catalogMax.bytesMax), false)
      return gather.rows
    },
    leave: () => wire.destroy(),
  }
}
