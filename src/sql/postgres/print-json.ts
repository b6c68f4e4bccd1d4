import { quoteName } from './mask.ts'
import type { Node } from './parser.ts'
import { isNode, list, only } from './tree.ts'

/** What the printer lends for the parts that it knows. */
export type Lent = Readonly<{
  visit(node: unknown): string
  /** A JsonValueExpr, with its FORMAT. */
  value(node: unknown): string
  /** RETURNING … of a JsonOutput, or null. */
  output(node: unknown): string | null
  type(node: unknown): string
}>

const join = (parts: readonly (string | null | undefined)[]): string => parts.filter((part) => part).join(' ')

/** JSON_VALUE, JSON_QUERY and JSON_EXISTS. */
export function jsonCall(node: Node, lent: Lent): string {
  const name = String(node.op).replace(/_OP$/, '')
  const path = `${lent.value(node.context_item)}, (${lent.visit(node.pathspec)})`
  return `${name}(${join([path, passing(node, lent), lent.output(node.output), wrapping(node), ...behaviours(node, lent)])})`
}

/** JSON_TABLE without LATERAL and its alias. */
export function jsonTable(node: Node, lent: Lent): string {
  const path = `${lent.value(node.context_item)}, ${pathOf(node, lent)}`
  return `JSON_TABLE(${join([path, passing(node, lent), columns(node, lent), ...behaviours(node, lent)])})`
}

const columns = (node: Node, lent: Lent): string =>
  `COLUMNS (${list(node.columns)
    .map((item) => column(only(item)?.[1] ?? {}, lent))
    .join(', ')})`

function column(node: Node, lent: Lent): string {
  if (node.coltype === 'JTC_NESTED') return `NESTED PATH ${pathOf(node, lent)} ${columns(node, lent)}`
  const name = quoteName(String(node.name))
  if (node.coltype === 'JTC_FOR_ORDINALITY') return `${name} FOR ORDINALITY`
  const kind = node.coltype === 'JTC_EXISTS' ? 'EXISTS' : node.coltype === 'JTC_FORMATTED' ? 'FORMAT JSON' : ''
  const path = isNode(node.pathspec) ? `PATH ${pathOf(node, lent)}` : ''
  // EXISTS has no wrapper; PostgreSQL notes down that there is none.
  return join([name, lent.type(node.typeName), kind, path, kind === 'EXISTS' ? '' : wrapping(node), ...behaviours(node, lent)])
}

function pathOf(node: Node, lent: Lent): string {
  const path = isNode(node.pathspec) ? node.pathspec : {}
  return lent.visit(path.string) + (path.name === undefined ? '' : ` AS ${quoteName(String(path.name))}`)
}

function passing(node: Node, lent: Lent): string {
  const values = list(node.passing).map((item) => {
    const argument = only(item)?.[1] ?? {}
    return `${lent.value(argument.val)} AS ${quoteName(String(argument.name))}`
  })
  return values.length === 0 ? '' : `PASSING ${values.join(', ')}`
}

const wrappers: Readonly<Record<string, string>> = {
  JSW_NONE: 'WITHOUT WRAPPER',
  JSW_CONDITIONAL: 'WITH CONDITIONAL WRAPPER',
  JSW_UNCONDITIONAL: 'WITH UNCONDITIONAL WRAPPER',
  JS_QUOTES_KEEP: 'KEEP QUOTES',
  JS_QUOTES_OMIT: 'OMIT QUOTES',
}
const wrapping = (node: Node): string => join([wrappers[String(node.wrapper)], wrappers[String(node.quotes)]])

function behaviours(node: Node, lent: Lent): string[] {
  const say = (value: unknown, when: string): string[] => {
    if (!isNode(value)) return []
    const what = String(value.btype).replace('JSON_BEHAVIOR_', '').replace('_', ' ')
    return [what === 'DEFAULT' ? `DEFAULT (${lent.visit(value.expr)}) ON ${when}` : `${what} ON ${when}`]
  }
  return [...say(node.on_empty, 'EMPTY'), ...say(node.on_error, 'ERROR')]
}
