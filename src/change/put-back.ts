import type { Value } from '../call.ts'
import { type BuildSetting, statements, type Target, targetOf, valueIn } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { ChangeRecord, Image } from '../journal/journal.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import { type Outcome, textOf } from './outcome.ts'
import type { Plan } from './plan.ts'
import { lookAtPointing, lookBehind } from './pointing.ts'
import { addSample, byKeys, counted, keyIn, mustSee, type Scene, type Step, sample } from './scene.ts'
import { triggersOf } from './triggers.ts'

type Row = Image['rows'][number]
type Put = Readonly<{ target: Target; key: readonly TableColumn[]; columns: readonly TableColumn[]; image: Image }>

/** The steps that put back what a change has done, the last one first. Throws where the caller may not write the tables any more. */
export function undoPlan(record: ChangeRecord, images: readonly Image[], scene: Scene): Plan {
  const steps = images.toReversed().map((image) => putBack(image, scene))
  return { kind: 'write', reads: false, what: 'undo', steps, asked: `undo ${record.id}`, transactional: true, inTransaction: true }
}

function putBack(image: Image, scene: Scene): Step {
  const target = targetOf(quoted(image.table), scene)
  const columnOf = (name: string): TableColumn => {
    const column = target.table.columns.find((one) => one.name === name)
    if (column) return column
    throw new SluiceError('change_conflict', `${target.label} no longer has all the columns that it had.`)
  }
  mayStillSet(image, target)
  const put: Put = { target, key: image.key.map(columnOf), columns: image.columns.map(columnOf), image }
  return {
    shown: shownOf(put, scene).map((text) => withoutHidden(text, target, scene)),
    tables: [image.table],
    policies: target.granted.reasons,
    secrets: [],
    warnings: triggersOf(target, 'these statements', scene),
    run: (session, out) => run(session, out, put, scene),
  }
}

/** Whoever lost a column since must not write it by way of undoing. What a trigger has set in a hidden one goes back with its row. */
function mayStillSet({ set = [] }: Image, { granted, label }: Target): void {
  if (set.every((name) => granted.columns.includes(name) && !granted.masks.has(name))) return
  throw new SluiceError('change_refused', `This change has set a column of ${label} that you may not write any more.`, {
    hint: 'Ask somebody who may write the column to undo the change.',
  })
}

const quoted = (table: string): string =>
  table
    .split('.', 2)
    .map((part, i) => `"${(i === 0 ? part : table.slice(table.indexOf('.') + 1)).replaceAll('"', '""')}"`)
    .join('.')

async function run(session: WriteSession, out: Outcome, put: Put, scene: Scene): Promise<void> {
  const { target, key, columns, image } = put
  const valuesOf = (row: Row): readonly Value[] =>
    keyIn(columns, key, row.after ?? row.before!).map((cell) => valueIn(cell, scene.dialect.name))
  const keys = image.rows.map(valuesOf)
  await mustBeAsLeft(session, put, keys, scene)
  const left = image.rows.filter(({ after }) => after).map(valuesOf)
  await mustSee(session, target, key, left, scene)
  const shownBefore = await sample(session, target, key, keys, scene)
  const { made, changed, gone } = groupsOf(image)
  for (let at = 0; at < made.length; at += rowsAtOnce) {
    const some = made.slice(at, at + rowsAtOnce).map(valuesOf)
    await lookAtPointing(session, out, target, { columns: key }, statements.selectByKey(target, key, some, scene), scene)
    const { sql, params } = statements.deleteByKey(target, key, some, scene)
    await session.run(sql, params)
  }
  const set = new Set(changed.flatMap(({ before, after }) => differing(put, before!, after!).map(({ name }) => name)))
  lookBehind(out, target, [...set], scene)
  await putChanged(session, put, changed, valuesOf, scene)
  const atOnce = Math.min(rowsAtOnce, statements.rowsAtOnce(columns.length))
  for (let at = 0; at < gone.length; at += atOnce) {
    const { sql, params } = insertOf(put, gone.slice(at, at + atOnce), scene)
    await session.run(sql, params)
  }
  out.count(target.label, image.rows.length)
  const back = image.rows.filter(({ before }) => before).map(valuesOf)
  await mustSee(session, target, key, back, scene)
  addSample(out, target, shownBefore, await sample(session, target, key, keys, scene))
  await keep(session, out, put, back, scene)
}

const rowsAtOnce = 200

/** Rows that the change has made, changed and deleted. */
const groupsOf = ({ rows }: Image) => ({
  made: rows.filter(({ before }) => !before),
  changed: rows.filter(({ before, after }) => before && after),
  gone: rows.filter(({ after }) => !after),
})

const writable = (column: TableColumn): boolean => column.generated !== 'always'

/** What puts rows back that are gone. */
function insertOf({ target, columns }: Put, rows: readonly Row[], scene: BuildSetting) {
  const kept = columns.filter(writable)
  const cells = rows.map(({ before }) => kept.map((column) => before![columns.indexOf(column)]!))
  return statements.insertImages(target, kept, cells, scene)
}

/** What sets the columns of a row back that differ; undefined where none does. */
function updateOf(put: Put, { before, after }: Row, keys: readonly Value[], scene: BuildSetting) {
  const { target, key, columns } = put
  const other = differing(put, before!, after!)
  if (other.length === 0) return undefined
  const cells = other.map((column) => before![columns.indexOf(column)]!)
  return statements.updateImage(target, other, cells, key, keys, scene)
}

