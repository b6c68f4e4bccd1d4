import type { Details } from '../details.ts'
import type { Visible } from '../explore.ts'
import type { Token } from '../sql/sql.ts'
import { type Clauses, isName } from './clauses.ts'
import type { FromItem } from './from-items.ts'
import type { Advice } from './optimize.ts'

/** Tables that are joined and of which nothing is used: they cost time, and may multiply or drop rows. */
export function unusedJoins(clauses: Clauses, items: readonly FromItem[], details: Details | undefined): Advice[] {
  const { select, from, where, group, having, order } = clauses
  if (select.some((token, i) => token.word === '*' && !isName(select[i - 2]) && isStar(select, i))) return []
  return items.flatMap((item) => {
    const { on, join, alias, table } = item
    if (!on || (join !== 'left' && join !== 'inner')) return []
    const elsewhere = [select, where, group, having, order, [...from.slice(0, on[0]), ...from.slice(on[1])]]
    if (elsewhere.some((tokens) => uses(tokens, item))) return []
    return [{ about: 'unused_join', text: textOf(table, alias, join === 'left', isUnique(item, from, details)) }]
  })
}

/** `*` and `t.*` are all columns; `COUNT(*)` and a product are not. */
const isStar = (select: readonly Token[], i: number): boolean => i === 0 || /^(,|\.|DISTINCT|ALL)$/.test(select[i - 1]!.word)

function uses(tokens: readonly Token[], { alias, table }: FromItem): boolean {
  const lower = alias.toLowerCase()
  const columns = new Set(table.table.columns.map(({ name }) => name.toLowerCase()))
  return tokens.some((token, i) => {
    if (!isName(token)) return false
    const name = token.value.toLowerCase()
    if (tokens[i + 1]?.word === '.') return name === lower
    // Without a table in front it may be this one's.
    return tokens[i - 1]?.word !== '.' && columns.has(name) && tokens[i + 1]?.word !== '('
  })
}

/** True when the join's condition holds for one row of the table at most. */
function isUnique({ table, alias, on }: FromItem, from: readonly Token[], details: Details | undefined): boolean {
  const condition = from.slice(...on!)
  const equal = new Set(
    condition.flatMap((token, i) => {
      const mine =
        isName(token) && condition[i - 1]?.word === '.' && condition[i - 2]?.text.toLowerCase().replace(/["`]/g, '') === alias.toLowerCase()
      return mine && (condition[i + 1]?.word === '=' || condition[i - 3]?.word === '=') ? [token.value.toLowerCase()] : []
    }),
  )
  const plain = condition.every(({ word }) => !/^(OR|NOT)$/.test(word))
  return plain && keysOf(table, details).some((key) => key.length > 0 && key.every((column) => equal.has(column.toLowerCase())))
}

const keysOf = ({ table }: Visible, details: Details | undefined): readonly (readonly string[])[] => [
  table.primaryKey ?? [],
  ...(details?.indexes ?? [])
    .filter((one) => one.unique && one.schema === table.schema && one.table === table.name)
    .map(({ columns }) => columns),
]

function textOf({ name }: Visible, alias: string, left: boolean, unique: boolean): string {
  const known = alias.toLowerCase() === name.toLowerCase() ? name : `${name} (${alias})`
  if (left && unique)
    return `Nothing of ${known} is used, and it has one row at most for each: leave the LEFT JOIN out, the answer stays the same.`
  if (left) return `Nothing of ${known} is used: its LEFT JOIN only repeats rows. Leave it out, unless they are to be repeated.`
  if (unique)
    return `Nothing of ${known} is used: its JOIN only drops rows without a partner. Leave it out where every row has one, else say WHERE EXISTS.`
  return `Nothing of ${known} is used: its JOIN drops rows without a partner and repeats the others. WHERE EXISTS (…) drops without repeating.`
}
