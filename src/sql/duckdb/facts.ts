import type { Facts, Kind, NameRef, Problem, TableRef } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { looksLikeFile } from './file-names.ts'
import { nodes, openSettings, partKeys, systemFunctions, tableFunctions, tableTellers, tellingFunctions } from './grammar.ts'
import { isLeaky } from './leaky.ts'
import { isNode, isRaw, kindOf, list, type Node, type Statement, smallLetters, type Tree } from './tree.ts'

/** Names of WITH queries that can be seen, in small letters. */
type Scope = ReadonlySet<string>

const queryNodes: ReadonlySet<string | undefined> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE'])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What a statement does, found by walking all of its tree; whatever is not in the grammar becomes a problem. */
export function readFacts(statement: Statement, explain: string, schema: Schema | undefined): { facts: Facts; tree: Tree } {
  const walk = new Walk(schema)
  walk.value(statement, new Set())
  const shown = shownBy(statement)
  const kind: Kind = explain !== '' ? 'explain' : shown === 'SHOW' ? 'show' : 'read'
  const facts: Facts = {
    kind,
    statement: `${explain.trim().replace(/ \(.*/, '')} ${shown}`.trim(),
    tables: walk.tables,
    functions: walk.functions,
    operators: walk.operators,
    types: walk.types,
    params: walk.params(statement.named_param_map),
    problems: walk.problems,
    leaky: isLeaky(statement, schema),
  }
  const tells = /ANALYZE/.test(explain) ? 'EXPLAIN ANALYZE' : walk.tells
  return { facts, tree: { explain, statement, refs: walk.refs, ...(tells !== undefined && { tells }) } }
}

/** `SELECT`, or what a statement is called that DuckDB reads as a SELECT from something shown. */
function shownBy({ node }: Statement): string {
  const from = node.from_table
  if (!isNode(from) || from.type !== 'SHOW_REF') return 'SELECT'
  return from.show_type === 'SUMMARY' ? 'SUMMARIZE' : from.show_type === 'DESCRIBE' ? 'DESCRIBE' : 'SHOW'
}

class Walk {
  readonly tables: TableRef[] = []
  readonly refs = new Map<Node, TableRef>()
  readonly functions: NameRef[] = []
  readonly operators: NameRef[] = []
  readonly types: NameRef[] = []
  readonly problems: Problem[] = []
  readonly #schema: Schema | undefined
  tells: string | undefined

  constructor(schema: Schema | undefined) {
    this.#schema = schema
  }

