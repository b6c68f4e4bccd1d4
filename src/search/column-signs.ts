import type { Scope } from './evidence.ts'
import { flag, kinds } from './index.ts'
import { SIGNS } from './question.ts'

/** The figures by which a column is judged at first sight, in the order of `columnSigns`. */
export const columnSignNames = [
  ...['hard', 'mix', 'near', 'ownHard', 'ownMix', 'ownNear', 'wordHard', 'wordSoft', 'wordNear', 'words', 'unsaid', 'phrase'],
  ...['tableHard', 'tableMix', 'tableNear', 'termWeight', 'termPlace', 'claim', 'isTop', 'ties', 'margin', 'topInTable', 'tableClaim'],
  ...['value', 'valueShared', 'noteHard', 'noteMix', 'noted', 'kind', 'primary', 'foreign', 'referenced', 'place', 'columns'],
  ...['isName', 'isId', 'isDate', 'dateAsked', 'common', 'explains', 'explainsWithTable', 'tables', 'allColumns', 'valuesAnywhere'],
  ...['firstTerm', 'lastTerm', 'claimSecond', 'sameName', 'termCount', 'usual'],
  ...Array.from({ length: SIGNS }, (_, i) => `ask${i}`),
] as const

export const COLUMN_SIGNS = columnSignNames.length

const nameWords = new Set(['name', 'title', 'label'])
const dateWords = new Set(['date', 'year', 'time', 'day', 'month', 'datetime', 'when', 'birth'])

/** Writes the figures of every column of the scope, one row a column. */
export function columnSigns(scope: Scope): Float32Array {
  const out = new Float32Array(scope.columns.length * COLUMN_SIGNS)
  const { values, index, question } = scope
  const anyValue = values.strength.reduce((most, one) => Math.max(most, one), 0)
  const topInTable = tops(scope)
  const sameName = new Map<string, number>()
  const nameOf = (i: number) => {
    const column = scope.columns[i]!
    return index.tables[index.tableOf[column]!]!.columns[column - index.firstColumn[index.tableOf[column]!]!]!.name.toLowerCase()
  }
  const names = scope.columns.map((_, i) => nameOf(i))
  for (const name of names) sameName.set(name, (sameName.get(name) ?? 0) + 1)
  scope.columns.forEach((column, i) => {
    const row = [
      ...nameFigures(scope, i),
      ...claimFigures(scope, i, topInTable),
      ...[values.strength[i]!, Math.min(20, values.shared[i]!)],
      ...[scope.noteCover.hard[i]!, scope.noteCover.mix[i]!, scope.noteCover.count[i]! > 0 ? 1 : 0],
      ...[
        index.kind[column]!,
        index.flags[column]! & flag.primary,
        index.flags[column]! & flag.foreign,
        index.flags[column]! & flag.referenced,
      ],
      ...[i - scope.first[scope.tableAt[i]!]!, scope.first[scope.tableAt[i]! + 1]! - scope.first[scope.tableAt[i]!]!],
      ...wordFigures(scope, i),
      ...explained(scope, i),
      ...[Math.min(40, scope.tables.length), Math.min(200, scope.columns.length), anyValue],
      ...lastFigures(scope, i, sameName.get(names[i]!)!),
      ...question.signs,
    ]
    out.set(row, i * COLUMN_SIGNS)
  })
  return out
}

function tops({ columnClaims, columns, tableAt, tables, question }: Scope): Float32Array {
  const terms = question.terms.length
  const top = new Float32Array(tables.length * terms)
  columns.forEach((_, i) => {
    for (let q = 0; q < terms; q++) {
      const at = tableAt[i]! * terms + q
      top[at] = Math.max(top[at]!, columnClaims.of[i * terms + q]!)
    }
  })
  return top
}

/** How often people ask for such a column without saying so: who asks for students wants their names. */
const usual: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ name: 9, title: 8, id: 6, age: 7, year: 6, date: 5, type: 5, price: 5, amount: 5, salary: 5, city: 5, country: 5, status: 5 },
    ...{ description: 4, score: 5, rating: 5, rank: 4, address: 3, email: 3, phone: 3, gender: 4, sex: 4, code: 3, details: 2, other: 1 },
  }),
)
const usualOf = (scope: Scope, i: number): number =>
  wordsOf(scope, i).reduce((most, word) => Math.max(most, usual.get(scope.index.words[word]!) ?? 0), 0)

const wordsOf = ({ index, columns }: Scope, i: number): Uint32Array => {
  const { starts, items } = index.columnWords
  return items.subarray(starts[columns[i]!], starts[columns[i]! + 1])
}

