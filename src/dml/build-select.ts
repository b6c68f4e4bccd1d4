import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import { prepare } from '../prepare.ts'
import type { TableColumn } from '../schema.ts'
import { type BuildSetting, columnOf, type Key, type Target } from './build-target.ts'
import { SqlText, type Statement } from './build-text.ts'
import type { Where } from './dml.ts'
import { numbered } from './read-params.ts'

/** A column that becomes what an expression over its row comes to. */
export type Computed = Readonly<{ column: TableColumn; expression: string; params: readonly Value[] }>

/** A SELECT that `prepare` has let through: text that may stand in a statement of ours. */
export type CheckedSelect = Statement &
  Readonly<{
    tables: readonly string[]
    policies: readonly string[]
    /** Keys of hash masks that the text holds, to be blotted out of whatever quotes it. */
    secrets: readonly string[]
  }>

/** Names under which a selection shows the key of a row, and what its columns become. */
export const keyName = (i: number): string => `sluice_k${i + 1}`
export const newName = (i: number): string => `sluice_n${i + 1}`

/**
 * The rows that a change is about, by key, with the values that expressions come to: a SELECT that went through guard and rewrite, so masks,
 * row rules and hidden columns hold for whatever the caller wrote in it.
 */
export async function selectRows(
  target: Target,
  key: Key,
  where: Where,
  computed: readonly Computed[],
  setting: BuildSetting,
): Promise<CheckedSelect> {
  const { dialect } = setting
  const text = new SqlText(dialect.name).add('SELECT ')
  const names = 'row' in key ? [key.row] : key.columns.map(({ name }) => dialect.quoteName(name))
  text.add(names.map((name, i) => `${name} AS ${keyName(i)}`).join(', '))
  for (const [i, { column, expression, params }] of computed.entries()) {
    const cast = castOf(column, setting)
    text.add(cast === undefined ? ', (' : ', CAST((')
    addPiece(text, expression, params, `What ${column.name} becomes`, setting)
    text.add(cast === undefined ? `\n) AS ${newName(i)}` : `\n) AS ${cast}) AS ${newName(i)}`)
  }
  text.add(` FROM ${target.from}`)
  addWhere(text, target, where, setting)
  return checked(text.done(), setting)
}

/** A caller's own SELECT, checked. */
export function selectOf(select: string, params: readonly Value[], setting: BuildSetting): Promise<CheckedSelect> {
  const { tokens, numbers } = readPiece(select, params, 'The SELECT', setting, false)
  return checked(new SqlText(setting.dialect.name).piece(tokens, numbers, params).done(), setting)
}

/** Counts rows of the table that the caller may see, among those with these keys. */
export function countSeen(
  target: Target,
  rows: readonly (readonly Value[])[],
  columns: readonly TableColumn[],
  setting: BuildSetting,
): Promise<CheckedSelect> {
  const text = new SqlText(setting.dialect.name).add(`SELECT COUNT(*) AS n FROM ${target.from} WHERE `)
  addKeys(text, '', columns, rows, setting)
  return checked(text.done(), setting)
}

/** Adds `(k = ? AND …) OR …`, or `k IN (?, …)`; `prefix` stands before each column. */
export function addKeys(
  text: SqlText,
  prefix: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  { dialect }: BuildSetting,
): void {
  const name = (column: TableColumn) => `${prefix}${dialect.quoteName(column.name)}`
  const [only] = columns
  if (columns.length === 1) {
    text.add(`${name(only!)} IN (`)
    for (const [i, row] of rows.entries()) addKeyValue(text.add(i === 0 ? '' : ', '), only!, row[0]!, dialect.name)
    text.add(')')
    return
  }
  for (const [i, row] of rows.entries()) {
    text.add(i === 0 ? '(' : ' OR (')
    for (const [j, column] of columns.entries())
      addKeyValue(text.add(`${j === 0 ? '' : ' AND '}${name(column)} = `), column, row[j]!, dialect.name)
    text.add(')')
  }
}

