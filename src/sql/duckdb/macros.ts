import type { Facts } from '../../facts.ts'
import { limits } from '../../limits.ts'
import type { Schema } from '../../schema.ts'
import type { DuckdbParser } from '../sql.ts'
import { readFacts } from './facts.ts'
import { readStatements } from './print.ts'
import { smallLetters } from './tree.ts'

const bodiesMax = 10_000

/**
 * What the macros of a source do. DuckDB answers only later and the guard asks at once, so the macros that a statement calls, and those
 * that they call, are read together with the statement.
 */
export class MacroBodies {
  readonly #parser: DuckdbParser
  readonly #facts = new Map<string, readonly Facts[] | undefined>()

  constructor(parser: DuckdbParser) {
    this.#parser = parser
  }

  /** The facts of a body that was learnt; undefined for every other, which is then refused. */
  known(body: string): readonly Facts[] | undefined {
    return this.#facts.get(body)
  }

  async learn(facts: Facts, schema: Schema, depth = 0): Promise<void> {
    if (depth > limits.viewDepthMax) return
    const names = new Set(facts.functions.map(({ name }) => smallLetters(name)))
    for (const macro of schema.functions) {
      if (macro.builtin || macro.kind !== 'macro' || macro.body === undefined || !names.has(smallLetters(macro.name))) continue
      for (const one of await this.#read(macro.body, schema)) await this.learn(one, schema, depth + 1)
    }
  }

  /** The body of a macro is an expression, that of a table macro a query. A parameter looks like a column. */
  async #read(body: string, schema: Schema): Promise<readonly Facts[]> {
    const known = this.#facts.get(body)
    if (known || this.#facts.has(body)) return known ?? []
    if (this.#facts.size >= bodiesMax) this.#facts.clear()
    let found: readonly Facts[] | undefined
    for (const text of [body, `SELECT ${body}`]) {
      const statements = await readStatements(this.#parser, text).catch(() => [])
      if (statements.length !== 1) continue
      found = [readFacts(statements[0]!, '', schema).facts]
      break
    }
    this.#facts.set(body, found)
    return found ?? []
  }
}
