import type { Value } from '../call.ts'
import type { Details } from '../details.ts'
import { type BuildSetting, countSeen, type Key, type Statement, statements, type Target } from '../dml/dml.ts'
import { SluiceError } from '../error.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import type { WriteSession } from '../source/source.ts'
import { Images, Shown } from './collect.ts'
import type { Outcome } from './outcome.ts'

/** What the steps of one change are made by. */
export type Scene = BuildSetting &
  Readonly<{ source: string; details: Details | undefined /** Whether INSERT can answer what it has inserted. */; returning: boolean }>

/** One statement of a change with what goes around it. Made before the source is touched, run within the transaction. */
export type Step = Readonly<{
  /** As they will run, values as placeholders. */
  shown: readonly string[]
  tables: readonly string[]
  policies: readonly string[]
  warnings: readonly string[]
  /** The step changes nothing. */
  reads?: true
  /** Keys of hash masks in the statements. */
  secrets: readonly string[]
  run(session: WriteSession, out: Outcome): Promise<void>
}>

/** Rows that a preview shows of each step. */
const sampleRows = 5
const keysAtOnce = 200
const everything = Number.MAX_SAFE_INTEGER
const sampleBytesMax = 1024 * 1024

/** The rows that a statement of ours answers, all of them counted and at most `keep` kept. */
export async function ask(session: WriteSession, { sql, params }: Statement, keep = everything): Promise<Images> {
  const images = new Images(keep)
  await session.rows(sql, params, everything, images)
  return images
}

/** The numbers of a statement that answers one row of numbers. */
export async function numbers(session: WriteSession, statement: Statement): Promise<readonly number[]> {
  const { rows } = await ask(session, statement, 1)
  return (rows[0] ?? []).map(Number)
}

/** Columns that images hold: all that can be written back, and the key. */
export const imageColumns = ({ table }: Target, key: readonly TableColumn[]): readonly TableColumn[] =>
  table.columns.filter((column) => column.generated !== 'always' || key.includes(column))

/** The key of a row of images. */
export const keyIn = (columns: readonly TableColumn[], key: readonly TableColumn[], row: readonly Cell[]): readonly Cell[] =>
  key.map((column) => row[columns.indexOf(column)]!)

/** Runs a statement for some keys at a time. */
export async function byKeys(
  session: WriteSession,
  keys: readonly (readonly Value[])[],
  statementOf: (some: readonly (readonly Value[])[]) => Statement | Promise<Statement>,
): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = []
  for (let at = 0; at < keys.length; at += keysAtOnce) {
    const images = await ask(session, await statementOf(keys.slice(at, at + keysAtOnce)))
    for (const row of images.rows) rows.push(row)
  }
  return rows
}

/** How many rows with these keys the caller may see: asked through the granted view, so that row rules hold. */
export async function seen(
  session: WriteSession,
  target: Target,
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<number> {
  const counts = await byKeys(session, keys, (some) => countSeen(target, some, key, scene))
  return counts.reduce((sum, [count]) => sum + Number(count), 0)
}

/** Refuses a change after which the caller would not see all the rows that it has written. */
export async function mustSee(
  session: WriteSession,
  target: Target,
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<void> {
  if (!scene.grant.restricted || (await seen(session, target, key, keys, scene)) === keys.length) return
  throw new SluiceError('change_refused', `A row of ${target.label} would be one that your row rules do not show you.`, {
    hint: 'Give the rows values with which your row rules show them; describe_table tells the rules.',
  })
}

/** Columns that a preview may show. */
const shownColumns = ({ table, granted }: Target): readonly TableColumn[] =>
  table.columns.filter(({ name }) => granted.columns.includes(name) && !granted.masks.has(name))

/** The first rows with these keys as a person may see them, by key. */
export async function sample(
  session: WriteSession,
  target: Target,
  key: readonly TableColumn[],
  keys: readonly (readonly Value[])[],
  scene: Scene,
): Promise<ReadonlyMap<string, readonly Cell[]>> {
  const few = keys.slice(0, sampleRows)
  if (few.length === 0) return new Map()
  const columns = shownColumns(target)
  const { sql, params } = statements.showByKey(target, columns, key, few, scene)
  const shown = new Shown(sampleBytesMax)
  await session.rows(sql, params, sampleRows, shown)
  return new Map(shown.rows.map((row) => [JSON.stringify(row.slice(columns.length)), row.slice(0, columns.length)]))
}

/** Puts what was there before beside what is there after. */
export function addSample(
  out: Outcome,
  target: Target,
  before: ReadonlyMap<string, readonly Cell[]>,
  after: ReadonlyMap<string, readonly Cell[]>,
): void {
  const keys = [...new Set([...before.keys(), ...after.keys()])]
  const rows = keys.map((key) => ({ before: before.get(key) ?? null, after: after.get(key) ?? null }))
  if (rows.length > 0) out.samples.push({ table: target.label, columns: shownColumns(target).map(({ name }) => name), rows })
}

/** The key's columns; none where rows are told apart by the source's own number. */
export const columnsOf = (key: Key | undefined): readonly TableColumn[] => (key && 'columns' in key ? key.columns : [])

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
