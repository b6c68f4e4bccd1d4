import type { JoinPath } from '../graph/graph.ts'

type Named = Readonly<{ schema: string; name: string }>

/**
 * A statement that joins the tables of a path, with an alias for each. A row that may have no partner is kept by an outer join, and so is what is
 * joined to it.
 */
export function joinSql(path: JoinPath, named: (table: string) => Named, quoteName: (name: string) => string): string {
  const aliases = aliasesOf(path.tables, named)
  const from = (table: string): string => {
    const { schema, name } = named(table)
    const full = [schema, name].filter((part) => part !== '').map(quoteName)
    return `${full.join('.')} AS ${quoteName(aliases.get(table)!)}`
  }
  const column = (table: string, name: string): string => `${quoteName(aliases.get(table)!)}.${quoteName(name)}`
  const lines = ['SELECT *', `FROM ${from(path.tables[0]!)}`]
  const there = new Set([path.tables[0]!])
  const outer = new Set<string>()
  for (const { from: one, to, columns, references, optional } of path.joins) {
    const next = there.has(one) ? to : one
    const before = next === to ? one : to
    there.add(next)
    // From the referred side on every row of the referring one has its partner there.
    const loses = outer.has(before) || (next === to && optional)
    if (loses) outer.add(next)
    const on = columns.map((name, i) => `${column(one, name)} = ${column(to, references[i]!)}`).join(' AND ')
    lines.push(`${loses ? 'LEFT JOIN' : 'JOIN'} ${from(next)} ON ${on}`)
  }
  return lines.join('\n')
}

/** The plain name, with a number where two schemas have the same. */
function aliasesOf(tables: readonly string[], named: (table: string) => Named): ReadonlyMap<string, string> {
  const used = new Set<string>()
  return new Map(
    tables.map((table) => {
      const { name } = named(table)
      let alias = name
      for (let i = 2; used.has(alias.toLowerCase()); i++) alias = `${name}_${i}`
      used.add(alias.toLowerCase())
      return [table, alias]
    }),
  )
}
