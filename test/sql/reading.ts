import { SluiceError } from '../../src/error.ts'
import type { Facts, TableRef } from '../../src/facts.ts'
import { mysql } from '../../src/sql/mysql/mysql.ts'
import type { Tree } from '../../src/sql/reader/tree.ts'
import type { Dialect, Parsed } from '../../src/sql/sql.ts'
import { sqlite } from '../../src/sql/sqlite/sqlite.ts'

export const dialects: Readonly<Record<'mysql' | 'sqlite', Dialect<Tree>>> = { mysql, sqlite }
export type Name = keyof typeof dialects

/** Reads a statement that must be readable and free of problems. */
export function read(name: Name, sql: string): Parsed<Tree> {
  const parsed = dialects[name].parse(sql) as Parsed<Tree>
  if (parsed.facts.problems[0]) throw new SluiceError(parsed.facts.problems[0].code, parsed.facts.problems[0].what)
  return parsed
}

/** The tables as `schema.name alias`, in the order in which they stand. */
export const tables = (facts: Facts): string =>
  facts.tables
    .map(({ schema, name, alias }) => `${schema === undefined ? '' : `${schema}.`}${name}${alias === undefined ? '' : ` ${alias}`}`)
    .join(', ')

/** The functions as `name/arguments`. */
export const functions = (facts: Facts): string =>
  facts.functions.map(({ schema, name, args }) => `${schema === undefined ? '' : `${schema}.`}${name}/${args}`).join(', ')

/** The code with which a statement is refused; `allowed` when it is not. */
export function refusal(name: Name, sql: string): string {
  try {
    read(name, sql)
    return 'allowed'
  } catch (error) {
    if (error instanceof SluiceError) return error.code
    throw error
  }
}

/** What is printed after every table called `users` was replaced. */
export function replaced(name: Name, sql: string, view = 'SELECT id FROM hidden'): string {
  const answer = ({ name }: TableRef): string | undefined => (name.toLowerCase() === 'users' ? view : undefined)
  return dialects[name].print(dialects[name].replaceTables(read(name, sql).tree, answer) as Tree) as string
}

export function limited(name: Name, sql: string, rows: number): string {
  return dialects[name].print(dialects[name].limitRows(read(name, sql).tree, rows)) as string
}
