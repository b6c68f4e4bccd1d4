import type { Value } from '../call.ts'
import {
  type CheckedSelect,
  type Computed,
  columnOf,
  type Dml,
  everyRow,
  type Given,
  type Key,
  keyOf,
  pointingAt,
  selectRows,
  statements,
  type Target,
  targetOf,
  valueIn,
  writtenColumn,
} from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { Image } from '../journal/journal.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import { asValue } from './as-value.ts'
import { imageRowsMax, type Outcome, textOf } from './outcome.ts'
import { lookAtPointing } from './pointing.ts'
import {
  addSample,
  ask,
  byKeys,
  columnsOf,
  counted,
  imageColumns,
  keyIn,
  mustSee,
  numbers,
  type Scene,
  type Step,
  sample,
} from './scene.ts'
import { triggersOf } from './triggers.ts'

type Update = Extract<Dml, { kind: 'update' }>
type Delete = Extract<Dml, { kind: 'delete' }>

/** Rows that a checked SELECT has chosen, and the statement that changes them. */
type Change = Readonly<{
  target: Target
  key: Key
  chosen: CheckedSelect
  /** The same rows with what expressions come to, where there are any. */
  withNew?: CheckedSelect
  statement: ReturnType<typeof statements.updateRows>
  /** The statement answers the keys of what it has changed. */
  returning: boolean
  /** Columns that are written; undefined for rows that go. */
  set: readonly TableColumn[] | undefined
}>

/** Sets columns of rows. Throws what `targetOf`, `writtenColumn` and `prepare` throw, and `change_invalid`, `change_refused`. */
export async function updateStep(dml: Update, scene: Scene): Promise<Step> {
  const target = targetOf(dml.table, scene)
  const key = keyFor(target, scene)
  const given: Given[] = []
  const computed: Computed[] = []
  for (const [name, assigned] of Object.entries(dml.set)) {
    const column = writtenColumn(name, target, scene)
    if (given.some((one) => one.column === column)) throw invalid(`The column ${column.name} is set twice.`)
    if ('value' in assigned) given.push({ column, value: asValue(assigned.value, column, scene) })
    else given.push({ column, computed: computed.push({ column, ...assigned }) - 1 })
  }
  if (given.length === 0) throw invalid('The update sets no column.')
  const set = given.map(({ column }) => column)
  if (scene.grant.restricted && columnsOf(key).some((column) => set.includes(column))) {
    throw new SluiceError(
      'change_refused',
      `The key of rows of ${target.label} cannot be changed where only a part of the table is yours.`,
      {
        hint: 'Insert new rows and delete the old ones.',
      },
    )
  }
  const chosen = await selectRows(target, key, valued(dml.where, target, scene), [], scene)
  const withNew = computed.length === 0 ? chosen : await selectRows(target, key, valued(dml.where, target, scene), computed, scene)
  const returning = scene.dialect.name === 'postgres'
  const statement = statements.updateRows(target, key, given, withNew, scene, returning)
  return step(dml, { target, key, chosen, statement, returning, set, ...(computed.length > 0 ? { withNew } : {}) }, withNew, scene)
}

/** Deletes rows; throws as `updateStep` does. */
export async function deleteStep(dml: Delete, scene: Scene): Promise<Step> {
  const target = targetOf(dml.table, scene)
  const key = keyFor(target, scene)
  const chosen = await selectRows(target, key, valued(dml.where, target, scene), [], scene)
  const returning = scene.dialect.name === 'postgres'
  const statement = statements.deleteRows(target, key, chosen, scene, returning)
  return step(dml, { target, key, chosen, statement, returning, set: undefined }, chosen, scene)
}

function step(dml: Update | Delete, change: Change, { tables, policies, secrets }: CheckedSelect, scene: Scene): Step {
  const all = choosesAll(dml.where, scene)
  const { target, set } = change
  const event = set ? 'UPDATE' : 'DELETE'
  return {
    shown: [change.statement.shown],
    tables,
    policies,
    secrets,
    warnings: triggersOf(target, event, scene),
    run: (session, out) => runChange(session, out, change, all, scene),
  }
}

async function runChange(session: WriteSession, out: Outcome, change: Change, all: boolean, scene: Scene): Promise<void> {
  const { target, key, chosen, set } = change
  const { label } = target
  const [count = 0] = await numbers(session, statements.countChosen(chosen, scene))
  if (all && count > 0)
    out.warnings.add(`There is no condition: this ${set ? 'changes' : 'deletes'} every row of ${label} (${counted(count, 'row')}).`)
  else if (count > manyRows) out.warnings.add(`This ${set ? 'changes' : 'deletes'} ${counted(count, 'row')} of ${label}.`)
  if (count > everyRow)
    throw new SluiceError('change_refused', `This is more rows of ${label} than one change can hold.`, { hint: 'Change a part of them.' })
  const before = await readBefore(session, out, change, count, scene)
  const keys = before?.keys ?? []
  if (before) await mustSee(session, target, columnsOf(key), keys, scene)
  const shownBefore = before ? await sample(session, target, columnsOf(key), keys, scene) : new Map()
  if (
    !set ||
    pointingAt(
      target,
      scene,
      set.map(({ name }) => name),
    ).length > 0
  )
    await lookAtPointing(
      session,
      out,
      target,
      key,
      chosen,
      scene,
      set?.map(({ name }) => name),
    )
  // An aggregate answers one row for all. And standing alone, an expression finds no column that the statement around it would lend.
  if (change.withNew) {
    const [computed] = await numbers(session, statements.countChosen(change.withNew, scene))
    if (computed !== count) throw moving(target)
  }
  await write(session, change, count, before)
  out.count(label, count)
  if (before) await lookAfter(session, out, change, before, shownBefore, scene)
}

