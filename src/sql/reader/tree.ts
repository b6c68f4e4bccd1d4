import { SluiceError } from '../../error.ts'
import type { Problem, TableRef } from '../../facts.ts'
import type { Token } from './token.ts'

/** A run of tokens, `to` not included. */
export type Span = Readonly<{ from: number; to: number }>

/**
 * Where a table is named. `from`: in a FROM clause; `in`: SQLite's `x IN table`; `statement`: `TABLE t`, span with the word;
 * `named`: SHOW, DESCRIBE, PRAGMA, which cannot be given another table.
 */
export type TableMark = Readonly<{
  ref: TableRef
  place: 'from' | 'in' | 'statement' | 'named'
  span: Span
  /** Hints that only fit a real table and go away with it. */
  hints: readonly Span[]
  /** A clause that only fits a real table and cannot go away, e.g. PARTITION. */
  bound: string | undefined
  /** What it stands in where it cannot be replaced, e.g. VALUES, whose columns MariaDB names by their text. */
  inside: string | undefined
}>

/** A column or star with a schema before its table: the span is the schema with its dot. */
export type QualifierMark = Readonly<{ span: Span; table: string }>

/** The outermost row limit. `add`: none, one may be inserted before the token; `lower`: an integer literal. */
export type LimitMark = Readonly<{ kind: 'add' | 'lower'; token: number }> | undefined

export type Edit = Readonly<{ span: Span; text: string }>

/** A statement that was read: its checked tokens, what was found in them, and the changes made since. */
export type Tree = Readonly<{
  tokens: readonly Token[]
  marks: readonly TableMark[]
  qualifiers: readonly QualifierMark[]
  /** Items of select lists without a name of their own; engines name them by their text. */
  unnamed: readonly Span[]
  limit: LimitMark
  /** Why no table may be replaced in this statement, e.g. because its answer would show the text of the granted view. */
  sealed: Problem | undefined
  /** Why this statement is never printed. */
  refused: Problem | undefined
  edits: readonly Edit[]
}>

const describeHint = 'Call describe_table to see what you may read of this table.'

/** Replaces the tables for which `view` answers; their hints go, a schema before their columns goes with them, and columns keep their names. */
export function replaceTables(tree: Tree, view: (ref: TableRef) => string | undefined, quoteName: (name: string) => string): Tree {
  const edits: Edit[] = [...tree.edits]
  const replaced = new Set<string>()
  const kept = new Set<string>()
  const changed: number[] = []
  for (const mark of tree.marks) {
    const text = view(mark.ref)
    const name = mark.ref.name.toLowerCase()
    if (text === undefined) {
      kept.add(name)
      continue
    }
    refuseBound(tree, mark)
    replaced.add(name)
    edits.push({ span: mark.span, text: replacement(mark, text, quoteName) })
    for (const span of mark.hints) edits.push({ span, text: '' })
    changed.push(mark.span.from)
  }
  for (const { from, to } of itemsAround(changed, tree.unnamed))
    edits.push({ span: { from: to, to }, text: `AS ${quoteName(textOf(tree, from, to))}` })
  for (const { span, table } of tree.qualifiers) {
    const name = table.toLowerCase()
    if (!replaced.has(name)) continue
    if (kept.has(name)) throw new SluiceError('feature_refused', `It is not clear which table "${table}" means; give each table an alias.`)
    edits.push({ span, text: '' })
  }
  return { ...tree, edits }
}

/** The items that hold one of these tokens. Each is looked up by halving, because there may be very many of both. */
function itemsAround(tokens: readonly number[], items: readonly Span[]): readonly Span[] {
  const sorted = [...tokens].sort((a, b) => a - b)
  return items.filter(({ from, to }) => {
    let low = 0
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < from) low = middle + 1
      else high = middle
    }
    return low < sorted.length && sorted[low]! < to
  })
}

/** Longer names are refused by MySQL, which itself cuts those that it makes. */
const nameMax = 200

/** What the caller wrote, as the name of a column; without it the column would bear the text of a granted view. */
const textOf = ({ tokens }: Tree, from: number, to: number): string =>
  tokens
    .slice(from, Math.min(to, from + nameMax))
    .map(({ gap, text }, i) => (i === 0 ? text : gap + text))
    .join('')
    .slice(0, nameMax)
    .toWellFormed()
    .trimEnd()

function refuseBound(tree: Tree, mark: TableMark): void {
  const name = mark.ref.name
  if (mark.place === 'named') {
    throw new SluiceError('statement_refused', `You may read only a part of "${name}", so this statement cannot tell about it.`, {
      hint: describeHint,
    })
  }
  if (tree.sealed)
    throw new SluiceError(tree.sealed.code, tree.sealed.what, tree.sealed.hint === undefined ? {} : { hint: tree.sealed.hint })
  if (mark.inside) {
    throw new SluiceError('feature_refused', `"${name}", of which you may read only a part, cannot be read inside ${mark.inside}.`, {
      hint: 'Write SELECT … UNION ALL SELECT … instead.',
    })
  }
  if (mark.bound) throw new SluiceError('feature_refused', `${mark.bound} cannot be used on "${name}", of which you may read only a part.`)
}

function replacement(mark: TableMark, text: string, quoteName: (name: string) => string): string {
  if (mark.place === 'in') return `( ${text} )`
  const name = quoteName(mark.ref.name)
  if (mark.place === 'statement') return `SELECT * FROM ( ${text} ) AS ${name}`
  return mark.ref.alias === undefined ? `( ${text} ) AS ${name}` : `( ${text} )`
}

/** Adds the outermost limit, or lowers it when it is a literal; other limits stay, because the connector cuts as well. */
export function limitRows(tree: Tree, rows: number): Tree {
  const { limit } = tree
  if (!limit) return tree
  const span = { from: limit.token, to: limit.kind === 'add' ? limit.token : limit.token + 1 }
  if (limit.kind === 'lower' && BigInt(tree.tokens[limit.token]!.text) <= BigInt(rows)) return tree
  return { ...tree, edits: [...tree.edits, { span, text: limit.kind === 'add' ? `LIMIT ${rows}` : `${rows}` }] }
}

/** The statement as text: its tokens and edits, comments left out. */
export function printTree(tree: Tree): string {
  if (tree.refused) throw new SluiceError(tree.refused.code, tree.refused.what)
  const edits = [...tree.edits].sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to)
  const out: string[] = []
  let next = 0
  let owed: string | undefined
  for (let i = 0; i <= tree.tokens.length; i++) {
    let skip = i
    while (edits[next]?.span.from === i) {
      const { span, text } = edits[next++]!
      if (text) {
        out.push(' ', text)
        owed = ' '
      } else owed ??= tree.tokens[i]!.gap
      skip = Math.max(skip, span.to)
    }
    if (skip > i) {
      i = skip - 1
      continue
    }
    const token = tree.tokens[i]
    if (!token || token.kind === 'end') break
    out.push(owed === undefined || owed === ' ' ? token.gap || owed || '' : owed, token.text)
    owed = undefined
  }
  // Not trim(): a name may end in what JavaScript holds for a blank and the server for a letter.
  return out.join('').replace(/^[ \t\r\n]+/, '')
}
