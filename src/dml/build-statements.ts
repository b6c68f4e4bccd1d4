import type { Value } from '../call.ts'
import type { Cell } from '../result.ts'
import type { TableColumn } from '../schema.ts'
import { addImage, bytesOf, imageOf } from './build-image.ts'
import { addKeys, type CheckedSelect, keyName, newName } from './build-select.ts'
import type { BuildSetting, Key, Target } from './build-target.ts'
import { SqlText, type Statement } from './build-text.ts'

/** What a column is given: a value, or the result of the expression with that number in the checked SELECT. */
export type Given = Readonly<{ column: TableColumn; value: Value } | { column: TableColumn; computed: number }>

/** Placeholders of one statement at most; every engine takes as many. */
const valuesMax = 30_000

/** Names of the key's columns, unquoted or as the engine calls the number of a row. */
const keyColumns = (key: Key, { dialect }: BuildSetting): readonly string[] =>
  'row' in key ? [key.row] : key.columns.map(({ name }) => dialect.quoteName(name))

const matching = (key: Key, setting: BuildSetting): string =>
  keyColumns(key, setting)
    .map((name, i) => `b.${name} = v.${keyName(i)}`)
    .join(' AND ')

/** Sets columns of the rows that a checked SELECT has chosen. `returning` makes it answer their keys, where the engine can. */
export function updateRows(
  target: Target,
  key: Key,
  given: readonly Given[],
  chosen: CheckedSelect,
  setting: BuildSetting,
  returning = false,
): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name, chosen.params)
  const assign = (prefix: string) => {
    for (const [i, one] of given.entries()) {
      text.add(`${i === 0 ? '' : ', '}${prefix}${dialect.quoteName(one.column.name)} = `)
      if ('computed' in one) text.add(`v.${newName(one.computed)}`)
      else text.value(one.value)
    }
  }
  if (dialect.name === 'mysql') {
    text
      .add(`UPDATE ${target.from} AS b JOIN (`)
      .select(chosen)
      .add(`) AS v ON ${matching(key, setting)} SET `)
    assign('b.')
    return text.done()
  }
  text.add(`UPDATE ${target.from} AS b SET `)
  assign('')
  text
    .add(' FROM (')
    .select(chosen)
    .add(`) AS v WHERE ${matching(key, setting)}`)
  return returning ? text.add(` RETURNING ${keyImages(key, setting)}`).done() : text.done()
}

/** Deletes the rows that a checked SELECT has chosen. */
export function deleteRows(target: Target, key: Key, chosen: CheckedSelect, setting: BuildSetting, returning = false): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name, chosen.params)
  if (dialect.name === 'mysql')
    return text
      .add(`DELETE b FROM ${target.from} AS b JOIN (`)
      .select(chosen)
      .add(`) AS v ON ${matching(key, setting)}`)
      .done()
  if (dialect.name === 'sqlite') {
    const names = keyColumns(key, setting)
    const chosenNames = names.map((_, i) => keyName(i)).join(', ')
    // Within FROM the text cannot see the columns of the table that rows are deleted from.
    text.add(`DELETE FROM ${target.from} WHERE ${names.length === 1 ? names[0] : `(${names.join(', ')})`} IN (SELECT ${chosenNames} FROM (`)
    return text.select(chosen).add(') AS v)').done()
  }
  text
    .add(`DELETE FROM ${target.from} AS b USING (`)
    .select(chosen)
    .add(`) AS v WHERE ${matching(key, setting)}`)
  return returning ? text.add(` RETURNING ${keyImages(key, setting)}`).done() : text.done()
}

/**
 * Empties a table. Only PostgreSQL can roll back a TRUNCATE, and not where foreign keys point at the table. It takes the rows that row
 * security of the source hides as well, so who is somebody of their own there deletes.
 */
