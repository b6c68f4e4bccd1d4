import type { JoinUse, Used } from './graph.ts'

/** A word or sign of a statement, as a dialect tells them. */
export type Sign = Readonly<{ kind: string; word: string; value: string }>

/** The tables that a statement may mean: the graph's name of one as it is written, and the names of its columns. */
export type Knows = Readonly<{ table(parts: readonly string[]): string | undefined; columns(table: string): readonly string[] }>

/** One table of a FROM clause; `table` is undefined for a subselect and for what is not known. */
type Item = Readonly<{ alias: string; table: string | undefined; kind: Used['kind'] }>
type Equal = Readonly<{ one: Item; column: string; other: Item; partner: string }>
type Span = Readonly<{ from: number; to: number }>

const clauses = new Set(['FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'WINDOW', 'QUALIFY', 'FOR'])
const beyond = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'WITH'])
const joining = new Set([
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'STRAIGHT_JOIN',
  'ASOF',
  'POSITIONAL',
  'SEMI',
  'ANTI',
])
const adding = new Set(['SUM', 'AVG', 'COUNT', 'TOTAL', 'STDDEV', 'STDDEV_POP', 'STDDEV_SAMP', 'VARIANCE', 'VAR_POP', 'VAR_SAMP', 'MEDIAN'])

/**
 * The joins of one SELECT and the tables whose columns it adds up, read from its signs. Undefined for what it does not read for sure: several
 * SELECTs side by side, WITH, the same table twice. What stands in brackets of its own is left alone. Pure.
 */
export function readJoins(all: readonly Sign[], knows: Knows): JoinUse | undefined {
  const signs = all.filter(({ kind, word }) => kind !== 'end' && word !== ';')
  const depth = depths(signs)
  const top = signs.flatMap((sign, i) => (depth[i] === 0 ? [{ ...sign, at: i }] : []))
  if (top[0]?.word !== 'SELECT' || top.some(({ word }) => beyond.has(word))) return undefined
  const starts = top.filter(({ word, at }) => clauses.has(word) && !(word === 'FROM' && signs[at - 1]?.word === 'DISTINCT'))
  const clause = (name: string): Span | undefined => {
    const i = starts.findIndex(({ word }) => word === name)
    return i < 0 ? undefined : { from: starts[i]!.at + 1, to: starts[i + 1]?.at ?? signs.length }
  }
  const from = clause('FROM')
  if (!from) return undefined
  const read = new Reader(signs, depth, knows)
  if (!read.from(from)) return undefined
  const where = clause('WHERE')
  if (where) read.equals(where)
  const added = [{ from: 1, to: from.from - 1 }, clause('HAVING'), clause('ORDER')].flatMap((span) => (span ? read.added(span) : []))
  return { joins: read.joins(), added: [...new Set(added)] }
}

function depths(signs: readonly Sign[]): number[] {
  let depth = 0
  return signs.map(({ word }) => {
    if (word === ')') depth--
    const at = depth
    if (word === '(') depth++
    // A bracket itself counts to what is around it.
    return at
  })
}

class Reader {
  readonly #signs: readonly Sign[]
  readonly #depth: readonly number[]
  readonly #knows: Knows
  readonly #items: Item[] = []
  readonly #equals: Equal[] = []

  constructor(signs: readonly Sign[], depth: readonly number[], knows: Knows) {
    this.#signs = signs
    this.#depth = depth
    this.#knows = knows
  }

