import type { Schema } from '../../schema.ts'
import { isNode, isRaw, kindOf, list, type Node, type Statement, smallLetters } from './tree.ts'

const quietNodes: ReadonlySet<string | undefined> = new Set([
  'CONJUNCTION:CONJUNCTION_AND',
  'CONJUNCTION:CONJUNCTION_OR',
  'OPERATOR:OPERATOR_NOT',
  'OPERATOR:OPERATOR_IS_NULL',
  'OPERATOR:OPERATOR_IS_NOT_NULL',
  'COLUMN_REF:COLUMN_REF',
])
const aggregates: ReadonlySet<string> = new Set(['count', 'count_star', 'min', 'max', 'sum', 'avg'])

/**
 * Whether a predicate, or a column of an inner query that a predicate may reach, could fail on a row that a row rule hides. DuckDB
 * merges filters and puts the cheap ones first, and compares a text with a number by casting the text, so only little is quiet.
 */
export function isLeaky(statement: Statement, schema: Schema | undefined): boolean {
  const quiet = new Quiet(schema === undefined ? new Set() : integerNames(schema))
  return !quiet.query(statement.node, true)
}

/** Names that are integer columns wherever they occur; remembered for as long as the schema lives. */
function integerNames(schema: Schema): ReadonlySet<string> {
  const known = remembered.get(schema)
  if (known) return known
  const integers = new Set<string>()
  const others = new Set<string>()
  for (const table of schema.tables) {
    if (table.system) continue
    for (const { name, type } of table.columns) (type === 'int' ? integers : others).add(smallLetters(name))
  }
  const names = integers.difference(others)
  remembered.set(schema, names)
  return names
}
const remembered = new WeakMap<Schema, ReadonlySet<string>>()

class Quiet {
  readonly #integers: ReadonlySet<string>
  constructor(integers: ReadonlySet<string>) {
    this.#integers = integers
  }

  /** The outermost select list runs after all predicates; an inner one may be put in the place of its columns. */
  query(value: unknown, outermost: boolean): boolean {
    if (Array.isArray(value)) return value.every((item) => this.query(item, false))
    if (!isNode(value) || isRaw(value)) return true
    const kind = kindOf(value)
    if (kind === 'SELECT_NODE' && !outermost && !list(value.select_list).every((item) => this.#output(item))) return false
    for (const key of ['where_clause', 'having', 'qualify', 'condition', 'filter', 'filter_expr']) {
      if (!this.#predicate(value[key])) return false
    }
    return Object.entries(value).every(([key, item]) => this.query(item, outermost && (key === 'left' || key === 'right')))
  }

  #output(item: unknown): boolean {
    if (!isNode(item)) return true
    const kind = kindOf(item)
    if (kind === 'FUNCTION:FUNCTION')
      return aggregates.has(String(item.function_name)) && list(item.children).every((child) => this.#output(child))
    return (
      kind === 'COLUMN_REF:COLUMN_REF' ||
      kind === 'CONSTANT:VALUE_CONSTANT' ||
      (kind === 'STAR:STAR' && list(item.replace_list).length === 0)
    )
  }

  #predicate(value: unknown): boolean {
    if (value === null || value === undefined) return true
    if (!isNode(value)) return false
    const kind = kindOf(value)
    if (kind?.startsWith('COMPARISON:')) return this.#compares([value.left, value.right])
    if (kind === 'BETWEEN:COMPARE_BETWEEN') return this.#compares([value.input, value.lower, value.upper])
    if (kind === 'OPERATOR:COMPARE_IN' || kind === 'OPERATOR:COMPARE_NOT_IN') return this.#compares(list(value.children))
    return quietNodes.has(kind) && list(value.children).every((child) => this.#predicate(child))
  }

  /** One column against texts, which are cast to the type of the column and not the other way, or an integer against integers. */
  #compares([first, ...others]: readonly unknown[]): boolean {
    const sides = isColumn(first) ? others : others.length === 1 && isColumn(others[0]) ? [first] : undefined
    if (sides === undefined) return false
    const column = (isColumn(first) ? first : others[0]) as Node
    const name = smallLetters(String(list(column.column_names).at(-1)))
    return sides.every(
      (side) => typeOfConstant(side) === 'VARCHAR' || (this.#integers.has(name) && /^(INTEGER|BIGINT)$/.test(typeOfConstant(side))),
    )
  }
}

const isColumn = (value: unknown): boolean => isNode(value) && kindOf(value) === 'COLUMN_REF:COLUMN_REF'

function typeOfConstant(value: unknown): string {
  if (!isNode(value) || kindOf(value) !== 'CONSTANT:VALUE_CONSTANT' || !isNode(value.value)) return ''
  const { type } = value.value
  return isNode(type) ? String(type.id) : ''
}
