import type { Facts, Kind, NameRef, Problem, TableRef } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { nodes, partKeys } from './grammar.ts'
import { isLeaky } from './leaky.ts'
import { type Noted, note } from './note.ts'
import { isNode, isRaw, kindOf, list, type Node, type Statement, smallLetters, type Tree, textIn } from './tree.ts'

/** Names of WITH queries that can be seen, in small letters. */
type Scope = ReadonlySet<string>

const queryNodes: ReadonlySet<string | undefined> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE'])

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
    const names = list(map).map((entry) => (isNode(entry) ? textIn(entry.key) : ''))
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
    for (const noted of note(kind, node, this.#schema, (name) => scope.has(smallLetters(name)))) this.#add(noted, node)
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
      names.add(smallLetters(textIn(entry.key)))
    }
    const { cte_map: _, ...rest } = node
    if (node.type !== 'RECURSIVE_CTE_NODE') {
      this.#parts(rest, names)
      return
    }
    const { right, ...others } = rest
    this.#parts(others, names)
    this.value(right, new Set([...names, smallLetters(textIn(node.cte_name))]))
  }

  #add({ table, replaceable, call, operator, type, problem, tells }: Noted, node: Node): void {
    if (problem) this.problems.push(problem)
    if (call) this.functions.push(call)
    if (operator) this.operators.push(operator)
    if (type) this.types.push(type)
    if (tells !== undefined) this.tells = tells
    if (!table) return
    const ref: TableRef = { id: this.tables.length, ...table }
    this.tables.push(ref)
    if (replaceable) this.refs.set(node, ref)
  }

  #problem(code: Problem['code'], what: string, hint?: string): void {
    this.problems.push({ code, what, ...(hint !== undefined && { hint }) })
  }
}
