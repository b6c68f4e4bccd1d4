import { kinds, type SearchIndex } from '../search/search.ts'
import type { Candidate, Item, Query } from './nl2sql.ts'

/** How well the words of a question go with the parts of a statement, as pairs of both told by a hash: weights as bytes, and what one of them is. */
export type Rapport = Readonly<{ weights: Int8Array; scale: number }>

/** Pairs are told by hashes of so many bits. */
export const RAPPORT_BITS = 19
const PART_BITS = 12
const PART_MASK = (1 << PART_BITS) - 1

/** The weight of a mark of the question with a part of a statement. */
export const slotOf = (mark: number, part: number): number => {
  let hash = Math.imul(mark + 1, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b)
  hash ^= hash >>> 15
  return (Math.imul(hash, 0x2c1b3c6d) >>> (32 - RAPPORT_BITS)) & ((1 << RAPPORT_BITS) - 1)
}

/** What the words of a question say for each candidate; good for comparing those of one question. */
export function rapportScores(
  { weights, scale }: Rapport,
  marks: Uint32Array,
  candidates: readonly Pick<Candidate, 'parts'>[],
): Float32Array {
  const known = new Map<number, number>()
  const scoreOf = (part: number): number => {
    const before = known.get(part)
    if (before !== undefined) return before
    let sum = 0
    for (const mark of marks) sum += weights[slotOf(mark, part)]!
    known.set(part, sum * scale)
    return sum * scale
  }
  return Float32Array.from(candidates, ({ parts }) => parts.reduce((sum, part) => sum + scoreOf(part), 0))
}

/** What a statement is put together of, without names: each thing that it does, and some of them together. */
export function partsOf(query: Query, index: SearchIndex): Uint16Array {
  const found = new Set<number>()
  const add = (text: string) => found.add(hashOf(text))
  describe(query, index, add, '')
  return Uint16Array.from(found).sort()
}

type Add = (text: string) => void

function describe(query: Query, index: SearchIndex, add: Add, inside: string): void {
  const put: Add = (text) => add(inside + text)
  const { select, where, group, having, order, limit, combine, tables } = query
  const sums = select.flatMap((item) => (item.aggregate ? [kindOf(item, index)] : []))
  const plain = select.filter(({ aggregate }) => !aggregate)
  const cut = limit === undefined ? 'all' : limit === 1 ? 'one' : 'some'
  const orders = order.map(({ item, descending }) => `${kindOf(item, index)} ${descending ? 'down' : 'up'}`)
  const conditions = where.map((one) => conditionOf(one, index))
  put(`plain ${plain.length}`)
  put(`select ${plain.length} ${sums.join()}`)
  for (const item of plain) put(`show ${kindOf(item, index)}`)
  for (const sum of sums) put(`sum ${sum}`)
  for (const one of conditions) put(`where ${one}`)
  put(`where ${[...conditions].sort().join(query.whereAny ? ' or ' : ' and ')}`)
  put(`conditions ${where.length} ${query.whereAny}`)
  put(`group ${group.length}`)
  for (const column of group) put(`group ${kindOf({ column }, index)}`)
  for (const { left, operator } of having) put(`having ${kindOf(left, index)} ${operator}`)
  for (const one of orders) put(`order ${one}`)
  put(`order ${orders.join()} ${cut}`)
  put(`cut ${cut}`)
  put(`distinct ${query.distinct}`)
  put(`tables ${tables.length}`)
  put(`groups ${group.length} ${sums.join()} ${orders.join()} ${cut} ${having.length}`)
  put(`all ${plain.length} ${sums.join()} ${where.length} ${group.length} ${having.length} ${orders.join()} ${cut} ${combine?.how}`)
  for (const { right } of where) if ('query' in right && inside === '') describe(right.query, index, add, 'in ')
  if (combine) {
    put(`combine ${combine.how}`)
    if (inside === '') describe(combine.with, index, add, 'with ')
  }
}

function conditionOf({ left, operator, right }: Query['where'][number], index: SearchIndex): string {
  const what = 'query' in right ? 'query' : 'item' in right ? 'column' : right.map(({ kind }) => kind).join()
  return `${kindOf(left, index)} ${operator} ${what}`
}

function kindOf({ column, aggregate, distinct, part, minus }: Item, index: SearchIndex): string {
  const own = column < 0 ? '*' : `${names[index.kind[column]!] ?? 'o'}${index.flags[column]! > 0 ? 'k' : ''}`
  return `${aggregate ?? ''}${distinct ? ' d ' : ''}${part ?? ''} ${own}${minus ? minus.how : ''}`
}

const names: Readonly<Record<number, string>> = { [kinds.text]: 't', [kinds.number]: 'n', [kinds.date]: 'd', [kinds.bool]: 'b' }

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return (hash >>> 0) & PART_MASK
}
