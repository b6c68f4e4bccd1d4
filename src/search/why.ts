import type { Scope } from './evidence.ts'

const REASONS_MAX = 4
const FIT_MIN = 0.45
/** A word that stands in a comment tells more than one that only means about the same as a name. */
const NOTE_FIT = 0.85

/** Why a table is a hit, in one line for people and models; empty when nothing of the question points at it. */
export function whyTable(scope: Scope, t: number): string {
  const { index, question, tables } = scope
  const reasons: string[] = []
  const { starts, items } = index.tableWords
  const own = items.subarray(starts[tables[t]!], starts[tables[t]! + 1])
  question.terms.forEach((_, q) => {
    const said = saying(scope, q, own, 'the table name')
    const best = bestColumn(scope, t, q)
    const column = best && saying(scope, q, wordsOf(scope, best.place), `the column ${nameOf(scope, best.place)}`)
    const noted = Math.max(said?.fit ?? 0, column?.fit ?? 0) < NOTE_FIT ? inNotes(scope, t, q) : undefined
    if (noted) reasons.push(noted)
    else if (said && (!column || said.fit >= column.fit - 0.15)) reasons.push(said.text)
    else if (column) reasons.push(column.text)
  })
  for (let i = scope.first[t]!; i < scope.first[t + 1]!; i++) {
    const value = valueWhy(scope, i)
    if (value) reasons.push(value)
  }
  return [...new Set(reasons)].slice(0, REASONS_MAX).join('; ')
}

/** Why a column is a hit; empty when only its table or a join speaks for it. */
export function whyColumn(scope: Scope, i: number): string {
  const value = valueWhy(scope, i)
  const reasons = value ? [value] : []
  scope.question.terms.forEach((_, q) => {
    const said = saying(scope, q, wordsOf(scope, i), 'its name')
    if (said) reasons.push(said.text)
  })
  if (reasons.length === 0 && scope.joins.includes(i)) reasons.push('it joins tables')
  return [...new Set(reasons)].slice(0, 2).join('; ')
}

const wordsOf = ({ index, columns }: Scope, i: number): Uint32Array => {
  const { starts, items } = index.columnWords
  return items.subarray(starts[columns[i]!], starts[columns[i]! + 1])
}

const nameOf = ({ index, columns }: Scope, i: number): string => {
  const t = index.tableOf[columns[i]!]!
  return index.tables[t]!.columns[columns[i]! - index.firstColumn[t]!]!.name
}

function bestColumn({ first, columnClaims, question }: Scope, t: number, q: number): Readonly<{ place: number }> | undefined {
  let place = -1
  let most = 0
  for (let i = first[t]!; i < first[t + 1]!; i++) {
    const claim = columnClaims.of[i * question.terms.length + q]!
    if (claim > most) {
      most = claim
      place = i
    }
  }
  return place < 0 ? undefined : { place }
}

function saying({ match, question, index }: Scope, q: number, words: Uint32Array, where: string) {
  let best: number | undefined
  for (const word of words) {
    const fit = match.mix[q * match.words + word]!
    if (fit >= FIT_MIN && (best === undefined || fit > match.mix[q * match.words + best]!)) best = word
  }
  if (best === undefined) return undefined
  const at = q * match.words + best
  const fit = match.mix[at]!
  const word = question.terms[q]!.word
  if (match.hard[at]! >= 0.9) return { fit, text: `"${word}" is in ${where}` }
  if (match.hard[at]! >= fit) return { fit, text: `"${word}" is near ${where}` }
  return { fit, text: `"${word}" is close in meaning to "${index.words[best]!}" in ${where}` }
}

function inNotes({ index, match, question, tables, first, columns }: Scope, t: number, q: number): string | undefined {
  const holds = ({ starts, items }: Scope['index']['tableNotes'], list: number) => {
    for (let k = starts[list]!; k < starts[list + 1]!; k++) if (match.hard[q * match.words + items[k]!]! >= 0.9) return true
    return false
  }
  const word = question.terms[q]!.word
  if (holds(index.tableNotes, tables[t]!)) return `"${word}" is in the table comment`
  for (let i = first[t]!; i < first[t + 1]!; i++) {
    if (holds(index.columnNotes, columns[i]!)) {
      const column = index.tables[tables[t]!]!.columns[columns[i]! - index.firstColumn[tables[t]!]!]!
      return `"${word}" is in the comment of column ${column.name}`
    }
  }
  return undefined
}

function valueWhy(scope: Scope, i: number): string | undefined {
  const { values, question } = scope
  if (values.strength[i]! < 0.2) return undefined
  const from = values.place[i]!
  const span = question.words.slice(from, values.end[i]!).join(' ')
  return `"${span}" is a value of ${nameOf(scope, i)}`
}
