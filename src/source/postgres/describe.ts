import { createHash } from 'node:crypto'
import type { Cell } from '../../result.ts'
import type { ForeignKey, Schema, SourceFunction, Table, TableColumn, TableKind } from '../../schema.ts'
import { counting } from '../counting.ts'
import type { Ask } from '../served.ts'
import type { ReadSoFar } from '../source.ts'
import { columnsSql, dependsSql, functionsSql, inheritsSql, keysSql, operatorsSql, sessionSql, tablesSql } from './catalog-sql.ts'
import { type Types, typeRow, typeRowsSql } from './types.ts'

const kinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized_view',
  f: 'foreign',
  S: 'sequence',
}
const volatilities = { i: 'immutable', s: 'stable', v: 'volatile' } as const
const functionKinds = { f: 'function', a: 'aggregate', w: 'window', p: 'procedure' } as const

/** Reads the catalog in ten queries, however much there is. */
export async function describe(ask: Ask, types: Types, told: ReadSoFar = () => {}): Promise<Schema> {
  const [session] = (await ask(sessionSql)) as [number, string[]][]
  const [version, searchPath] = session!
  const tableRows = await ask(tablesSql)
  const own = (tableRows as unknown as readonly TableRow[]).filter((row) => !row[7]).map(([oid]) => String(oid))
  const columnRows = await ask(
    columnsSql,
    [],
    counting(new Set(own), ([oid]) => String(oid), told),
  )
  const [keyRows, inheritRows, dependRows, functionRows, operatorRows] = await inTurn(
    ask,
    keysSql,
    inheritsSql,
    dependsSql,
    functionsSql(version),
    operatorsSql,
  )
  await learnTypes(ask, types, columnRows)
  const tables = tablesOf({ tableRows, columnRows, keyRows: keyRows!, inheritRows: inheritRows!, dependRows: dependRows! }, types)
  const functions = [...functionRows!.map(functionOf), ...operatorRows!.map(operatorOf)]
  const shape = { searchPath, tables: tables.map(({ rowsEstimate: _, ...table }) => table), functions }
  const hash = createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16)
  return { version: hash, searchPath, tables, functions }
}

/** One after the other: a description must not take the whole pool. */
async function inTurn(ask: Ask, ...questions: readonly string[]): Promise<Cell[][][]> {
  const answers: Cell[][][] = []
  for (const question of questions) answers.push(await ask(question))
  return answers
}

/** Makes all types of all columns known, so that each column gets the type that its answers will have. */
async function learnTypes(ask: Ask, types: Types, columnRows: readonly Cell[][]): Promise<void> {
  const unknown = new Set(columnRows.map((row) => row[3] as number).filter((oid) => !types.get(oid)))
  if (unknown.size === 0) return
  types.learn((await ask(typeRowsSql, [`{${[...unknown].join(',')}}`])).map(typeRow))
}

type TableRow = readonly [number, string, string, string, number, string | null, string | null, boolean]
type ColumnRow = readonly [
  table: number,
  number: number,
  name: string,
  type: number,
  native: string,
  notNull: boolean,
  comment: string | null,
  expression: string | null,
  computed: string,
  identity: string,
]
type KeyRow = readonly [table: number, type: string, columns: number[], target: number, references: number[] | null]
type Pair = readonly [number, number]
type TableParts = Readonly<Record<'tableRows' | 'columnRows' | 'keyRows' | 'inheritRows' | 'dependRows', readonly Cell[][]>>

function tablesOf(parts: TableParts, types: Types): Table[] {
  const tables = parts.tableRows as unknown as readonly TableRow[]
  const names = new Map(tables.map(([oid, schema, name]) => [oid, `${schema}.${name}`]))
  const columns = grouped(parts.columnRows as unknown as readonly ColumnRow[])
  const keys = grouped(parts.keyRows as unknown as readonly KeyRow[])
  const parents = grouped(parts.inheritRows as unknown as readonly Pair[])
  const sources = grouped(parts.dependRows as unknown as readonly Pair[])
  const namesOf = (pairs: readonly Pair[] = []): string[] => pairs.flatMap(([, other]) => names.get(other) ?? [])
  const columnsOf = (oid: number, numbers: readonly number[]): string[] =>
    numbers.map((number) => columns.get(oid)?.find((row) => row[1] === number)?.[2] ?? '')
  const foreignKey = ([oid, , own, target, references]: KeyRow): ForeignKey[] => {
    const table = names.get(target)
    return table ? [{ columns: columnsOf(oid, own), table, references: columnsOf(target, references ?? []) }] : []
  }

  return tables.map(([oid, schema, name, kind, estimate, comment, definition, system]) => {
    const own = keys.get(oid) ?? []
    const primary = own.find(([, type]) => type === 'p')
    const foreignKeys = own.filter(([, type]) => type === 'f').flatMap(foreignKey)
    const inherits = namesOf(parents.get(oid))
    const dependsOn = namesOf(sources.get(oid))
    return {
      schema,
      name,
      kind: kinds[kind]!,
      columns: (columns.get(oid) ?? []).map((row) => columnOf(row, types)),
      ...(definition === null ? {} : { definition }),
      ...(inherits.length === 0 ? {} : { inherits }),
      ...(dependsOn.length === 0 ? {} : { dependsOn }),
      ...(comment === null ? {} : { comment }),
      ...(estimate < 0 || kind === 'v' || kind === 'S' ? {} : { rowsEstimate: estimate }),
      ...(primary ? { primaryKey: columnsOf(oid, primary[2]) } : {}),
      ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
      ...(system ? { system: true } : {}),
    }
  })
}

/** Rows by their first cell. */
function grouped<Row extends readonly [number, ...unknown[]]>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>()
  for (const row of rows) {
    const group = groups.get(row[0])
    if (group) group.push(row)
    else groups.set(row[0], [row])
  }
  return groups
}

function columnOf([, , name, type, nativeType, notNull, comment, expression, computed, identity]: ColumnRow, types: Types): TableColumn {
  return {
    name,
    type: types.get(type)?.type ?? 'other',
    nativeType,
    nullable: !notNull,
    ...(comment === null ? {} : { comment }),
    ...(computed === '' ? (identity === '' ? {} : { generated: 'identity' }) : { generated: 'always' }),
    ...(expression === null || computed !== '' ? {} : { default: expression }),
  }
}

function functionOf([schema, name, kind, volatility, args, defaults, variadic, language, body, definer, support]: Cell[]): SourceFunction {
  return {
    schema: String(schema),
    name: String(name),
    kind: functionKinds[kind as keyof typeof functionKinds],
    volatility: volatilities[volatility as keyof typeof volatilities],
    builtin: false,
    args: [Number(args) - Number(defaults), variadic === true ? Number.POSITIVE_INFINITY : Number(args)],
    language: String(language),
    body: String(kind === 'a' ? support : body),
    ...(definer === true ? { definer: true } : {}),
  }
}

function operatorOf([schema, name, volatility, prefix, language, body, definer]: Cell[]): SourceFunction {
  const args = prefix === true ? 1 : 2
  return {
    schema: String(schema),
    name: String(name),
    kind: 'operator',
    volatility: volatilities[volatility as keyof typeof volatilities],
    builtin: false,
    args: [args, args],
    language: String(language),
    body: String(body),
    ...(definer === true ? { definer: true } : {}),
  }
}
