import type { Value } from '../call.ts'
import type { DialectName } from '../facts.ts'
import type { Token } from '../sql/sql.ts'

/** A statement to be run; values are parameters. `shown` is the same with keys of hash masks blotted out. */
export type Statement = Readonly<{ sql: string; shown: string; params: readonly Value[] }>

/** A statement as it grows: names and words as text, values as placeholders of the dialect. */
export class SqlText {
  readonly #dialect: DialectName
  #sql = ''
  #shown = ''
  readonly #params: Value[]

  /** `first` are the values of a checked SELECT that will stand in the text: where placeholders have numbers, its own count from 1. */
  constructor(dialect: DialectName, first: readonly Value[] = []) {
    this.#dialect = dialect
    this.#params = dialect === 'mysql' ? [] : [...first]
  }

  add(text: string): this {
    this.#sql += text
    this.#shown += text
    return this
  }

  /** The place of the next value. */
  value(value: Value): this {
    this.#params.push(value)
    return this.add(placeholder(this.#dialect, this.#params.length))
  }

  /** A checked SELECT; `first` of the constructor must have been its values. */
  select({ sql, shown, params }: Statement): this {
    if (this.#dialect === 'mysql') this.#params.push(...params)
    this.#sql += sql
    this.#shown += shown
    return this
  }

  /** What a caller wrote: its tokens, each placeholder with the number that it gets here. `numbers` tells which value each stands for, from 0. */
  piece(tokens: readonly Token[], numbers: ReadonlyMap<Token, number>, params: readonly Value[]): this {
    const before = this.#params.length
    if (this.#dialect !== 'mysql') this.#params.push(...params)
    for (const token of tokens) {
      const number = numbers.get(token)
      this.add(token.gap === '' && token === tokens[0] ? '' : token.gap)
      if (number === undefined) this.add(token.text)
      else if (this.#dialect === 'mysql') this.value(params[number]!)
      else this.add(placeholder(this.#dialect, before + number + 1))
    }
    return this
  }

  done(): Statement {
    return { sql: this.#sql, shown: this.#shown, params: this.#params }
  }
}

const placeholder = (dialect: DialectName, number: number): string =>
  dialect === 'mysql' ? '?' : dialect === 'sqlite' ? `?${number}` : `$${number}`
