import type { Value } from '../call.ts'
import { type Dml, type Key, keyOf, selectOf, statements, type Target, targetOf, uniqueKeys, valueIn, writtenColumn } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import { asValue } from './as-value.ts'
import { tooMany } from './chosen.ts'
import { imageRowsMax, type Outcome, textOf } from './outcome.ts'
import { lookBehind } from './pointing.ts'
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
  seen,
} from './scene.ts'
import { triggersOf } from './triggers.ts'

type Insert = Extract<Dml, { kind: 'insert' }>
type InsertSelect = Extract<Dml, { kind: 'insert_select' }>

/** Rows of the same columns. */
export type Batch = Readonly<{ columns: readonly TableColumn[]; rows: readonly (readonly Value[])[] }>

/** Inserts rows. Throws what `targetOf` and `writtenColumn` throw, and `change_invalid`. */
export function insertStep(dml: Insert, scene: Scene): Step {
  const target = targetOf(dml.table, scene)
  if (dml.rows.length === 0) throw new SluiceError('change_invalid', 'There are no rows to insert.')
  const batches = batchesOf(dml.rows, target, scene)
  const key = keyToFollow(target, scene)
  return {
    shown: batches.map((batch) => shownOf(target, batch, scene)),
    tables: [nameOf(target)],
    policies: target.granted.reasons,
    secrets: [],
    warnings: triggersOf(target, 'INSERT', scene),
    async run(session, out) {
      const keys: (readonly Value[])[] = []
      let followed = columnsOf(key).length > 0
      for (const batch of batches) {
        const found = await insertBatch(session, target, batch, key, scene)
        if (found) keys.push(...found)
        else followed = false
      }
      out.count(target.label, dml.rows.length)
      await lookAtNew(session, out, target, columnsOf(key), followed ? keys : undefined, scene)
    },
  }
}

/** Inserts what a checked SELECT answers. */
export async function insertSelectStep(dml: InsertSelect, scene: Scene): Promise<Step> {
  const target = targetOf(dml.table, scene)
  const columns = dml.columns.map((name) => writtenColumn(name, target, scene))
  const select = await selectOf(dml.select, dml.params, scene)
  const key = keyToFollow(target, scene)
  const followed = scene.returning && key
  const statement = statements.insertSelected(target, columns, select, scene, followed || undefined)
  return {
    shown: [statement.shown],
    tables: [...new Set([nameOf(target), ...select.tables])],
    policies: [...new Set([...target.granted.reasons, ...select.policies])],
    secrets: select.secrets,
    warnings: triggersOf(target, 'INSERT', scene),
    async run(session, out) {
      const answer = followed ? await ask(session, statement, imageRowsMax) : undefined
      const count = answer ? answer.count : (await session.run(statement.sql, statement.params)).changed
      out.count(target.label, count)
      const keys = answer && answer.count === answer.rows.length ? answer.rows.map((row) => valuesOf(row, scene)) : undefined
      await lookAtNew(session, out, target, columnsOf(key), count === 0 ? [] : keys, scene)
    },
  }
}

/** New rows by their columns: each row by the columns that it names, and what it leaves out gets its default. */
export function batchesOf(rows: Insert['rows'], target: Target, scene: Scene): readonly Batch[] {
  const batches = new Map<string, { columns: readonly TableColumn[]; rows: (readonly Value[])[] }>()
  const known = new Map<string, TableColumn>()
  const columnOf = (name: string): TableColumn => {
    const column = known.get(name) ?? writtenColumn(name, target, scene)
    known.set(name, column)
    return column
  }
  for (const [i, row] of rows.entries()) {
    const names = Object.keys(row).sort()
    const shape = names.join('\0')
    const batch = batches.get(shape) ?? { columns: names.map(columnOf), rows: [] }
    batches.set(shape, batch)
    if (new Set(batch.columns).size < names.length) throw new SluiceError('change_invalid', `Row ${i + 1} names a column twice.`)
    batch.rows.push(names.map((name, j) => asValue(row[name]!, batch.columns[j]!, scene)))
  }
  return [...batches.values()]
}

