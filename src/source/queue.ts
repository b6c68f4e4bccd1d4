/** One who waits: for whom, and whether it is known to take long. */
export type Waiting = Readonly<{ owner: string; slow: boolean }>

/**
 * Those who wait, in turn: whoever was served goes behind the others, so that one who asks a thousand times does not keep out one who
 * asks once. Within one owner the first to come is the first to go.
 */
export class Queue<W extends Waiting> {
  /** In the order of whose turn it is. */
  readonly #owners = new Map<string, W[]>()
  /** All who wait. */
  size = 0
  /** Those of them who are not known to take long. */
  quick = 0

  add(waiter: W): void {
    const own = this.#owners.get(waiter.owner)
    if (own) own.push(waiter)
    else this.#owners.set(waiter.owner, [waiter])
    this.#count(waiter, 1)
  }

  remove(waiter: W): void {
    const own = this.#owners.get(waiter.owner)
    const at = own?.indexOf(waiter) ?? -1
    if (!own || at < 0) return
    own.splice(at, 1)
    if (own.length === 0) this.#owners.delete(waiter.owner)
    this.#count(waiter, -1)
  }

  /** Those who are known to take long. */
  get slow(): number {
    return this.size - this.quick
  }

  /** Takes out whose turn it is, of those known to take long and of the others as far as each may go. */
  next(slowMay: boolean, quickMay: boolean): W | undefined {
    if (!(slowMay && this.slow > 0) && !(quickMay && this.quick > 0)) return undefined
    for (const [owner, own] of this.#owners) {
      const at = own.findIndex(({ slow }) => (slow ? slowMay : quickMay))
      if (at < 0) continue
      const [waiter] = at === 0 ? [own.shift()!] : own.splice(at, 1)
      this.#count(waiter!, -1)
      if (own.length === 0 || this.#owners.size > 1) this.#owners.delete(owner)
      if (own.length > 0) this.#owners.set(owner, own)
      return waiter
    }
    return undefined
  }

  /** Takes out the last of whoever waits most, when that is more than one waiter ahead of `owner`; with `slowOnly` only slow ones count and go. */
  crowding(owner: string, slowOnly: boolean): W | undefined {
    const counted = (own: readonly W[]): readonly W[] => (slowOnly ? own.filter(({ slow }) => slow) : own)
    let most: readonly W[] = []
    for (const own of this.#owners.values()) if (own.length > most.length && counted(own).length > most.length) most = counted(own)
    const last = most.at(-1)
    if (!last || most.length <= counted(this.#owners.get(owner) ?? []).length + 1) return undefined
    this.remove(last)
    return last
  }

  *[Symbol.iterator](): Iterator<W> {
    for (const own of [...this.#owners.values()]) yield* [...own]
  }

  #count({ slow }: W, by: 1 | -1): void {
    this.size += by
    if (!slow) this.quick += by
  }
}