/** A value that a column is compared with. Where the engine would compare texts or doubles, it is told the type. */
export function addKeyValue(
  text: SqlText,
  { type, nativeType }: TableColumn,
  value: Value,
  dialect: BuildSetting['dialect']['name'],
): void {
  const decimal = dialect === 'mysql' && type === 'decimal' ? /^decimal\(\d+,\d+\)/i.exec(nativeType)?.[0] : undefined
  const cast = dialect === 'duckdb' ? nativeType : decimal
  if (cast === undefined) text.value(value)
  else text.add('CAST(').value(value).add(` AS ${cast})`)
}

function addWhere(text: SqlText, target: Target, where: Where, setting: BuildSetting): void {
  if ('predicate' in where) {
    text.add(' WHERE (')
    addPiece(text, where.predicate, where.params, 'The predicate', setting)
    // A line break, so that nothing that a lexer takes for a comment could reach the bracket.
    text.add('\n)')
    return
  }
  const entries = Object.entries(where.equal)
  for (const [i, [name, value]] of entries.entries()) {
    const column = columnOf(name, target, setting)
    text.add(`${i === 0 ? ' WHERE ' : ' AND '}${setting.dialect.quoteName(column.name)}`)
    if (value === null) text.add(' IS NULL')
    else addKeyValue(text.add(' = '), column, value, setting.dialect.name)
  }
}

function addPiece(text: SqlText, sql: string, params: readonly Value[], what: string, setting: BuildSetting): void {
  const { tokens, numbers } = readPiece(sql, params, what, setting)
  text.piece(tokens, numbers, params)
}

const opening = new Set(['(', '[', '{'])
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** The tokens of what a caller wrote, when it cannot leave the brackets that it is put in. Its comments are left out. */
function readPiece(sql: string, params: readonly Value[], what: string, { dialect }: BuildSetting, single = true) {
  const tokens = dialect.tokens(sql).filter(({ kind }) => kind !== 'end')
  const open: string[] = []
  for (const { word, at } of tokens) {
    if (opening.has(word)) open.push(word)
    else if (Object.hasOwn(closing, word) && open.pop() !== closing[word]) throw escapes(what, 'closes a bracket that it did not open', at)
    else if (word === ';') throw escapes(what, 'holds a semicolon', at)
    else if (word === ',' && open.length === 0 && single) throw escapes(what, 'is more than one expression', at)
  }
  if (tokens.length === 0) throw escapes(what, 'is empty', 0)
  if (open.length > 0) throw escapes(what, 'does not close a bracket', sql.length)
  return { tokens, numbers: numbered(tokens, params.length) }
}

const escapes = (what: string, how: string, position: number): SluiceError =>
  new SluiceError('change_refused', `${what} ${how}.`, { position, hint: 'Send one expression, as it would stand in a SELECT.' })

/** Rows that a predicate may find; the row limit of the SELECT is one more, and must be a number that every parser takes for an integer. */
export const everyRow = 2_147_483_646

async function checked(statement: Statement, { dialect, grant, schema, maskKey }: BuildSetting): Promise<CheckedSelect> {
  const plan = await prepare(statement.sql, { dialect, grant, schema, maskKey, rowsMax: everyRow })
  if (plan.kind !== 'read') throw new SluiceError('statement_refused', 'Only a SELECT can choose what is changed.')
  if (plan.params !== statement.params.length) throw new SluiceError('parameter_count', 'The values do not fit the placeholders.')
  const { sql, shown, tables, policies, secrets } = plan
  return { sql, shown, params: statement.params, tables, policies, secrets }
}

/** PostgreSQL would take a literal in a subselect for text and refuse to assign it. A length is left out, or a cast would cut a text off silently. */
function castOf({ type, nativeType }: TableColumn, { dialect }: BuildSetting): string | undefined {
  if (dialect.name !== 'postgres') return undefined
  return type === 'text' ? 'text' : nativeType.replace(/^(bit|bit varying)\(\d+\)$/, 'bit varying')
}
