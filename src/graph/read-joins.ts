import type { JoinUse, Used } from './graph.ts'
import { closing, type From, type Item, isName, type Knows, readFrom, type Sign, type Span, type Text, textOf } from './read-from.ts'

export type { Knows, Sign } from './read-from.ts'

type Equal = Readonly<{ one: Item; column: string; other: Item; partner: string }>
type Place = Text & Pick<From, 'items'> & Readonly<{ knows: Knows }>
type Column = Readonly<{ item: Item; column: string }>

const clauses = new Set(['FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'WINDOW', 'QUALIFY', 'FOR'])
const beyond = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'WITH'])
const adding = new Set(['SUM', 'AVG', 'COUNT', 'TOTAL', 'STDDEV', 'STDDEV_POP', 'STDDEV_SAMP', 'VARIANCE', 'VAR_POP', 'VAR_SAMP', 'MEDIAN'])
const unsure = new Set(['OR', 'NOT', 'CASE', 'SELECT'])

/**
 * The joins of one SELECT and the tables whose columns it adds up, read from its signs. Undefined for what it does not read for sure: several
 * SELECTs side by side, WITH, the same table twice. What stands in brackets of its own is left alone. Pure.
 */
export function readJoins(all: readonly Sign[], knows: Knows): JoinUse | undefined {
  const text = textOf(all.filter(({ kind, word }) => kind !== 'end' && word !== ';'))
  const { signs, depth } = text
  const top = signs.flatMap((sign, i) => (depth[i] === 0 ? [{ ...sign, at: i }] : []))
  if (top[0]?.word !== 'SELECT' || top.some(({ word }) => beyond.has(word))) return undefined
  const starts = top.filter(({ word, at }) => clauses.has(word) && !(word === 'FROM' && signs[at - 1]?.word === 'DISTINCT'))
  const clause = (name: string): Span | undefined => {
    const i = starts.findIndex(({ word }) => word === name)
    return i < 0 ? undefined : { from: starts[i]!.at + 1, to: starts[i + 1]?.at ?? signs.length }
  }
  const span = clause('FROM')
  const from = span && readFrom(text, span, knows)
  if (!span || !from) return undefined
  const place: Place = { ...text, items: from.items, knows }
  const where = clause('WHERE')
  const equals = [...from.conditions, ...(where ? [where] : [])].flatMap((condition) => equalsIn(condition, place))
  const using = from.using.flatMap((one) => sharedIn(one, place))
  const added = [{ from: 1, to: span.from - 1 }, clause('HAVING'), clause('ORDER')].flatMap((one) => (one ? addedIn(one, place) : []))
  return { joins: joinsOf([...equals, ...using], from.items), added: [...new Set(added)] }
}

/** Equalities of two columns that must all hold; where one of several may hold it says nothing. */
function equalsIn({ from, to }: Span, place: Place): Equal[] {
  const { signs } = place
  if (signs.slice(from, to).some(({ word }) => unsure.has(word))) return []
  const found: Equal[] = []
  for (let at = from; at < to; at++) {
    if (signs[at]!.word !== '=') continue
    const left = columnBefore(at, from, place)
    const right = columnBehind(at, to, place)
    if (left && right && left.item !== right.item)
      found.push({ one: left.item, column: left.column, other: right.item, partner: right.column })
  }
  return found
}

function columnBefore(at: number, from: number, place: Place): Column | undefined {
  const { signs } = place
  let start = at - 1
  if (!isName(place, start)) return undefined
  while (start - 2 >= from && signs[start - 1]!.word === '.' && isName(place, start - 2)) start -= 2
  const before = signs[start - 1]?.word ?? ''
  return start > from && before !== '(' && before !== 'AND' ? undefined : columnAt(start, at, place)
}

function columnBehind(at: number, to: number, place: Place): Column | undefined {
  const { signs } = place
  let end = at + 1
  if (!isName(place, end)) return undefined
  while (end + 2 < to && signs[end + 1]!.word === '.' && isName(place, end + 2)) end += 2
  const behind = signs[end + 1]?.word ?? ''
  return end + 1 < to && behind !== ')' && behind !== 'AND' ? undefined : columnAt(at + 1, end + 1, place)
}

function columnAt(from: number, to: number, place: Place): Column | undefined {
  const parts = place.signs.slice(from, to).filter(({ word }) => word !== '.')
  const column = parts.at(-1)!.value
  const item = parts.length > 1 ? named(parts.at(-2)!.value, place) : having(column, place)
  return item?.table === undefined ? undefined : { item, column }
}

function named(alias: string, { items }: Place): Item | undefined {
  const fits = items.filter((item) => same(item.alias, alias))
  return fits.length === 1 ? fits[0] : undefined
}

/** The only table that has such a column; none where a subselect might have it too. */
function having(column: string, { items, knows }: Place): Item | undefined {
  if (items.some(({ table }) => table === undefined)) return undefined
  const fits = items.filter(({ table }) => knows.columns(table!).some((name) => same(name, column)))
  return fits.length === 1 ? fits[0] : undefined
}

function sharedIn({ span, items: count }: From['using'][number], place: Place): Equal[] {
  const { signs, items, knows } = place
  const other = items[count - 1]
  const found: Equal[] = []
  for (let at = span.from; at < span.to; at++) {
    if (!isName(place, at) || other?.table === undefined) continue
    const column = signs[at]!.value
    const before = items
      .slice(0, count - 1)
      .filter(({ table }) => table !== undefined && knows.columns(table).some((name) => same(name, column)))
    if (before.length === 1) found.push({ one: before[0]!, column, other, partner: column })
  }
  return found
}

/** The tables whose columns stand in a function that adds up, all of their rows counted. */
function addedIn({ from, to }: Span, place: Place): string[] {
  const { signs } = place
  const found: string[] = []
  for (let at = from; at < to; at++) {
    if (!adding.has(signs[at]!.word) || signs[at + 1]?.word !== '(' || signs[at + 2]?.word === 'DISTINCT') continue
    const end = closing(place, at + 1)
    for (let inner = at + 2; inner < end; inner++) {
      if (!isName(place, inner) || signs[inner - 1]?.word === '.' || signs[inner + 1]?.word === '(') continue
      let last = inner
      while (signs[last + 1]?.word === '.' && isName(place, last + 2)) last += 2
      const table = columnAt(inner, last + 1, place)?.item.table
      if (table !== undefined) found.push(table)
    }
  }
  return found
}

/** One join for each two tables that are compared, from the one that was named first. */
function joinsOf(equals: readonly Equal[], items: readonly Item[]): Used[] {
  const pairs = new Map<string, { left: Item; right: Item; leftColumns: string[]; rightColumns: string[] }>()
  for (const { one, column, other, partner } of equals) {
    const forward = items.indexOf(one) < items.indexOf(other)
    const [left, right] = forward ? [one, other] : [other, one]
    const key = `${items.indexOf(left)} ${items.indexOf(right)}`
    const pair = pairs.get(key) ?? { left, right, leftColumns: [], rightColumns: [] }
    pair.leftColumns.push(forward ? column : partner)
    pair.rightColumns.push(forward ? partner : column)
    pairs.set(key, pair)
  }
  return [...pairs.values()].map(({ left, right, leftColumns, rightColumns }) => ({
    left: left.table!,
    leftColumns,
    right: right.table!,
    rightColumns,
    kind: right.kind,
  }))
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