  value(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) {
      for (const item of value) this.value(item, scope)
    } else if (isNode(value) && !isRaw(value)) {
      this.#node(value, scope)
    }
  }

  /** Parameters are counted by their highest number; a name is refused, because values come by place. */
  params(map: unknown): number {
    const names = list(map).map((entry) => (isNode(entry) ? text(entry.key) : ''))
    if (names.some((name) => !/^[1-9]\d{0,3}$/.test(name))) {
      this.#problem('parameter_invalid', 'a parameter with a name', 'Write parameters as ? or $1, $2.')
    }
    return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number))
  }

  #node(node: Node, scope: Scope): void {
    const kind = kindOf(node)
    const keys = kind === undefined ? partKeys : nodes.get(kind)
    const strange = keys === undefined ? 'all' : Object.keys(node).find((key) => !keys.has(key))
    if (strange !== undefined) {
      this.#problem('feature_refused', `${kind ?? 'a part'} (${strange}), which is not known to be harmless`)
      return
    }
    if (kind === 'CONSTANT:VALUE_CONSTANT') return
    if (queryNodes.has(kind)) {
      this.#query(node, scope)
      return
    }
    this.#note(kind, node, scope)
    // The call of a table function has been judged as such; only its arguments are left.
    if (kind === 'TABLE_FUNCTION' && isNode(node.function))
      this.#parts({ ...node, function: { ...node.function, function_name: '' } }, scope)
    else this.#parts(node, scope)
  }

  #parts(node: Node, scope: Scope): void {
    for (const item of Object.values(node)) this.value(item, scope)
  }

  /**
   * A WITH query sees those before it; the node and all in it see every one. Where DuckDB might still mean a table, the name must count
   * as a table: a name that is wrongly taken for a WITH query would show the whole table.
   */
  #query(node: Node, scope: Scope): void {
    const names = new Set(scope)
    for (const entry of list((node.cte_map as Node | undefined)?.map)) {
      if (!isNode(entry)) continue
      this.value(entry.value, new Set(names))
      names.add(smallLetters(text(entry.key)))
    }
    const { cte_map: _, ...rest } = node
    if (node.type !== 'RECURSIVE_CTE_NODE') {
      this.#parts(rest, names)
      return
    }
    const { right, ...others } = rest
    this.#parts(others, names)
    this.value(right, new Set([...names, smallLetters(text(node.cte_name))]))
  }

  #note(kind: string | undefined, node: Node, scope: Scope): void {
    if (kind === 'BASE_TABLE') this.#table(node, scope)
    else if (kind === 'TABLE_FUNCTION') this.#tableFunction(node)
    else if (kind === 'FUNCTION:FUNCTION') this.#function(node)
    else if (kind?.startsWith('WINDOW:')) this.#function({ ...node, is_operator: false })
    else if (kind === 'SHOW_REF') this.#show(node)
    else if (kind === 'PIVOT') this.#pivot(node)
    else if (kind === 'UNBOUND_TYPE_INFO') this.types.push(named(node.schema, node.name, -1))
  }

  #table(node: Node, scope: Scope): void {
    const [catalog, schema, name, alias] = [text(node.catalog_name), text(node.schema_name), text(node.table_name), text(node.alias)]
    if (node.at_clause !== null) this.#problem('feature_refused', 'AT, which asks for an older state of a table')
    const bare = catalog === '' && (schema === '' || schema.toLowerCase() === 'recurring')
    if (bare && scope.has(smallLetters(name))) return
    if (looksLikeFile([catalog, schema, name]) && !this.#exists(schema, name)) {
      this.#problem('table_refused', `${name}, which is the name of a file`, 'Files are read only as the tables that search_schema shows.')
    }
    const ref: TableRef = {
      id: this.tables.length,
      name,
      ...(catalog !== '' && { database: catalog }),
      ...(schema !== '' && { schema }),
      ...(alias !== '' && { alias }),
    }
    this.tables.push(ref)
    this.refs.set(node, ref)
  }

  #exists(schema: string, name: string): boolean {
    const { tables, searchPath } = this.#schema ?? nothing
    return tables.some((table) => table.name === name && (schema === '' ? searchPath.includes(table.schema) : table.schema === schema))
  }

  /** A name of the engine's own that is not on the list could read anything, so only macros of the source are left to the guard. */
  #tableFunction(node: Node): void {
    const call = isNode(node.function) ? node.function : {}
    const name = smallLetters(text(call.function_name))
    const own = /^(main|pg_catalog|system)?$/i.test(text(call.schema))
    if (own && tableFunctions.has(name)) return
    const table = own && tableTellers.has(name) ? tableNamed(list(call.children)) : undefined
    if (table !== undefined) {
      const ref: TableRef = { id: this.tables.length, ...table }
      this.tables.push(ref)
      this.refs.set(node, ref)
      this.tells = name
      return
    }
    if (own && systemFunctions.test(name)) {
      this.tables.push({ id: this.tables.length, name })
      return
    }
    const macro = this.#schema?.functions.some((known) => !known.builtin && known.kind === 'macro' && smallLetters(known.name) === name)
    if (macro) this.functions.push(named(call.schema, call.function_name, list(call.children).length))
    else this.#problem('function_refused', `the table function ${text(call.function_name)}`, 'Read tables by their names.')
  }

  /** `column.lower()` looks like a function of a schema named `column`, and is one when there is such a schema. */
  #isMethod(place: string): boolean {
    if (place === '' || /^(main|pg_catalog|system|temp|information_schema)$/i.test(place)) return false
    const { tables, functions } = this.#schema ?? nothing
    return ![...tables, ...functions].some(({ schema }) => smallLetters(schema) === smallLetters(place))
  }

  #function(node: Node): void {
    const name = text(node.function_name)
    const args = list(node.children).length
    const place = text(node.schema)
    if (tellingFunctions.has(smallLetters(name))) this.tells = name
    if (smallLetters(name) === 'current_setting' && !openSettings.has(smallLetters(textOf(list(node.children)[0])))) {
      this.#problem('function_refused', 'current_setting of a setting that is not open to everyone')
    }
    const ref = this.#isMethod(place)
      ? named('', name, args + 1)
      : named(place.replace(/^(main|pg_catalog|system)$/i, smallLetters), name, args)
    if (node.is_operator === true && !/^\w+$/.test(name)) this.operators.push(ref)
    else if (name !== '') this.functions.push(ref)
  }

  #show(node: Node): void {
    const name = text(node.table_name).replaceAll('"', '')
    if (node.query !== null && /^(DESCRIBE|SUMMARY)$/.test(text(node.show_type))) return
    if (node.query === null && node.show_type === 'SHOW_UNQUALIFIED') {
      if (name === 'tables' || name === 'databases' || name === 'schemas') return
      if (name === '__show_tables_expanded') {
        this.tables.push({ id: this.tables.length, name: 'duckdb_columns' })
        return
      }
    }
    this.#problem('feature_refused', 'this form of SHOW', 'Use SHOW TABLES or DESCRIBE.')
  }

  #pivot(node: Node): void {
    const byEnum = list(node.pivots).some((pivot) => !isNode(pivot) || text(pivot.pivot_enum) !== '')
    if (byEnum) this.#problem('feature_refused', 'PIVOT over a type', 'Name the values: PIVOT … ON column IN (…).')
  }

  #problem(code: Problem['code'], what: string, hint?: string): void {
    this.problems.push({ code, what, ...(hint !== undefined && { hint }) })
  }
}

const textOf = (value: unknown): string =>
  isNode(value) && kindOf(value) === 'CONSTANT:VALUE_CONSTANT' && isNode(value.value) ? text(value.value.value) : ''

/** The table that a function is given by its name; undefined when that is not one plain name. */
function tableNamed(args: readonly unknown[]): Pick<TableRef, 'database' | 'schema' | 'name'> | undefined {
  const parts = args.length === 1 ? textOf(args[0]).split('.') : []
  if (parts.length === 0 || parts.length > 3 || !parts.every((part) => /^\w+$/.test(part))) return undefined
  const [name, schema, database] = parts.reverse() as [string, string?, string?]
  return { name, ...(schema !== undefined && { schema }), ...(database !== undefined && { database }) }
}

const nothing: Omit<Schema, 'version'> = { tables: [], searchPath: [], functions: [] }

const named = (schema: unknown, name: unknown, args: number): NameRef => ({
  ...(text(schema) !== '' && { schema: text(schema) }),
  name: text(name),
  args,
})
