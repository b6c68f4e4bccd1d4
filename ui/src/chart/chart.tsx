import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef } from 'react'
import type { Column, Row } from '../api/rows.ts'
import { useTheme } from '../shell/theme.tsx'
import { type ChartShape, type Colours, chartOption } from './chart-option.ts'

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer, SVGRenderer])

const series = {
  light: ['#0b6e88', '#d9822b', '#5b6abf', '#3f8f5f', '#b04a6f', '#8a6d3b', '#5b6875', '#2aa3a3'],
  dark: ['#56cbe0', '#f0a75b', '#97a3f0', '#7fd0a0', '#e88bac', '#cfb27a', '#a9b6c3', '#6fe0d6'],
} as const

function coloursOf(dark: boolean): Colours {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    ink: of('--ink'),
    muted: of('--ink-2'),
    line: of('--line-strong'),
    faint: of('--line'),
    ground: of('--raised'),
    series: series[dark ? 'dark' : 'light'],
  }
}

type Props = Readonly<{ shape: ChartShape; columns: readonly Column[]; rows: readonly Row[]; label: string }>

/** Rows as a chart. It tells what it shows by its label; the rows themselves are in the table beside it. */
export default function Chart({ shape, columns, rows, label }: Props) {
  const { dark } = useTheme()
  const box = useRef<HTMLDivElement>(null)
  // The colours of the page change with the theme.
  const option = useMemo(() => chartOption(shape, columns, rows, coloursOf(dark)), [shape, columns, rows, dark])
  useEffect(() => {
    const element = box.current
    if (!element) return
    const chart = init(element, undefined, { renderer: 'canvas' })
    chart.setOption(option)
    const sized = new ResizeObserver(() => chart.resize())
    sized.observe(element)
    return () => {
      sized.disconnect()
      chart.dispose()
    }
  }, [option])
  return <div ref={box} role="img" aria-label={label} className="h-80 w-full" />
}

const WIDTH = 960
const HEIGHT = 540

/** The chart as a file: a picture of twice the size, or a drawing. */
export async function chartFile(kind: 'png' | 'svg', { shape, columns, rows }: Omit<Props, 'label'>, dark: boolean): Promise<Blob> {
  const colours = coloursOf(dark)
  const option: EChartsCoreOption = { ...chartOption(shape, columns, rows, colours), backgroundColor: colours.ground, animation: false }
  if (kind === 'svg') {
    const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
    chart.setOption(option)
    const text = chart.renderToSVGString()
    chart.dispose()
    return new Blob([text], { type: 'image/svg+xml' })
  }
  const element = document.createElement('div')
  const chart = init(element, undefined, { renderer: 'canvas', width: WIDTH, height: HEIGHT, devicePixelRatio: 2 })
  chart.setOption(option)
  const canvas = chart.renderToCanvas({ pixelRatio: 2 })
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  chart.dispose()
  if (!bytes) throw new Error('The browser could not make the picture.')
  return bytes
}
