import type { Condition, Item, Literal, Operator, Query } from '../nl2sql/nl2sql.ts'
import type { SearchIndex } from '../search/search.ts'

type Token = Readonly<{ kind: 'word' | 'text' | 'number' | 'sign'; text: string; lower: string }>

/** Reads the SQL that questions come with, as far as a `Query` can say it; undefined for what it cannot, such as a table joined with itself. */
export function readGold(sql: string, index: SearchIndex): Query | undefined {
  try {
    const reader = new Reader(tokensOf(sql), index)
    const query = reader.query()
    return reader.done ? query : undefined
  } catch (error) {
    if (error instanceof Unread) return undefined
    throw error
  }
}

class Unread extends Error {}

function tokensOf(sql: string): readonly Token[] {
  const pattern = /'((?:[^']|'')*)'|"([^"]*)"|`([^`]*)`|(\d+(?:\.\d+)?)|([A-Za-z_][\w]*)|(<=|>=|!=|<>|[-+*/(),.=<>;])/g
  return [...sql.matchAll(pattern)].flatMap(([, single, double, tick, number, word, sign]): readonly Token[] => {
    if (single !== undefined) return [{ kind: 'text', text: single.replaceAll("''", "'"), lower: '' }]
    if (double !== undefined) return [{ kind: 'text', text: double, lower: '' }]
    if (tick !== undefined) return [{ kind: 'word', text: tick, lower: tick.toLowerCase() }]
    if (number !== undefined) return [{ kind: 'number', text: number, lower: '' }]
    if (word !== undefined) return [{ kind: 'word', text: word, lower: word.toLowerCase() }]
    return sign === ';' ? [] : [{ kind: 'sign', text: sign!, lower: sign! }]
  })
}

const aggregates = new Set(['count', 'sum', 'avg', 'min', 'max'])
const ends = new Set(['where', 'group', 'order', 'having', 'limit', 'union', 'intersect', 'except', 'join', 'on', 'inner', 'left', 'as'])

type Names = Readonly<{ aliases: ReadonlyMap<string, number>; tables: readonly number[] }>

