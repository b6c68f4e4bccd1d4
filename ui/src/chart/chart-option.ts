import type { EChartsCoreOption } from 'echarts/core'
import { type Column, cellText, type Row } from '../api/rows.ts'

/** How rows are drawn: `x` and `y` are names of their columns. */
export type ChartShape = Readonly<{
  kind: 'number' | 'bar' | 'line' | 'pie' | 'scatter' | 'table'
  x?: string | undefined
  y?: readonly string[] | undefined
  series?: string | undefined
}>

/** The page's own colours at the moment. */
export type Colours = Readonly<{ ink: string; muted: string; line: string; faint: string; ground: string; series: readonly string[] }>

/** So many points are drawn at most; a chart of more says less. */
export const POINTS_MAX = 2_000
const SLICES_MAX = 12
const ROTATE_OVER = 8

const numberOf = (cell: unknown): number | null => {
  const value = typeof cell === 'number' ? cell : typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN
  return Number.isFinite(value) ? value : null
}

/** The chart as ECharts draws it. What stands in the rows is drawn as text, never as markup. */
export function chartOption(shape: ChartShape, columns: readonly Column[], rows: readonly Row[], colours: Colours): EChartsCoreOption {
  const at = (name: string | undefined) =>
    Math.max(
      0,
      columns.findIndex((column) => column.name === name),
    )
  const x = at(shape.x)
  const ys = (shape.y ?? []).map(at)
  const shown = rows.slice(0, POINTS_MAX)
  const common = {
    color: [...colours.series],
    textStyle: { color: colours.ink, fontFamily: 'inherit' },
    animationDuration: 250,
    tooltip: {
      trigger: shape.kind === 'bar' || shape.kind === 'line' ? 'axis' : 'item',
      renderMode: 'richText',
      backgroundColor: colours.ground,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12 },
    },
  }
  if (shape.kind === 'pie') return { ...common, ...pie(x, ys[0] ?? 1, shown, colours) }
  const legend = { type: 'scroll', top: 0, textStyle: { color: colours.muted }, pageTextStyle: { color: colours.muted } }
  const series = shape.series === undefined ? plain(shape, x, ys, columns, shown) : split(shape, x, ys[0] ?? 1, at(shape.series), shown)
  const axis = {
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: colours.faint } },
  }
  const names = [...new Set(shown.map((row) => cellText(row[x])))]
  return {
    ...common,
    ...(series.length > 1 ? { legend } : {}),
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
    xAxis:
      shape.kind === 'scatter'
        ? { type: 'value', scale: true, ...axis }
        : {
            type: 'category',
            data: names,
            ...axis,
            axisLabel: {
              color: colours.muted,
              fontSize: 12,
              rotate: names.length > ROTATE_OVER ? 35 : 0,
              width: 110,
              overflow: 'truncate',
            },
          },
    yAxis: { type: 'value', ...axis },
    series,
  }
}

function plain({ kind }: ChartShape, x: number, ys: readonly number[], columns: readonly Column[], rows: readonly Row[]) {
  return ys.map((y) => ({
    type: kind,
    name: columns[y]?.name,
    data: kind === 'scatter' ? rows.map((row) => [numberOf(row[x]), numberOf(row[y])]) : rows.map((row) => numberOf(row[y])),
    ...looks(kind),
  }))
}

function split({ kind }: ChartShape, x: number, y: number, by: number, rows: readonly Row[]) {
  const names = [...new Set(rows.map((row) => cellText(row[x])))]
  const groups = new Map<string, (number | null)[]>()
  for (const row of rows) {
    const name = cellText(row[by])
    const values = groups.get(name) ?? names.map(() => null)
    groups.set(name, values)
    values[names.indexOf(cellText(row[x]))] = numberOf(row[y])
  }
  return [...groups].slice(0, SLICES_MAX).map(([name, data]) => ({ type: kind, name, data, ...looks(kind) }))
}

const looks = (kind: ChartShape['kind']) =>
  kind === 'bar'
    ? { barMaxWidth: 44, itemStyle: { borderRadius: [4, 4, 0, 0] } }
    : kind === 'line'
      ? { symbolSize: 5, lineStyle: { width: 2 } }
      : {}

function pie(x: number, y: number, rows: readonly Row[], colours: Colours) {
  const slices = rows.map((row) => ({ name: cellText(row[x]), value: numberOf(row[y]) ?? 0 }))
  const rest = slices.slice(SLICES_MAX).reduce((sum, { value }) => sum + value, 0)
  const data = rest > 0 ? [...slices.slice(0, SLICES_MAX), { name: '…', value: rest }] : slices
  return {
    series: [
      {
        type: 'pie',
        radius: ['45%', '72%'],
        data,
        label: { color: colours.ink, overflow: 'truncate', width: 120 },
        itemStyle: { borderColor: colours.ground, borderWidth: 2 },
      },
    ],
  }
}
