import { prefilter } from '../prefilter.ts'
import { oneStatement } from '../reader/reader.ts'
import { limitRows, printTree, replaceTables, type Tree } from '../reader/tree.ts'
import type { Dialect } from '../sql.ts'
import { lexMysql } from './lexer.ts'
import { literal, mask, quoteName } from './mask.ts'
import { statement } from './statement.ts'

/** MySQL 8 and MariaDB 10.11 and newer, read by a grammar of our own that knows reading statements only. */
export const mysql: Dialect<Tree> = {
  name: 'mysql',
  parse(text) {
    prefilter(text, 'mysql')
    return statement(oneStatement(lexMysql(text)))
  },
  tokens(text) {
    prefilter(text, 'mysql')
    return oneStatement(lexMysql(text))
  },
  replaceTables: (tree, view) => replaceTables(tree, view, quoteName),
  limitRows,
  print: printTree,
  explain: (sql) => `EXPLAIN ${sql}`,
  quoteName,
  literal,
  mask,
  /** A derived table with a limit is not merged, and no condition is pushed into it. */
  fence: ' LIMIT 18446744073709551615',
}
