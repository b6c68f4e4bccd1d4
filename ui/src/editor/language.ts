import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { MySQL, PostgreSQL, type SQLDialect, SQLite, StandardSQL, sql } from '@codemirror/lang-sql'
import type { Extension } from '@codemirror/state'
import { catalogOf } from './names.ts'

const dialects: Readonly<Record<string, SQLDialect>> = { postgres: PostgreSQL, mysql: MySQL, sqlite: SQLite, duckdb: PostgreSQL }

/** The grammar of a dialect, with the tables and columns of a source that the caller may see. */
export function languageOf(dialect: string | undefined, source: string | undefined): Extension {
  const language = dialects[dialect ?? ''] ?? StandardSQL
  return [
    sql({ dialect: language, upperCaseKeywords: true }),
    source === undefined ? [] : language.language.data.of({ autocomplete: (context: CompletionContext) => names(context, source) }),
  ]
}

/** Tables by their names; columns behind the name or the alias of a table, and those of the tables that the statement names. */
async function names(context: CompletionContext, source: string): Promise<CompletionResult | null> {
  const dotted = context.matchBefore(/([\w$]+|"[^"]+"|`[^`]+`)\.[\w$]*/)
  const word = context.matchBefore(/[\w$]+/)
  if (!dotted && !word && !context.explicit) return null
  const catalog = await catalogOf(source)
  const text = context.state.doc.toString()
  if (dotted) {
    const owner = dotted.text.slice(0, dotted.text.indexOf('.')).replace(/["`]/g, '')
    const table = catalog.table(owner) ?? catalog.table(aliasOf(text, owner))
    if (!table) return null
    return { from: dotted.from + dotted.text.indexOf('.') + 1, options: table.columns.map(columnOption), validFor: /^[\w$]*$/ }
  }
  const named = catalog.tables.filter(({ name }) => new RegExp(`\\b${escaped(name)}\\b`, 'i').test(text))
  const tables = catalog.tables.map(({ name, kind }) => ({ label: name, type: 'type', detail: kind, boost: 2 }))
  const columns = named.flatMap(({ columns }) => columns.map(columnOption))
  return { from: word?.from ?? context.pos, options: [...columns, ...tables], validFor: /^[\w$]*$/ }
}

const columnOption = ({ name, type }: { name: string; type: string }) => ({ label: name, type: 'property', detail: type, boost: 3 })
const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The table that an alias stands for: `FROM orders o`, `JOIN orders AS o`. */
function aliasOf(text: string, alias: string): string {
  return (
    new RegExp(`(?:from|join|,)\\s+(?:[\\w$]+\\.)?["\`]?([\\w$]+)["\`]?\\s+(?:as\\s+)?["\`]?${escaped(alias)}\\b`, 'i').exec(text)?.[1] ??
    ''
  )
}
