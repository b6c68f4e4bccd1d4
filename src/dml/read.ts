import type { Value } from '../call.ts'
import { SluiceError } from '../error.ts'
import type { Dialect } from '../sql/sql.ts'
import type { Dml } from './dml.ts'
import { Cursor } from './read-cursor.ts'
import { insert } from './read-insert.ts'
import { remove, truncate, update } from './read-update.ts'

/**
 * What one statement changes, cut into its pieces; `read` for one that only reads and goes the way of a query. The pieces are text that
 * nobody has judged yet: each must go through `prepare` within a SELECT before a source sees it. Throws `sql_*`, `statement_many`,
 * `parameter_count`, and for what writes in another way `statement_refused` or `feature_refused` with what to do instead.
 */
export async function readStatement(sql: string, params: readonly Value[], dialect: Dialect): Promise<Dml | 'read'> {
  const tokens = dialect.tokens(sql)
  const first = tokens[0]!.word
  // SQLite has no TRUNCATE, and its reader no word for it.
  if (first === 'TRUNCATE' && dialect.name === 'sqlite') {
    throw refused('SQLite has no TRUNCATE.', 'Use the tool truncate_table, or DELETE FROM the table.')
  }
  const { facts } = await dialect.parse(sql)
  if (facts.kind === 'read' || facts.kind === 'explain' || facts.kind === 'show') return 'read'
  const write = Object.hasOwn(writes, first) && facts.statement === first ? writes[first]! : undefined
  if (!write) throw refused(`${facts.statement} does not run here.`, hints[facts.kind] ?? hints.write!)
  const cursor = new Cursor(tokens, params, dialect)
  cursor.expect(first)
  const dml = write(cursor)
  if (!cursor.ended) cursor.fail('the end of the statement')
  return dml
}

const writes: Readonly<Record<string, (cursor: Cursor) => Dml>> = {
  INSERT: insert,
  UPDATE: update,
  DELETE: remove,
  TRUNCATE: truncate,
  REPLACE: (cursor) =>
    cursor.refuse('REPLACE deletes rows before it inserts, with all that hangs on them.', 'Use the tool upsert_rows, or an upsert.'),
}

const hints: Readonly<Record<string, string>> = {
  write:
    'Write INSERT, UPDATE, DELETE or TRUNCATE of one table, without WITH; or use the tools insert_rows, update_rows, delete_rows, upsert_rows.',
  ddl: 'Use the tools for structure: create_table, alter_table, drop_table, create_index, create_view.',
  transaction: 'Leave BEGIN, COMMIT and ROLLBACK out: execute_batch is one transaction.',
}

const refused = (what: string, hint: string): SluiceError => new SluiceError('statement_refused', what, { hint })
