import { catalogMax, Gather } from '../gather.ts'
import { Rows } from '../rows.ts'
import type { MysqlWire } from './wire.ts'

/**
 * Ends running queries from outside. One connection is opened for this when first needed and kept, so that the next query to be
 * ended does not wait for a login; the commands go through it one after the other.
 */
export class Control {
  readonly #open: () => Promise<MysqlWire>
  #wire: Promise<MysqlWire> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(open: () => Promise<MysqlWire>) {
    this.#open = open
  }

  /** Resolves when the server has marked the query of this connection to end; rejects when it could not be told. */
  kill(id: number): Promise<void> {
    const killing = this.#last.then(() => this.#kill(id))
    this.#last = killing.catch(() => {})
    return killing
  }

  async #kill(id: number): Promise<void> {
    const wire = await this.#ready()
    await wire.run(`KILL QUERY ${id}`, [], new Rows(wire.slab, new Gather(), catalogMax.rowsMax, catalogMax.bytesMax), false)
  }

  async #ready(): Promise<MysqlWire> {
    const known = await this.#wire?.catch(() => undefined)
    if (known?.alive) return known
    this.#wire = this.#open()
    return this.#wire
  }

  close(): void {
    this.#wire?.then(
      (wire) => wire.destroy(),
      () => {},
    )
    this.#wire = undefined
  }
}
