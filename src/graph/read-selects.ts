import type { JoinUse } from './graph.ts'
import type { Knows, Sign } from './read-from.ts'
import { readJoins } from './read-joins.ts'

/** What was read of each SELECT of a statement; `whole` is false where one of them could not be read for sure. */
export type Selects = Readonly<{ uses: readonly JoinUse[]; whole: boolean }>

const between = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS'])
const NOTHING: JoinUse = { joins: [], added: [] }

/**
 * The joins of every SELECT of a statement, each by itself: those of WITH, of set operations and of subselects too. A name that WITH gives is no
 * table. Pure.
 */
export function readSelects(signs: readonly Sign[], knows: Knows): Selects {
  const uses: JoinUse[] = []
  let whole = true
  const body = (all: readonly Sign[], given: ReadonlySet<string>): void => {
    const { rest, names, inner } = withoutWith(all, given)
    // A name counts within the others too, and in itself where it is recursive.
    for (const one of inner) body(one, names)
    for (const part of partsOf(rest)) {
      const bare = unwrapped(part)
      if (bare !== part) {
        body(bare, names)
        continue
      }
      if (part[0]?.word !== 'SELECT') {
        // VALUES and TABLE join nothing.
        if (part[0]?.word !== 'VALUES' && part[0]?.word !== 'TABLE') whole = false
        continue
      }
      for (const one of subselects(part)) body(one, names)
      const use = hasFrom(part) ? readJoins(part, hiding(knows, names)) : NOTHING
      if (use) uses.push(use)
      else whole = false
    }
  }
  const text = signs.filter(({ kind, word }) => kind !== 'end' && word !== ';')
  body(text[0]?.word === 'EXPLAIN' ? text.slice(1) : text, new Set())
  return { uses, whole }
}

const hiding = (knows: Knows, names: ReadonlySet<string>): Knows =>
  names.size === 0
    ? knows
    : { ...knows, table: (parts) => (parts.length === 1 && names.has(parts[0]!.toLowerCase()) ? undefined : knows.table(parts)) }

/** How deep each sign is in brackets; a bracket counts to what is around it. */
function depthsOf(signs: readonly Sign[]): readonly number[] {
  let depth = 0
  return signs.map(({ word }) => {
    if (word === ')') depth--
    return word === '(' ? depth++ : depth
  })
}

const closingOf = (signs: readonly Sign[], depths: readonly number[], open: number): number => {
  for (let at = open + 1; at < signs.length; at++) if (signs[at]!.word === ')' && depths[at] === depths[open]) return at
  return signs.length
}

function withoutWith(all: readonly Sign[], given: ReadonlySet<string>) {
  if (all[0]?.word !== 'WITH') return { rest: all, names: given, inner: [] }
  const depths = depthsOf(all)
  const names = new Set(given)
  const inner: (readonly Sign[])[] = []
  let at = all[1]?.word === 'RECURSIVE' ? 2 : 1
  for (;;) {
    names.add(all[at]?.value.toLowerCase() ?? '')
    // Past the names of its columns and MATERIALIZED to the bracket behind AS.
    let open = at + 1
    while (open < all.length && !(depths[open] === 0 && all[open]!.word === 'AS')) open++
    while (open < all.length && !(depths[open] === 0 && all[open]!.word === '(')) open++
    const end = closingOf(all, depths, open)
    inner.push(all.slice(open + 1, end))
    if (all[end + 1]?.word !== ',') return { rest: all.slice(end + 1), names, inner }
    at = end + 2
  }
}

/** The sides of set operations. */
function partsOf(all: readonly Sign[]): (readonly Sign[])[] {
  const depths = depthsOf(all)
  const parts: (readonly Sign[])[] = []
  let from = 0
  for (let at = 0; at <= all.length; at++) {
    if (at < all.length && !(depths[at] === 0 && between.has(all[at]!.word))) continue
    if (at > from) parts.push(all.slice(from, at))
    from = at + 1
    if (all[from]?.word === 'ALL' || all[from]?.word === 'DISTINCT') from++
  }
  return parts
}

/** What stands in the brackets that a side begins with; an ORDER BY behind them joins nothing. */
function unwrapped(part: readonly Sign[]): readonly Sign[] {
  if (part[0]?.word !== '(') return part
  return part.slice(1, closingOf(part, depthsOf(part), 0))
}

/** The outermost subselects of a SELECT, without their brackets. */
function subselects(part: readonly Sign[]): (readonly Sign[])[] {
  const depths = depthsOf(part)
  const found: (readonly Sign[])[] = []
  for (let at = 1; at < part.length; at++) {
    if (part[at]!.word !== '(') continue
    const next = part[at + 1]?.word
    if (next !== 'SELECT' && next !== 'WITH') continue
    const end = closingOf(part, depths, at)
    found.push(part.slice(at + 1, end))
    at = end
  }
  return found
}

function hasFrom(part: readonly Sign[]): boolean {
  const depths = depthsOf(part)
  return part.some(({ word }, at) => word === 'FROM' && depths[at] === 0 && part[at - 1]?.word !== 'DISTINCT')
}
