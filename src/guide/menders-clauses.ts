import type { Broken, Mender } from './menders.ts'
import { pieces } from './pieces.ts'

/** The statement with all that is no code blotted out, sign for sign, so that places found in it are places in the statement. */
const blotted = (sql: string): string =>
  pieces(sql)
    .map(({ kind, text }) => (kind === 'code' ? text : '\u0001'.repeat(text.length)))
    .join('')

/** Where the outermost clauses stand: `at` is their keyword, `from` what follows it. */
type Clause = Readonly<{ word: string; at: number; from: number; to: number }>
const WORDS = /\b(SELECT|FROM|WHERE|GROUP\s+BY|HAVING|ORDER\s+BY|LIMIT|OFFSET|FETCH)\b/gi

function clausesIn(sql: string): readonly Clause[] {
  const text = blotted(sql)
  const found: Omit<Clause, 'to'>[] = []
  for (const match of text.matchAll(WORDS)) {
    if (depthAt(text, match.index) > 0) continue
    found.push({ word: match[1]!.toUpperCase().replace(/\s+/g, ' '), at: match.index, from: match.index + match[0].length })
  }
  const end = text.trimEnd().replace(/;$/, '').length
  return found.map((one, i) => ({ ...one, to: found[i + 1]?.at ?? end }))
}

function depthAt(text: string, at: number): number {
  let depth = 0
  for (let i = 0; i < at; i++) depth += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0
  return depth
}

/** A stretch cut at a word or sign outside brackets and texts. */
function split(sql: string, from: number, to: number, at: RegExp): string[] {
  const text = blotted(sql).slice(from, to)
  const parts: string[] = []
  let start = 0
  for (const match of text.matchAll(at)) {
    if (depthAt(text, match.index) > 0) continue
    parts.push(sql.slice(from + start, from + match.index))
    start = match.index + match[0].length
  }
  return [...parts, sql.slice(from + start, to)]
}

const put = (sql: string, from: number, to: number, text: string): string => sql.slice(0, from) + text + sql.slice(to)
const clause = (sql: string, word: string): Clause | undefined => clausesIn(sql).find((one) => one.word === word)

/** Names and aliases of the outermost FROM. */
function tablesIn(sql: string): readonly Readonly<{ name: string; alias: string }>[] {
  const from = clause(sql, 'FROM')
  if (!from) return []
  const text = blotted(sql).slice(from.at, from.to)
  const found = text.matchAll(
    /(?:\bFROM|\bJOIN|,)\s+((?:\w+\.)*(\w+))(?:\s+(?:AS\s+)?(?!(?:ON|USING|JOIN|LEFT|RIGHT|INNER|FULL|CROSS|NATURAL)\b)(\w+))?/gi,
  )
  return [...found].map(([, name, last, alias]) => ({ name: name!, alias: alias ?? last! }))
}

const hasColumn = (table: string, column: string, { visible }: Broken): boolean => {
  const lower = table.toLowerCase().replace(/^.*\./, '')
  return visible.some(
    (one) => one.table.name.toLowerCase() === lower && one.table.columns.some(({ name }) => name.toLowerCase() === column.toLowerCase()),
  )
}

/** In the code, words that are not behind a point and no name of an output. */
function replaceWord(sql: string, word: string, by: string, from = 0, to = sql.length): string {
  const text = blotted(sql)
  const places = [...text.matchAll(new RegExp(`(?<![\\w$.]|\\bAS\\s)${escaped(word)}(?![\\w$(.])`, 'gi'))]
    .map(({ index }) => index)
    .filter((at) => at >= from && at < to)
  return places.reverse().reduce((all, at) => put(all, at, at + word.length, by), sql)
}
const escaped = (word: string) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const grouped: Mender = ({ sql, reason }) => {
  const [, name] = /column "([\w.]+)" must appear in the GROUP BY clause/.exec(reason) ?? /'([\w.]+)' isn't in GROUP BY/.exec(reason) ?? []
  if (!name) return undefined
  const last = name.slice(name.lastIndexOf('.') + 1)
  const select = clause(sql, 'SELECT')
  const written = select && new RegExp(`(?:\\w+\\.)?\\b${escaped(last)}\\b`, 'i').exec(blotted(sql).slice(select.from, select.to))?.[0]
  const column = written ?? name
  const group = clause(sql, 'GROUP BY')
  if (group)
    return { sql: put(sql, group.to, group.to, `, ${column} `).replace(/\s+, /, ', ').trimEnd(), change: `grouped by ${column} too` }
  const next = clausesIn(sql).find(({ word }) => /^(HAVING|ORDER BY|LIMIT|OFFSET|FETCH)$/.test(word))
  const at = next?.at ?? sql.trimEnd().replace(/;$/, '').length
  return { sql: put(sql, at, at, `${next ? '' : ' '}GROUP BY ${column}${next ? ' ' : ''}`), change: `grouped by ${column}` }
}