class Reader {
  readonly #tokens: readonly Token[]
  readonly #index: SearchIndex
  #at = 0
  constructor(tokens: readonly Token[], index: SearchIndex) {
    this.#tokens = tokens
    this.#index = index
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }
  #peek(offset = 0): string {
    return this.#tokens[this.#at + offset]?.lower ?? ''
  }
  #takes(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.#peek(i) === word)) return false
    this.#at += words.length
    return true
  }
  #needs(word: string): void {
    if (!this.#takes(word)) throw new Unread()
  }

  query(): Query {
    this.#needs('select')
    const distinct = this.#takes('distinct')
    const selectAt = this.#at
    this.#skipTo('from')
    this.#needs('from')
    const names = this.#from()
    const after = this.#at
    this.#at = selectAt
    const select = this.#items(names)
    this.#needs('from')
    this.#at = after
    const where = this.#takes('where') ? this.#conditions(names) : { all: [], any: false }
    const group = this.#takes('group', 'by') ? this.#columns(names) : []
    const having = this.#takes('having') ? this.#conditions(names) : { all: [], any: false }
    if (having.any && having.all.length > 1) throw new Unread()
    const order = this.#takes('order', 'by') ? this.#order(names) : []
    const limit = this.#takes('limit') ? Number(this.#tokens[this.#at++]!.text) : undefined
    const how = (['union', 'intersect', 'except'] as const).find((word) => this.#takes(word))
    const combine = how && { how, with: this.query() }
    return {
      select,
      distinct,
      tables: names.tables,
      ...(names.joins.length > 0 ? { joins: names.joins } : {}),
      where: where.all,
      whereAny: where.any,
      group,
      having: having.all,
      order,
      ...(limit === undefined ? {} : { limit }),
      ...(combine ? { combine } : {}),
    }
  }

  #skipTo(word: string): void {
    for (let depth = 0; this.#at < this.#tokens.length; this.#at++) {
      if (depth === 0 && this.#peek() === word) return
      if (this.#peek() === '(') depth++
      if (this.#peek() === ')') depth--
    }
    throw new Unread()
  }

  #from(): Names & Readonly<{ joins: readonly (readonly [number, number])[] }> {
    const aliases = new Map<string, number>()
    const tables: number[] = []
    const joins: [number, number][] = []
    do {
      this.#takes('inner')
      const name = this.#tokens[this.#at++]
      const table = this.#index.tables.findIndex((one) => one.name.toLowerCase() === (name?.lower || name?.text.toLowerCase()))
      if (table < 0 || tables.includes(table)) throw new Unread()
      tables.push(table)
      aliases.set(this.#index.tables[table]!.name.toLowerCase(), table)
      if (this.#takes('as')) aliases.set(this.#tokens[this.#at++]!.lower, table)
      else if (this.#tokens[this.#at]?.kind === 'word' && !ends.has(this.#peek())) aliases.set(this.#tokens[this.#at++]!.lower, table)
      if (this.#takes('on')) {
        do {
          const left = this.#column({ aliases, tables })
          this.#needs('=')
          joins.push([left, this.#column({ aliases, tables })])
        } while (this.#takes('and'))
      }
    } while (this.#takes('join') || this.#takes('inner', 'join') || this.#takes(','))
    return { aliases, tables, joins }
  }

  #items(names: Names): readonly Item[] {
    const items: Item[] = []
    do items.push(this.#item(names))
    while (this.#takes(','))
    return items
  }

  #item(names: Names): Item {
    const first = this.#simple(names)
    const how = (['-', '+', '/'] as const).find((sign) => this.#takes(sign))
    return how ? { ...first, minus: { how, item: this.#simple(names) } } : first
  }

  #simple(names: Names): Item {
    const word = this.#peek()
    if (aggregates.has(word) && this.#peek(1) === '(') {
      this.#at += 2
      const distinct = this.#takes('distinct')
      const inner = this.#item(names)
      this.#needs(')')
      if (inner.aggregate) throw new Unread()
      return { ...inner, aggregate: word as NonNullable<Item['aggregate']>, ...(distinct ? { distinct } : {}) }
    }
    return { column: this.#column(names) }
  }

  #columns(names: Names): readonly number[] {
    const columns: number[] = []
    do columns.push(this.#column(names))
    while (this.#takes(','))
    return columns
  }

  #column({ aliases, tables }: Names): number {
    if (this.#takes('*')) return -1
    const token = this.#tokens[this.#at++]
    if (!token || token.kind === 'sign' || token.kind === 'number') throw new Unread()
    const word = token.lower || token.text.toLowerCase()
    if (this.#takes('.')) {
      const table = aliases.get(word)
      if (table === undefined) throw new Unread()
      if (this.#takes('*')) return -1
      const name = this.#tokens[this.#at++]
      return this.#find(table, name?.lower || name?.text.toLowerCase() || '') ?? this.#fail()
    }
    for (const table of tables) {
      const found = this.#find(table, word)
      if (found !== undefined) return found
    }
    return this.#fail()
  }
  #fail(): never {
    throw new Unread()
  }

  #find(table: number, name: string): number | undefined {
    const at = this.#index.tables[table]!.columns.findIndex((column) => column.name.toLowerCase() === name)
    return at < 0 ? undefined : this.#index.firstColumn[table]! + at
  }

  #conditions(names: Names): Readonly<{ all: readonly Condition[]; any: boolean }> {
    const all = [this.#condition(names)]
    const ways = new Set<string>()
    for (;;) {
      const way = this.#takes('and') ? 'and' : this.#takes('or') ? 'or' : undefined
      if (!way) break
      ways.add(way)
      all.push(this.#condition(names))
    }
    if (ways.size > 1) throw new Unread()
    return { all, any: ways.has('or') }
  }

  #condition(names: Names): Condition {
    const left = this.#item(names)
    const not = this.#takes('not')
    if (this.#takes('between')) {
      const low = this.#literal()
      this.#needs('and')
      return { left, operator: 'between', right: [low, this.#literal()] }
    }
    if (this.#takes('is', 'not', 'null')) return { left, operator: 'is not null', right: [] }
    if (this.#takes('is', 'null')) return { left, operator: 'is null', right: [] }
    const operator = this.#operator(not)
    if (this.#peek() === '(' && this.#peek(1) === 'select') {
      this.#at++
      const query = this.query()
      this.#needs(')')
      return { left, operator, right: { query } }
    }
    if (operator === 'in' || operator === 'not in') {
      this.#needs('(')
      const values: Literal[] = []
      do values.push(this.#literal())
      while (this.#takes(','))
      this.#needs(')')
      return { left, operator, right: values }
    }
    const next = this.#tokens[this.#at]
    if (next?.kind === 'word' || (next?.kind === 'text' && this.#peek(1) === '.'))
      return { left, operator, right: { item: this.#item(names) } }
    return { left, operator, right: [this.#literal()] }
  }

  #operator(not: boolean): Operator {
    if (this.#takes('in')) return not ? 'not in' : 'in'
    if (this.#takes('like')) return not ? 'not like' : 'like'
    if (not) throw new Unread()
    if (this.#takes('<>')) return '!='
    return (['<=', '>=', '!=', '=', '<', '>'] as const).find((sign) => this.#takes(sign)) ?? this.#fail()
  }

  #literal(): Literal {
    const minus = this.#takes('-') ? '-' : ''
    const token = this.#tokens[this.#at++]
    if (!token) throw new Unread()
    if (token.kind === 'number') return { kind: 'number', text: minus + token.text }
    if (token.kind === 'text') return { kind: 'text', text: token.text }
    throw new Unread()
  }

  #order(names: Names): readonly Readonly<{ item: Item; descending: boolean }>[] {
    const items: { item: Item; descending: boolean }[] = []
    do {
      const item = this.#item(names)
      const descending = this.#takes('desc')
      this.#takes('asc')
      items.push({ item, descending })
    } while (this.#takes(','))
    // In this dialect one direction at the end is often meant for all; the engine reads it for the last only.
    return items
  }
}