  /** False where it is not sure what is meant. */
  from({ from, to }: Span): boolean {
    let at = from
    let kind: Used['kind'] = 'inner'
    while (at < to) {
      const word = this.#signs[at]!.word
      if (word === ',') {
        kind = 'inner'
        at++
      } else if (joining.has(word)) {
        if (word === 'LEFT' || word === 'RIGHT' || word === 'FULL') kind = word.toLowerCase() as Used['kind']
        else if (word === 'NATURAL' || word === 'ASOF' || word === 'SEMI' || word === 'ANTI' || word === 'POSITIONAL') return false
        else if (word !== 'JOIN') kind = 'inner'
        else if (!joining.has(this.#signs[at - 1]?.word ?? '') && this.#signs[at - 1]?.word !== 'OUTER') kind = 'inner'
        at++
      } else if (word === 'OUTER') at++
      else if (word === 'ON') {
        const end = this.#until(at + 1, to)
        this.equals({ from: at + 1, to: end })
        at = end
      } else if (word === 'USING') {
        const end = this.#closing(at + 1)
        this.#using({ from: at + 2, to: end })
        at = end + 1
      } else {
        const next = this.#item(at, to, kind)
        if (next === undefined) return false
        at = next
      }
    }
    const tables = this.#items.flatMap(({ table }) => table ?? [])
    return new Set(tables).size === tables.length
  }

  /** Reads a table or a subselect with its alias; answers what comes behind it. */
  #item(from: number, to: number, kind: Used['kind']): number | undefined {
    let at = from
    const parts: string[] = []
    if (this.#signs[at]!.word === 'LATERAL') at++
    if (this.#signs[at]?.word === '(') at = this.#closing(at) + 1
    else {
      if (!this.#isName(at)) return undefined
      parts.push(this.#signs[at++]!.value)
      while (this.#signs[at]?.word === '.' && this.#isName(at + 1)) {
        parts.push(this.#signs[at + 1]!.value)
        at += 2
      }
      // A function that answers rows.
      if (this.#signs[at]?.word === '(') {
        at = this.#closing(at) + 1
        parts.length = 0
      }
    }
    let alias = parts.at(-1) ?? ''
    if (this.#signs[at]?.word === 'AS') at++
    if (at < to && this.#isName(at) && !this.#ends(at)) alias = this.#signs[at++]!.value
    if (at < to && this.#signs[at]?.word === '(') at = this.#closing(at) + 1
    if (at < to && !this.#ends(at)) return undefined
    this.#items.push({ alias, table: parts.length === 0 ? undefined : this.#knows.table(parts), kind })
    return at
  }

  #ends(at: number): boolean {
    const { word } = this.#signs[at]!
    return word === ',' || word === 'ON' || word === 'USING' || word === 'OUTER' || joining.has(word)
  }

  #isName(at: number): boolean {
    const kind = this.#signs[at]?.kind
    return kind === 'word' || kind === 'name'
  }

  /** Where the condition of a join ends. */
  #until(from: number, to: number): number {
    for (let at = from; at < to; at++)
      if (this.#depth[at] === 0 && (this.#signs[at]!.word === ',' || joining.has(this.#signs[at]!.word))) return at
    return to
  }

  #closing(open: number): number {
    for (let at = open + 1; at < this.#signs.length; at++)
      if (this.#signs[at]!.word === ')' && this.#depth[at] === this.#depth[open]) return at
    return this.#signs.length
  }

  /** Equalities of two columns that must all hold; where one of several may hold it says nothing. */
  equals({ from, to }: Span): void {
    const signs = this.#signs.slice(from, to)
    if (signs.some(({ word }) => word === 'OR' || word === 'NOT' || word === 'CASE' || word === 'SELECT')) return
    for (let at = from; at < to; at++) {
      if (this.#signs[at]!.word !== '=') continue
      const left = this.#columnBefore(at, from)
      const right = this.#columnAfter(at, to)
      if (!left || !right || left.item === right.item) continue
      this.#equals.push({ one: left.item, column: left.column, other: right.item, partner: right.column })
    }
  }

  #columnBefore(at: number, from: number) {
    let start = at - 1
    if (!this.#isName(start)) return undefined
    while (start - 2 >= from && this.#signs[start - 1]!.word === '.' && this.#isName(start - 2)) start -= 2
    const before = this.#signs[start - 1]?.word ?? ''
    if (start > from && before !== '(' && before !== 'AND' && before !== 'ON') return undefined
    return this.#column(start, at)
  }

  #columnAfter(at: number, to: number) {
    let end = at + 1
    if (!this.#isName(end)) return undefined
    while (end + 2 < to && this.#signs[end + 1]!.word === '.' && this.#isName(end + 2)) end += 2
    const behind = end + 1 < to ? this.#signs[end + 1]!.word : ')'
    if (behind !== ')' && behind !== 'AND' && end + 1 < to && this.#signs[end + 1]!.kind !== 'end') return undefined
    return this.#column(at + 1, end + 1)
  }

  #column(from: number, to: number): Readonly<{ item: Item; column: string }> | undefined {
    const parts = this.#signs.slice(from, to).filter(({ word }) => word !== '.')
    const column = parts.at(-1)!.value
    const item = parts.length > 1 ? this.#named(parts.at(-2)!.value) : this.#having(column)
    return item?.table === undefined ? undefined : { item, column }
  }

  #named(alias: string): Item | undefined {
    const fits = this.#items.filter((item) => same(item.alias, alias))
    return fits.length === 1 ? fits[0] : undefined
  }

  /** The only table that has such a column; none where a subselect might have it too. */
  #having(column: string): Item | undefined {
    if (this.#items.some(({ table }) => table === undefined)) return undefined
    const fits = this.#items.filter(({ table }) => this.#knows.columns(table!).some((name) => same(name, column)))
    return fits.length === 1 ? fits[0] : undefined
  }

  #using({ from, to }: Span): void {
    const other = this.#items.at(-1)
    for (let at = from; at < to; at++) {
      if (!this.#isName(at) || !other?.table) continue
      const column = this.#signs[at]!.value
      const one = this.#items
        .slice(0, -1)
        .filter(({ table }) => table !== undefined && this.#knows.columns(table).some((name) => same(name, column)))
      if (one.length === 1) this.#equals.push({ one: one[0]!, column, other, partner: column })
    }
  }

  /** The tables whose columns stand in a function that adds up, all of their rows counted. */
  added({ from, to }: Span): string[] {
    const found: string[] = []
    for (let at = from; at < to; at++) {
      if (!adding.has(this.#signs[at]!.word) || this.#signs[at + 1]?.word !== '(') continue
      const end = this.#closing(at + 1)
      if (this.#signs[at + 2]?.word === 'DISTINCT') continue
      for (let inner = at + 2; inner < end; inner++) {
        if (!this.#isName(inner) || this.#signs[inner - 1]?.word === '.' || this.#signs[inner + 1]?.word === '(') continue
        let last = inner
        while (this.#signs[last + 1]?.word === '.' && this.#isName(last + 2)) last += 2
        const table = this.#column(inner, last + 1)?.item.table
        if (table !== undefined) found.push(table)
      }
    }
    return found
  }

  /** One join for each two tables that are compared, from the one that was named first. */
  joins(): Used[] {
    const pairs = new Map<string, { left: Item; right: Item; leftColumns: string[]; rightColumns: string[] }>()
    for (const { one, column, other, partner } of this.#equals) {
      const forward = this.#items.indexOf(one) < this.#items.indexOf(other)
      const [left, right] = forward ? [one, other] : [other, one]
      const key = `${this.#items.indexOf(left)} ${this.#items.indexOf(right)}`
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
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
