import type { Call } from '../call.ts'
import { SluiceError } from '../error.ts'
import { countable, type Visible } from '../explore.ts'
import { type Parts, run } from '../gateway.ts'
import { type Cell, type Column, cells } from '../result.ts'
import type { Advice } from './optimize.ts'
import { planOf } from './verdict.ts'

/** What the source expected, and what there is. `of` is a table, or the statement as a whole. */
export type Counted = Readonly<{ of: string; expected: number; actual: number }>

const COUNT_MS = 10_000
const TABLES_MAX = 3
/** A guess that is off by less is a good one. */
const OFF = 5
const ROWS_MIN = 1_000

/**
 * Counts what the plan only guesses: the rows of the statement and of its tables, as the caller may see them. The statement runs for that, in a
 * bounded time; what cannot be counted is left out.
 */
export async function countedOf(
  call: Call,
  tables: readonly Visible[],
  quote: (name: string) => string,
  newId: () => string,
  parts: Parts,
): Promise<readonly Counted[]> {
  const found: Counted[] = []
  const whole = `SELECT COUNT(*) AS row_count FROM (${call.text.replace(/;\s*$/, '')}) AS counted`
  const expected = expectedIn((await planOf({ ...call, text: whole }, newId(), parts)).lines)
  const actual = expected === undefined ? undefined : await count(whole, call, newId(), parts)
  if (expected !== undefined && actual !== undefined) found.push({ of: 'the statement', expected, actual })
  for (const { table, name } of tables.filter(countable).slice(0, TABLES_MAX)) {
    if (table.rowsEstimate === undefined || table.kind !== 'table') continue
    const from = table.schema === '' ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`
    const rows = await count(`SELECT COUNT(*) AS row_count FROM ${from}`, { ...call, params: [] }, newId(), parts)
    if (rows !== undefined) found.push({ of: name, expected: table.rowsEstimate, actual: rows })
  }
  return found
}

/** PostgreSQL tells it of each node; what counts is the one below the counting. */
function expectedIn(lines: readonly string[]): number | undefined {
  const node = lines.find((line) => /rows=\d+/.test(line) && !/^\s*(?:->\s+)?(?:Limit|Finalize|Partial|Gather|Aggregate)\b/.test(line))
  const rows = node === undefined ? undefined : /rows=(\d+)/.exec(node)?.[1]
  return rows === undefined ? undefined : Number(rows)
}

async function count(text: string, call: Call, id: string, parts: Parts): Promise<number | undefined> {
  let head: readonly Column[] = []
  let cell: Cell = null
  const sink = {
    columns(columns: readonly Column[]) {
      head = columns
    },
    batch(batch: Parameters<Parameters<typeof run>[1]['batch']>[0]) {
      cell = cells(batch, head)[0]?.[0] ?? cell
    },
  }
  try {
    await run({ ...call, id, action: 'query', text, rowsMax: 1, timeoutMs: Math.min(call.timeoutMs ?? COUNT_MS, COUNT_MS) }, sink, parts)
    return cell === null ? undefined : Number(cell)
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof SluiceError)) throw error
    return undefined
  }
}

/** Guesses that are far off lead to slow plans. */
export const ofCounted = (counted: readonly Counted[]): Advice[] =>
  counted.flatMap(({ of, expected, actual }) => {
    const [less, more] = [Math.min(expected, actual), Math.max(expected, actual)]
    if (more < ROWS_MIN || more < OFF * Math.max(1, less)) return []
    const text = `The source expects ${expected} rows of ${of}, and there are ${actual}: its plan rests on old or missing statistics. ANALYZE brings them up to date.`
    return [{ about: 'estimates', text }]
  })
