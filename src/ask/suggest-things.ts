import type { Searchable } from '../explore.ts'
import { wordsOf } from './query-words.ts'
import { columnsWithin, kindOf } from './suggest-columns.ts'

/** A column as questions speak of it. `place` is its own in the index. */
export type Spoken = Readonly<{ place: number; words: string }>

/** A table as questions speak of it: what it has that is worth asking about, as far as the caller sees it unmasked. */
export type Thing = Readonly<{
  table: number
  /** Many and one of it, in plain words. */
  many: string
  one: string
  rows: number
  dates: readonly Spoken[]
  numbers: readonly Spoken[]
  /** Columns of text that tell kinds apart: `country`, `status`. */
  kinds: readonly Spoken[]
  flags: readonly Spoken[]
  name?: Spoken
  /** Tables that refer to this one. */
  under: readonly number[]
}>

const kindNames =
  /(?:^|_)(?:country|city|state|region|status|type|category|segment|kind|channel|method|priority|gender|sex|language|department|class|grade|level|role|brand|color|colour|size|device|browser|currency|nationality|genre|source|position|event|subject|agent|continent|party)(?:$|_)|(?:category|status|type)$/i
const personal =
  /(?:^|_)(?:e?mail|phone|note|body|text|comment|description|ip|url|page|address|hash|token|password|iban|card|sku|code|uuid|guid)(?:$|_|\d)/i

/** The tables that a caller sees, most useful to ask about first. */
export function thingsOf(seen: Pick<Searchable, 'index' | 'cut' | 'places'>): readonly Thing[] {
  const { index, places } = seen
  const tables = [...places.keys()].filter((table) => !places.get(table)!.table.system)
  const under = new Map<number, Set<number>>()
  for (let i = 0; i < index.joins.length; i += 2) {
    const [from, to] = [index.tableOf[index.joins[i]!]!, index.tableOf[index.joins[i + 1]!]!]
    const shown = seen.cut === undefined || (seen.cut.columns[index.joins[i]!] === 1 && seen.cut.columns[index.joins[i + 1]!] === 1)
    if (from !== to && shown && places.has(from) && places.has(to)) under.set(to, (under.get(to) ?? new Set()).add(from))
  }
  const things = tables.map((table) => thingOf(table, [...(under.get(table) ?? [])], seen))
  return things.sort((a, b) => worth(b) - worth(a) || a.table - b.table)
}

function thingOf(table: number, under: readonly number[], seen: Pick<Searchable, 'index' | 'places'>): Thing {
  const { index, places } = seen
  const words = wordsOf(index.tables[table]!.name)
  const columns = columnsWithin(table, seen)
  const of = (kind: string) => columns.filter((column) => kindOf(index, column.place) === kind && !column.key)
  const texts = of('text')
  const name =
    texts.find(({ words: said }) => /^(?:name|title|full name|label)$/.test(said)) ??
    texts.find(({ words: said }) => /(?:name|title)$/.test(said))
  return {
    table,
    many: plural(words),
    one: singular(words),
    rows: places.get(table)!.table.rowsEstimate ?? 0,
    dates: of('date'),
    numbers: of('number').filter(
      ({ words: said }) => !/(?:^| )(?:id|no|number|line|year|zip|postcode|lat|lng|latitude|longitude)$/.test(said),
    ),
    kinds: texts.filter(({ words: said }) => kindNames.test(said.replaceAll(' ', '_')) && !personal.test(said.replaceAll(' ', '_'))),
    flags: of('bool'),
    ...(name ? { name } : {}),
    under,
  }
}

/** What has much to say comes first: kinds, dates, amounts, and others that hang on it. */
const worth = ({ kinds, dates, numbers, under, name, rows }: Thing): number =>
  Math.min(3, kinds.length) +
  (dates.length > 0 ? 2 : 0) +
  (numbers.length > 0 ? 2 : 0) +
  Math.min(3, under.length) * 1.5 +
  (name ? 1.5 : 0) +
  Math.min(4, Math.log10(rows + 1)) * 0.5

export const plural = (words: string): string =>
  /(?:[^s]s|data|people|staff|series|news)$/.test(words)
    ? words
    : /[^aeiou]y$/.test(words)
      ? `${words.slice(0, -1)}ies`
      : /(?:ch|sh|x|z|ss)$/.test(words)
        ? `${words}es`
        : `${words}s`

export const singular = (words: string): string =>
  /ies$/.test(words) && words.length > 4
    ? `${words.slice(0, -3)}y`
    : /(?:ch|sh|x|ss)es$/.test(words)
      ? words.slice(0, -2)
      : /[^s]s$/.test(words) && !/(?:us|is|series|news|address)$/.test(words)
        ? words.slice(0, -1)
        : words

/** A measure without the way it is kept: `total cents` is said as total. */
export const measureWords = ({ words }: Spoken): string => words.replace(/ (?:cents?|eur|usd|ms|amount)$/, '')
