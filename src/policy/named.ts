import type { Schema, Table } from '../schema.ts'
import { matchesSource, matchesTable, pattern } from './pattern.ts'
import type { Role, RoleColumns } from './role.ts'

/** What one role says by name about a source: tables as `schema.name`, columns as `schema.name.column`. */
export type NamedByRole = Readonly<{ role: string; tables: readonly string[]; columns: readonly string[] }>

/**
 * The tables and columns that roles name so that their going leaves a rule without its object: outright, or by a pattern that nothing in `after` fits
 * any more. Other patterns mean whatever there is. Pure.
 */
export function namedByRoles(
  roles: Readonly<Record<string, Role>>,
  source: string,
  { tables }: Schema,
  after: Schema,
): readonly NamedByRole[] {
  const meant = (text: string) => meantBy(text, tables, after.tables)
  return Object.entries(roles).flatMap(([role, { sources }]): NamedByRole[] => {
    const found = { tables: new Set<string>(), columns: new Set<string>() }
    for (const [name, rules] of Object.entries(sources)) {
      if (!matchesSource(name, source)) continue
      const named = [...(rules.tables.allow ?? []), ...rules.tables.deny, ...(rules.tables.write ?? [])]
      for (const text of named) for (const table of meant(text)) found.tables.add(fullName(table))
      for (const [text, columns] of Object.entries(rules.columns)) add(meant(text), namesOf(columns), found)
      for (const [text, predicates] of Object.entries(rules.rows)) add(meant(text), wordsOf(predicates), found)
    }
    return found.tables.size === 0 ? [] : [{ role, tables: [...found.tables], columns: [...found.columns] }]
  })
}

type Found = Readonly<{ tables: Set<string>; columns: Set<string> }>

function add(tables: readonly Table[], wanted: ReadonlySet<string>, found: Found): void {
  for (const table of tables) {
    found.tables.add(fullName(table))
    for (const { name } of table.columns) if (wanted.has(name.toLowerCase())) found.columns.add(`${fullName(table)}.${name}`)
  }
}

function meantBy(text: string, before: readonly Table[], after: readonly Table[]): readonly Table[] {
  const wanted = pattern(text, 'loosely')
  const fitting = (tables: readonly Table[]) => tables.filter((table) => matchesTable(wanted, table))
  return wanted.exact || fitting(after).length === 0 ? fitting(before) : []
}

const namesOf = ({ allow = [], deny, mask }: RoleColumns): ReadonlySet<string> =>
  new Set([...allow, ...deny, ...Object.keys(mask)].map((name) => name.toLowerCase()))

/** The words of predicates: those that are columns of the table are most likely meant as such. */
const wordsOf = (predicates: readonly string[]): ReadonlySet<string> =>
  new Set(predicates.flatMap((text) => text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []))

const fullName = ({ schema, name }: Table): string => (schema === '' ? name : `${schema}.${name}`)
