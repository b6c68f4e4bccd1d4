import type { Used } from './graph.ts'

/** A word or sign of a statement, as a dialect tells them. */
export type Sign = Readonly<{ kind: string; word: string; value: string }>

/** The tables that a statement may mean: the graph's name of one as it is written, and the names of its columns. */
export type Knows = Readonly<{ table(parts: readonly string[]): string | undefined; columns(table: string): readonly string[] }>

/** One table of a FROM clause; `table` is undefined for a subselect and for what is not known. */
export type Item = Readonly<{ alias: string; table: string | undefined; kind: Used['kind'] }>
export type Span = Readonly<{ from: number; to: number }>

/** A statement with how deep in brackets each of its signs is; a bracket itself counts to what is around it. */
export type Text = Readonly<{ signs: readonly Sign[]; depth: readonly number[] }>

/** What a FROM clause holds: its tables, where their conditions stand, and the names of `USING` with how many tables came before. */
export type From = Readonly<{
  items: readonly Item[]
  conditions: readonly Span[]
  using: readonly Readonly<{ span: Span; items: number }>[]
}>

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
const strange = new Set(['NATURAL', 'ASOF', 'SEMI', 'ANTI', 'POSITIONAL'])
const outer: Readonly<Record<string, Used['kind']>> = { LEFT: 'left', RIGHT: 'right', FULL: 'full' }

export function textOf(signs: readonly Sign[]): Text {
  let depth = 0
  const depths = signs.map(({ word }) => {
    if (word === ')') depth--
    return word === '(' ? depth++ : depth
  })
  return { signs, depth: depths }
}

export const isName = ({ signs }: Text, at: number): boolean => signs[at]?.kind === 'word' || signs[at]?.kind === 'name'

/** Where the bracket that opens here closes. */
export function closing({ signs, depth }: Text, open: number): number {
  for (let at = open + 1; at < signs.length; at++) if (signs[at]!.word === ')' && depth[at] === depth[open]) return at
  return signs.length
}

/** Undefined where it is not sure what is meant, or a table comes twice. */
export function readFrom(text: Text, { from, to }: Span, knows: Knows): From | undefined {
  const { signs } = text
  const items: Item[] = []
  const conditions: Span[] = []
  const using: { span: Span; items: number }[] = []
  let kind: Used['kind'] = 'inner'
  let at = from
  while (at < to) {
    const { word } = signs[at]!
    if (strange.has(word)) return undefined
    if (word === ',' || joining.has(word) || word === 'OUTER') {
      // What stands before JOIN says of which kind it is.
      if (word !== 'JOIN' && word !== 'OUTER') kind = outer[word] ?? 'inner'
      else if (word === 'JOIN' && signs[at - 1]?.word !== 'OUTER' && !joining.has(signs[at - 1]?.word ?? '')) kind = 'inner'
      at++
    } else if (word === 'ON') {
      const end = conditionEnd(text, at + 1, to)
      conditions.push({ from: at + 1, to: end })
      at = end
    } else if (word === 'USING') {
      const end = closing(text, at + 1)
      using.push({ span: { from: at + 2, to: end }, items: items.length })
      at = end + 1
    } else {
      const read = readItem(text, at, to, kind, knows)
      if (!read) return undefined
      items.push(read.item)
      at = read.next
    }
  }
  const tables = items.flatMap(({ table }) => table ?? [])
  return new Set(tables).size === tables.length ? { items, conditions, using } : undefined
}

function conditionEnd({ signs, depth }: Text, from: number, to: number): number {
  for (let at = from; at < to; at++) if (depth[at] === 0 && (signs[at]!.word === ',' || joining.has(signs[at]!.word))) return at
  return to
}

/** A table, a subselect or a function that answers rows, with its alias. */
function readItem(
  text: Text,
  from: number,
  to: number,
  kind: Used['kind'],
  knows: Knows,
): Readonly<{ item: Item; next: number }> | undefined {
  const { signs } = text
  const parts: string[] = []
  let at = signs[from]!.word === 'LATERAL' ? from + 1 : from
  if (signs[at]?.word === '(') at = closing(text, at) + 1
  else {
    if (!isName(text, at)) return undefined
    parts.push(signs[at++]!.value)
    for (; signs[at]?.word === '.' && isName(text, at + 1); at += 2) parts.push(signs[at + 1]!.value)
    if (signs[at]?.word === '(') {
      at = closing(text, at) + 1
      parts.length = 0
    }
  }
  let alias = parts.at(-1) ?? ''
  if (signs[at]?.word === 'AS') at++
  if (at < to && isName(text, at) && !endsItem(signs[at]!)) alias = signs[at++]!.value
  if (at < to && signs[at]?.word === '(') at = closing(text, at) + 1
  if (at < to && !endsItem(signs[at]!)) return undefined
  return { item: { alias, table: parts.length === 0 ? undefined : knows.table(parts), kind }, next: at }
}

const endsItem = ({ word }: Sign): boolean => word === ',' || word === 'ON' || word === 'USING' || word === 'OUTER' || joining.has(word)
