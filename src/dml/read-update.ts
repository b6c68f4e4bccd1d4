import type { Assigned, Dml, Where } from './dml.ts'
import type { Cursor, Name } from './read-cursor.ts'
import { literalOf } from './read-literal.ts'
import { callsTarget, type Target, tableName, target, withoutAlias, written } from './read-table.ts'

/** `UPDATE t [AS x] SET a = …, b = … [WHERE …]`, behind its first word. */
export function update(cursor: Cursor): Dml {
  const changed = target(cursor, ['SET', 'FROM', 'WHERE', 'INDEXED', 'NOT', 'USE', 'FORCE', 'PARTITION', 'FOR'])
  cursor.expect('SET')
  const set: Record<string, Assigned> = Object.create(null)
  const done: string[] = []
  do {
    const column = assignedColumn(cursor, changed)
    if (Object.hasOwn(set, column.value)) cursor.refuse('A column is set twice.', 'Set each column once.')
    set[column.value] = assigned(cursor, changed, done)
    done.push(column.value)
  } while (cursor.take(','))
  return { kind: 'update', table: changed.table, set: { ...set }, where: where(cursor, changed) }
}

/** `DELETE FROM t [AS x] [WHERE …]`, behind its first word. */
export function remove(cursor: Cursor): Dml {
  if (!cursor.take('FROM')) cursor.refuse('DELETE must say FROM which one table.', 'Write DELETE FROM table WHERE ….')
  const changed = target(cursor, ['WHERE', 'USING', 'ORDER', 'LIMIT', 'RETURNING', 'INDEXED', 'NOT', 'PARTITION', 'FOR'])
  return { kind: 'delete', table: changed.table, where: where(cursor, changed) }
}

/** `TRUNCATE [TABLE] t`, behind its first word. */
export function truncate(cursor: Cursor): Dml {
  cursor.take('TABLE')
  if (cursor.at('ONLY')) cursor.refuse('ONLY cannot be used here.', 'Leave the word out.')
  const table = written(tableName(cursor))
  if (!cursor.ended) {
    const hint = 'Write TRUNCATE TABLE and one name; empty the tables that refer to it first.'
    cursor.refuse('TRUNCATE takes one table and no options here.', hint)
  }
  return { kind: 'truncate', table }
}

function assignedColumn(cursor: Cursor, changed: Target): Name {
  if (cursor.at('(')) cursor.refuse('Several columns cannot be set at once.', 'Set each column by itself: a = …, b = ….')
  let name = cursor.name('a column')
  if (cursor.at('.')) {
    if (!callsTarget(name, changed)) {
      cursor.refuse('Only columns of the one table that is changed can be set.', 'Leave out what stands before the column.')
    }
    cursor.expect('.')
    name = cursor.name('a column')
  }
  if (cursor.at('[', '.')) cursor.refuse('A part of a column cannot be set.', 'Set the whole column.')
  cursor.expect('=')
  return name
}

function assigned(cursor: Cursor, changed: Target, done: readonly string[]): Assigned {
  const piece = withoutAlias(
    cursor,
    cursor.piece('a value', ({ word }) => word === ',' || ends.has(word)),
    changed,
  )
  const value = literalOf(piece, cursor.dialect.name)
  if (value) return value
  if (piece.tokens.some(({ word }) => word === 'DEFAULT')) {
    cursor.refuse('DEFAULT cannot be set here.', 'Set the value itself; describe_table shows the default.')
  }
  // MySQL sets from left to right and would take the new value; everyone else, and the preview, takes the old one.
  const known = new Set(done.map((name) => name.toLowerCase()))
  if (
    cursor.dialect.name === 'mysql' &&
    piece.tokens.some(({ kind, value }) => (kind === 'word' || kind === 'name') && known.has(value.toLowerCase()))
  ) {
    const hint = 'Put this assignment before that of the column which it reads, or write two statements.'
    cursor.refuse('An assignment reads a column that was set before it.', hint)
  }
  return { expression: cursor.text(piece), params: piece.params }
}

/** Words that end a predicate or a value, because they begin a clause; none of them is a part of an expression outside of brackets. */
const ends: ReadonlySet<string> = new Set(['WHERE', 'FROM', 'RETURNING', 'ORDER', 'LIMIT', 'USING'])

/** Without WHERE all rows are meant: they are equal to nothing in particular. */
function where(cursor: Cursor, changed: Target): Where {
  beyond(cursor)
  if (!cursor.take('WHERE')) return { equal: {} }
  if (cursor.atAll('CURRENT', 'OF')) cursor.refuse('There are no cursors here.', 'Find the rows by their key.')
  const piece = withoutAlias(
    cursor,
    cursor.piece('a condition', ({ word }) => ends.has(word)),
    changed,
  )
  beyond(cursor)
  return { predicate: cursor.text(piece), params: piece.params }
}

/** Clauses that are understood, and not carried out. */
function beyond(cursor: Cursor): void {
  const hint: Readonly<Record<string, string>> = {
    FROM: 'Find the rows by a subquery in WHERE, and values by a subquery in SET.',
    USING: 'Find the rows by a subquery in WHERE.',
    RETURNING: 'Leave RETURNING out; the preview shows the rows before and after.',
    ORDER: 'Choose the rows in WHERE: id IN (SELECT … ORDER BY … LIMIT …).',
    LIMIT: 'Choose the rows in WHERE: id IN (SELECT … LIMIT …).',
  }
  const { word } = cursor.peek()
  if (Object.hasOwn(hint, word)) cursor.refuse(`${word} cannot be used in a change.`, hint[word]!)
}
