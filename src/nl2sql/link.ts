import {
  type Cut,
  columnsWith,
  firstSigns,
  hashOf,
  judged,
  type Model,
  type Scope,
  type SearchIndex,
  scopeFor,
  valueKey,
  wordsOf,
} from '../search/search.ts'
import type { Scene } from './nl2sql.ts'
import { numberOf } from './number-words.ts'
import type { ValueHit, ValueIndex } from './values.ts'

/** One word of a question. `terms` are the places in the scope's question of what it says. */
export type Token = Readonly<{ raw: string; word: string; start: number; end: number; comma: boolean; terms: readonly number[] }>

/** Words that may be a value: tokens from `from` up to `to`. `lives` are the columns (by their places in the scope) that hold it. */
export type Mention = Readonly<{
  from: number
  to: number
  kind: 'text' | 'number' | 'date'
  text: string
  quoted: boolean
  capital: boolean
  hits: ReadonlyMap<number, ValueHit>
  lives: ReadonlySet<number>
  best: number
}>

/** A question held against what its asker sees of a source. Columns and tables are told by their places in `scope`. */
export type Linked = Readonly<{
  question: string
  tokens: readonly Token[]
  scope: Scope
  cut: Cut | undefined
  signs: Float32Array
  odds: Readonly<{ tables: Float32Array; columns: Float32Array }>
  mentions: readonly Mention[]
  /** How much each column, and each table, answers each token: `column * tokens + token`. */
  claims: Float32Array
  tableClaims: Float32Array
  /** The most that any column, and any table, answers each token. */
  top: Float32Array
  topTable: Float32Array
}>

const MENTIONS_MAX = 9

/** Holds a question against a source. `odds` may be given by who has them already. */
export function link(
  question: string,
  scene: Pick<Scene, 'index' | 'cut' | 'values'>,
  model: Pick<Model, 'tables' | 'columns' | 'tablesTwo' | 'columnsTwo'>,
): Linked {
  const scope = scopeFor(question, withValues(scene), scene.cut)
  const tokens = tokensOf(question, scope)
  const claims = spread(scope.columnClaims.of, scope.columns.length, scope, tokens)
  const tableClaims = spread(scope.tableClaims.of, scope.tables.length, scope, tokens)
  return {
    question,
    tokens,
    scope,
    cut: scene.cut,
    signs: firstSigns(scope).columns,
    odds: judged(scope, model),
    mentions: mentionsOf(question, tokens, scope, scene),
    claims,
    tableClaims,
    top: topOf(claims, tokens.length),
    topTable: topOf(tableClaims, tokens.length),
  }
}

/** The index with the values that may be looked up, so that the search sees them too. Made once for each set of values. */
function withValues({ index, values }: Pick<Scene, 'index' | 'values'>): SearchIndex {
  if (!values || index.valueHashes.length > 0) return index
  const known = valued.get(values)
  if (known?.tables === index.tables) return known
  const pairs: (readonly [number, number])[] = []
  for (let column = 0; column < index.tableOf.length; column++) {
    for (const value of values.valuesOf(column)) {
      const key = value.length > VALUE_CHARS_MAX ? '' : valueKey(value)
      if (key !== '') pairs.push([hashOf(key), column])
    }
  }
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const made = {
    ...index,
    valueHashes: Uint32Array.from(pairs, ([hash]) => hash),
    valueColumns: Uint32Array.from(pairs, ([, column]) => column),
  }
  valued.set(values, made)
  return made
}
const VALUE_CHARS_MAX = 60
const valued = new WeakMap<ValueIndex, SearchIndex>()

function tokensOf(question: string, scope: Scope): readonly Token[] {
  const tokens: Omit<Token, 'terms'>[] = []
  for (const piece of question.slice(0, 2_000).matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)) {
    if (tokens.length >= 80) break
    const before = question.slice(tokens.at(-1)?.end ?? 0, piece.index)
    for (const word of wordsOf(piece[0])) {
      tokens.push({ raw: piece[0], word, start: piece.index, end: piece.index + piece[0].length, comma: before.includes(',') })
    }
  }
  const said = new Map<string, number[]>()
  scope.question.terms.forEach(({ place }, q) => {
    const word = tokens[place]?.word
    if (word !== undefined) said.set(word, [...(said.get(word) ?? []), q])
  })
  return tokens.map((token) => ({ ...token, terms: said.get(token.word) ?? [] }))
}

function spread(of: Float32Array, count: number, scope: Scope, tokens: readonly Token[]): Float32Array {
  const terms = scope.question.terms.length
  const out = new Float32Array(count * tokens.length)
  tokens.forEach((token, i) => {
    for (const q of token.terms) {
      for (let c = 0; c < count; c++) {
        const claim = of[c * terms + q]!
        if (claim > out[c * tokens.length + i]!) out[c * tokens.length + i] = claim
      }
    }
  })
  return out
}

function topOf(claims: Float32Array, tokens: number): Float32Array {
  const top = new Float32Array(tokens)
  for (let at = 0; at < claims.length; at++) {
    const i = at % tokens
    if (claims[at]! > top[i]!) top[i] = claims[at]!
  }
  return top
}

