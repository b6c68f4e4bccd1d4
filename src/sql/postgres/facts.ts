import type { Facts, Kind, NameRef, Problem, TableRef } from '../../facts.ts'
import { limits } from '../../limits.ts'
import type { Schema } from '../../schema.ts'
import { grammar, places } from './grammar.ts'
import { kindOf, wordsOf } from './kinds.ts'
import { isLeaky } from './leaky.ts'
import { type Node, statements } from './parser.ts'
import { isHarmlessSetting } from './settings.ts'
import { constant, isNode, list, names, only, type Tree } from './tree.ts'

/** Names of WITH queries that may be read here. */
type Scope = Readonly<{ names: ReadonlySet<string>; outer: Scope | undefined }>

/** Reads what a statement does; whatever is not in the grammar becomes a problem. */
export function read(stmt: Node, schema: Schema | undefined): { tree: Tree; facts: Facts } {
  const reader = new Reader(schema)
  const [type, node] = only(stmt) ?? ['', {}]
  reader.statement(type, node)
  return { tree: { stmt, refs: reader.refs }, facts: reader.facts(stmt) }
}

class Reader {
  readonly refs = new Map<Node, TableRef>()
  #kind: Kind = 'read'
  #statement = ''
  #functions: NameRef[] = []
  #operators: NameRef[] = []
  #types: NameRef[] = []
  #problems: Problem[] = []
  #params = 0
  #seen = new Map<NameRef[], Set<string>>()
  /** Tables that stand in a text within the statement, where nothing can be put in their place. */
  #inside: TableRef[] = []
  #unary: ReadonlySet<string>

  constructor(schema: Schema | undefined) {
    const dotted = schema?.functions.filter(({ args, builtin }) => !builtin && (!args || (args[0] <= 1 && args[1] >= 1)))
    this.#unary = new Set(dotted?.map(({ name }) => name))
  }

  facts(stmt: Node): Facts {
    return {
      kind: this.#kind,
      statement: this.#statement,
      tables: [...this.refs.values(), ...this.#inside.map((ref, i) => ({ ...ref, id: this.refs.size + i }))],
      functions: this.#functions,
      operators: this.#operators,
      types: this.#types,
      params: this.#params,
      problems: this.#problems,
      leaky: isLeaky(stmt),
    }
  }

  statement(type: string, node: Node): void {
    this.#statement = wordsOf(type)
    if (type === 'SelectStmt') this.#visit(type, node, undefined)
    else if (type === 'ExplainStmt') this.#explain(node)
    else if (type === 'VariableShowStmt') this.#show(String(node.name))
    else this.#kind = kindOf(type)
  }

  #explain(node: Node): void {
    const [type, query] = only(node.query) ?? ['', {}]
    this.statement(type, query)
    if (this.#kind === 'read') this.#kind = 'explain'
    let runs = false
    for (const option of list(node.options)) {
      const [, { defname, arg }] = only(option) ?? ['', {} as Node]
      const name = String(defname)
      if (name === 'analyze') runs ||= !isOff(arg)
      else if (!explainOptions.has(name)) this.#problem(`EXPLAIN with ${name.toUpperCase()}`)
    }
    this.#statement = `EXPLAIN ${runs ? 'ANALYZE ' : ''}${this.#statement}`
  }

  #show(name: string): void {
    this.#kind = 'show'
    if (!isHarmlessSetting(name)) this.#problem(`SHOW ${name}`, 'Settings that tell about the server itself are not shown here.')
  }

