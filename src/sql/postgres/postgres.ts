import { SluiceError } from '../../error.ts'
import type { Schema } from '../../schema.ts'
import { prefilter } from '../prefilter.ts'
import { oneStatement } from '../reader/reader.ts'
import type { Dialect, Parsed } from '../sql.ts'
import { readBody } from './bodies.ts'
import { read } from './facts.ts'
import { lexPostgres } from './lexer.ts'
import { limitRows } from './limit-rows.ts'
import { literal, maskSql, quoteName } from './mask.ts'
import { load, statements } from './parser.ts'
import { print } from './print.ts'
import { replaceTables } from './replace.ts'
import type { Tree } from './tree.ts'

/** PostgreSQL, read by its own parser. The parser is loaded with the first statement. */
export const postgres: Dialect<Tree> = {
  name: 'postgres',
  fence: ' OFFSET 0',
  parse(text, schema) {
    prefilter(text, 'postgres')
    const loading = load()
    return loading ? loading.then(() => parse(text, schema)) : parse(text, schema)
  },
  tokens(text) {
    prefilter(text, 'postgres')
    return oneStatement(lexPostgres(text, 'operator'))
  },
  replaceTables: (tree, view) => shallow(() => replaceTables(tree, view)),
  limitRows,
  print: (tree) => shallow(() => print(tree.stmt)),
  explain: (sql) => `EXPLAIN (FORMAT TEXT) ${sql}`,
  quoteName,
  literal,
  mask: maskSql,
  readBody,
}

function parse(text: string, schema: Schema | undefined): Parsed<Tree> {
  const [stmt, ...more] = statements(text)
  if (!stmt) throw new SluiceError('sql_empty', 'The text holds no statement.')
  if (more.length > 0) throw new SluiceError('statement_many', `The text holds ${more.length + 1} statements.`)
  return shallow(() => read(stmt, schema))
}

/** Trees are walked by recursion; one that is too deep for that is too deep for anyone. */
function shallow<T>(walk: () => T): T {
  try {
    return walk()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SluiceError('sql_too_deep', 'The statement is nested too deeply to be checked.', { cause: error })
  }
}
