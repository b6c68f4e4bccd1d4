import type { Value } from '../call.ts'
import type { Dml, NewRow } from './dml.ts'
import type { Cursor, Piece } from './read-cursor.ts'
import { literalOf } from './read-literal.ts'
import { type Target, target } from './read-table.ts'

/** `INSERT INTO t (a, b) VALUES … | SELECT … [upsert]`, behind its first word. */
export function insert(cursor: Cursor): Dml {
  if (!cursor.take('INTO'))
    cursor.refuse('INSERT must be followed by INTO.', 'Write INSERT INTO table (columns) …, without OR, IGNORE or the like.')
  const into = target(cursor, ['VALUES', 'VALUE', 'SELECT', 'WITH', 'DEFAULT', 'SET', '(', 'OVERRIDING', 'TABLE', 'PARTITION', 'BY'])
  if (into.alias) cursor.refuse('The table of an INSERT takes no alias here.', 'Leave the alias out.')
  const { table } = into
  if (cursor.takeAll('DEFAULT', 'VALUES')) return ended(cursor, { kind: 'insert', table, rows: [{}] })
  const columns = columnsOf(cursor)
  if (cursor.take('VALUES', 'VALUE')) return values(cursor, into, columns)
  if (cursor.at('SELECT', 'WITH', '(')) {
    const piece = cursor.piece('a SELECT', ({ word }) => word === 'RETURNING' || (word === 'ON' && upserts(cursor)))
    return ended(cursor, { kind: 'insert_select', table, columns, select: cursor.text(piece), params: piece.params })
  }
  return cursor.refuse('This form of INSERT cannot be used here.', 'Write INSERT INTO table (columns) VALUES … or SELECT ….')
}

/** Whether the cursor stands before an upsert clause; the ON of a join is followed by something else. */
const upserts = (cursor: Cursor): boolean => cursor.atAll('ON', 'CONFLICT') || cursor.atAll('ON', 'DUPLICATE', 'KEY')

function columnsOf(cursor: Cursor): readonly string[] {
  if (!cursor.at('(') || cursor.peek(1).word === 'SELECT' || cursor.peek(1).word === 'WITH') {
    cursor.refuse('INSERT must name its columns.', 'Write INSERT INTO table (columns) …; describe_table shows the columns.')
  }
  cursor.expect('(')
  const columns = new Set<string>()
  do {
    const { value } = cursor.name('a column')
    if (columns.has(value)) cursor.refuse('A column is named twice.', 'Name each column once.')
    columns.add(value)
  } while (cursor.take(','))
  if (cursor.at('[', '.')) cursor.refuse('A part of a column cannot be inserted into.', 'Insert the whole column.')
  cursor.expect(')')
  return [...columns]
}

function values(cursor: Cursor, { table }: Target, columns: readonly string[]): Dml {
  const rows: Tuple[] = []
  do {
    rows.push(tuple(cursor, columns.length, rows.length + 1))
  } while (cursor.take(','))
  const known = rows.map(({ pieces }) => newRow(cursor, columns, pieces))
  const literal = known.every((row) => row !== undefined)
  if (upserts(cursor) || cursor.at('AS')) {
    if (!literal) cursor.refuse('An upsert takes values only.', 'Write plain values or placeholders, or use the tool upsert_rows.')
    return ended(cursor, { kind: 'upsert', table, rows: known, key: upsertKey(cursor, columns) })
  }
  if (literal) return ended(cursor, { kind: 'insert', table, rows: known })
  const [{ pieces, whole }, ...more] = rows as [Tuple, ...Tuple[]]
  // The values of several rows would have to agree in type before it is known what type the column wants.
  if (more.length > 0) cursor.refuse('Several rows take values only.', 'Write one INSERT for each row that holds an expression.')
  if (pieces.some(isDefault)) cursor.refuse('DEFAULT cannot stand beside expressions.', 'Leave the column out of the list instead.')
  return ended(cursor, { kind: 'insert_select', table, columns, select: `SELECT ${cursor.text(whole)}`, params: whole.params })
}

/** The values of one row, and all of them as they stand. */
type Tuple = Readonly<{ pieces: readonly Piece[]; whole: Piece }>

