import { SluiceError } from '../../error.ts'
import type { Facts } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { lexPostgres } from '../postgres/lexer.ts'
import { prefilter } from '../prefilter.ts'
import { oneStatement } from '../reader/reader.ts'
import type { Dialect, DuckdbParser, Parsed } from '../sql.ts'
import { readFacts } from './facts.ts'
import { MacroBodies } from './macros.ts'
import { literal, mask, quoteName } from './mask.ts'
import { opened } from './opened.ts'
import { printTree, readStatements } from './print.ts'
import { limitRows, replaceTables } from './rewrite-tree.ts'
import { explained, factsWithoutTree, withoutPragma } from './statement.ts'
import { type Tree, tooDeep } from './tree.ts'

/** DuckDB, read and printed by DuckDB itself; what its tree may hold is on a list. */
export function duckdb(parser: DuckdbParser): Dialect<Tree> {
  const macros = new MacroBodies(parser)
  return {
    name: 'duckdb',
    async parse(text, schema) {
      prefilter(text, 'duckdb')
      const parsed = await unlessTooDeep(() => read(parser, text, schema))
      if (schema) await macros.learn(parsed.facts, schema)
      return parsed
    },
    tokens(text) {
      prefilter(text, 'duckdb')
      return oneStatement(lexPostgres(text, 'parameter'))
    },
    replaceTables: (tree, view) => replaceTables(parser, tree, view),
    limitRows,
    print: (tree) => unlessTooDeep(() => printTree(parser, tree)),
    explain: (sql) => `EXPLAIN ${sql}`,
    quoteName,
    literal,
    mask,
    readBody: (text) => macros.known(text),
    fence: ' LIMIT 9223372036854775807',
  }
}

async function read(parser: DuckdbParser, text: string, schema: Schema | undefined): Promise<Parsed<Tree>> {
  const front = explained(text)
  const [statement, ...more] = await readStatements(parser, front?.rest ?? withoutPragma(text))
  if (more.length > 0) throw new SluiceError('statement_many', 'There is more than one statement.')
  if (statement !== undefined) return readFacts(await opened(parser, statement), front?.explain ?? '', schema)
  const facts: Facts = factsWithoutTree(front?.rest ?? text)
  const empty: Tree = { explain: '', statement: { node: {}, named_param_map: [] }, refs: new Map() }
  if (front && facts.kind === 'unknown') throw new SluiceError('sql_syntax', 'Only a SELECT can be explained.')
  return { tree: empty, facts }
}

async function unlessTooDeep<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(error)
    throw error
  }
}