/** The key by which new rows can be found again; the source's own number of a row is none, because it says nothing afterwards. */
function keyToFollow(target: Target, scene: Scene): Key | undefined {
  const key = keyOf(target, scene.details, scene)
  const followed = key && 'columns' in key ? key : undefined
  if (!followed && target.granted.rows.length > 0) {
    throw new SluiceError('change_refused', `${target.label} has no key by which new rows could be checked against your row rules.`, {
      hint: 'Give the table a primary key, or ask for a role that shows its key as it is.',
    })
  }
  return followed
}

/** Inserts a batch and answers the keys of the new rows, where they can be known. */
async function insertBatch(
  session: WriteSession,
  target: Target,
  { columns, rows }: Batch,
  key: Key | undefined,
  scene: Scene,
): Promise<readonly (readonly Value[])[] | undefined> {
  const wanted = columnsOf(key)
  const places = wanted.map((column) => columns.indexOf(column))
  const named = wanted.length > 0 && places.every((place) => place >= 0)
  const counting = !scene.returning && !named && wanted.length === 1
  const atOnce = columns.length === 0 || counting ? 1 : statements.rowsAtOnce(columns.length)
  const keys: (readonly Value[])[] = []
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = rows.slice(at, at + atOnce)
    const statement = statements.insertRows(target, columns, some, scene, scene.returning ? { key } : {})
    if (scene.returning && key) keys.push(...(await ask(session, statement)).rows.map((row) => valuesOf(row, scene)))
    else await session.run(statement.sql, statement.params)
    if (!scene.returning && named) keys.push(...some.map((row) => places.map((place) => row[place]!)))
    if (counting) keys.push(await numbers(session, lastId))
  }
  return (scene.returning && key) || named || counting ? keys : undefined
}

/** The number that MySQL has given the row which was inserted last in this session. */
const lastId = { sql: 'SELECT LAST_INSERT_ID() AS id', shown: '', params: [] }

/** New rows: the caller must see them, the preview shows some, and undoing takes them away. `keys` undefined: they cannot be known. */
async function lookAtNew(
  session: WriteSession,
  out: Outcome,
  target: Target,
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[] | undefined,
  scene: Scene,
): Promise<void> {
  if (!keys) {
    if (target.granted.rows.length > 0) throw tooMany(target)
    return out.cannotUndo(
      key.length === 0
        ? `${target.label} has no key by which new rows could be found again`
        : 'it inserts more rows than are kept for undoing',
    )
  }
  if (scene.grant.restricted && keys.length > imageRowsMax) throw tooMany(target)
  await mustSee(session, target, key, keys, scene)
  addSample(out, target, new Map(), await sample(session, target, key, keys, scene))
  if (!out.hasRoom(keys.length)) return out.cannotUndo('it inserts more rows than are kept for undoing')
  const columns = imageColumns(target, key)
  const rows = await byKeys(session, keys, (some) => statements.readByKey(target, columns, key, some, scene))
  if (rows.length !== keys.length) return out.cannotUndo('a trigger has changed the keys of the new rows')
  keepNew(
    out,
    target,
    columns,
    key,
    rows.map((after) => ({ after })),
  )
}

function keepNew(
  out: Outcome,
  target: Target,
  columns: readonly TableColumn[],
  key: readonly TableColumn[],
  rows: readonly Readonly<{ before?: readonly Cell[]; after?: readonly Cell[] }>[],
  set?: readonly string[],
): void {
  const bytes = rows.reduce((sum, row) => sum + JSON.stringify(row, textOf).length, 0)
  if (out.hasRoom(rows.length, bytes))
    out.keep(
      {
        table: nameOf(target),
        key: key.map(({ name }) => name),
        columns: columns.map(({ name }) => name),
        ...(set ? { set } : {}),
        rows,
      },
      bytes,
    )
  else out.cannotUndo('it changes more than is kept for undoing')
}

