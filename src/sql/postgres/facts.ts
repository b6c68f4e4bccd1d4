import type { Facts, TableRef } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { Findings } from './findings.ts'
import { grammar, places } from './grammar.ts'
import { kindOf, wordsOf } from './kinds.ts'
import { isLeaky } from './leaky.ts'
import { type Node, statements } from './parser.ts'
import { isHarmlessSetting } from './settings.ts'
import { constant, isNode, list, names, only, type Tree } from './tree.ts'

/** Names of WITH queries that may be read here. */
type Scope = Readonly<{ names: ReadonlySet<string>; outer: Scope | undefined }>

class Reader {
  readonly refs = new Map<Node, TableRef>()
  #found = new Findings()
  #unary: ReadonlySet<string>

  /** `unary` are names of the source's functions that can be called with one argument. */
  constructor(unary: ReadonlySet<string>) {
    this.#unary = unary
  }

  facts(stmt: Node): Facts {
    return this.#found.facts([...this.refs.values()], isLeaky(stmt))
  }

  statement(type: string, node: Node): void {
    this.#found.statement = wordsOf(type)
    if (type === 'SelectStmt') this.#visit(type, node, undefined)
    else if (type === 'ExplainStmt') this.#explain(node)
    else if (type === 'VariableShowStmt') this.#show(String(node.name))
    else this.#found.kind = kindOf(type)
  }

  #explain(node: Node): void {
    const [type, query] = only(node.query) ?? ['', {}]
    this.statement(type, query)
    if (this.#found.kind === 'read') this.#found.kind = 'explain'
    let runs = false
    for (const option of list(node.options)) {
      const [, { defname, arg }] = only(option) ?? ['', {} as Node]
      const name = String(defname)
      if (name === 'analyze') runs ||= !isOff(arg)
      else if (!explainOptions.has(name)) this.#found.problem(`EXPLAIN with ${name.toUpperCase()}`)
    }
    this.#found.statement = `EXPLAIN ${runs ? 'ANALYZE ' : ''}${this.#found.statement}`
  }

  #show(name: string): void {
    this.#found.kind = 'show'
    if (!isHarmlessSetting(name)) this.#found.problem(`SHOW ${name}`, 'Settings that tell about the server itself are not shown here.')
  }

  #visit(type: string, node: Node, scope: Scope | undefined): void {
    const known = Object.hasOwn(grammar, type) ? grammar[type]! : undefined
    if (type === 'SelectStmt') this.#select(node, scope)
    else if (known) {
      this.#note(type, node, scope)
      this.#fields(type, node, scope)
    } else this.#found.problem(`the syntax of ${type}`)
  }

  #fields(type: string, node: Node, scope: Scope | undefined, except = ''): void {
    const known = grammar[type]!
    for (const [field, value] of Object.entries(node)) {
      const holds = Object.hasOwn(known, field) ? known[field] : undefined
      if (holds === '.' || places.has(field) || field === except) continue
      if (holds === undefined) this.#found.problem(`the syntax of ${type} with ${field}`)
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
    else if (!isNode(value) || Object.keys(value).length > 0) this.#found.problem('syntax that is not known here')
  }

  #select(node: Node, outer: Scope | undefined): void {
    if (node.intoClause !== undefined) this.#found.effect('ddl', 'SELECT INTO')
    if (node.lockingClause !== undefined) {
      this.#found.problem('a locking clause', 'Leave out FOR UPDATE and FOR SHARE: nothing is written here.')
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
      else this.#found.effect(kindOf(type), `WITH ${wordsOf(type)}`)
    })
    return whole
  }

  #note(type: string, node: Node, scope: Scope | undefined): void {
    if (type === 'RangeVar') this.#table(node, scope)
    else if (type === 'FuncCall') this.#call(node)
    else if (type === 'A_Expr') this.#operator(names(node.name), node.lexpr === undefined ? 1 : 2, String(node.kind))
    else if (type === 'SortBy') this.#operator(node.useOp === undefined ? ['<'] : names(node.useOp), 2)
    else if ((type === 'CaseExpr' && node.arg !== undefined) || type === 'JoinExpr') this.#operator(['='], 2)
    else if (type === 'SubLink' && node.operName !== undefined) this.#operator(names(node.operName), 2)
    else if (type === 'TypeName') this.#found.name('types', names(node.names), 0)
    else if (type === 'ParamRef') this.#found.param(Number(node.number ?? 0))
    else if (type === 'ColumnRef') this.#dotted(names(node.fields).slice(1))
    else if (type === 'A_Indirection') this.#dotted(names(node.indirection))
    else if (type === 'RangeTableSample' && !samplers.has(names(node.method).join('.'))) this.#found.problem('this way to take a sample')
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
    this.#found.name('functions', name, counted ? args.length : -1)
    this.#inner(name.at(-1), args)
    if (name.at(-1) !== 'current_setting') return
    const setting = constant(args[0])
    if (setting === undefined || !isHarmlessSetting(setting)) {
      this.#found.problem('current_setting of this setting', 'Settings that tell about the server itself are not shown here.')
    }
  }

  /** A function that runs SQL from a text does what the text says, where it stands there; the guard decides who may call it. */
  #inner(name: string | undefined, args: readonly unknown[]): void {
    const place = name === undefined ? undefined : runsText.get(name)
    if (place === undefined || (name === 'ts_rewrite' && args.length !== 2)) return
    const [stmt, ...more] = written(args[place], name!.startsWith('table_to_xml') ? 'SELECT * FROM ' : '')
    const [type, select] = only(stmt) ?? ['', {}]
    if (type !== 'SelectStmt' || more.length > 0) {
      this.#found.problem(`${name} with a text that is no plain SELECT`)
      return
    }
    const inner = new Reader(this.#unary)
    inner.statement(type, select)
    this.#found.include(inner.facts(stmt!))
  }

  #operator(name: (string | undefined)[], args: number, kind = 'AEXPR_OP'): void {
    for (const one of /BETWEEN/.test(kind) ? [['>='], ['<=']] : [name]) this.#found.name('operators', one, args)
  }

  /** PostgreSQL reads `row.name` as `name(row)` where the row has no such column. */
  #dotted(fields: (string | undefined)[]): void {
    for (const name of fields) if (name !== undefined && this.#unary.has(name)) this.#found.name('functions', [name], 1)
  }
}

