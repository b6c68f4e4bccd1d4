import type { Cursor, Name, Piece } from './read-cursor.ts'

/** The table that is changed, and the names that its rows may be called by within the statement. */
export type Target = Readonly<{ table: string; parts: readonly Name[]; alias: Name | undefined }>

const partsMax = 3

/** `[schema.]table [[AS] alias]`; `clauses` are the words that may follow and so are no alias. */
export function target(cursor: Cursor, clauses: readonly string[]): Target {
  if (cursor.at('ONLY', 'LOW_PRIORITY', 'IGNORE', 'QUICK', 'DELAYED', 'HIGH_PRIORITY', 'OR', 'STRAIGHT_JOIN')) {
    cursor.refuse(`${cursor.peek().word} cannot be used here.`, 'Leave the word out; a change either happens as a whole or not at all.')
  }
  const parts = tableName(cursor)
  if (cursor.at(',', '*', 'JOIN', 'INNER', 'LEFT', 'RIGHT', 'CROSS', 'NATURAL', '(') && !clauses.includes(cursor.peek().word)) {
    cursor.refuse(
      'Only one table can be changed by a statement.',
      'Write one statement for each table, and find rows by a subquery in WHERE.',
    )
  }
  const alias = cursor.take('AS') || isAlias(cursor, clauses) ? cursor.name('an alias') : undefined
  return { table: written(parts), parts, alias }
}

export function tableName(cursor: Cursor): readonly Name[] {
  const parts = [cursor.name('the name of a table')]
  while (cursor.take('.')) parts.push(cursor.name('a name'))
  if (parts.length > partsMax) cursor.fail('a table name of at most three parts')
  return parts
}

const isAlias = (cursor: Cursor, clauses: readonly string[]): boolean => {
  const token = cursor.peek()
  return token.kind === 'name' || (token.kind === 'word' && !clauses.includes(token.word))
}

/** Parts that hold a dot or a quote are quoted as in standard SQL, so that the parts can be told again. */
export const written = (parts: readonly Name[]): string =>
  parts.map(({ value }) => (/[."`[\]]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value)).join('.')

const same = (a: string, b: Name): boolean => (b.quoted ? a === b.value : a.toLowerCase() === b.value.toLowerCase())

/**
 * The piece without the alias of the changed table, which it then speaks of by its columns alone. Throws where a column could belong to
 * another table: then the table's own name must stand before it.
 */
export function withoutAlias(cursor: Cursor, piece: Piece, { alias }: Target): Piece {
  if (!alias) return piece
  const { tokens } = piece
  const isPlain = (i: number): boolean => tokens[i]?.kind === 'name' || tokens[i]?.kind === 'word'
  const isName = (i: number): boolean => isPlain(i) && same(tokens[i]!.value, alias) && tokens[i - 1]?.word !== '.'
  const uses = tokens.flatMap((_, i) => (isName(i) ? [i] : []))
  if (uses.length === 0) return piece
  const nested = tokens.some(({ word }) => word === 'SELECT' || word === 'TABLE' || word === 'VALUES' || word === 'FROM')
  if (nested || uses.some((i) => tokens[i + 1]?.word !== '.' || !isPlain(i + 2))) {
    const hint = 'Leave the alias out, and put the name of the table before its columns where that is needed.'
    cursor.refuse('The alias of the table is used in a way that cannot be followed here.', hint)
  }
  return cursor.without(piece, new Set(uses.flatMap((i) => [i, i + 1])))
}

/** True when the name is how the statement may call the changed table. */
export const callsTarget = (name: Name, { alias, parts }: Target): boolean => same(name.value, alias ?? parts[parts.length - 1]!)