  #problem(what: string, hint?: string): void {
    this.#problems.push({ code: 'feature_refused', what, ...(hint === undefined ? {} : { hint }) })
  }

  #visit(type: string, node: Node, scope: Scope | undefined): void {
    const known = Object.hasOwn(grammar, type) ? grammar[type]! : undefined
    if (type === 'SelectStmt') this.#select(node, scope)
    else if (known) {
      this.#note(type, node, scope)
      this.#fields(type, node, scope)
    } else this.#problem(`the syntax of ${type}`)
  }

  #fields(type: string, node: Node, scope: Scope | undefined, except = ''): void {
    const known = grammar[type]!
    for (const [field, value] of Object.entries(node)) {
      const holds = Object.hasOwn(known, field) ? known[field] : undefined
      if (holds === '.' || places.has(field) || field === except) continue
      if (holds === undefined) this.#problem(`the syntax of ${type} with ${field}`)
      else if (holds === '*') this.#nodes(value, scope)
      else if (isNode(value)) this.#visit(holds, value, scope)
    }
  }

  #nodes(value: unknown, scope: Scope | undefined): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#nodes(item, scope)
      return
    }
    const named = only(value)
    // An empty node is an absent one, e.g. the bounds of `x[:]` and the list of a plain DISTINCT.
    if (named) this.#visit(named[0], named[1], scope)
    else if (!isNode(value) || Object.keys(value).length > 0) this.#problem('syntax that is not known here')
  }

  #select(node: Node, outer: Scope | undefined): void {
    if (node.intoClause !== undefined) this.#effect('ddl', 'SELECT INTO')
    if (node.lockingClause !== undefined) {
      this.#problem('a locking clause', 'Leave out FOR UPDATE and FOR SHARE: nothing is written here.')
    }
    const scope = isNode(node.withClause) ? this.#with(node.withClause, outer) : outer
    const { intoClause: _into, lockingClause: _locking, ...rest } = node
    this.#fields('SelectStmt', rest, scope, 'withClause')
  }

  /** Without RECURSIVE a WITH query sees those before it, with RECURSIVE all of them and itself. */
  #with(clause: Node, outer: Scope | undefined): Scope {
    const queries = list(clause.ctes).map((item) => only(item)?.[1] ?? {})
    const whole: Scope = { names: new Set(queries.map(({ ctename }) => String(ctename))), outer }
    queries.forEach((query, i) => {
      const before = queries.slice(0, i).map(({ ctename }) => String(ctename))
      const scope = clause.recursive === true ? whole : { names: new Set(before), outer }
      const type = only(query.ctequery)?.[0] ?? ''
      if (type === 'SelectStmt') this.#visit('CommonTableExpr', query, scope)
      else this.#effect(kindOf(type), `WITH ${wordsOf(type)}`)
    })
    return whole
  }

  #effect(kind: Kind, statement: string): void {
    this.#kind = kind
    this.#statement = statement
  }

  #note(type: string, node: Node, scope: Scope | undefined): void {
    if (type === 'RangeVar') this.#table(node, scope)
    else if (type === 'FuncCall') this.#call(node)
    else if (type === 'A_Expr') this.#operator(names(node.name), node.lexpr === undefined ? 1 : 2, String(node.kind))
    else if (type === 'SortBy' && node.useOp !== undefined) this.#operator(names(node.useOp), 2)
    else if (type === 'SubLink' && node.operName !== undefined) this.#operator(names(node.operName), 2)
    else if (type === 'TypeName') this.#name(this.#types, names(node.names), 0)
    else if (type === 'ParamRef') this.#param(Number(node.number ?? 0))
    else if (type === 'ColumnRef') this.#dotted(names(node.fields).slice(1))
    else if (type === 'A_Indirection') this.#dotted(names(node.indirection))
    else if (type === 'RangeTableSample') this.#sample(names(node.method))
  }

  #table(node: Node, scope: Scope | undefined): void {
    const name = String(node.relname)
    if (node.schemaname === undefined) for (let s = scope; s; s = s.outer) if (s.names.has(name)) return
    this.refs.set(node, {
      id: this.refs.size,
      name,
      ...(node.catalogname === undefined ? {} : { database: String(node.catalogname) }),
      ...(node.schemaname === undefined ? {} : { schema: String(node.schemaname) }),
      ...(isNode(node.alias) ? { alias: String(node.alias.aliasname) } : {}),
    })
  }

  #call(node: Node): void {
    const name = names(node.funcname)
    const args = list(node.args)
    const counted = node.func_variadic !== true && node.agg_within_group !== true
    this.#name(this.#functions, name, counted ? args.length : -1)
    this.#inner(name.at(-1), args)
    if (name.at(-1) !== 'current_setting') return
    const setting = constant(args[0])
    if (setting === undefined || !isHarmlessSetting(setting)) {
      this.#problem('current_setting of this setting', 'Settings that tell about the server itself are not shown here.')
    }
  }

  /** A function that runs SQL from a text does what the text says, where it stands there; the guard decides who may call it. */
  #inner(name: string | undefined, args: readonly unknown[]): void {
    const place = name === undefined ? undefined : runsText.get(name)
    if (place === undefined || (name === 'ts_rewrite' && args.length !== 2)) return
    const [stmt, ...more] = this.#written(args[place])
    const [type, select] = only(stmt) ?? ['', {}]
    if (type !== 'SelectStmt' || more.length > 0) {
      this.#problem(`${name} with a text that is no plain SELECT`)
      return
    }
    const inner = new Reader(undefined)
    inner.#unary = this.#unary
    inner.statement(type, select)
    const facts = inner.facts(stmt!)
    if (facts.kind !== 'read') this.#effect(facts.kind, facts.statement)
    this.#functions.push(...facts.functions)
    this.#operators.push(...facts.operators)
    this.#types.push(...facts.types)
    this.#problems.push(...facts.problems)
    this.#inside.push(...facts.tables)
  }

  #written(value: unknown): readonly Node[] {
    const text = constant(value)
    try {
      return text === undefined ? [] : statements(text)
    } catch {
      return []
    }
  }

  #operator(name: (string | undefined)[], args: number, kind = 'AEXPR_OP'): void {
    if (!/BETWEEN/.test(kind)) this.#name(this.#operators, name, args)
  }

  #name(into: NameRef[], parts: (string | undefined)[], args: number): void {
    const [name, schema] = parts.toReversed()
    if (name === undefined || parts.length > 3) this.#problem('a name of this form')
    else {
      const known = this.#seen.get(into) ?? new Set()
      this.#seen.set(into, known)
      const key = JSON.stringify([schema, name, args])
      if (!known.has(key)) into.push({ name, args, ...(schema === undefined ? {} : { schema }) })
      known.add(key)
    }
  }

  /** PostgreSQL reads `row.name` as `name(row)` where the row has no such column. */
  #dotted(fields: (string | undefined)[]): void {
    for (const name of fields) if (name !== undefined && this.#unary.has(name)) this.#name(this.#functions, [name], 1)
  }

  #param(number: number): void {
    this.#params = Math.max(this.#params, number)
    if (number < 1 || number > limits.paramsMax) {
      this.#problems.push({
        code: 'parameter_count',
        what: `parameter $${number}`,
        hint: `Number parameters from $1 to $${limits.paramsMax}.`,
      })
    }
  }

  #sample(method: (string | undefined)[]): void {
    if (!['bernoulli', 'system'].includes(method.at(-1) ?? '')) this.#problem(`the sampling method ${method.join('.')}`)
  }
}

/** Whether an option is there only to be switched off. */
function isOff(arg: unknown): boolean {
  const [type, node] = only(arg) ?? ['', {}]
  if (type === 'Integer') return Number(node.ival ?? 0) === 0
  return type === 'String' && /^(false|off)$/i.test(String(node.sval))
}

/** Which argument is SQL that the function runs. */
const runsText: ReadonlyMap<string, number> = new Map([
  ['query_to_xml', 0],
  ['query_to_xmlschema', 0],
  ['query_to_xml_and_xmlschema', 0],
  ['ts_stat', 0],
  ['ts_rewrite', 1],
])

const explainOptions: ReadonlySet<string> = new Set([
  'costs',
  'verbose',
  'format',
  'timing',
  'summary',
  'settings',
  'buffers',
  'generic_plan',
  'memory',
  'wal',
  'serialize',
])
