import { find, type Visible } from '../explore.ts'
import type { Token } from '../sql/sql.ts'
import { isName } from './clauses.ts'

/** A table in the outermost FROM: under which name the statement knows it, how it is joined, and between which tokens its condition stands. */
export type FromItem = Readonly<{
  table: Visible
  alias: string
  join: 'first' | 'comma' | 'inner' | 'left' | 'other'
  on?: readonly [start: number, end: number]
}>

const ENDS = /^(JOIN|LEFT|RIGHT|FULL|INNER|CROSS|NATURAL|SEMI|ANTI|ASOF|ON|USING|,|WHERE)$/

/** The named tables of a FROM clause; subqueries and functions are left out. Pure. */
export function fromItems(from: readonly Token[], visible: readonly Visible[]): readonly FromItem[] {
  const found: FromItem[] = []
  let depth = 0
  let join: FromItem['join'] | undefined = 'first'
  for (let i = 0; i < from.length; i++) {
    const token = from[i]!
    if (token.word === '(') depth += 1
    if (token.word === ')') depth -= 1
    if (depth > 0 || token.word === ')') continue
    if (token.word === ',') join = 'comma'
    else if (token.word === 'JOIN') join = joinKind(from, i)
    else if (join !== undefined && isName(token)) {
      const [item, last] = itemAt(from, i, join, visible)
      if (item) found.push(item)
      i = last
      join = undefined
    }
  }
  return found
}

function joinKind(from: readonly Token[], at: number): FromItem['join'] {
  const before = from[at - 1]?.word === 'OUTER' ? from[at - 2]?.word : from[at - 1]?.word
  if (before === 'LEFT') return 'left'
  return before !== undefined && /^(RIGHT|FULL|CROSS|NATURAL|SEMI|ANTI|ASOF)$/.test(before) ? 'other' : 'inner'
}

function itemAt(
  from: readonly Token[],
  at: number,
  join: FromItem['join'],
  visible: readonly Visible[],
): readonly [FromItem | undefined, number] {
  let last = at
  let name = (from[at] as Token & { value: string }).value
  while (from[last + 1]?.word === '.' && isName(from[last + 2])) {
    last += 2
    name += `.${(from[last] as Token & { value: string }).value}`
  }
  const table = find(name, visible)
  const skip = from[last + 1]?.word === 'AS' ? 2 : 1
  const next = from[last + skip]
  const aliased = isName(next) && !(next.kind === 'word' && ENDS.test(next.word))
  const alias = aliased ? next.value : name.slice(name.lastIndexOf('.') + 1)
  if (aliased) last += skip
  const on = from[last + 1]?.word === 'ON' ? ([last + 2, endOf(from, last + 2)] as const) : undefined
  return [table && { table, alias, join, ...(on ? { on } : {}) }, last]
}

/** Where the condition of a join ends: at the next join or comma outside brackets. */
function endOf(from: readonly Token[], start: number): number {
  let depth = 0
  for (let i = start; i < from.length; i++) {
    const { word } = from[i]!
    if (word === '(') depth += 1
    if (word === ')') depth -= 1
    if (depth === 0 && (word === ',' || /^(JOIN|INNER|CROSS|NATURAL|FULL)$/.test(word))) return i
    if (depth === 0 && /^(LEFT|RIGHT)$/.test(word) && from[i + 1]?.word !== '(') return i
  }
  return from.length
}