function mentionsOf(
  question: string,
  tokens: readonly Token[],
  scope: Scope,
  scene: Pick<Scene, 'index' | 'cut' | 'values'>,
): readonly Mention[] {
  const found: Mention[] = [...textMentions(question, tokens, scope, scene), ...numberMentions(question, tokens, scope, scene.cut)]
  const kept: Mention[] = []
  for (const mention of found.sort((a, b) => b.best - a.best || b.to - b.from - (a.to - a.from) || a.from - b.from)) {
    if (kept.length >= MENTIONS_MAX) break
    // What lies within a longer value that is as good is a part of it.
    if (kept.some((one) => mention.from >= one.from && mention.to <= one.to && mention.best <= one.best)) continue
    kept.push(mention)
  }
  return kept.sort((a, b) => a.from - b.from || a.to - b.to)
}

function textMentions(question: string, tokens: readonly Token[], scope: Scope, scene: Pick<Scene, 'values' | 'cut'>): readonly Mention[] {
  const spans = new Map<string, { from: number; to: number; hits: Map<number, ValueHit>; quoted: boolean }>()
  const at = (start: number, end: number) => {
    const from = tokens.findIndex((token) => token.end > start)
    let to = from
    while (to < tokens.length && to >= 0 && tokens[to]!.start < end) to++
    return [from, to] as const
  }
  const put = (start: number, end: number, quoted: boolean) => {
    const [from, to] = at(start, end)
    if (from < 0 || to <= from) return undefined
    const key = `${from} ${to}`
    const span = spans.get(key) ?? { from, to, hits: new Map<number, ValueHit>(), quoted }
    spans.set(key, span)
    if (quoted) span.quoted = true
    return span
  }
  for (const quote of question.matchAll(
    /"([^"]{1,120})"|“([^”]{1,120})”|‘([^’]{1,120})’|`([^`]{1,120})`|(?<!\p{L})'([^']{1,120})'(?!\p{L})/gu,
  )) {
    put(quote.index + 1, quote.index + quote[0].length - 1, true)
  }
  for (const hit of scene.values?.find(question) ?? []) {
    const place = scope.placeOfColumn.get(hit.column)
    if (place === undefined) continue
    const span = put(hit.start, hit.end, hit.quoted)
    if (!span) continue
    const known = span.hits.get(place)
    if (!known || known.score < hit.score) span.hits.set(place, hit)
  }
  return [...spans.values()].map(({ from, to, hits, quoted }) => {
    const text = question.slice(tokens[from]!.start, tokens[to - 1]!.end)
    const best = [...hits.values()].reduce((most, { score }) => Math.max(most, score), quoted ? 0.9 : 0)
    const kind = quoted && /^\d{4}-\d\d-\d\d/.test(text) ? 'date' : 'text'
    return {
      from,
      to,
      kind,
      text: quotedText(question, tokens[from]!.start, text),
      quoted,
      capital: /^\p{Lu}/u.test(text) && from > 0,
      hits,
      lives: livesOf(text, scope, scene.cut),
      best,
    }
  })
}

/** What stands in quotation marks is taken with its signs. */
function quotedText(question: string, start: number, text: string): string {
  const open = question.slice(0, start).search(/["“‘`'][^"“‘`']*$/u)
  if (open < 0) return text
  const inside = question.slice(open + 1)
  const end = inside.search(/["”’`']/u)
  const whole = end < 0 ? '' : inside.slice(0, end)
  return whole.includes(text) && whole.length <= text.length + 4 ? whole.trim() : text
}

function numberMentions(question: string, tokens: readonly Token[], scope: Scope, cut: Cut | undefined): readonly Mention[] {
  const found: Mention[] = []
  const taken = new Set<number>()
  for (const match of question.matchAll(
    /(?<![\p{L}\p{N}])\d{4}-\d\d?-\d\d?(?:[ T]\d\d:\d\d(?::\d\d)?)?|(?<![\p{L}\p{N}_])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\p{L}\p{N}_])\d+(?:\.\d+)?(?!\p{L}*\d)/gu,
  )) {
    const from = tokens.findIndex((token) => token.end > match.index)
    let to = from
    while (to >= 0 && to < tokens.length && tokens[to]!.start < match.index + match[0].length) taken.add(to++)
    if (from < 0 || to <= from) continue
    const date = /^\d{4}-\d/.test(match[0])
    const text = date ? match[0] : match[0].replaceAll(',', '')
    const base = { from, to, quoted: false, capital: false, hits: new Map(), best: 0.8 }
    found.push({ ...base, kind: date ? 'date' : 'number', text, lives: livesOf(text, scope, cut) })
  }
  tokens.forEach(({ word }, i) => {
    const number = taken.has(i) ? undefined : numberOf(word)
    if (number === undefined) return
    found.push({
      from: i,
      to: i + 1,
      kind: 'number',
      text: String(number),
      quoted: false,
      capital: false,
      hits: new Map(),
      lives: new Set(),
      best: 0.3,
    })
  })
  return found
}

/** The columns that are known to hold a value written so. */
function livesOf(text: string, { index, placeOfColumn }: Scope, cut: Cut | undefined): ReadonlySet<number> {
  const lives = new Set<number>()
  if (index.valueHashes.length === 0) return lives
  const key = valueKey(text)
  if (key === '') return lives
  columnsWith(index, hashOf(key), (column) => {
    const place = placeOfColumn.get(column)
    if (place !== undefined && (!cut || cut.values[column] === 1)) lives.add(place)
  })
  return lives
}
