import type { Facts, NameRef } from '../../facts.ts'
import { limits } from '../../limits.ts'
import type { SourceFunction } from '../../schema.ts'
import { builtin } from '../functions/functions.ts'
import { postgresSupport } from '../functions/postgres.ts'
import { isHarmlessExtensionFunction } from '../functions/postgres-extensions.ts'
import type { Setting } from '../guard.ts'
import { isHarmlessSystemTable, isSystemTable } from './system-tables.ts'
import { resolve } from './tables.ts'

/** The source's own functions or operators that a name may mean here; of PostgreSQL's overloads all that take so many arguments. */
export function candidates(ref: NameRef, kind: 'function' | 'operator', { schema, dialect }: Setting): readonly SourceFunction[] {
  if (!schema) return []
  const places = ref.schema === undefined ? schema.searchPath : [ref.schema]
  const same = (name: string): boolean => name === ref.name || (dialect !== 'postgres' && name.toLowerCase() === ref.name.toLowerCase())
  return schema.functions.filter(
    (known) =>
      !known.builtin &&
      (known.kind === 'operator') === (kind === 'operator') &&
      same(known.name) &&
      places.includes(known.schema) &&
      (kind === 'operator' || ref.args < 0 || !known.args || (ref.args >= known.args[0] && ref.args <= known.args[1])),
  )
}

/** What PostgreSQL makes for each range type of a user, under the name of the type. */
const rangeConstructors = /^(multi)?range_constructor[0-3]$/

/** Finds out whether functions of the source are harmless, by what they are made of and not by what they declare. */
export class Harmless {
  #setting: Setting
  #restricted: boolean
  #places: readonly string[] | undefined
  /** What was found, so that a function that calls itself ends; one that is being looked at counts as harmless so far. */
  #found = new Map<SourceFunction, string | undefined>()

  constructor(setting: Setting) {
    this.#setting = setting
    this.#restricted = setting.grant?.restricted === true
  }

  /** Why a function must not run; undefined when it may. */
  why(fn: SourceFunction, depth = 0): string | undefined {
    if (this.#setting.grant?.functions.has(fn.name) || this.#setting.grant?.functions.has(`${fn.schema}.${fn.name}`)) return undefined
    if (this.#found.has(fn)) return this.#found.get(fn)
    if (depth > limits.viewDepthMax) return 'it is made of too many others'
    this.#found.set(fn, undefined)
    const why = this.#look(fn, depth)
    this.#found.set(fn, why)
    return why
  }

  #look(fn: SourceFunction, depth: number): string | undefined {
    if (fn.kind === 'procedure') return 'it is a procedure'
    if (fn.kind === 'operator' || fn.kind === 'aggregate') return this.#parts(fn, depth)
    const language = fn.language?.toLowerCase()
    if (language === 'internal') return this.#internal(fn)
    if (language === 'c') return isHarmlessExtensionFunction(fn, this.#restricted) ? undefined : 'it is written in C, which cannot be read'
    return this.#body(fn, depth)
  }

  /** Another name for a function of the engine, by its name in C, which mostly is the one in SQL. */
  #internal(fn: SourceFunction): string | undefined {
    const known = builtin({ name: fn.body ?? '', args: -1 }, 'postgres')
    const harmless =
      known === undefined
        ? isHarmlessExtensionFunction(fn, this.#restricted)
        : known === 'harmless' || (known === 'telling' && !this.#restricted)
    return harmless || rangeConstructors.test(fn.body ?? '') ? undefined : 'it is not known to be harmless'
  }

  /** Operators and aggregates are as harmless as the functions behind them. */
  #parts(fn: SourceFunction, depth: number): string | undefined {
    const parts = (fn.body ?? '').split(',').map((part) => part.trim())
    if (parts[0] === '') return 'what it is made of is not known'
    for (const part of parts) {
      const dot = part.indexOf('.')
      const ref = { name: part.slice(dot + 1), args: -1, ...(dot < 0 ? {} : { schema: part.slice(0, dot) }) }
      const why = this.#call(ref, depth, true)
      if (why !== undefined) return why
    }
    return undefined
  }

  #body(fn: SourceFunction, depth: number): string | undefined {
    const { read, schema } = this.#setting
    const body = fn.body === undefined || fn.language === undefined ? undefined : read?.(fn.body, fn.language, schema)
    if (!body) return 'what it does cannot be read'
    for (const facts of body) {
      const why = this.facts(facts, depth)
      if (why !== undefined) return why
      if (facts.tables.length === 0) continue
      if (fn.definer) return "it reads tables with its owner's rights"
      if (this.#restricted) return 'it reads tables by itself, where your rules do not reach'
    }
    return undefined
  }

  /** Why a statement inside a function or view must not run. */
  facts(facts: Facts, depth: number): string | undefined {
    if (facts.kind !== 'read') return `it holds ${facts.statement}`
    const problem = facts.problems[0]
    if (problem) return `it holds ${problem.what}`
    for (const ref of facts.functions) {
      const why = this.#call(ref, depth, false)
      if (why !== undefined) return why
    }
    for (const ref of facts.operators) {
      for (const candidate of candidates(ref, 'operator', this.#anywhere(ref))) {
        const why = this.why(candidate, depth + 1)
        if (why !== undefined) return why
      }
    }
    return this.#tables(facts, depth)
  }

  /** Inside a function the search path may be another one, so a name counts wherever it is found. */
  #anywhere(ref: NameRef): Setting {
    const { schema } = this.#setting
    if (!schema || ref.schema !== undefined) return this.#setting
    this.#places ??= [...new Set([...schema.functions, ...schema.tables].map((known) => known.schema))]
    return { ...this.#setting, schema: { ...schema, searchPath: this.#places } }
  }

  #call(ref: NameRef, depth: number, part: boolean): string | undefined {
    const known = builtin(ref, this.#setting.dialect)
    const own = candidates(ref, 'function', this.#anywhere(ref))
    const isPart = part && own.length === 0 && (ref.schema ?? 'pg_catalog') === 'pg_catalog' && postgresSupport.has(ref.name)
    if (known === 'refused' || (known === undefined && own.length === 0 && !isPart)) return `it calls ${ref.name}`
    if (known === 'telling' && this.#restricted) return `it calls ${ref.name}`
    for (const candidate of own) {
      const why = this.why(candidate, depth + 1)
      if (why !== undefined) return why
    }
    return undefined
  }

  #tables(facts: Facts, depth: number): string | undefined {
    const { schema, dialect } = this.#setting
    for (const ref of facts.tables) {
      const table = schema ? resolve(ref, schema, dialect) : undefined
      if ((table?.system || isSystemTable(ref, table, dialect)) && !isHarmlessSystemTable(ref, dialect)) return `it reads ${ref.name}`
      for (const view of schema?.tables ?? []) {
        if (view.kind !== 'view' || view.system || view.name !== ref.name || (ref.schema ?? view.schema) !== view.schema) continue
        const why = this.view(view.definition, depth + 1)
        if (why !== undefined) return why
      }
    }
    return undefined
  }

  /** Why a view must not be read: its own functions run when it is. */
  view(definition: string | undefined, depth = 0): string | undefined {
    if (depth > limits.viewDepthMax) return 'it is made of too many others'
    const facts = definition === undefined ? undefined : this.#setting.read?.(definition, 'sql', this.#setting.schema)
    if (!facts) return 'what it does cannot be read'
    for (const one of facts) {
      const why = this.facts(one, depth)
      if (why !== undefined) return why
    }
    return undefined
  }
}
