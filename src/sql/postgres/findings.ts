import type { Facts, Kind, NameRef, Problem, TableRef } from '../../facts.ts'
import { limits } from '../../limits.ts'

type Names = 'functions' | 'operators' | 'types'

/** What was found in a statement so far. */
export class Findings {
  kind: Kind = 'read'
  statement = ''
  #names: Record<Names, NameRef[]> = { functions: [], operators: [], types: [] }
  #known = new Set<string>()
  #problems: Problem[] = []
  #params = 0
  /** Tables that stand in a text within the statement, where nothing can be put in their place. */
  #inside: TableRef[] = []

  /** `tables` are those that stand in the tree. */
  facts(tables: readonly TableRef[], leaky: boolean): Facts {
    const inside = this.#inside.map((ref, i) => ({ ...ref, id: tables.length + i }))
    const { kind, statement } = this
    return { kind, statement, tables: [...tables, ...inside], ...this.#names, params: this.#params, problems: this.#problems, leaky }
  }

  problem(what: string, hint?: string): void {
    this.#problems.push({ code: 'feature_refused', what, ...(hint === undefined ? {} : { hint }) })
  }

  /** The statement, or a part of it, does more than reading. */
  effect(kind: Kind, statement: string): void {
    this.kind = kind
    this.statement = statement
  }

  /** A name of one to three parts; `args` is -1 where the count is not known. */
  name(into: Names, parts: readonly (string | undefined)[], args: number): void {
    const [name, schema] = parts.toReversed()
    if (name === undefined || parts.length > 3) {
      this.problem('a name of this form')
      return
    }
    const key = JSON.stringify([into, schema, name, args])
    if (!this.#known.has(key)) this.#names[into].push({ name, args, ...(schema === undefined ? {} : { schema }) })
    this.#known.add(key)
  }

  param(number: number): void {
    this.#params = Math.max(this.#params, number)
    if (number >= 1 && number <= limits.paramsMax) return
    const hint = `Number parameters from $1 to $${limits.paramsMax}.`
    this.#problems.push({ code: 'parameter_count', what: `parameter $${number}`, hint })
  }

  /** What a statement inside this one does, this one does. */
  include(inner: Facts): void {
    if (inner.kind !== 'read') this.effect(inner.kind, inner.statement)
    this.#names.functions.push(...inner.functions)
    this.#names.operators.push(...inner.operators)
    this.#names.types.push(...inner.types)
    this.#problems.push(...inner.problems)
    this.#inside.push(...inner.tables)
  }
}