/** Reads what a statement does; whatever is not in the grammar becomes a problem. */
export function read(stmt: Node, schema: Schema | undefined): { tree: Tree; facts: Facts } {
  const dotted = schema?.functions.filter(({ args, builtin }) => !builtin && (!args || (args[0] <= 1 && args[1] >= 1)))
  const reader = new Reader(new Set(dotted?.map(({ name }) => name)))
  const [type, node] = only(stmt) ?? ['', {}]
  reader.statement(type, node)
  return { tree: { stmt, refs: reader.refs, keys: keysOf(reader.refs, schema) }, facts: reader.facts(stmt) }
}

function keysOf(refs: ReadonlyMap<Node, TableRef>, schema: Schema | undefined): Map<Node, readonly string[]> {
  const keys = new Map<Node, readonly string[]>()
  for (const [node, ref] of refs) {
    for (const place of ref.schema === undefined ? (schema?.searchPath ?? []) : [ref.schema]) {
      const table = schema?.tables.find(({ name, schema: home }) => name === ref.name && home === place)
      if (table?.primaryKey) keys.set(node, table.primaryKey)
      if (table) break
    }
  }
  return keys
}

/** The statements of a text that stands there; none where it does not, or cannot be read. */
function written(value: unknown, before: string): readonly Node[] {
  const text = constant(value)
  try {
    return text === undefined ? [] : statements(before + text)
  } catch {
    return []
  }
}

const samplers: ReadonlySet<string> = new Set(['bernoulli', 'system', 'pg_catalog.bernoulli', 'pg_catalog.system'])

/** Whether an option is there only to be switched off. */
function isOff(arg: unknown): boolean {
  const [type, node] = only(arg) ?? ['', {}]
  if (type === 'Integer') return Number(node.ival ?? 0) === 0
  return type === 'String' && /^(false|off)$/i.test(String(node.sval))
}

/** Which argument is SQL, or the name of a table or view, that the function runs. */
const runsText: ReadonlyMap<string, number> = new Map([
  ['query_to_xml', 0],
  ['query_to_xmlschema', 0],
  ['table_to_xml', 0],
  ['table_to_xml_and_xmlschema', 0],
  ['query_to_xml_and_xmlschema', 0],
  ['ts_stat', 0],
  ['ts_rewrite', 1],
])

const explainOptions: ReadonlySet<string> = new Set(
  'costs verbose format timing summary settings buffers generic_plan memory wal serialize'.split(' '),
)
