import type { NameRef, Problem, TableRef } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { looksLikeFile } from './file-names.ts'
import { openSettings, systemFunctions, tableFunctions, tableMacros, tableTellers, tellingFunctions } from './grammar.ts'
import { isNode, kindOf, list, type Node, smallLetters, textIn } from './tree.ts'

/** One thing that a node says. `replaceable` when the node stands for the table and a granted view may take its place. */
export type Noted = Readonly<{
  table?: Omit<TableRef, 'id'>
  replaceable?: true
  call?: NameRef
  operator?: NameRef
  type?: NameRef
  problem?: Problem
  /** What looks past a granted view at the table as it is stored. */
  tells?: string
}>

/** What a node says by itself; its parts speak for themselves. `isQuery` answers whether a name is that of a WITH query there. */
export function note(
  kind: string | undefined,
  node: Node,
  schema: Schema | undefined,
  isQuery: (name: string) => boolean,
): readonly Noted[] {
  if (kind === 'BASE_TABLE') return baseTable(node, schema, isQuery)
  if (kind === 'TABLE_FUNCTION') return [tableFunction(isNode(node.function) ? node.function : {}, schema, isQuery)]
  if (kind === 'FUNCTION:FUNCTION') return scalarFunction(node, schema)
  if (kind?.startsWith('WINDOW:')) return scalarFunction({ ...node, is_operator: false }, schema)
  if (kind === 'SHOW_REF') return shown(node)
  if (kind === 'UNBOUND_TYPE_INFO') return [{ type: named(node.schema, node.name, -1) }]
  const byEnum = kind === 'PIVOT' && list(node.pivots).some((pivot) => !isNode(pivot) || textIn(pivot.pivot_enum) !== '')
  return byEnum ? [refused('feature_refused', 'PIVOT over a type', 'Name the values: PIVOT … ON column IN (…).')] : []
}

function baseTable(node: Node, schema: Schema | undefined, isQuery: (name: string) => boolean): readonly Noted[] {
  const [database, place, name, alias] = [node.catalog_name, node.schema_name, node.table_name, node.alias].map(textIn) as [
    string,
    string,
    string,
    string,
  ]
  const older = node.at_clause === null ? [] : [refused('feature_refused', 'AT, which asks for an older state of a table')]
  const bare = database === '' && (place === '' || smallLetters(place) === 'recurring')
  if (bare && isQuery(name)) return older
  const file = looksLikeFile([database, place, name]) && !exists(place, name, schema)
  const table = { ...placed(database, place, name), ...(alias !== '' && { alias }) }
  return [
    ...older,
    ...(file
      ? [refused('table_refused', `${name}, which is the name of a file`, 'Files are read only as the tables that search_schema shows.')]
      : []),
    { table, replaceable: true },
  ]
}

function exists(place: string, name: string, schema: Schema | undefined): boolean {
  const { tables, searchPath } = schema ?? nothing
  return tables.some((table) => table.name === name && (place === '' ? searchPath.includes(table.schema) : table.schema === place))
}

/** A name of the engine's own that is not on the list could read anything, so only macros of the source are left to the guard. */
function tableFunction(call: Node, schema: Schema | undefined, isQuery: (name: string) => boolean): Noted {
  const name = smallLetters(textIn(call.function_name))
  const own = /^(main|pg_catalog|system)?$/i.test(textIn(call.schema))
  if (own && tableFunctions.has(name)) return {}
  if (own && tableMacros.has(name)) return tableMacro(call, name, schema, isQuery)
  const table = own && tableTellers.has(name) ? tableNamed(list(call.children)) : undefined
  if (table !== undefined) return { table, replaceable: true, tells: name }
  // It completes names of what exists, so it is judged as the list of that.
  if (own && name === 'sql_auto_complete') return { table: { name: 'duckdb_columns' } }
  if (own && systemFunctions.test(name)) return { table: { name } }
  const macro = schema?.functions.some((known) => !known.builtin && known.kind === 'macro' && smallLetters(known.name) === name)
  if (macro) return { call: named(call.schema, call.function_name, list(call.children).length) }
  return refused('function_refused', `the table function ${textIn(call.function_name)}`, 'Read tables by their names.')
}

