import type { Facts } from '../../facts.ts'
import type { Schema } from '../../schema.ts'
import { prefilter } from '../prefilter.ts'
import { read } from './facts.ts'
import { statements } from './parser.ts'
import { plpgsqlFacts } from './plpgsql.ts'

/** What the statements of a view or a function do; undefined for what cannot be read. Never throws. */
export function readBody(text: string, language: string, schema: Schema | undefined): readonly Facts[] | undefined {
  try {
    prefilter(text, 'postgres')
    if (language.toLowerCase() === 'sql') return statements(plainSql(text)).map((stmt) => read(stmt, schema).facts)
    return language.toLowerCase() === 'plpgsql' ? plpgsqlFacts(text, schema) : undefined
  } catch {
    return undefined
  }
}

/** The body of a function in the form of the SQL standard, as pg_get_function_sqlbody prints it, as plain statements. */
function plainSql(text: string): string {
  const body = text.trim()
  if (/^return\b/i.test(body)) return `SELECT ${body.slice('return'.length)}`
  const atomic = /^begin\s+atomic\b([\s\S]*)\bend\s*;?$/i.exec(body)
  return atomic ? atomic[1]! : body
}
