import type { Visible } from '../explore.ts'
import { type Clauses, textOf } from './clauses.ts'
import type { FromItem } from './from-items.ts'
import type { Advice } from './optimize.ts'

/** What the statement knows its tables by, and which of them are large. */
export type PlanScene = Readonly<{
  clauses: Clauses
  items: readonly FromItem[]
  tables: readonly Visible[]
  isLarge(table: Visible): boolean
}>

/** What the plan of a source gives away, as PostgreSQL, MySQL, MariaDB and SQLite write it. */
export function ofPlan(lines: readonly string[], scene: PlanScene): Advice[] {
  return [...scans(lines, scene), ...joinsWithoutIndex(lines, scene), ...sorts(lines, scene), ...repeated(lines)]
}

/** PostgreSQL names the table, SQLite and MySQL what the statement calls it. */
const FULL = [
  /Seq Scan on (?:[\w$]+\.)?"?([\w$]+)"?/,
  /\bSCAN (?:TABLE )?"?([\w$.]+)"?(?! USING (?:COVERING )?INDEX)(?:\s|$)/,
  /^\d+ \| [A-Z ]+ \| ([\w$]+) \| ALL \|/,
]

const fullIn = (line: string): string | undefined => FULL.map((one) => one.exec(line)?.[1]).find((name) => name !== undefined)

function tableOf(name: string, { items, tables }: PlanScene): Visible | undefined {
  const lower = name.toLowerCase()
  return items.find(({ alias }) => alias.toLowerCase() === lower)?.table ?? tables.find(({ table }) => table.name.toLowerCase() === lower)
}

const largeIn = (lines: readonly string[], scene: PlanScene): readonly Visible[] => {
  const found = lines.flatMap((line) => {
    const name = fullIn(line)
    const table = name === undefined ? undefined : tableOf(name, scene)
    return table && scene.isLarge(table) ? [table] : []
  })
  return [...new Set(found)]
}

function scans(lines: readonly string[], scene: PlanScene): Advice[] {
  return largeIn(lines, scene).map(({ name, table }) => ({
    about: 'plan',
    text: `The plan reads all of ${name} (about ${table.rowsEstimate} rows). A condition on an indexed column would read less.`,
  }))
}

/** SQLite makes an index for one run; MySQL reads the table again for each handful of rows. */
function joinsWithoutIndex(lines: readonly string[], scene: PlanScene): Advice[] {
  return lines.flatMap((line): Advice[] => {
    const own = /SEARCH (?:TABLE )?"?([\w$]+)"? .*USING AUTOMATIC .*INDEX \((\w+)/.exec(line)
    if (own) {
      const name = tableOf(own[1]!, scene)?.name ?? own[1]!
      const text = `The source makes an index on ${name} (${own[2]}) for this one run, because there is none.`
      return [{ about: 'missing_index', text, instead: `An index on ${name} (${own[2]})` }]
    }
    const buffered = /^\d+ \| [A-Z ]+ \| ([\w$]+) \|.*Using join buffer/.exec(line)
    const table = buffered && tableOf(buffered[1]!, scene)
    return table
      ? [
          {
            about: 'missing_index',
            text: `No index helps to join ${table.name}: it is read again and again. An index on the joined column would be looked up.`,
          },
        ]
      : []
  })
}

const SORTS = /USE TEMP B-TREE FOR (?:THE LAST TERM OF |RIGHT PART OF )?ORDER BY|Using filesort|^\s*(?:->\s+)?Sort\s+\(/

function sorts(lines: readonly string[], scene: PlanScene): Advice[] {
  const { order, group, limit } = scene.clauses
  // What was grouped is sorted after that, and no index of a table has its order.
  if (order.length === 0 || group.length > 0 || limit.length === 0 || !lines.some((line) => SORTS.test(line))) return []
  const [table] = largeIn(lines, scene)
  return table
    ? [
        {
          about: 'sort',
          text: `All of ${table.name} is sorted by ${textOf(order)} to find the first rows. An index in that order would give them at once.`,
        },
      ]
    : []
}

const REPEATED = /CORRELATED (?:SCALAR |LIST )?SUBQUERY|DEPENDENT SUBQUERY|^\s*SubPlan \d/

const repeated = (lines: readonly string[]): Advice[] =>
  lines.some((line) => REPEATED.test(line))
    ? [{ about: 'repeated', text: 'A subquery runs once for each row. Joined as a grouped subquery in FROM, its table is read once.' }]
    : []
