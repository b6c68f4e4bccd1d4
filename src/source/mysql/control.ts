import type { Address } from '../address.ts'
import { catalogMax, Gather } from '../gather.ts'
import { Rows } from '../rows.ts'
import { connect } from './connect.ts'
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
    await killOver(await this.#ready(), id)
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

async function killOver(wire: MysqlWire, id: number): Promise<void> {
  await wire.run(`KILL QUERY ${id}`, [], new Rows(wire.slab, new Gather(), catalogMax.rowsMax, catalogMax.bytesMax), false)
}

/** Ends a query with a connection for that alone, of the user whose query it is. */
export async function killOnce(address: Address, id: number): Promise<void> {
  const { wire } = await connect(address, () => Promise.resolve())
  try {
    await killOver(wire, id)
  } finally {
    wire.destroy()
  }
}
