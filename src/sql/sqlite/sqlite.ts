import { prefilter } from '../prefilter.ts'
import { oneStatement } from '../reader/reader.ts'
import { limitRows, printTree, replaceTables, type Tree } from '../reader/tree.ts'
import type { Dialect } from '../sql.ts'
import { lexSqlite } from './lexer.ts'
import { literal, mask, quoteName } from './mask.ts'
import { statement } from './statement.ts'

/** SQLite 3.40 and newer, read by a grammar of our own that knows reading statements only. */
export const sqlite: Dialect<Tree> = {
  name: 'sqlite',
  parse(text) {
    prefilter(text, 'sqlite')
    return statement(oneStatement(lexSqlite(text)))
  },
  tokens(text) {
    prefilter(text, 'sqlite')
    return oneStatement(lexSqlite(text))
  },
  replaceTables: (tree, view) => replaceTables(tree, view, quoteName),
  limitRows,
  print: printTree,
  explain: (sql) => `EXPLAIN QUERY PLAN ${sql}`,
  quoteName,
  literal,
  mask,
  fence: ' LIMIT -1',
}
