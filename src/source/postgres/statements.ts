import type { Column } from '../../result.ts'
import type { CellReader } from './cells.ts'

/** A named statement of one connection. `parsed`: the server has it; `columns`: known from its first run. */
export type Statement = { readonly name: string; parsed: boolean; columns: readonly Column[] | undefined; readers: readonly CellReader[] }

/** The named statements of one connection, the least recently used of which make room. */
export class Statements {
  readonly #max: number
  readonly #bySql = new Map<string, Statement>()
  readonly #unwanted: string[] = []
  #made = 0

  constructor(max: number) {
    this.#max = max
  }

  get(sql: string): Statement {
    const known = this.#bySql.get(sql)
    if (known) {
      this.#bySql.delete(sql)
      this.#bySql.set(sql, known)
      return known
    }
    const statement: Statement = { name: `s${++this.#made}`, parsed: false, columns: undefined, readers: [] }
    this.#bySql.set(sql, statement)
    if (this.#bySql.size > this.#max) this.forget(this.#bySql.keys().next().value as string)
    return statement
  }

  forget(sql: string): void {
    const statement = this.#bySql.get(sql)
    this.#bySql.delete(sql)
    if (statement?.parsed) this.#unwanted.push(statement.name)
  }

  /** The names that the server may forget, told once. */
  unwanted(): readonly string[] {
    return this.#unwanted.length === 0 ? none : this.#unwanted.splice(0)
  }
}

const none: readonly string[] = []