/** From so many rows on a preview says how many they are. */
const manyRows = 1_000

type Before = Readonly<{
  columns: readonly TableColumn[]
  rows: readonly (readonly Cell[])[]
  keys: readonly (readonly Value[])[]
  bytes: number
}>

/** The rows as they were, locked; undefined where they are too many or have no key to be found again by. */
async function readBefore(
  session: WriteSession,
  out: Outcome,
  { target, key, chosen }: Change,
  count: number,
  scene: Scene,
): Promise<Before | undefined> {
  const columns = columnsOf(key)
  const room = columns.length > 0 && out.hasRoom(count)
  const all = imageColumns(target, columns)
  const [, bytes = 0] = room ? await numbers(session, statements.weighChosen(target, key, all, chosen, scene)) : []
  if (!room || !out.hasRoom(count, bytes)) {
    if (scene.grant.restricted && count > 0) throw tooMany(target)
    out.cannotUndo(
      columns.length === 0
        ? `${target.label} has no key by which its rows could be found again`
        : 'it changes more than is kept for undoing',
    )
    return undefined
  }
  const { rows } = await ask(session, statements.readChosen(target, key, all, chosen, scene))
  if (rows.length !== count) throw moving(target)
  out.found(rows.map((row) => keyIn(all, columns, row)))
  return { columns: all, rows, keys: rows.map((row) => keyIn(all, columns, row).map((cell) => valueIn(cell, scene.dialect.name))), bytes }
}

/** Runs the statement; what it has changed must be what was chosen. */
async function write(
  session: WriteSession,
  { target, key, statement, returning, set }: Change,
  count: number,
  before: Before | undefined,
): Promise<void> {
  const answer = returning ? await ask(session, statement, before ? imageRowsMax : 0) : undefined
  const changed = answer ? answer.count : (await session.run(statement.sql, statement.params)).changed
  if (changed !== count) throw moving(target)
  if (!answer || !before || (set && columnsOf(key).some((column) => set.includes(column)))) return
  const wanted = new Set(before.rows.map((row) => JSON.stringify(keyIn(before.columns, columnsOf(key), row), textOf)))
  if (!answer.rows.every((row) => wanted.has(JSON.stringify(row, textOf)))) throw moving(target)
}

/** The rows as they are now: seen by the caller still, shown, and kept for undoing. */
async function lookAfter(
  session: WriteSession,
  out: Outcome,
  { target, key, set }: Change,
  before: Before,
  shownBefore: ReadonlyMap<string, readonly Cell[]>,
  scene: Scene,
): Promise<void> {
  const columns = columnsOf(key)
  const image = {
    table: `${target.table.schema}.${target.table.name}`,
    key: columns.map(({ name }) => name),
    columns: before.columns.map(({ name }) => name),
  }
  if (!set) {
    addSample(out, target, shownBefore, new Map())
    return out.keep({ ...image, rows: before.rows.map((row) => ({ before: row })) }, before.bytes)
  }
  if (columns.some((column) => set.includes(column))) {
    addSample(out, target, shownBefore, new Map())
    return out.cannotUndo('the key of the rows was changed')
  }
  await mustSee(session, target, columns, before.keys, scene)
  addSample(out, target, shownBefore, await sample(session, target, columns, before.keys, scene))
  const after = await byKeys(session, before.keys, (some) => statements.readByKey(target, before.columns, columns, some, scene))
  const byKey = new Map(after.map((row) => [JSON.stringify(keyIn(before.columns, columns, row), textOf), row]))
  const rows: Image['rows'][number][] = []
  for (const row of before.rows) {
    const now = byKey.get(JSON.stringify(keyIn(before.columns, columns, row), textOf))
    if (now) rows.push({ before: row, after: now })
  }
  if (rows.length < before.rows.length) return out.cannotUndo('a trigger has taken changed rows away')
  out.keep({ ...image, set: set.map(({ name }) => name), rows }, before.bytes * 2)
}

/** The key of a table, or a refusal that says what to do. */
export function keyFor(target: Target, scene: Scene): Key {
  const key = keyOf(target, scene.details, scene)
  if (key) return key
  throw new SluiceError('change_refused', `${target.label} has no key by which its rows can be told apart and which you may see.`, {
    hint: 'Give the table a primary key (alter_table), or ask for a role that shows its key as it is.',
  })
}

/** Values of `equal` as their columns take them. */
function valued(where: Update['where'], target: Target, scene: Scene): Update['where'] {
  if (!('equal' in where)) return where
  const equal = Object.entries(where.equal).map(([name, value]) => [name, asValue(value, columnOf(name, target, scene), scene)])
  return { equal: Object.fromEntries(equal) }
}

/** True for a predicate that speaks of no column, and so of no row in particular. */
function choosesAll(where: Update['where'], { dialect }: Scene): boolean {
  if ('equal' in where) return Object.keys(where.equal).length === 0
  const plain = new Set(['TRUE', 'NOT', 'FALSE', 'AND', 'OR', 'IS', 'NULL'])
  return dialect.tokens(where.predicate).every(({ kind, word }) => kind !== 'name' && (kind !== 'word' || plain.has(word)))
}

export const tooMany = ({ label }: Target): SluiceError =>
  new SluiceError('change_refused', `This changes more rows of ${label} at once than can be checked against your row rules.`, {
    hint: `Change at most ${imageRowsMax} rows at once.`,
  })

const moving = ({ label }: Target): SluiceError =>
  new SluiceError(
    'change_conflict',
    `Rows of ${label} were being changed by others, or an expression does not give one value for each row. Nothing was changed.`,
    {
      hint: 'Send the same change again; use no aggregate in an expression.',
    },
  )

const invalid = (message: string): SluiceError => new SluiceError('change_invalid', message)
