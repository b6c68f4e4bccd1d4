import { kinds, type SearchIndex, stemOf, wordsOf } from '../search/search.ts'
import { columnOf, edgesOf } from './joins.ts'
import type { Scene } from './nl2sql.ts'
import type { Condition, Item, Query } from './query.ts'

/** A source as a turn of a conversation looks at it: what the query before reads comes first, then what joins it. */
export type Sight = Readonly<{ scene: Scene; before: Query; near: readonly number[] }>

/** Words of names that say how a thing is kept, not what it is. */
const kept = new Set(
  'id cents cent eur usd amount value at on date time dt ts code no number key ms text name total'.split(' ').map(stemOf),
)
/** What people ask for by another word than columns are named with. */
const cues: Readonly<Record<string, string>> = {
  expensive: 'price cost amount total fee value',
  cheap: 'price cost amount total fee value',
  cheapest: 'price cost amount total fee value',
  cheaper: 'price cost amount total fee value',
  costly: 'price cost amount',
  revenue: 'revenue sales turnover total amount price',
  sales: 'sales revenue total amount',
  turnover: 'revenue sales total amount',
  spending: 'total amount',
  old: 'age birth created date',
  oldest: 'age birth created date',
  young: 'age birth created date',
  youngest: 'age birth created date',
  new: 'created date added time year',
  newest: 'created date added time year ordered occurred',
  latest: 'created date time year ordered occurred',
  recent: 'created date time year ordered occurred',
  earliest: 'created date time year ordered occurred',
  big: 'total amount size area population quantity',
  biggest: 'total amount size area population quantity',
  large: 'total amount size area population quantity',
  largest: 'total amount size area population quantity',
  smallest: 'total amount size area population quantity',
  long: 'duration length stay minutes time',
  longest: 'duration length stay minutes time',
  mail: 'email',
  'e-mail': 'email',
  telephone: 'phone',
  town: 'city',
  nation: 'country',
  kind: 'type category',
  birthday: 'birth',
  age: 'age birth',
  when: 'date created time ordered occurred',
  date: 'date created ordered occurred at time',
  day: 'date created ordered occurred',
}

export function sightOf(scene: Scene, before: Query): Sight {
  const joined = before.tables.flatMap((table) => edgesOf(scene.index, table, scene.cut).map(([, other]) => scene.index.tableOf[other]!))
  return { scene, before, near: [...new Set([...before.tables, ...joined])] }
}

const wordsIn = (index: SearchIndex, lists: Readonly<{ starts: Uint32Array; items: Uint32Array }>, at: number): readonly string[] =>
  [...lists.items.subarray(lists.starts[at]!, lists.starts[at + 1]!)].map((word) => index.words[word]!)

const little = new Set(
  'a an the of in for by on and or with their its his her all each every my our this that these those me to please also too as well'.split(
    ' ',
  ),
)

/** The words of a text that tell something, as stems. */
export const tellingStems = (text: string): readonly string[] =>
  wordsOf(text)
    .filter((word) => !little.has(word))
    .map(stemOf)

const seenColumn = ({ cut }: Scene, column: number): boolean => !cut || cut.columns[column] === 1
const seenTable = ({ cut }: Scene, table: number): boolean => !cut || cut.tables[table] === 1

/** The columns of a table that the asker sees. */
export function columnsIn(scene: Scene, table: number): readonly number[] {
  const { firstColumn } = scene.index
  const all: number[] = []
  for (let c = firstColumn[table]!; c < firstColumn[table + 1]!; c++) if (seenColumn(scene, c)) all.push(c)
  return all
}

/** The table that some words name as a whole: `orders`, `order items`; -1 when none. The nearest wins. */
export function tableNamed(text: string, { scene, near }: Pick<Sight, 'scene' | 'near'>): number {
  const wanted = tellingStems(text)
  if (wanted.length === 0) return -1
  const fits = (table: number): boolean => {
    if (!seenTable(scene, table)) return false
    const own = wordsIn(scene.index, scene.index.tableWords, table).map(stemOf)
    return own.length > 0 && wanted.every((stem) => own.includes(stem)) && own.every((stem) => wanted.includes(stem))
  }
  const first = near.find(fits)
  return first ?? [...scene.index.tables.keys()].find(fits) ?? -1
}

/** The column that some words name; -1 when none. Columns that the query before reads go first, then those of its tables, then those near. */
export function columnNamed(text: string, sight: Sight, fits: (column: number) => boolean = () => true): number {
  const { scene, before, near } = sight
  const { index } = scene
  const wanted = tellingStems(text)
  if (wanted.length === 0) return -1
  const shown = new Set(before.select.map(({ column }) => column))
  const wordsFor = wanted.map((stem, i) => {
    const word = wordsOf(text).filter((one) => !little.has(one))[i]!
    return [stem, ...(cues[word]?.split(' ').map(stemOf) ?? cues[stem]?.split(' ').map(stemOf) ?? [])]
  })
  let best = -1
  let most = 0.45
  near.forEach((table, place) => {
    const tableStems = wordsIn(index, index.tableWords, table).map(stemOf)
    for (const column of columnsIn(scene, table)) {
      if (!fits(column)) continue
      const own = wordsIn(index, index.columnWords, column).map(stemOf)
      const points = likeness(own, tableStems, wordsFor)
      if (points === 0) continue
      const nearness = (shown.has(column) ? 0.06 : 0) + (before.tables.includes(table) ? 0.08 : 0) - 0.001 * place
      if (points + nearness > most) {
        most = points + nearness
        best = column
      }
    }
  })
  return best
}

