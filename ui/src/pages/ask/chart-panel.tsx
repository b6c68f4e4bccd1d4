import { useMemo, useState } from 'react'
import { isNumeric, type Row } from '../../api/rows.ts'
import Chart, { chartFile } from '../../chart/chart.tsx'
import { type ChartShape, POINTS_MAX } from '../../chart/chart-option.ts'
import type { Rows } from '../../grid/rows.ts'
import { IconButton } from '../../kit/button.tsx'
import { download } from '../../kit/download.ts'
import { Select } from '../../kit/field.tsx'
import { Menu } from '../../kit/menu.tsx'
import { useTheme } from '../../shell/theme.tsx'
import { useTexts } from '../../texts/texts.tsx'

const kinds = ['bar', 'line', 'pie', 'scatter'] as const

/** A chart that fits the rows, which can be made another one, and saved. */
export function ChartPanel({ first, rows, name }: { first: ChartShape; rows: Rows; name: string }) {
  const { t, n } = useTexts()
  const { dark } = useTheme()
  const [shape, setShape] = useState(first)
  const { columns, count } = rows
  const drawn = useMemo(
    () => Array.from({ length: Math.min(count, POINTS_MAX) }, (_, i) => rows.row(i)).filter((row): row is Row => row !== undefined),
    [rows, count],
  )
  const figures = columns.filter(isNumeric)
  const y = shape.y?.[0] ?? ''
  const kind = kinds.find((one) => one === shape.kind) ?? 'bar'
  const label = t('ask.chart.label', { kind: t(`ask.chart.${kind}`), y: (shape.y ?? []).join(', '), x: shape.x ?? '', count: n(count) })
  const save = async (type: 'png' | 'svg') => download(await chartFile(type, { shape, columns, rows: drawn }, dark), `${name}.${type}`)
  return (
    <div className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          className="!w-auto"
          aria-label={t('ask.chart.kind')}
          value={kind}
          onChange={(event) => setShape({ ...shape, kind: event.target.value as ChartShape['kind'] })}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {t(`ask.chart.${one}`)}
            </option>
          ))}
        </Select>
        <Select
          className="!w-auto max-w-40"
          aria-label={t('ask.chart.x')}
          value={shape.x}
          onChange={(event) => setShape({ ...shape, x: event.target.value })}
        >
          {columns.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
        <Select
          className="!w-auto max-w-40"
          aria-label={t('ask.chart.y')}
          value={y}
          onChange={(event) => setShape({ ...shape, y: [event.target.value] })}
        >
          {figures.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
        <span className="flex-1" />
        <Menu
          entries={[
            { label: t('ask.chart.png'), icon: 'download', onSelect: () => void save('png') },
            { label: t('ask.chart.svg'), icon: 'download', onSelect: () => void save('svg') },
          ]}
        >
          <IconButton label={t('action.save')} icon="download" small />
        </Menu>
      </div>
      <Chart shape={shape} columns={columns} rows={drawn} label={label} />
      {count > drawn.length && <p className="text-sm text-ink-2">{t('ask.chart.part', { count: n(drawn.length) })}</p>}
    </div>
  )
}