/** Rows whose differing columns are the same go together, where the engine can. */
async function putChanged(
  session: WriteSession,
  put: Put,
  rows: readonly Row[],
  valuesOf: (row: Row) => readonly Value[],
  scene: Scene,
): Promise<void> {
  const { target, key, columns } = put
  if (scene.dialect.name === 'mysql') {
    for (const row of rows) {
      const statement = updateOf(put, row, valuesOf(row), scene)
      if (statement) await session.run(statement.sql, statement.params)
    }
    return
  }
  const groups = new Map<string, { other: readonly TableColumn[]; rows: (readonly Cell[])[] }>()
  for (const { before, after } of rows) {
    const other = differing(put, before!, after!)
    const names = other.map(({ name }) => name).join('\0')
    const group = groups.get(names) ?? { other, rows: [] }
    groups.set(names, group)
    group.rows.push([...keyIn(columns, key, after!), ...other.map((column) => before![columns.indexOf(column)]!)])
  }
  for (const group of groups.values()) {
    const atOnce = Math.min(rowsAtOnce, statements.rowsAtOnce(key.length + group.other.length))
    for (let at = 0; group.other.length > 0 && at < group.rows.length; at += atOnce) {
      const { sql, params } = statements.updateImages(target, group.other, key, group.rows.slice(at, at + atOnce), scene)
      const { changed } = await session.run(sql, params)
      if (changed !== Math.min(atOnce, group.rows.length - at)) throw notAsLeft(target)
    }
  }
}

const notAsLeft = ({ label }: Target): SluiceError =>
  new SluiceError('change_conflict', `Rows of ${label} were being changed by others. Nothing was undone.`)

const differing = ({ columns }: Put, before: readonly Cell[], after: readonly Cell[]): readonly TableColumn[] =>
  columns.filter((column, i) => writable(column) && JSON.stringify(before[i], textOf) !== JSON.stringify(after[i], textOf))

/** Compares every row with what the change has left; locked, so that it stays so. */
async function mustBeAsLeft(
  session: WriteSession,
  { target, key, columns, image }: Put,
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<void> {
  const now = await byKeys(session, keys, (some) => statements.readByKey(target, columns, key, some, scene, true))
  const text = (row: readonly Cell[] | undefined) => (row ? JSON.stringify(row, textOf) : '')
  const keyText = (row: readonly Cell[]) => JSON.stringify(keyIn(columns, key, row), textOf)
  const byKey = new Map(now.map((row) => [keyText(row), row]))
  const other = image.rows.filter(({ before, after }) => text(after) !== text(byKey.get(keyText(after ?? before!))))
  if (other.length === 0) return
  throw new SluiceError(
    'change_conflict',
    `${counted(other.length, 'row')} of ${target.label} ${other.length === 1 ? 'is' : 'are'} not as the change left ${other.length === 1 ? 'it' : 'them'}. Nothing was undone.`,
  )
}

/** What the undo itself has changed, so that it can be undone. */
async function keep(
  session: WriteSession,
  out: Outcome,
  { target, key, columns, image }: Put,
  back: readonly (readonly Value[])[],
  scene: Scene,
): Promise<void> {
  const rows = await byKeys(session, back, (some) => statements.readByKey(target, columns, key, some, scene))
  const keyText = (row: readonly Cell[]) => JSON.stringify(keyIn(columns, key, row), textOf)
  const byKey = new Map(rows.map((row) => [keyText(row), row]))
  out.keep({
    ...image,
    rows: image.rows.map(({ before, after }): Row => {
      const now = before && byKey.get(keyText(before))
      return { ...(after ? { before: after } : {}), ...(now ? { after: now } : {}) }
    }),
  })
}

/** One statement of each kind that the undo needs, with how often. */
function shownOf(put: Put, scene: Scene): readonly string[] {
  const { target, key, columns, image } = put
  const told = (count: number, shown: string) => (count === 1 ? shown : `${shown} /* ${count} rows */`)
  const valuesOf = (row: Row) => keyIn(columns, key, row.after ?? row.before!) as readonly Value[]
  const { made, changed, gone } = groupsOf(image)
  const shown: string[] = []
  if (made.length > 0) shown.push(told(made.length, statements.deleteByKey(target, key, [valuesOf(made[0]!)], scene).shown))
  const row = changed.find(({ before, after }) => differing(put, before!, after!).length > 0)
  if (row && scene.dialect.name === 'mysql') shown.push(told(changed.length, updateOf(put, row, valuesOf(row), scene)!.shown))
  else if (row) {
    const other = differing(put, row.before!, row.after!)
    const cells = [...valuesOf(row), ...other.map((column) => row.before![columns.indexOf(column)]!)]
    shown.push(told(changed.length, statements.updateImages(target, other, key, [cells], scene).shown))
  }
  if (gone.length > 0) shown.push(told(gone.length, insertOf(put, gone.slice(0, 1), scene).shown))
  return shown
}

/** A row is put back as a whole, with columns of which its caller must not learn the names. */
const withoutHidden = (shown: string, { table, granted }: Target, { dialect }: Scene): string =>
  table.columns
    .filter(({ name }) => !granted.columns.includes(name))
    .reduce((text, { name }) => text.replaceAll(dialect.quoteName(name), '…'), shown)
