import { didYouMean } from '../nearest.ts'
import type { Schema, Table } from '../schema.ts'
import { matchesTable, pattern } from './pattern.ts'
import type { Role, RoleColumns } from './role.ts'

/**
 * What roles say about tables and columns that a source does not have, as sentences for the operator. Nearly always a slip of the pen, and
 * then a mask or a rule that protects nothing. Patterns of sources are left out, for what they name may be in another one. Pure.
 */
export function unmatched(roles: Readonly<Record<string, Role>>, source: string, { tables }: Schema): string[] {
  const said: string[] = []
  for (const [role, { sources }] of Object.entries(roles)) {
    const rules = Object.hasOwn(sources, source) ? sources[source] : undefined
    if (!rules) continue
    const named = [...(rules.tables.allow ?? []), ...rules.tables.deny, ...Object.keys(rules.columns), ...Object.keys(rules.rows)]
    const missing = [...new Set(named)].filter((text) => text !== '*' && matching(text, tables).length === 0)
    for (const text of missing) {
      const near = didYouMean(
        text,
        tables.flatMap(({ schema, name }) => (text.includes('.') ? `${schema}.${name}` : name)),
      )
      said.push(`The role ${role} names the table ${text}, which there is not.${near}`)
    }
    for (const [text, columns] of Object.entries(rules.columns)) {
      said.push(...missingColumns(columns, matching(text, tables)).map((rest) => `The role ${role} names the column ${text}.${rest}`))
    }
  }
  return said
}

const matching = (text: string, tables: readonly Table[]): Table[] => {
  const wanted = pattern(text, 'loosely')
  return tables.filter((table) => matchesTable(wanted, table))
}

function missingColumns({ allow = [], deny, mask }: RoleColumns, tables: readonly Table[]): string[] {
  if (tables.length === 0) return []
  const names = tables.flatMap(({ columns }) => columns.map(({ name }) => name))
  const wanted = [...new Set([...allow, ...deny, ...Object.keys(mask)])]
  const absent = wanted.filter((text) => text !== '*' && !names.some((name) => pattern(text, 'loosely', false).name.test(name)))
  return absent.map((text) => `${text}, which there is not.${didYouMean(text, names)}`)
}
