import { slowMs } from './pool.ts'

const textsMax = 1_000
const charsMax = 4 * 1024

/** Which statements took long when they last ran. Those that differ only in their literals are one. */
export class Slow {
  readonly #slow = new Set<string>()
  /** Texts without their literals, so that a text which comes again is not looked through again. */
  readonly #plain = new Map<string, string>()

  has(sql: string): boolean {
    return this.#slow.size > 0 && this.#slow.has(this.#plainOf(sql))
  }

  /** Notes how long it took. Costs nothing while nothing is slow. */
  took(sql: string, ms: number): void {
    if (ms > slowMs) {
      this.#slow.add(this.#plainOf(sql))
      if (this.#slow.size > textsMax) this.#slow.delete(this.#slow.values().next().value as string)
    } else if (this.#slow.size > 0) {
      this.#slow.delete(this.#plainOf(sql))
    }
  }

  #plainOf(sql: string): string {
    const known = this.#plain.get(sql)
    if (known !== undefined) return known
    const plain = sql.slice(0, charsMax).replace(/'(?:[^'\\]|''|\\.)*'|\b\d[\w.]*/g, '?')
    if (this.#plain.size >= textsMax) this.#plain.clear()
    if (sql.length <= charsMax) this.#plain.set(sql, plain)
    return plain
  }
}