/** How much a name is what was said: every word said must be in it, or in its table's. */
function likeness(own: readonly string[], table: readonly string[], wanted: readonly (readonly string[])[]): number {
  let sum = 0
  const used = new Set<string>()
  for (const forms of wanted) {
    const at = forms.findIndex((form) => own.includes(form))
    if (at >= 0) {
      used.add(forms[at]!)
      sum += at === 0 ? 1 : Math.max(0.5, 0.85 - 0.06 * at)
    } else if (forms.some((form) => table.includes(form))) sum += 0.3
    else return 0
  }
  if (used.size === 0) return 0
  const rest = own.filter((stem) => !used.has(stem) && !table.includes(stem))
  const spare = rest.reduce((all, stem) => all + (kept.has(stem) ? 0.12 : 0.35), 0)
  return sum / wanted.length / (1 + spare)
}

export const kindOf = (scene: Scene, column: number): number => (column < 0 ? kinds.number : scene.index.kind[column]!)
export const isDate = (scene: Scene, column: number): boolean => column >= 0 && scene.index.kind[column] === kinds.date
export const isNumber = (scene: Scene, column: number): boolean => column < 0 || scene.index.kind[column] === kinds.number

/** The date that a row of some tables is about: of several the one that things happen at, not the one of a birth. */
export function dateOf(scene: Scene, tables: readonly number[], used: readonly number[] = []): number {
  const dates = tables.flatMap((table) => columnsIn(scene, table).filter((column) => isDate(scene, column)))
  const already = dates.find((column) => used.includes(column))
  if (already !== undefined) return already
  const rank = (column: number): number => {
    const name = columnOf(scene.index, column).name.toLowerCase()
    const place = tables.indexOf(scene.index.tableOf[column]!)
    const own = /birth|expir|valid|updated|modif|deleted/.test(name)
      ? 5
      : /created|ordered|occurred|date|sold|time|started|opened/.test(name)
        ? 0
        : 1
    return own * 10 + place * 3 + (columnOf(scene.index, column).nullable ? 2 : 0)
  }
  return dates.sort((a, b) => rank(a) - rank(b) || a - b)[0] ?? -1
}

/** What a row of a table is called by: its name, title or the like. */
export function nameOf(scene: Scene, table: number): number {
  const own = columnsIn(scene, table)
  const by = (shape: RegExp) => own.find((column) => shape.test(columnOf(scene.index, column).name.toLowerCase()))
  const text = own.find((column) => scene.index.kind[column] === kinds.text)
  return by(/^(?:name|title|full_?name)$/) ?? by(/(?:^|_)(?:name|title)$/) ?? by(/name|title|label|subject/) ?? text ?? own[0] ?? -1
}

/** All columns that a query reads in conditions, in its own order. */
export const columnsOf = ({ select, where, group, order }: Query): readonly number[] =>
  [
    ...select.map(({ column }) => column),
    ...where.map(({ left }) => left.column),
    ...group,
    ...order.map(({ item }) => item.column),
  ].filter((column) => column >= 0)

export const sameItem = (a: Item, b: Item): boolean =>
  a.column === b.column && a.aggregate === b.aggregate && a.part === b.part && a.distinct === b.distinct

/** What a name of a country or a value says in data: conditions on the columns that hold it, the nearest column first. */
export function valueConditions(text: string, sight: Sight, spellings: readonly (readonly string[])[] = []): readonly Condition[] {
  const { scene, before, near } = sight
  const { values, index } = scene
  if (!values) return []
  const used = new Set(before.where.map(({ left }) => left.column))
  const texts = [text, ...spellings.flat()]
  const found = new Map<number, Set<string>>()
  let best = new Map<number, number>()
  texts.forEach((one, i) => {
    for (const hit of values.find(i === 0 ? one : one)) {
      const table = index.tableOf[hit.column]!
      if (!near.includes(table) || !seenColumn(scene, hit.column)) continue
      if (i > 0 && (hit.how === 'inside' || hit.how === 'related' || hit.how === 'stem' || hit.end - hit.start < one.length)) continue
      if (i === 0 && hit.score < 0.4) continue
      const place =
        (before.tables.includes(table) ? 1 : 0) +
        (used.has(hit.column) ? 2 : 0) +
        (before.group.includes(hit.column) ? 1 : 0) -
        0.01 * near.indexOf(table)
      const score = hit.score + place
      best = best.set(hit.column, Math.max(best.get(hit.column) ?? 0, score))
      const all = found.get(hit.column) ?? new Set<string>()
      found.set(hit.column, all.add(hit.value))
    }
  })
  return [...found]
    .sort(([a], [b]) => best.get(b)! - best.get(a)!)
    .map(([column, all]): Condition => {
      const right = [...all].map((value) => ({ kind: 'text' as const, text: value }))
      return { left: { column }, operator: right.length > 1 ? 'in' : '=', right }
    })
}
