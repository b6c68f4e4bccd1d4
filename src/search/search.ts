import { distance } from '../nearest.ts'
import type { Table, TableColumn } from '../schema.ts'
import { questionWords, stemOf, wordsOf } from './words.ts'

/** A table that fits a question. `why` is one line for people and models; `columns` are the fitting ones, best first. */
export type Hit = Readonly<{ table: Table; score: number; why: string; columns: readonly TableColumn[] }>

type Found = { points: number; why: string }

/** What a match is worth by where it was found. A table's own name tells most, then its columns, then what people wrote about it. */
const worth = { tableName: 10, tableComment: 3, columnName: 5, columnComment: 2, schemaName: 2 }

/**
 * The tables that fit a question, best first, at most `limit`. Lexical: whole words, stems, beginnings and small misspellings of names and
 * comments. Pure; it sees only what it is given, so the caller hands in only what the asker may see.
 */
export function search(question: string, tables: readonly Table[], limit: number): Hit[] {
  const asked = questionWords(question)
  if (asked.length === 0) return listed(tables, limit)
  const rare = rarity(asked, tables)
  const hits: Hit[] = []
  for (const table of tables) {
    const hit = judge(table, asked, rare)
    if (hit) hits.push(hit)
  }
  return hits.sort((a, b) => b.score - a.score || compare(a.table, b.table)).slice(0, limit)
}

/** Nothing asked is everything wanted. */
const listed = (tables: readonly Table[], limit: number): Hit[] =>
  [...tables]
    .sort((a, b) => (`${a.schema}.${a.name}` < `${b.schema}.${b.name}` ? -1 : 1))
    .slice(0, limit)
    .map((table) => ({ table, score: 0, why: 'every table is listed', columns: [] }))

const compare = (a: Table, b: Table) => a.name.length - b.name.length || (`${a.schema}.${a.name}` < `${b.schema}.${b.name}` ? -1 : 1)

/** How much a word tells: one that fits every table (`id`) nearly nothing. BM25's inverse document frequency, kept above 0. */
function rarity(asked: readonly string[], tables: readonly Table[]): readonly number[] {
  return asked.map((word) => {
    const stem = stemOf(word)
    const holders = tables.filter((table) => {
      const names = [table.name, ...table.columns.map((column) => column.name)]
      return names.some((name) => wordsOf(name).some((part) => stemOf(part) === stem))
    }).length
    return Math.log(1 + (tables.length - holders + 0.5) / (holders + 0.5)) + 0.1
  })
}

function judge(table: Table, asked: readonly string[], rare: readonly number[]): Hit | undefined {
  let score = 0
  let fitting = 0
  const reasons: string[] = []
  const columns = new Map<TableColumn, number>()
  asked.forEach((word, i) => {
    const places = [
      place(word, table.name, worth.tableName, 'table name'),
      place(word, table.comment, worth.tableComment, 'table comment'),
      place(word, table.schema, worth.schemaName, 'schema name'),
      bestColumn(word, table.columns, columns),
    ].filter((found) => found !== undefined)
    if (places.length === 0) return
    fitting++
    const best = places.reduce((a, b) => (b.points > a.points ? b : a))
    // The best place counts whole, the others a little: a word that is everywhere is not four words.
    score += rare[i]! * (best.points + 0.2 * places.reduce((sum, one) => sum + (one === best ? 0 : one.points), 0))
    reasons.push(best.why)
  })
  if (fitting === 0) return undefined
  const extra = wordsOf(table.name).length - 1
  const whole = (score * (fitting / asked.length + 0.5)) / (1 + 0.05 * extra)
  const sorted = [...columns].sort((a, b) => b[1] - a[1]).map(([column]) => column)
  return { table, score: Math.round(whole * 1000) / 1000, why: [...new Set(reasons)].join('; '), columns: sorted }
}

/** Notes every column that fits in `fits`, answers the best. */
function bestColumn(word: string, columns: readonly TableColumn[], fits: Map<TableColumn, number>): Found | undefined {
  let best: Found | undefined
  for (const column of columns) {
    const name = place(word, column.name, worth.columnName, `column ${column.name}`)
    const found = name ?? place(word, column.comment, worth.columnComment, `comment of column ${column.name}`)
    if (!found) continue
    fits.set(column, (fits.get(column) ?? 0) + found.points)
    if (!best || found.points > best.points) best = found
  }
  return best
}

/** How well a word fits one text: whole 1, same stem 0.9, beginning 0.6, a part of it or a slip of the pen 0.5. */
function place(word: string, text: string | undefined, points: number, where: string): Found | undefined {
  if (!text) return undefined
  let best = 0
  for (const part of wordsOf(text)) {
    const fit = fits(word, part)
    if (fit > best) best = fit
    if (best === 1) break
  }
  if (best === 0) return undefined
  const how = best === 1 || best === 0.9 ? `"${word}" is in the ${where}` : `"${word}" is near the ${where}`
  return { points: points * best, why: how }
}

function fits(word: string, part: string): number {
  if (word === part) return 1
  if (stemOf(word) === stemOf(part)) return 0.9
  if (word.length < 3 || part.length < 3) return 0
  if (part.startsWith(word) || word.startsWith(part)) return 0.6
  if (word.length > 3 && part.length > 3 && (part.includes(word) || word.includes(part))) return 0.5
  if (word.length < 5) return 0
  return distance(word, part, word.length > 7 ? 2 : 1) <= (word.length > 7 ? 2 : 1) ? 0.5 : 0
}