function tuple(cursor: Cursor, wanted: number, row: number): Tuple {
  cursor.take('ROW')
  cursor.expect('(')
  const from = cursor.position
  const pieces: Piece[] = []
  do {
    pieces.push(cursor.piece('a value', ({ word }) => word === ','))
  } while (cursor.take(','))
  if (pieces.length !== wanted) {
    const values = `${wanted} value${wanted === 1 ? '' : 's'}`
    cursor.fail(`${values} in row ${row}, one for each column, and ${pieces.length} stand there`)
  }
  const whole = cursor.since(from)
  cursor.expect(')')
  return { pieces, whole }
}

const isDefault = ({ tokens }: Piece): boolean => tokens.length === 1 && tokens[0]!.word === 'DEFAULT'

/** A column with DEFAULT is left out, which means the same. */
function newRow(cursor: Cursor, columns: readonly string[], row: readonly Piece[]): NewRow | undefined {
  const entries: (readonly [string, Value])[] = []
  for (const [i, piece] of row.entries()) {
    if (isDefault(piece)) continue
    const known = literalOf(piece, cursor.dialect.name)
    if (!known) return undefined
    entries.push([columns[i]!, known.value])
  }
  return Object.fromEntries(entries)
}

const hint =
  'Set every column that is not of the key to the new value (a = excluded.a, in MySQL a = VALUES(a)), or use the tool upsert_rows.'

/** The key of an upsert that writes all other columns anew; every other form is refused. */
function upsertKey(cursor: Cursor, columns: readonly string[]): readonly string[] {
  const fresh = cursor.take('AS') ? cursor.name('an alias').value : 'excluded'
  const inMysql = cursor.takeAll('ON', 'DUPLICATE', 'KEY', 'UPDATE')
  const key = inMysql ? undefined : conflictKey(cursor)
  const set: string[] = []
  do {
    const { value } = cursor.name('a column')
    cursor.expect('=')
    const from = newValue(cursor, fresh, inMysql)
    if (from.toLowerCase() !== value.toLowerCase()) cursor.refuse('An upsert can only write what was to be inserted.', hint)
    set.push(value)
  } while (cursor.take(','))
  const folded = new Set(set.map((name) => name.toLowerCase()))
  const left = columns.filter((name) => !folded.has(name.toLowerCase()))
  const found = key ?? left
  const isKey = new Set(found.map((name) => name.toLowerCase()))
  const all = columns.every((name) => folded.has(name.toLowerCase()) || isKey.has(name.toLowerCase()))
  if (!all || found.length === 0 || folded.size !== set.length) cursor.refuse('An upsert must write all columns but its key.', hint)
  return found
}

/** `ON CONFLICT (key) DO UPDATE SET`, up to the first column. */
function conflictKey(cursor: Cursor): readonly string[] {
  cursor.expect('ON', 'CONFLICT')
  if (!cursor.at('(')) cursor.refuse('ON CONFLICT must name the columns of the key.', hint)
  const key = columnsOf(cursor)
  if (!cursor.takeAll('DO', 'UPDATE', 'SET')) cursor.refuse('Only DO UPDATE SET can follow ON CONFLICT here.', hint)
  return key
}

/** `excluded.a`, `VALUES(a)` or `new.a`: the column whose value was to be inserted. */
function newValue(cursor: Cursor, fresh: string, inMysql: boolean): string {
  if (inMysql && cursor.take('VALUES', 'VALUE')) {
    cursor.expect('(')
    const { value } = cursor.name('a column')
    cursor.expect(')')
    return value
  }
  const plain = cursor.peek().kind === 'word' || cursor.peek().kind === 'name'
  if (!plain || cursor.name('a column').value.toLowerCase() !== fresh.toLowerCase() || !cursor.take('.')) {
    cursor.refuse('An upsert can only write what was to be inserted.', hint)
  }
  return cursor.name('a column').value
}

function ended(cursor: Cursor, dml: Dml): Dml {
  if (cursor.at('RETURNING')) cursor.refuse('RETURNING cannot be used in a change.', 'Leave it out; the preview shows the new rows.')
  if (upserts(cursor)) cursor.refuse('An upsert takes VALUES, not a SELECT.', hint)
  if (cursor.at('WHERE')) cursor.refuse('A condition cannot stand in an upsert.', hint)
  return dml
}