function nameFigures(scope: Scope, i: number): readonly number[] {
  const { match, columnCover, ownCover, columnWeights, tableCover, question } = scope
  const at = scope.tableAt[i]!
  let hard = 0
  let soft = 0
  let near = 0
  let unsaid = 0
  let run = 0
  let phrase = 0
  let before = -9
  for (const word of wordsOf(scope, i)) {
    hard = Math.max(hard, match.bestHard[word]! * columnWeights[word]!)
    soft = Math.max(soft, match.bestSoft[word]! * columnWeights[word]!)
    near = Math.max(near, match.bestNear[word]! * columnWeights[word]!)
    if (match.bestMix[word]! < 0.5) unsaid++
    const place = match.mixOf[word]! < 0 || match.bestMix[word]! < 0.6 ? -9 : question.terms[match.mixOf[word]!]!.place
    run = place >= 0 && place - before === 1 ? run + 1 : place >= 0 ? 1 : 0
    phrase = Math.max(phrase, run)
    before = place
  }
  return [
    ...[columnCover.hard[i]!, columnCover.mix[i]!, columnCover.near[i]!, ownCover.hard[i]!, ownCover.mix[i]!, ownCover.near[i]!],
    ...[hard, soft, near, columnCover.count[i]!, unsaid, phrase, tableCover.hard[at]!, tableCover.mix[at]!, tableCover.near[at]!],
  ]
}

/** The term that the column answers best, beside what else answers it. */
function claimFigures(scope: Scope, i: number, topInTable: Float32Array): readonly number[] {
  const { question, columnClaims, tableClaims } = scope
  const best = bestTerm(scope, i)
  if (best < 0) return [0, -1, 0, 0, 0, -1, 0, 0]
  const { top, second, ties } = columnClaims
  const terms = question.terms.length
  const claim = columnClaims.of[i * terms + best]!
  const isTop = claim >= top[best]! - 1e-6 ? 1 : 0
  const inTable = claim >= topInTable[scope.tableAt[i]! * terms + best]! - 1e-6 ? 1 : 0
  const margin = isTop ? (ties[best]! > 1 ? 0 : claim - second[best]!) : claim - top[best]!
  const term = question.terms[best]!
  return [
    term.weight,
    term.place / Math.max(1, question.length),
    claim,
    isTop,
    isTop ? ties[best]! : 0,
    margin,
    inTable,
    tableClaims.top[best]!,
  ]
}

/** The term of which the column has the greatest share of what any column has; -1 when it answers none. */
function bestTerm({ question, columnClaims }: Scope, i: number): number {
  const terms = question.terms.length
  let best = -1
  let most = 0
  for (let q = 0; q < terms; q++) {
    const claim = columnClaims.of[i * terms + q]!
    if (claim === 0) continue
    const share = claim * (0.5 + question.terms[q]!.weight) * (0.5 + (0.5 * claim) / columnClaims.top[q]!)
    if (share > most) {
      most = share
      best = q
    }
  }
  return best
}

function wordFigures(scope: Scope, i: number): readonly number[] {
  const { index, columnWeights, question } = scope
  let isName = 0
  let isId = 0
  let isDate = index.kind[scope.columns[i]!] === kinds.date ? 1 : 0
  let weight = 0
  const words = wordsOf(scope, i)
  for (const word of words) {
    const text = index.words[word]!
    if (nameWords.has(text)) isName = 1
    if (text === 'id' || text === 'code' || text === 'number') isId = text === 'id' ? 1 : 0.5
    if (dateWords.has(text)) isDate = 1
    weight += columnWeights[word]!
  }
  return [isName, isId, isDate, isDate * (question.signs[8]! + question.signs[6]!), words.length === 0 ? 0 : weight / words.length]
}

function explained({ question, columnClaims, tableClaims, tableAt }: Scope, i: number): readonly number[] {
  const terms = question.terms.length
  let all = 0
  let own = 0
  let both = 0
  question.terms.forEach(({ weight }, q) => {
    all += weight
    const column = columnClaims.of[i * terms + q]!
    own += weight * column
    both += weight * Math.max(column, tableClaims.of[tableAt[i]! * terms + q]!)
  })
  return all === 0 ? [0, 0] : [own / all, both / all]
}

function lastFigures(scope: Scope, i: number, sameName: number): readonly number[] {
  const { question, columnClaims } = scope
  const terms = question.terms.length
  const usual = usualOf(scope, i)
  if (terms === 0) return [0, 0, 0, sameName, 0, usual]
  const at = i * terms
  let most = 0
  let second = 0
  let many = 0
  for (let q = 0; q < terms; q++) {
    const claim = columnClaims.of[at + q]!
    if (claim > 0.5) many++
    if (claim > most) {
      second = most
      most = claim
    } else if (claim > second) second = claim
  }
  return [columnClaims.of[at]!, columnClaims.of[at + terms - 1]!, second, sameName, many, usual]
}
