import type { Call } from '../call.ts'
import { find, type Look, lookingClosely, type Visible } from '../explore.ts'
import type { Parts } from '../gateway.ts'
import type { Token } from '../sql/sql.ts'
import { type Clauses, clausesOf, isName } from './clauses.ts'
import { fromItems } from './from-items.ts'
import { type Counted, countedOf, ofCounted } from './optimize-counted.ts'
import { unusedJoins } from './optimize-joins.ts'
import { ofPlan } from './optimize-plan.ts'
import { planOf, type Verdict, verdictWithin } from './verdict.ts'

export type Advice = Readonly<{ about: string; text: string; instead?: string }>

/** `advice` comes from rules about the text, the schema and the plan. `verdict` says whether the statement would run at all. */
export type Advised = Readonly<{
  source: string
  would_run: boolean
  reason?: string
  hint?: string
  advice: readonly Advice[]
  plan: readonly string[]
  plan_missing?: string
  /** What was expected and what there is, where that was to be counted. */
  counted?: readonly Counted[]
}>

/** From how many rows on a full scan is worth a word. */
const MANY_ROWS = 10_000

/**
 * What could make the text of a call faster or clearer. Nothing is run, unless rows are to be `counted`: then they are, as the caller sees them,
 * and held against what the source expects.
 */
export const optimize = (call: Call, newId: () => string, parts: Parts, count = false): Promise<Advised> =>
  lookingClosely(
    call,
    [],
    ({ advice }) => advice.length,
    parts,
    async (look) => {
      const judged = await verdictWithin(look, call, newId, parts)
      const source = look.source.name
      if (!judged.valid || judged.kind !== 'read') return { source, ...refusalOf(judged), advice: [], plan: [] }
      const tokens = (await parts.dialects(look.source.dialect)).tokens(call.text)
      const tables = judged.tables.flatMap((name) => find(name, look.visible) ?? [])
      const plan = await planOf(call, newId(), parts)
      const clauses = clausesOf(tokens)
      const items = fromItems(clauses.from, look.visible)
      const { quoteName } = await parts.dialects(look.source.dialect)
      const counted = count ? await countedOf(call, tables, quoteName, newId, parts) : undefined
      return {
        source,
        would_run: true,
        advice: [
          ...ofText(tokens, clauses, tables, look),
          ...(clauses.sets.length === 0 ? unusedJoins(clauses, items, look.details) : []),
          ...ofIndexes(clauses, tables, look),
          ...ofPlan(plan.lines, { clauses, items, tables, isLarge }),
          ...ofCounted(counted ?? []),
        ],
        plan: plan.lines,
        ...(counted === undefined ? {} : { counted }),
        ...(plan.error ? { plan_missing: plan.error.message } : {}),
      }
    },
  )

const refusalOf = ({ valid, reason, hint, kind }: Verdict) => ({
  would_run: valid,
  ...(valid ? { reason: `There is nothing to advise on a statement of the kind ${kind}.` } : {}),
  ...(reason === undefined ? {} : { reason }),
  ...(hint === undefined ? {} : { hint }),
})

function ofText(tokens: readonly Token[], clauses: Clauses, tables: readonly Visible[], { grant }: Look): Advice[] {
  const { select, from, where, group, order, limit, offset, sets } = clauses
  const advice: Advice[] = []
  const star = select.some((token, i) => token.word === '*' && (i === 0 || /^(,|\.|DISTINCT|ALL)$/.test(select[i - 1]!.word)))
  if (star) {
    const columns = tables.flatMap(({ table }) => table.columns.map(({ name }) => name))
    const text = 'SELECT * reads and sends every column, also those that come later. Name the ones that you need.'
    advice.push({ about: 'columns', text, ...(columns.length <= 40 ? { instead: `SELECT ${[...new Set(columns)].join(', ')}` } : {}) })
  }
  const sums = select.some((token, i) => isName(token) && select[i + 1]?.word === '(') && group.length === 0
  if (limit.length === 0 && !sums) {
    advice.push({
      about: 'limit',
      text: `There is no LIMIT: the answer is cut at ${grant.limits.rowsDefault} rows. Say how many you need.`,
    })
  }
  if (order.length > 0 && limit.length === 0) {
    advice.push({ about: 'order', text: 'ORDER BY without LIMIT sorts everything; with LIMIT the source may stop early.' })
  }
  if (Number(offset[0]?.text) >= 1000) {
    advice.push({
      about: 'offset',
      text: 'A large OFFSET reads what it leaves out. Go on from the last key seen: WHERE key > … ORDER BY key.',
    })
  }
  if (sets.includes('UNION')) {
    advice.push({ about: 'union', text: 'UNION looks for rows that are alike. Where none can be, or they may stay, UNION ALL is cheaper.' })
  }
  const apart = from.some((token, i) => token.word === ',' && depthAt(from, i) === 0) || from.some(({ word }) => word === 'CROSS')
  if (apart && where.length === 0) {
    advice.push({ about: 'join', text: 'Every row of one table meets every row of the other. Join them by a key: JOIN … ON ….' })
  }
  tokens.forEach((token, i) => {
    const next = tokens[i + 1]
    if (/^I?LIKE$/.test(token.word) && next?.kind === 'string' && next.value.startsWith('%')) {
      advice.push({ about: 'pattern', text: `${token.word} with % at the beginning cannot use an index and looks at every row.` })
    }
    if (/^(=|<>|!=)$/.test(token.word) && next?.word === 'NULL') {
      advice.push({ about: 'null', text: `${token.word} NULL is never true. Say IS NULL or IS NOT NULL.` })
    }
    if (token.word === 'NOT' && next?.word === 'IN' && tokens[i + 2]?.word === '(' && tokens[i + 3]?.word === 'SELECT') {
      const text = 'NOT IN with a subquery finds nothing once the subquery has a NULL, and is often slow. NOT EXISTS has neither fault.'
      advice.push({ about: 'subquery', text })
    }
  })
  return advice
}

