import { SluiceError } from '../error.ts'
import { columnSql, commentText, constraintSql, type Made } from './column.ts'
import { columnType } from './column-type.ts'
import type { DdlSetting } from './ddl.ts'
import { invalid, listed, newPlace, type Place, taken } from './names.ts'
import type { Part } from './plan.ts'
import type { Constraint, Ddl, NewColumn } from './wanted.ts'

const COLUMNS_MAX = 1_000
const CONSTRAINTS_MAX = 100
type Wanted = Extract<Ddl, { kind: 'create_table' }>

export async function createTable(ddl: Wanted, setting: DdlSetting): Promise<Part> {
  const { dialect } = setting
  const place = newPlace(ddl.table, 'the table', setting)
  const nothing = alreadyThere(place, ddl.ifNotExists === true, 'table', setting)
  if (nothing) return nothing
  mustFit(ddl)
  const table: Made = { ...place, columns: ddl.columns.map(({ name, type }) => ({ name, type: columnType(type, dialect) })) }
  const keys = ddl.columns.filter((column) => column.primaryKey === true)
  // A key of several columns stands apart; beside its column it may stand only once.
  const columns = []
  for (const column of ddl.columns) columns.push(await columnSql(column, table, column.primaryKey === true && keys.length === 1, setting))
  const whole = keys.length > 1 ? [`PRIMARY KEY ${listed(names(keys), 'the column', setting)}`] : []
  for (const constraint of ddl.constraints ?? []) whole.push(await constraintSql(constraint, table, setting))
  const body = [...columns.map(({ sql }) => sql), ...whole, ...columns.flatMap((column) => column.whole)]
  const comment = tableComment(ddl.comment, place, setting)
  const create = `CREATE TABLE ${ddl.ifNotExists ? 'IF NOT EXISTS ' : ''}${place.sql} (\n  ${body.join(',\n  ')}\n)${comment.inline}`
  return {
    statements: [...columns.flatMap(({ before }) => before), create, ...comment.after, ...columns.flatMap(({ after }) => after)],
    tables: [place.full],
    warnings: [
      ...columns.flatMap(({ warnings }) => warnings),
      ...comment.warnings,
      ...folding([place.name, ...names(ddl.columns)], setting),
      ...unseen(place, names(ddl.columns), setting),
    ],
  }
}

const names = (columns: readonly NewColumn[]): string[] => columns.map(({ name }) => name)

/** A plan of nothing where the table is there already and that was expected; throws `change_conflict` where it was not. */
export function alreadyThere(place: Place, expected: boolean, what: string, setting: DdlSetting): Part | undefined {
  if (!taken(place, setting)) return undefined
  // One that the caller may not see is answered in the same words: the source would say as much.
  if (!expected)
    throw new SluiceError('change_conflict', `There is a table or view named ${place.full} already.`, { hint: 'Choose another name.' })
  return { statements: [], tables: [], warnings: [`There is a table or view named ${place.full} already, so no ${what} is made.`] }
}

function mustFit({ columns, constraints = [] }: Wanted): void {
  if (columns.length === 0) throw invalid('A table has at least one column.')
  if (columns.length > COLUMNS_MAX) throw invalid(`A table has at most ${COLUMNS_MAX} columns.`)
  if (constraints.length > CONSTRAINTS_MAX) throw invalid(`A table is made with at most ${CONSTRAINTS_MAX} constraints.`)
  const known = new Set<string>()
  for (const { name } of columns) {
    if (known.has(name.toLowerCase())) throw invalid(`The column ${name.slice(0, 60)} is given twice.`)
    known.add(name.toLowerCase())
  }
  const keys = constraints.filter(({ kind }) => kind === 'primary_key').length
  if (keys > 1 || (keys > 0 && columns.some(({ primaryKey }) => primaryKey)))
    throw invalid('A table has one primary key; it is given twice.')
  for (const constraint of constraints) {
    const missing = columnsOf(constraint).find((name) => !known.has(name.toLowerCase()))
    if (missing !== undefined) throw new SluiceError('column_unknown', `There is no column ${missing.slice(0, 60)} in the new table.`)
  }
}

const columnsOf = (constraint: Constraint): readonly string[] => (constraint.kind === 'check' ? [] : constraint.columns)

function tableComment(comment: string | undefined, place: Place, setting: DdlSetting) {
  const nothing = { inline: '', after: [] as string[], warnings: [] as string[] }
  if (comment === undefined || comment === '') return nothing
  const text = commentText(comment, setting)
  if (setting.dialect.name === 'sqlite') return { ...nothing, warnings: ['SQLite keeps no comments; that of the table is left out.'] }
  if (setting.dialect.name === 'mysql') return { ...nothing, inline: ` COMMENT = ${text}` }
  return { ...nothing, after: [`COMMENT ON TABLE ${place.sql} IS ${text}`] }
}

/** What will surprise who writes the name without quotes. */
export function folding(all: readonly string[], { dialect }: DdlSetting): readonly string[] {
  const folded = dialect.name === 'postgres' ? all.filter((name) => name !== name.toLowerCase()) : []
  if (folded.length === 0) return []
  return [`${folded.slice(0, 5).join(', ')}: PostgreSQL finds names with capital letters only where they are written in quotes.`]
}

/** Says that a new table would not be there for its maker, or not whole. */
export function unseen(place: Place, columns: readonly string[], { grant }: DdlSetting): readonly string[] {
  const given = grant.table({ schema: place.schema, name: place.name, names: columns })
  if (!given) return [`Your roles do not show you ${place.full}: once it is made you will not see it.`]
  return given.restricted ? [`Your roles will not show you all of ${place.full}: ${given.reasons.join('; ')}.`] : []
}
