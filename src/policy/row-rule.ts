import { SluiceError } from '../error.ts'
import type { DialectName } from '../facts.ts'
import type { Attribute, Principal } from '../principal.ts'
import { literal } from './literal.ts'

/** A row rule with the principal's attributes put in, or the name of the attribute that is missing. */
export type RowRule = Readonly<{ sql: string } | { missing: string }>

const PLACE = /\{\{\s*principal\.([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}/g

/**
 * Puts the attributes into a rule as literals. Throws `config_invalid` for a rule in which a place stands where a literal would
 * not be a literal (inside quotes or after a comment): an attribute could then be read as SQL.
 */
export function rowRule(rule: string, principal: Principal, dialect: DialectName): RowRule {
  const places = [...rule.matchAll(PLACE)]
  const left = rule.replaceAll(PLACE, '')
  if (left.includes('{{') || left.includes('}}')) throw broken(rule, 'a place is written {{principal.NAME}}')
  if (places.length === 0) return { sql: rule }
  checkSurroundings(rule, dialect)
  const values = new Map<string, string>()
  for (const [, name = ''] of places) {
    const value = attribute(principal, name)
    const text = value === undefined ? undefined : literal(value, dialect)
    if (text === undefined) return { missing: name }
    values.set(name, text)
  }
  return { sql: rule.replaceAll(PLACE, (_, name: string) => values.get(name) ?? 'NULL') }
}

function attribute({ name, attributes }: Principal, wanted: string): Attribute | undefined {
  if (wanted === 'name') return name
  return Object.hasOwn(attributes, wanted) ? attributes[wanted] : undefined
}

/** Walks over the quotes of a rule. What would need a whole lexer to tell (escapes, comments, dollar quotes) is refused. */
function checkSurroundings(rule: string, dialect: DialectName): void {
  let quote: string | undefined
  for (let i = 0; i < rule.length; i++) {
    const char = rule[i]!
    const pair = rule.slice(i, i + 2)
    if (char === '\\') throw broken(rule, 'a rule with {{principal.NAME}} must not hold a backslash')
    if (quote !== undefined) {
      if (pair === '{{') throw broken(rule, '{{principal.NAME}} is a whole literal; write it without quotes around it')
      // A doubled quote closes and opens again, which comes to the same.
      if (char === quote) quote = undefined
      continue
    }
    if (char === "'" || char === '"' || char === '`') quote = char
    const comment = pair === '--' || pair === '/*' || (char === '#' && dialect === 'mysql')
    if (comment || char === '$') throw broken(rule, 'a rule with {{principal.NAME}} must not hold comments or dollar signs')
    if (char === '[' && dialect === 'sqlite') throw broken(rule, 'a rule with {{principal.NAME}} must quote names with double quotes')
  }
}

function broken(rule: string, why: string): SluiceError {
  return new SluiceError('config_invalid', `The row rule \`${rule}\` cannot be used: ${why}.`)
}
