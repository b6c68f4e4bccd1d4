import type { Chart } from '../answer.ts'
import type { Cell, Column, ColumnType } from '../result.ts'

const numeric: ReadonlySet<ColumnType> = new Set(['int', 'float', 'decimal'])
const dated: ReadonlySet<ColumnType> = new Set(['date', 'timestamp', 'timestamptz'])

const BARS_MAX = 40
const SLICES_MAX = 6
const SERIES_MAX = 8
const LINES_MAX = 4

/** How the rows may be drawn, by the types of the columns and the first rows; `table` where a drawing would say nothing. */
export function chartOf(columns: readonly Column[], cells: readonly (readonly Cell[])[], rows: number): Chart {
  const table: Chart = { kind: 'table' }
  const roles = columns.map((column, i) =>
    roleOf(
      column,
      cells.map((row) => row[i]!),
    ),
  )
  const names = (role: Role) => columns.flatMap(({ name }, i) => (roles[i] === role ? [name] : []))
  // Two columns of one name cannot be told apart by it.
  if (new Set(columns.map(({ name }) => name)).size < columns.length) return table
  const [measures, times, groups] = [names('measure'), names('time'), names('group')]
  if (rows === 1) return measures.length === 1 && columns.length === 1 ? { kind: 'number', y: measures } : table
  if (rows < 2 || measures.length === 0) return table
  if (times.length === 1 && groups.length <= 1) {
    const [series] = groups
    return { kind: 'line', x: times[0]!, y: series ? measures.slice(0, 1) : measures.slice(0, LINES_MAX), ...(series ? { series } : {}) }
  }
  if (times.length > 0) return table
  if (groups.length === 1) return grouped(groups[0]!, measures, columns, cells, rows)
  if (groups.length === 2 && measures.length === 1) {
    const [x, series] = apart(groups, columns, cells)
    return series ? { kind: 'bar', x: x!, y: measures, series } : table
  }
  return groups.length === 0 && measures.length === 2 && rows > 3 ? { kind: 'scatter', x: measures[0]!, y: [measures[1]!] } : table
}

type Role = 'measure' | 'time' | 'group' | 'key' | 'other'

function roleOf({ name, type }: Column, values: readonly Cell[]): Role {
  const lower = name.toLowerCase()
  if (/(^|_)id$/.test(lower) || /[a-z]Id$/.test(name)) return 'key'
  if (dated.has(type) || /^(year|month|quarter|week|day)s?(_|$)|_(year|month|quarter|week|day)$/.test(lower)) return 'time'
  if (type === 'text' && values.length > 1 && values.every((cell) => cell === null || /^\d{4}(-\d\d){0,2}$/.test(String(cell))))
    return 'time'
  if (numeric.has(type)) return 'measure'
  return type === 'text' || type === 'bool' || type === 'uuid' ? 'group' : 'other'
}

function grouped(
  x: string,
  measures: readonly string[],
  columns: readonly Column[],
  cells: readonly (readonly Cell[])[],
  rows: number,
): Chart {
  if (rows > BARS_MAX) return { kind: 'table' }
  const at = columns.findIndex(({ name }) => name === measures[0])
  const whole = measures.length === 1 && rows <= SLICES_MAX && rows > 2 && cells.every((row) => Number(row[at]) > 0)
  const shares = whole && /count|number|total|sum|share|percent/i.test(measures[0]!)
  return { kind: shares ? 'pie' : 'bar', x, y: measures.slice(0, LINES_MAX) }
}

/** Of two groups the one with fewer values is the colour, where that is few enough. */
function apart(groups: readonly string[], columns: readonly Column[], cells: readonly (readonly Cell[])[]): readonly string[] {
  const sizes = groups.map((name) => {
    const at = columns.findIndex((column) => column.name === name)
    return new Set(cells.map((row) => row[at])).size
  })
  const few = sizes[0]! < sizes[1]! ? 0 : 1
  return sizes[few]! <= SERIES_MAX ? [groups[1 - few]!, groups[few]!] : [groups[0]!]
}
