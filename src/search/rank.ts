import { candidates } from './candidates.ts'
import { COLUMN_SIGNS, columnSigns } from './column-signs.ts'
import { COLUMN_SIGNS_TWO, contextSigns, type FirstLook, TABLE_SIGNS_TWO } from './context-signs.ts'
import { type Cut, type Scope, scopeOf } from './evidence.ts'
import { type Forest, judgeAll, packForests, unpackForests } from './forest.ts'
import type { SearchIndex } from './index.ts'
import { match } from './match.ts'
import { type Nearness, withNearest } from './nearness.ts'
import { readQuestion } from './question.ts'
import { SOURCE_SIGNS } from './source-signs.ts'
import { TABLE_SIGNS, tableSigns } from './table-signs.ts'

/** What was learnt: the first look is cross-fitted, so it is the mean of two forests each. */
export type Model = Readonly<{
  tables: readonly Forest[]
  columns: readonly Forest[]
  tablesTwo: readonly Forest[]
  columnsTwo: readonly Forest[]
  sources: readonly Forest[]
}>

export type FirstSigns = Readonly<{ tables: Float32Array; columns: Float32Array }>
export const widths = { tables: TABLE_SIGNS, columns: COLUMN_SIGNS, tablesTwo: TABLE_SIGNS_TWO, columnsTwo: COLUMN_SIGNS_TWO } as const

/** The question against the tables of the index that are worth a closer look. */
export function scopeFor(text: string, index: SearchIndex, cut?: Cut, near?: Nearness): Scope {
  const question = readQuestion(text, index.lexicon)
  const matched = match(question, index)
  const chosen = candidates(question, index, matched, cut)
  return scopeOf(index, question, matched, near ? withNearest(chosen, near, index.tableOf) : chosen, cut)
}

export const firstSigns = (scope: Scope): FirstSigns => ({ tables: tableSigns(scope), columns: columnSigns(scope) })

export const secondSigns = contextSigns

export const firstLook = (signs: FirstSigns, model: Pick<Model, 'tables' | 'columns'>): FirstLook => ({
  tables: judgeAll(model.tables, signs.tables, TABLE_SIGNS),
  columns: judgeAll(model.columns, signs.columns, COLUMN_SIGNS),
})

/** Log odds of the tables and columns of a scope, after a second look. */
export function judged(scope: Scope, model: Omit<Model, 'sources'>): Readonly<{ tables: Float32Array; columns: Float32Array }> {
  const signs = firstSigns(scope)
  const look = firstLook(signs, model)
  const worth = [...look.columns.keys()].sort((a, b) => look.columns[b]! - look.columns[a]! || a - b).slice(0, TWICE_MAX)
  const second = secondSigns(scope, signs, look, worth)
  // What the first look puts this far behind is left there.
  const columns = look.columns.map((odds) => odds - BEHIND)
  judgeAll(model.columnsTwo, second.columns, widths.columnsTwo).forEach((odds, row) => {
    columns[worth[row]!] = odds
  })
  return { tables: judgeAll(model.tablesTwo, second.tables, widths.tablesTwo), columns }
}

/** So many columns are looked at twice. */
const TWICE_MAX = 100
const BEHIND = 4

/** The model as bytes, and back. Throws an Error when the bytes are no model of this version. */
export const packModel = ({ tables, columns, tablesTwo, columnsTwo, sources }: Model): Uint8Array =>
  packForests([...tables, ...columns, ...tablesTwo, ...columnsTwo, ...sources])

export function modelOf(bytes: Uint8Array): Model {
  const forests = unpackForests(bytes)
  const figures = [TABLE_SIGNS, TABLE_SIGNS, COLUMN_SIGNS, COLUMN_SIGNS, TABLE_SIGNS_TWO, COLUMN_SIGNS_TWO, SOURCE_SIGNS]
  const fits = forests.length === figures.length && forests.every(({ figure }, i) => figure.every((one) => one < figures[i]!))
  if (!fits) throw new Error('The model of the search is not one of this version.')
  return {
    tables: forests.slice(0, 2),
    columns: forests.slice(2, 4),
    tablesTwo: forests.slice(4, 5),
    columnsTwo: forests.slice(5, 6),
    sources: forests.slice(6),
  }
}