export function emptyTable(target: Target, { dialect, schema, grant }: BuildSetting): Statement {
  const name = `${target.table.schema}.${target.table.name}`
  const referenced = schema.tables.some(({ foreignKeys }) =>
    foreignKeys?.some(({ table }) => table === name || table === target.table.name),
  )
  return new SqlText(dialect.name)
    .add(`${dialect.name === 'postgres' && !referenced && !grant.identity ? 'TRUNCATE TABLE' : 'DELETE FROM'} ${target.from}`)
    .done()
}

/** Answers 1 where row security of PostgreSQL may hide rows of the table from this session, else 0. */
export const securedRows = ({ from }: Target, { dialect }: BuildSetting): Statement =>
  new SqlText(dialect.name)
    .add('SELECT CASE WHEN pg_catalog.row_security_active(CAST(CAST(')
    .value(from)
    .add(' AS text) AS regclass)) THEN 1 ELSE 0 END AS n')
    .done()

/** How many of `columns` values go into one statement. */
export const rowsAtOnce = (columns: number): number => Math.max(1, Math.min(1_000, Math.floor(valuesMax / Math.max(1, columns))))

/** Inserts rows of the same columns. `key` makes it answer the images of the new rows' keys; rows whose `skips` are taken are left out. */
export function insertRows(
  target: Target,
  columns: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  setting: BuildSetting,
  more: Readonly<{ key?: Key | undefined; conflict?: readonly TableColumn[]; skips?: readonly TableColumn[] }> = {},
): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name).add(`INSERT INTO ${target.from} `)
  if (columns.length === 0) text.add(dialect.name === 'mysql' ? '() VALUES ()' : 'DEFAULT VALUES')
  else {
    text.add(`(${columns.map(({ name }) => dialect.quoteName(name)).join(', ')}) VALUES `)
    for (const [i, row] of rows.entries()) {
      text.add(i === 0 ? '(' : ', (')
      for (const [j, value] of row.entries()) (j === 0 ? text : text.add(', ')).value(value)
      text.add(')')
    }
  }
  if (more.skips) text.add(` ON CONFLICT (${more.skips.map(({ name }) => dialect.quoteName(name)).join(', ')}) DO NOTHING`)
  if (more.conflict) addConflict(text, columns, more.conflict, setting)
  return more.key ? text.add(` RETURNING ${keyImages(more.key, setting)}`).done() : text.done()
}

