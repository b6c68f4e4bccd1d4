import { type CheckedSelect, type Dml, keyOf, pointingAt, SqlText, statements, targetOf, valueIn } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { WriteSession } from '../source/source.ts'
import { deleteStep } from './chosen.ts'
import type { Outcome } from './outcome.ts'
import { addSample, ask, columnsOf, counted, imageColumns, keyIn, numbers, type Scene, type Step, sample } from './scene.ts'
import { triggersOf } from './triggers.ts'

/** Empties a table. Where other tables point at it, its rows are deleted one by one, so that what hangs on them is looked at. */
export async function truncateStep(dml: Extract<Dml, { kind: 'truncate' }>, scene: Scene): Promise<Step> {
  const target = targetOf(dml.table, scene)
  const { label, table, granted } = target
  if (granted.rows.length > 0) {
    throw new SluiceError('change_refused', `Only a part of the rows of ${label} is yours, so you may not empty it.`, {
      hint: 'Use delete_rows: it deletes those rows that you may see.',
    })
  }
  if (pointingAt(target, scene).length > 0) return deleteStep({ kind: 'delete', table: dml.table, where: { equal: {} } }, scene)
  const statement = statements.emptyTable(target, scene)
  const truncates = statement.sql.startsWith('TRUNCATE')
  return {
    shown: [statement.shown],
    tables: [table.schema === '' ? table.name : `${table.schema}.${table.name}`],
    policies: granted.reasons,
    secrets: [],
    warnings: triggersOf(target, truncates ? 'TRUNCATE' : 'DELETE', scene),
    async run(session, out) {
      if (truncates && (await numbers(session, statements.securedRows(target, scene)))[0] === 1) {
        throw new SluiceError(
          'change_refused',
          `Row security of the source may hide rows of ${label}, and TRUNCATE would take those too.`,
          {
            hint: 'Use delete_rows: it deletes those rows that the source shows.',
          },
        )
      }
      const count = await keepAll(session, out, target, scene)
      out.warnings.add(`This empties ${label} (${counted(count, 'row')}).`)
      await session.run(statement.sql, statement.params)
      out.count(label, count)
    },
  }
}

/** Keeps every row, where they are not too many; answers how many there are. */
async function keepAll(session: WriteSession, out: Outcome, target: ReturnType<typeof targetOf>, scene: Scene): Promise<number> {
  const key = columnsOf(keyOf(target, scene.details, scene))
  const columns = imageColumns(target, key)
  const all: CheckedSelect = {
    ...new SqlText(scene.dialect.name).add(`SELECT * FROM ${target.from}`).done(),
    tables: [],
    policies: [],
    secrets: [],
  }
  const [count = 0] = await numbers(session, statements.countChosen(all, scene))
  if (key.length === 0 || !out.hasRoom(count)) {
    out.cannotUndo(
      key.length === 0
        ? `${target.label} has no key by which its rows could be found again`
        : 'it deletes more rows than are kept for undoing',
    )
    return count
  }
  const [, bytes = 0] = await numbers(session, statements.weighAll(target, columns, scene))
  if (!out.hasRoom(count, bytes)) {
    out.cannotUndo('it deletes more than is kept for undoing')
    return count
  }
  const { rows } = await ask(session, statements.readAll(target, columns, scene))
  const keys = rows.map((row) => keyIn(columns, key, row).map((cell) => valueIn(cell, scene.dialect.name)))
  addSample(out, target, await sample(session, target, key, keys, scene), new Map())
  out.found(keys)
  const { schema, name } = target.table
  out.keep(
    {
      table: `${schema}.${name}`,
      key: key.map((column) => column.name),
      columns: columns.map((column) => column.name),
      rows: rows.map((before) => ({ before })),
    },
    bytes,
  )
  return count
}
