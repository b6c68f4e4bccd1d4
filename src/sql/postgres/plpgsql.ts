import type { Facts } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { read } from './facts.ts'
import { type Node, plpgsqlTree, statements } from './parser.ts'
import { constant, isNode, only } from './tree.ts'

/** The parts of a PL/pgSQL function that do nothing but compute; CALL, COMMIT and what may come later are not here. */
const known: ReadonlySet<string> = new Set(
  `function var rec row recfield type expr stmt_block stmt_assign stmt_if if_elsif stmt_case case_when stmt_loop stmt_while stmt_fori stmt_fors
  stmt_forc stmt_foreach_a stmt_exit stmt_return stmt_return_next stmt_return_query stmt_raise raise_option stmt_assert stmt_execsql
  stmt_dynexecute stmt_dynfors stmt_getdiag diag_item stmt_open stmt_fetch stmt_close stmt_perform exception_block exception condition
  alias`
    .split(/\s+/)
    .map((name) => `PLpgSQL_${name}`),
)

/** PL/pgSQL's ways to call a piece of SQL, as libpg_query counts them. */
const STATEMENT = 0
const EXPRESSION = 2

/** What the pieces of SQL in a body do; throws when the body holds anything that is not known. */
export function plpgsqlFacts(body: string, schema: Schema | undefined): readonly Facts[] {
  const found: Facts[] = []
  let left = 0
  const visit = (value: unknown, part: string, field: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, part, field)
    if (!isNode(value)) return
    for (const [name, item] of Object.entries(value)) {
      // A cursor that stays open outlives the function.
      if (name === 'PLpgSQL_stmt_open') left++
      if (name === 'PLpgSQL_stmt_close') left--
      if (name === 'PLpgSQL_expr' && isNode(item)) found.push(...expressionFacts(item, isDynamic(part, field), schema))
      else if (!name.startsWith('PLpgSQL_')) visit(item, part, name)
      else if (known.has(name)) visit(item, name, '')
      else throw new Error(`unknown: ${name}`)
    }
  }
  visit(tree(body), '', '')
  if (left > 0) throw new Error('a cursor is left open')
  return found
}

/** Whether an expression gives the text of a statement that is then run. */
const isDynamic = (part: string, field: string): boolean =>
  field === 'dynquery' || (field === 'query' && (part === 'PLpgSQL_stmt_dynexecute' || part === 'PLpgSQL_stmt_dynfors'))

function expressionFacts(expr: Node, dynamic: boolean, schema: Schema | undefined): Facts[] {
  const stmts = statements(asStatement(String(expr.query), Number(expr.parseMode ?? STATEMENT)))
  const facts = stmts.map((stmt) => read(stmt, schema).facts)
  return dynamic ? [...facts, ...stmts.flatMap((stmt) => executed(stmt, schema))] : facts
}

/** EXECUTE is understood only where its text stands there. */
function executed(stmt: Node, schema: Schema | undefined): Facts[] {
  const target = only(stmt)?.[1].targetList
  const text = Array.isArray(target) && target.length === 1 ? constant(only(target[0])?.[1].val) : undefined
  if (text === undefined) throw new Error('the text of EXECUTE is not known')
  return statements(text).map((inner) => read(inner, schema).facts)
}

function asStatement(text: string, mode: number): string {
  if (mode === STATEMENT) return text
  if (mode === EXPRESSION) return `SELECT ${text}`
  const at = assignment(text)
  if (at < 0) throw new Error('an assignment of this form')
  return `SELECT ${text.slice(0, at)}, ${text.slice(at).replace(/^:?=/, '')}`
}

/** Where the sign of an assignment stands: the first one outside the brackets and quotes of the target. */
function assignment(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '"' || char === "'") at = text.indexOf(char, at + 1)
    if (at < 0) return -1
    if (char === '[' || char === '(') depth++
    if (char === ']' || char === ')') depth--
    if (depth === 0 && (char === '=' || (char === ':' && text[at + 1] === '='))) return at
  }
  return -1
}

/** How a function may answer; only the catalog knows, and a body does not fit every one of them. */
const answers = [
  { returns: 'RETURNS int', mode: 'IN' },
  { returns: 'RETURNS void', mode: 'IN' },
  { returns: 'RETURNS SETOF int', mode: 'IN' },
  { returns: 'RETURNS trigger', mode: 'IN' },
  { returns: '', mode: 'OUT' },
  { returns: 'RETURNS SETOF record', mode: 'OUT' },
] as const
const VARIABLES_MAX = 20

/** The tree of a body whose arguments are not known: names that it assigns to are declared as it asks for them. */
function tree(body: string): unknown {
  let failure: unknown
  const count = Math.max(0, ...[...body.matchAll(/\$(\d{1,2})/g)].map(([, number]) => Number(number)))
  for (const { returns, mode } of answers) {
    const params = Array.from({ length: count }, (_, i) => `sluice_${i} int`)
    if (mode === 'OUT') params.push('OUT sluice_a int', 'OUT sluice_b int')
    for (let tries = 0; tries <= VARIABLES_MAX; tries++) {
      try {
        const tag = '$sluice_body$'
        if (body.includes(tag)) throw new Error('a body of this form')
        return plpgsqlTree(`CREATE FUNCTION f(${params.join(', ')}) ${returns} LANGUAGE plpgsql AS ${tag}${body}${tag}`)
      } catch (error) {
        failure = error
        const name = /^"([\w.]+)" is not a known variable/.exec((error as Error).message)?.[1]
        if (name === undefined) break
        const [first, dotted] = name.split('.')
        params.push(`${mode} "${first}" ${dotted === undefined ? 'int' : 'record'}`)
      }
    }
  }
  throw failure
}