const ambiguous: Mender = (broken) => {
  const { sql, reason } = broken
  const [, name] =
    /(?:reference (?:to column name )?"|column name: |Column ')(\w+)['"]?(?:.*ambiguous)?/i.exec(/ambiguous/i.test(reason) ? reason : '') ??
    []
  const owner = name && tablesIn(sql).find((one) => hasColumn(one.name, name, broken))
  return owner ? { sql: replaceWord(sql, name, `${owner.alias}.${name}`), change: `took ${name} from ${owner.alias}` } : undefined
}

const AGGREGATE = /\b(?:COUNT|SUM|AVG|MIN|MAX|STRING_AGG|GROUP_CONCAT|ARRAY_AGG)\s*\(/i
const MISUSED =
  /aggregate functions are not allowed in WHERE|misuse of aggregate|Invalid use of group function|WHERE clause cannot contain aggregates/

const having: Mender = ({ sql, reason }) => {
  const where = clause(sql, 'WHERE')
  if (!where || !MISUSED.test(reason)) return undefined
  const conditions = split(sql, where.from, where.to, /\bAND\b/gi)
  // Behind an OR a condition cannot go elsewhere alone, and one BETWEEN has an AND of its own.
  if (conditions.some((one) => /\bOR\b|\bBETWEEN\b/i.test(blotted(one)))) return undefined
  const [moved, kept] = [conditions.filter((one) => AGGREGATE.test(one)), conditions.filter((one) => !AGGREGATE.test(one))]
  if (moved.length === 0) return undefined
  const text = moved.map((one) => one.trim()).join(' AND ')
  const own = clause(sql, 'HAVING')
  const behind = clausesIn(sql).find(({ word, at }) => at > where.at && /^(ORDER BY|LIMIT|OFFSET|FETCH)$/.test(word))
  const end = sql.trimEnd().replace(/;$/, '').length
  const at = own ? own.to : (behind?.at ?? end)
  const withHaving = put(sql, at, at, own ? `AND ${text} ` : `${behind ? '' : ' '}HAVING ${text}${behind ? ' ' : ''}`)
  const rest = kept.length === 0 ? '' : `WHERE ${kept.map((one) => one.trim()).join(' AND ')} `
  return { sql: put(withHaving, where.at, where.to, rest).trimEnd(), change: 'asked of groups in HAVING, not in WHERE' }
}

const outputName: Mender = ({ sql, reason }) => {
  const [, name] =
    /column "(\w+)" does not exist|Unknown column '(\w+)' in '(?:WHERE|HAVING)/i.exec(reason)?.filter((one) => one !== undefined) ?? []
  const select = clause(sql, 'SELECT')
  if (!name || !select) return undefined
  const items = split(sql, select.from, select.to, /,/g)
  const item = items
    .map((one) => new RegExp(`^([\\s\\S]+?)\\s+AS\\s+["\`]?${escaped(name)}["\`]?\\s*$`, 'i').exec(one)?.[1]?.trim())
    .find((one) => one !== undefined)
  if (item === undefined) return undefined
  const plain = /^[\w.]+$|^\w+\s*\([^()]*\)$/.test(item) ? item : `(${item})`
  const next = ['HAVING', 'WHERE'].reduce((text, word) => {
    const one = clause(text, word)
    return one ? replaceWord(text, name, plain, one.from, one.to) : text
  }, sql)
  return next === sql ? undefined : { sql: next, change: `wrote ${plain} for its name ${name}, which is not known there` }
}

const tableName: Mender = (broken) => {
  const { sql, reason } = broken
  const named = /(?:FROM-clause entry for table|Referenced table) "(\w+)"/.exec(reason)?.[1]
  const [, table = named, column] = /(?:no such column: |Unknown column ')(\w+)\.(\w+)/.exec(reason) ?? []
  if (!table) return undefined
  const tables = tablesIn(sql)
  const used = column ?? new RegExp(`\\b${escaped(table)}\\.(\\w+)`, 'i').exec(blotted(sql))?.[1]
  const own = tables.find(
    ({ name, alias }) => name.toLowerCase().replace(/^.*\./, '') === table.toLowerCase() && alias.toLowerCase() !== table.toLowerCase(),
  )
  const owners = used === undefined ? [] : tables.filter(({ name }) => hasColumn(name, used, broken))
  const to = own ?? (owners.length === 1 ? owners[0] : undefined)
  if (!to) return undefined
  const text = blotted(sql)
  const places = [...text.matchAll(new RegExp(`(?<![\\w$.])${escaped(table)}(?=\\.)`, 'gi'))].map(({ index }) => index)
  const next = places.reverse().reduce((all, at) => put(all, at, at + table.length, to.alias), sql)
  return next === sql ? undefined : { sql: next, change: `wrote ${to.alias} for ${table}, as FROM names it` }
}

/** In the order in which they are tried, before those that look at single words. */
export const clauseMenders: readonly Mender[] = [grouped, ambiguous, having, outputName, tableName]