/** Inserts rows or, where one with that key is there, sets its columns. Throws `change_invalid` for a key that is none. */
export function upsertStep(dml: Extract<Dml, { kind: 'upsert' }>, scene: Scene): Step {
  const target = targetOf(dml.table, scene)
  const key = dml.key.map((name) => writtenColumn(name, target, scene))
  mustBeKey(key, target, scene)
  if (dml.rows.length === 0) throw new SluiceError('change_invalid', 'There are no rows to write.')
  const batches = batchesOf(dml.rows, target, scene)
  const keys = keysOf(batches, key)
  return {
    shown: batches.flatMap((batch) =>
      oneByOne(scene) ? [shownUpdate(target, batch, key, scene), shownOf(target, batch, scene)] : [shownOf(target, batch, scene, key)],
    ),
    tables: [nameOf(target)],
    policies: target.granted.reasons,
    secrets: [],
    warnings: triggersOf(target, 'INSERT and UPDATE', scene),
    run: (session, out) => runUpsert(session, out, target, batches, key, keys, scene),
  }
}

function mustBeKey(key: readonly TableColumn[], target: Target, { details }: Scene): void {
  const names = key.map(({ name }) => name)
  if (names.length === 0) throw new SluiceError('change_invalid', 'An upsert needs the columns of a key.')
  const keys = uniqueKeys(target, details)
  if (keys.some((one) => one.length === names.length && one.every((name) => names.includes(name)))) return
  const told = keys.filter((one) => one.every((name) => target.granted.columns.includes(name))).map((one) => `(${one.join(', ')})`)
  throw new SluiceError(
    'change_invalid',
    `(${names.join(', ')}) is no key of ${target.label}: the columns must be those of its primary key or of a unique index.`,
    {
      hint:
        told.length > 0 ? `Its keys are ${told.join(' and ')}.` : 'The table has no key that you may see; use insert_rows or update_rows.',
    },
  )
}

function keysOf(batches: readonly Batch[], key: readonly TableColumn[]): readonly (readonly Value[])[] {
  const keys = batches.flatMap(({ columns, rows }) => {
    const places = key.map((column) => columns.indexOf(column))
    if (places.some((place) => place < 0))
      throw new SluiceError('change_invalid', `Every row of an upsert must hold its key (${key.map(({ name }) => name).join(', ')}).`)
    return rows.map((row) => places.map((place) => row[place]!))
  })
  if (keys.some((values) => values.some((value) => value === null)))
    throw new SluiceError('change_invalid', 'The key of a row must not be null.')
  if (new Set(keys.map((values) => JSON.stringify(values, textOf))).size < keys.length)
    throw new SluiceError('change_invalid', 'Two rows have the same key.')
  return keys
}