/** A macro of the engine that reads the table or WITH query it is given as its first argument. */
function tableMacro(call: Node, name: string, schema: Schema | undefined, isQuery: (name: string) => boolean): Noted {
  const [first] = list(call.children)
  const parts = isNode(first) && kindOf(first) === 'COLUMN_REF:COLUMN_REF' ? list(first.column_names).map(String) : []
  const [table, place = '', database = ''] = [...parts].reverse()
  if (table === undefined || parts.length > 3)
    return refused('function_refused', `the table function ${name}`, 'Read tables by their names.')
  if (parts.length === 1 && isQuery(table) && !exists('', table, schema)) return {}
  return { table: placed(database, place, table), replaceable: true, tells: name }
}

/** The table that a function is given by its name; undefined when that is not one plain name. */
function tableNamed(args: readonly unknown[]): Omit<TableRef, 'id'> | undefined {
  const parts = args.length === 1 ? constantText(args[0]).split('.') : []
  if (parts.length === 0 || parts.length > 3 || !parts.every((part) => /^\w+$/.test(part))) return undefined
  const [name, place = '', database = ''] = parts.reverse() as [string, string?, string?]
  return placed(database, place, name)
}

function scalarFunction(node: Node, schema: Schema | undefined): readonly Noted[] {
  const name = textIn(node.function_name)
  if (name === '') return []
  const [first] = list(node.children)
  const args = list(node.children).length
  const place = textIn(node.schema)
  const ref = isMethod(place, schema)
    ? named('', name, args + 1)
    : named(place.replace(/^(main|pg_catalog|system)$/i, smallLetters), name, args)
  const secret = smallLetters(name) === 'current_setting' && !openSettings.has(smallLetters(constantText(first)))
  return [
    ...(secret ? [refused('function_refused', 'current_setting of a setting that is not open to everyone')] : []),
    ...(tellingFunctions.has(smallLetters(name)) ? [{ tells: name }] : []),
    node.is_operator === true && !/^\w+$/.test(name) ? { operator: ref } : { call: ref },
  ]
}

/** `column.lower()` looks like a function of a schema named `column`, and is one when there is such a schema. */
function isMethod(place: string, schema: Schema | undefined): boolean {
  if (place === '' || /^(main|pg_catalog|system|temp|information_schema)$/i.test(place)) return false
  const { tables, functions } = schema ?? nothing
  return ![...tables, ...functions].some((known) => smallLetters(known.schema) === smallLetters(place))
}

function shown(node: Node): readonly Noted[] {
  const name = textIn(node.table_name).replaceAll('"', '')
  if (node.query !== null && /^(DESCRIBE|SUMMARY)$/.test(textIn(node.show_type))) return []
  if (node.query === null && node.show_type === 'SHOW_UNQUALIFIED') {
    if (name === 'tables' || name === 'databases' || name === 'schemas') return []
    if (name === '__show_tables_expanded') return [{ table: { name: 'duckdb_columns' } }]
  }
  return [refused('feature_refused', 'this form of SHOW', 'Use SHOW TABLES or DESCRIBE.')]
}

const constantText = (value: unknown): string =>
  isNode(value) && kindOf(value) === 'CONSTANT:VALUE_CONSTANT' && isNode(value.value) ? textIn(value.value.value) : ''

const placed = (database: string, schema: string, name: string): Omit<TableRef, 'id'> => ({
  name,
  ...(database !== '' && { database }),
  ...(schema !== '' && { schema }),
})

const nothing: Omit<Schema, 'version'> = { tables: [], searchPath: [], functions: [] }

const named = (schema: unknown, name: unknown, args: number): NameRef => ({
  ...(textIn(schema) !== '' && { schema: textIn(schema) }),
  name: textIn(name),
  args,
})

const refused = (code: Problem['code'], what: string, hint?: string): Noted => ({
  problem: { code, what, ...(hint !== undefined && { hint }) },
})