function depthAt(tokens: readonly Token[], at: number): number {
  let depth = 0
  for (let i = 0; i < at; i++) depth += tokens[i]!.word === '(' ? 1 : tokens[i]!.word === ')' ? -1 : 0
  return depth
}

type Owner = Readonly<{ table: Visible; column: string }>

/** Columns that are compared or wrapped, held against the indexes that the source tells; without details nothing is said. */
function ofIndexes({ where, from }: Clauses, tables: readonly Visible[], { details }: Look): Advice[] {
  if (!details) return []
  const leading = new Set(details.indexes.map(({ schema, table, columns }) => `${schema}.${table}.${columns[0]}`))
  const isLeading = ({ table, column }: Owner) =>
    leading.has(`${table.table.schema}.${table.table.name}.${column}`) || table.table.primaryKey?.[0] === column
  const advice = new Map<string, Advice>()
  for (const clause of [where, from]) {
    clause.forEach((token, i) => {
      const owner = isName(token) ? ownerOf(token.value, tables) : undefined
      if (!owner) return
      const name = `${owner.table.name}.${owner.column}`
      const start = clause[i - 1]?.word === '.' ? i - 2 : i
      if (clause[i + 1]?.word === '::' && isLeading(owner)) {
        const text = `${name}::${clause[i + 2]?.text ?? ''} hides the column from its index. Compare the bare column, with a value or a range of its own type.`
        advice.set(`wrapped ${name}`, { about: 'index', text })
        return
      }
      if (clause[start - 1]?.word === '(' && isName(clause[start - 2]) && !isKeyword(clause[start - 2]!) && isLeading(owner)) {
        const text = `${clause[start - 2]!.text}(${name}) hides the column from its index. Compare the bare column, with a range where that helps.`
        advice.set(`wrapped ${name}`, { about: 'index', text })
      } else if (/^(=|<|>|<=|>=|IN|BETWEEN)$/.test(clause[i + 1]?.word ?? '') && !isLeading(owner) && isLarge(owner.table)) {
        const text = `${name} has no index that begins with it, and the table is large (about ${owner.table.table.rowsEstimate} rows).`
        advice.set(`bare ${name}`, { about: 'index', text, instead: `An index on ${owner.table.name} (${owner.column})` })
      }
    })
  }
  return [...advice.values()]
}

const isKeyword = ({ kind, word }: Token): boolean =>
  kind === 'word' && /^(IN|AND|OR|NOT|WHERE|ON|EXISTS|ANY|ALL|SOME|VALUES|USING)$/.test(word)
const isLarge = ({ table, grant }: Visible): boolean => grant.rows.length === 0 && (table.rowsEstimate ?? 0) >= MANY_ROWS

/** The one table of the statement that has such a column. */
function ownerOf(name: string, tables: readonly Visible[]): Owner | undefined {
  const lower = name.toLowerCase()
  const owners = tables.flatMap((table) => {
    const column = table.table.columns.find((one) => one.name.toLowerCase() === lower)
    return column ? [{ table, column: column.name }] : []
  })
  return owners.length === 1 ? owners[0] : undefined
}