async function runUpsert(
  session: WriteSession,
  out: Outcome,
  target: Target,
  batches: readonly Batch[],
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<void> {
  if (!out.hasRoom(keys.length)) {
    throw new SluiceError('change_refused', `An upsert takes at most ${imageRowsMax} rows.`, {
      hint: 'Send the rows in several upserts, or use bulk_import.',
    })
  }
  const columns = imageColumns(target, key)
  const before = await byKeys(session, keys, (some) => statements.readByKey(target, columns, key, some, scene, true))
  const there = before.map((row) => keyIn(columns, key, row).map((cell) => valueIn(cell, scene.dialect.name)))
  // As an INSERT would say, which fails on such a row.
  if (scene.grant.restricted && (await mayNotSee(session, target, key, there, scene)))
    throw new SluiceError('constraint_violated', `A key of ${target.label} must be unique.`)
  const shownBefore = await sample(session, target, key, keys, scene)
  for (const batch of batches) await writeBatch(session, target, batch, key, scene)
  out.count(target.label, keys.length)
  out.found(before.map((row) => keyIn(columns, key, row)))
  if (before.length > 0)
    out.warnings.add(
      `${counted(before.length, 'row')} of ${target.label} ${before.length === 1 ? 'is' : 'are'} there and would be overwritten.`,
    )
  await mustSee(session, target, key, keys, scene)
  addSample(out, target, shownBefore, await sample(session, target, key, keys, scene))
  const after = await byKeys(session, keys, (some) => statements.readByKey(target, columns, key, some, scene))
  const was = new Map(before.map((row) => [JSON.stringify(keyIn(columns, key, row), textOf), row]))
  const found = after.length === keys.length
  const set = [...new Set(batches.flatMap((batch) => batch.columns.map(({ name }) => name)))]
  lookBehind(out, target, found ? changedColumns(columns, key, was, after) : set, scene)
  if (!found) return out.cannotUndo('the keys of the rows are not as they were given')
  keepNew(
    out,
    target,
    columns,
    key,
    after.map((row) => {
      const old = was.get(JSON.stringify(keyIn(columns, key, row), textOf))
      return old ? { before: old, after: row } : { after: row }
    }),
    set,
  )
}

/** Names of the columns in which some row is another than it was. */
function changedColumns(
  columns: readonly TableColumn[],
  key: readonly TableColumn[],
  was: ReadonlyMap<string, readonly Cell[]>,
  after: readonly (readonly Cell[])[],
): readonly string[] {
  const changed = new Set<string>()
  for (const row of after) {
    const old = was.get(JSON.stringify(keyIn(columns, key, row), textOf))
    if (!old) continue
    for (const [i, { name }] of columns.entries()) if (JSON.stringify(old[i], textOf) !== JSON.stringify(row[i], textOf)) changed.add(name)
  }
  return [...changed]
}

const oneByOne = ({ dialect, grant }: Scene): boolean => dialect.name === 'mysql' || (dialect.name === 'postgres' && grant.restricted)

/** True when one of these rows is hidden from the caller. */
const mayNotSee = async (
  session: WriteSession,
  target: Target,
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<boolean> => keys.length > 0 && (await seen(session, target, key, keys, scene)) !== keys.length

/**
 * MySQL's own upsert takes a row by whichever unique key fits first, and PostgreSQL's one that somebody inserts meanwhile and that this caller
 * might not see; so there a row is looked for by the one key that was named, and locked.
 */
async function writeBatch(
  session: WriteSession,
  target: Target,
  { columns, rows }: Batch,
  key: readonly TableColumn[],
  scene: Scene,
): Promise<void> {
  if (!oneByOne(scene)) {
    const atOnce = statements.rowsAtOnce(columns.length)
    for (let at = 0; at < rows.length; at += atOnce) {
      const { sql, params } = statements.insertRows(target, columns, rows.slice(at, at + atOnce), scene, { conflict: key })
      await session.run(sql, params)
    }
    return
  }
  const rest = columns.filter((column) => !key.includes(column))
  for (const row of rows) {
    const keys = key.map((column) => row[columns.indexOf(column)]!)
    const there = (await ask(session, statements.readByKey(target, key, key, [keys], scene, true))).count > 0
    if (there && rest.length === 0) continue
    const statement = there
      ? statements.updateByKey(
          target,
          rest,
          rest.map((column) => row[columns.indexOf(column)]!),
          key,
          keys,
          scene,
        )
      : statements.insertRows(target, columns, [row], scene)
    await session.run(statement.sql, statement.params)
  }
}

const valuesOf = (row: readonly Cell[], { dialect }: Scene): readonly Value[] => row.map((cell) => valueIn(cell, dialect.name))

const nameOf = ({ table }: Target): string => (table.schema === '' ? table.name : `${table.schema}.${table.name}`)

/** The statement for one row, and how many rows there are. */
function shownOf(target: Target, { columns, rows }: Batch, scene: Scene, conflict?: readonly TableColumn[]): string {
  const { shown } = statements.insertRows(target, columns, rows.slice(0, 1), scene, conflict ? { conflict } : {})
  return rows.length === 1 ? shown : `${shown} /* ${rows.length} rows */`
}

function shownUpdate(target: Target, { columns, rows }: Batch, key: readonly TableColumn[], scene: Scene): string {
  const rest = columns.filter((column) => !key.includes(column))
  const row = rows[0]!
  const keys = key.map((column) => row[columns.indexOf(column)]!)
  const { shown } = statements.updateByKey(
    target,
    rest.length > 0 ? rest : key,
    rest.length > 0 ? rest.map((column) => row[columns.indexOf(column)]!) : keys,
    key,
    keys,
    scene,
  )
  return shown
}