function addConflict(text: SqlText, columns: readonly TableColumn[], key: readonly TableColumn[], { dialect }: BuildSetting): void {
  const quoted = (some: readonly TableColumn[]) => some.map(({ name }) => dialect.quoteName(name))
  const rest = quoted(columns.filter((column) => !key.includes(column)))
  text.add(` ON CONFLICT (${quoted(key).join(', ')}) `)
  text.add(rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`)
}

/** Inserts what a checked SELECT answers. */
export function insertSelected(
  target: Target,
  columns: readonly TableColumn[],
  select: CheckedSelect,
  setting: BuildSetting,
  key?: Key,
): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name, select.params)
  text.add(`INSERT INTO ${target.from} (${columns.map(({ name }) => dialect.quoteName(name)).join(', ')}) `).select(select)
  return key ? text.add(` RETURNING ${keyImages(key, setting)}`).done() : text.done()
}

/** Sets columns of one row, found by its key. */
export function updateByKey(
  target: Target,
  columns: readonly TableColumn[],
  row: readonly Value[],
  key: readonly TableColumn[],
  keys: readonly Value[],
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name).add(`UPDATE ${target.from} AS b SET `)
  for (const [i, column] of columns.entries())
    text.add(`${i === 0 ? '' : ', '}${dialect.name === 'mysql' ? 'b.' : ''}${dialect.quoteName(column.name)} = `).value(row[i]!)
  addKeys(text.add(' WHERE '), 'b.', key, [keys], setting)
  return text.done()
}

const keyImages = (key: Key, setting: BuildSetting): string =>
  'row' in key
    ? key.row
    : key.columns.map((column) => imageOf(setting.dialect.quoteName(column.name), column, setting.dialect.name)).join(', ')

const images = (columns: readonly TableColumn[], { dialect }: BuildSetting): string =>
  columns.map((column) => imageOf(`b.${dialect.quoteName(column.name)}`, column, dialect.name)).join(', ')

const lock = ({ dialect }: BuildSetting): string =>
  dialect.name === 'postgres' ? ' FOR UPDATE OF b' : dialect.name === 'mysql' ? ' FOR UPDATE' : ''

/** How many rows a checked SELECT has chosen. */
export const countChosen = (chosen: CheckedSelect, { dialect }: BuildSetting): Statement =>
  new SqlText(dialect.name, chosen.params).add('SELECT COUNT(*) AS n FROM (').select(chosen).add(') AS v').done()

/** How many rows were chosen, and about how many bytes they hold. */
export function weighChosen(
  target: Target,
  key: Key,
  columns: readonly TableColumn[],
  chosen: CheckedSelect,
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const bytes = columns.map(({ name }) => bytesOf(`b.${dialect.quoteName(name)}`, dialect.name)).join(' + ')
  const text = new SqlText(dialect.name, chosen.params).add(
    `SELECT COUNT(*) AS n, COALESCE(SUM(${bytes}), 0) AS bytes FROM ${target.from} AS b JOIN (`,
  )
  return text
    .select(chosen)
    .add(`) AS v ON ${matching(key, setting)}`)
    .done()
}

/** How many rows there are, and about how many bytes they hold. */
export function weighAll(target: Target, columns: readonly TableColumn[], { dialect }: BuildSetting): Statement {
  const bytes = columns.map(({ name }) => bytesOf(dialect.quoteName(name), dialect.name)).join(' + ')
  return new SqlText(dialect.name).add(`SELECT COUNT(*) AS n, COALESCE(SUM(${bytes}), 0) AS bytes FROM ${target.from}`).done()
}

/** The chosen rows as images, locked where the engine locks rows. */
export function readChosen(
  target: Target,
  key: Key,
  columns: readonly TableColumn[],
  chosen: CheckedSelect,
  setting: BuildSetting,
): Statement {
  const text = new SqlText(setting.dialect.name, chosen.params).add(`SELECT ${images(columns, setting)} FROM ${target.from} AS b JOIN (`)
  return text
    .select(chosen)
    .add(`) AS v ON ${matching(key, setting)}${lock(setting)}`)
    .done()
}

/** Every row as an image. */
export const readAll = (target: Target, columns: readonly TableColumn[], setting: BuildSetting): Statement =>
  new SqlText(setting.dialect.name).add(`SELECT ${images(columns, setting)} FROM ${target.from} AS b`).done()

/** Rows with these keys as images; the keys are values, or what an image shows. */
export function readByKey(
  target: Target,
  columns: readonly TableColumn[],
  key: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  setting: BuildSetting,
  locked = false,
): Statement {
  const text = new SqlText(setting.dialect.name).add(`SELECT ${images(columns, setting)} FROM ${target.from} AS b WHERE `)
  addKeys(text, 'b.', key, rows, setting)
  return (locked ? text.add(lock(setting)) : text).done()
}

/** The keys of rows with these keys, as a selection of ours. */
export function selectByKey(
  target: Target,
  key: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  setting: BuildSetting,
): CheckedSelect {
  const { dialect } = setting
  const names = key.map(({ name }, i) => `${dialect.quoteName(name)} AS ${keyName(i)}`)
  const text = new SqlText(dialect.name).add(`SELECT ${names.join(', ')} FROM ${target.from} WHERE `)
  addKeys(text, '', key, rows, setting)
  return { ...text.done(), tables: [], policies: [], secrets: [] }
}

/** Rows with these keys as a person sees them, each with the image of its key behind. */
export function showByKey(
  target: Target,
  columns: readonly TableColumn[],
  key: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const shown = columns.map(({ name }) => `b.${dialect.quoteName(name)}`)
  const text = new SqlText(dialect.name).add(`SELECT ${[...shown, images(key, setting)].join(', ')} FROM ${target.from} AS b WHERE `)
  addKeys(text, 'b.', key, rows, setting)
  return text.done()
}

/** How many rows of another table point at the chosen ones. */
export function countPointing(
  target: Target,
  key: Key,
  chosen: CheckedSelect,
  pointing: Readonly<{ from: string; columns: readonly string[]; references: readonly string[] }>,
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const on = pointing.columns
    .map((name, i) => `c.${dialect.quoteName(name)} = b.${dialect.quoteName(pointing.references[i]!)}`)
    .join(' AND ')
  const text = new SqlText(dialect.name, chosen.params).add(
    `SELECT COUNT(*) AS n FROM ${pointing.from} AS c JOIN ${target.from} AS b ON ${on} JOIN (`,
  )
  return text
    .select(chosen)
    .add(`) AS v ON ${matching(key, setting)}`)
    .done()
}

/** Puts rows back that were deleted. */
export function insertImages(
  target: Target,
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const names = columns.map(({ name }) => dialect.quoteName(name)).join(', ')
  // A column that counts up by itself takes a value only when it is told so.
  const values = dialect.name === 'postgres' ? 'OVERRIDING SYSTEM VALUE VALUES' : 'VALUES'
  const text = new SqlText(dialect.name).add(`INSERT INTO ${target.from} (${names}) ${values} `)
  for (const [i, row] of rows.entries()) {
    text.add(i === 0 ? '(' : ', (')
    for (const [j, column] of columns.entries()) addImage(j === 0 ? text : text.add(', '), column, row[j]!, dialect.name)
    text.add(')')
  }
  return text.done()
}

/** Sets the columns of a row to what an image shows. */
export function updateImage(
  target: Target,
  columns: readonly TableColumn[],
  row: readonly Cell[],
  key: readonly TableColumn[],
  keys: readonly Value[],
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const text = new SqlText(dialect.name).add(`UPDATE ${target.from} AS b SET `)
  for (const [i, column] of columns.entries()) {
    text.add(`${i === 0 ? '' : ', '}${dialect.name === 'mysql' ? 'b.' : ''}${dialect.quoteName(column.name)} = `)
    addImage(text, column, row[i]!, dialect.name)
  }
  addKeys(text.add(' WHERE '), 'b.', key, [keys], setting)
  return text.done()
}

/** Sets the same columns of several rows to what their images show, in one statement. Not for MySQL, whose lists of values have no types. */
export function updateImages(
  target: Target,
  columns: readonly TableColumn[],
  key: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  setting: BuildSetting,
): Statement {
  const { dialect } = setting
  const all = [...key, ...columns]
  const name = (i: number) => (dialect.name === 'sqlite' ? `column${i + 1}` : `c${i + 1}`)
  const quoted = all.map((column) => dialect.quoteName(column.name))
  const set = columns.map((_, i) => `${quoted[key.length + i]} = v.${name(key.length + i)}`)
  const text = new SqlText(dialect.name).add(`UPDATE ${target.from} AS b SET ${set.join(', ')} FROM (VALUES `)
  for (const [i, row] of rows.entries()) {
    text.add(i === 0 ? '(' : ', (')
    for (const [j, column] of all.entries()) {
      const typed = dialect.name === 'postgres'
      text.add(`${j === 0 ? '' : ', '}${typed ? 'CAST(' : ''}`)
      addImage(text, column, row[j]!, dialect.name)
      if (typed) text.add(` AS ${column.nativeType})`)
    }
    text.add(')')
  }
  const names = dialect.name === 'sqlite' ? '' : `(${all.map((_, i) => name(i)).join(', ')})`
  return text.add(`) AS v${names} WHERE ${key.map((_, i) => `b.${quoted[i]} = v.${name(i)}`).join(' AND ')}`).done()
}

/** Deletes rows by key. */
export function deleteByKey(
  target: Target,
  key: readonly TableColumn[],
  rows: readonly (readonly Value[])[],
  setting: BuildSetting,
): Statement {
  const text = new SqlText(setting.dialect.name).add(`DELETE FROM ${target.from} WHERE `)
  addKeys(text, '', key, rows, setting)
  return text.done()
}
