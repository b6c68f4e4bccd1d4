import { SluiceError } from '../error.ts'
import type { Table } from '../schema.ts'
import { nextOf, sequenceOf } from './column.ts'
import type { DdlSetting } from './ddl.ts'
import { dependentsOf, type Leaning, mustMayDrop, told } from './dependents.ts'
import { find, invalid, type Known, mustBeOpen, mustFind, notSupported, placeOf } from './names.ts'
import type { Part } from './plan.ts'
import type { Ddl } from './wanted.ts'

const isView = ({ table }: Known) => table.kind === 'view' || table.kind === 'materialized_view'

export async function dropTable(ddl: Extract<Ddl, { kind: 'drop_table' }>, setting: DdlSetting): Promise<Part> {
  const known = wanted(ddl.table, ddl.ifExists === true, 'the table', setting)
  if ('statements' in known) return known
  if (isView(known)) throw invalid(`${known.full} is a view.`, 'Use drop_view.')
  if (known.table.kind === 'foreign') throw notSupported(`${known.full} stands for a table of another server, which is not dropped here.`)
  mustBeOpen(known)
  const all = await dependentsOf(known.table, setting)
  const plan = dropping(known, 'TABLE', all, ddl.cascade === true, setting)
  const statements = [...plan.statements, ...sequencesOf(known, setting)]
  return { ...plan, statements, counts: { table: known.full, from: known.sql, rows: 'drop' } }
}

/** DuckDB keeps a sequence when its table goes; one that was made for this table is of no use without it. */
const sequencesOf = (known: Known, setting: DdlSetting): readonly string[] =>
  setting.dialect.name !== 'duckdb'
    ? []
    : known.table.columns.flatMap((column) => {
        if (!column.default?.startsWith('nextval(')) return []
        const sequence = sequenceOf(known, column.name, setting)
        return column.default === nextOf(sequence, setting) ? [`DROP SEQUENCE ${sequence}`] : []
      })

export async function dropView(ddl: Extract<Ddl, { kind: 'drop_view' }>, setting: DdlSetting): Promise<Part> {
  const known = wanted(ddl.view, ddl.ifExists === true, 'the view', setting)
  if ('statements' in known) return known
  if (!isView(known)) throw invalid(`${known.full} is no view.`, 'Use drop_table.')
  mustBeOpen(known)
  const all = await dependentsOf(known.table, setting)
  return dropping(known, known.table.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW', all, ddl.cascade === true, setting)
}

/** What is not there, or not for this caller, is nothing to do when that was said to be fine. */
function wanted(text: string, mayMiss: boolean, what: string, setting: DdlSetting): Known | Part {
  const found = mayMiss ? find(text, what, setting) : mustFind(text, what, setting)
  return (
    found ?? {
      statements: [],
      tables: [],
      warnings: [`There is no ${what.replace(/^the /, '')} ${text.slice(0, 100)}, so nothing is to be done.`],
    }
  )
}

/** Triggers go with their table in every engine; everything else is asked for by `cascade`. */
function dropping(known: Known, kind: string, all: readonly Leaning[], cascade: boolean, setting: DdlSetting): Part {
  const dependents = told(all)
  const leaning = all.filter((one) => one.kind !== 'trigger')
  const keys = leaning.filter((one) => one.kind !== 'view')
  const native = setting.dialect.name === 'postgres'
  if (leaning.length > 0 && !cascade) {
    const hint = keys.length > 0 && !native ? 'Drop or change these first.' : 'Drop or change these first, or send cascade: true.'
    throw new SluiceError('change_refused', `On ${known.full} depend: ${dependents.join(', ')}.`, { hint })
  }
  mustMayDrop(leaning)
  const tables = [known.full, ...leaning.flatMap((one) => (one.known && one.kind !== 'foreign_key' ? [one.known.full] : []))]
  if (keys.length > 0 && !native) {
    throw notSupported(
      `This kind of source drops no foreign keys of other tables with a table. On ${known.full} depend: ${told(keys).join(', ')}.`,
    )
  }
  // Views are dropped by name: a CASCADE would also take what this source does not show, or what came since it was read.
  const views = leaning.flatMap((one) => (one.table && one.kind === 'view' ? [dropOf(one.table, setting)] : []))
  const last = `DROP ${kind} ${known.sql}${keys.length > 0 ? ' CASCADE' : ''}`
  const warnings = leaning.length === 0 ? [] : [`With it go: ${told(leaning).join(', ')}.`]
  if (keys.length > 0) warnings.push('CASCADE also takes what depends on it and cannot be seen here.')
  return { statements: [...views, last], tables, destructive: true, dependents, warnings }
}

const dropOf = ({ schema, name, kind }: Table, setting: DdlSetting): string =>
  `DROP ${kind === 'materialized_view' ? 'MATERIALIZED VIEW' : 'VIEW'} ${placeOf(schema, name, setting).sql}`
