import { useNavigate } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'
import { lazy, Suspense, useMemo, useState } from 'react'
import { type Column, isNumeric, type Row } from '../../api/rows.ts'
import type { ChartShape } from '../../chart/chart-option.ts'
import { Grid } from '../../grid/grid.tsx'
import { rowsAtHand } from '../../grid/rows.ts'
import { useWindow } from '../../grid/use-window.ts'
import { Button } from '../../kit/button.tsx'
import { Icon, type IconName } from '../../kit/icon.tsx'
import { Failure, Loading, Spinner } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { BigNumber } from './big-number.tsx'

const ChartPanel = lazy(() => import('./chart-panel.tsx').then(({ ChartPanel }) => ({ default: ChartPanel })))
const SqlPanel = lazy(() => import('./sql-panel.tsx').then(({ SqlPanel }) => ({ default: SqlPanel })))

type Props = Readonly<{
  source: string
  sql: string | undefined
  shape: ChartShape | undefined
  columns: readonly Column[]
  rows: readonly Row[] | undefined
  truncated: boolean
  masked: readonly string[]
}>

const ROW_PX = 30
const HEAD_PX = 52
const ROWS_SHOWN = 12

/** The rows of an answer: as one figure, a table, a chart, and the statement that found them, which can be changed and run. */
export function AnswerRows({ source, sql, shape, columns, rows, truncated, masked }: Props) {
  const { t } = useTexts()
  const navigate = useNavigate()
  const shown = useWindow()
  const again = shown.rows
  const kept = useMemo(() => rowsAtHand(columns, rows ?? []), [columns, rows])
  const own = again ?? (rows ? kept : undefined)
  const drawn = useMemo(() => drawable(own?.columns ?? [], shape), [own?.columns, shape])
  const [view, setView] = useState<string>()
  const first = drawn && shape && shape.kind !== 'table' && shape.kind !== 'number' && (own?.count ?? 0) > 1 ? 'chart' : 'table'
  const tab = view ?? first
  const single = own && own.count === 1 && own.columns.length === 1 && own.row(0)
  const load = () => sql !== undefined && void shown.run({ source, sql })
  if (!own && shown.problem === undefined)
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-xl border border-line bg-surface px-4 py-3">
        <p className="flex-1 text-sm text-ink-2">{t('ask.rowsGone')}</p>
        <Button small icon="play" onClick={load} disabled={shown.running || sql === undefined}>
          {shown.running ? t('state.loading') : t('ask.showRows')}
        </Button>
      </div>
    )
  return (
    <Tabs.Root value={tab} onValueChange={setView} className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex items-center gap-1 border-b border-line px-2 py-1.5">
        <Tabs.List aria-label={t('ask.view')} className="flex gap-1">
          <Tab value="table" icon="table" label={t('ask.table')} />
          {drawn && <Tab value="chart" icon="chart" label={t('ask.chart')} />}
          {sql !== undefined && <Tab value="sql" icon="code" label={t('ask.sql')} />}
        </Tabs.List>
        <span className="flex-1" />
        {shown.running && <Spinner />}
        {sql !== undefined && (
          <Button small look="quiet" icon="query" onClick={() => void navigate({ to: '/query', search: { source, sql } })}>
            <span className="max-sm:sr-only">{t('ask.openQuery')}</span>
          </Button>
        )}
      </div>
      {shown.problem && (
        <div className="p-3">
          <Failure problem={shown.problem} />
        </div>
      )}
      <Tabs.Content value="table">
        {single ? (
          <BigNumber column={own.columns[0]!} value={single[0]} />
        ) : (
          own && (
            <div style={{ height: HEAD_PX + Math.min(ROWS_SHOWN, Math.max(1, own.count)) * ROW_PX + 18 }} className="flex flex-col">
              <Grid rows={own} masked={masked} />
            </div>
          )
        )}
        {truncated && <p className="border-t border-line px-4 py-2 text-sm text-ink-2">{t('ask.truncated')}</p>}
      </Tabs.Content>
      {drawn && own && (
        <Tabs.Content value="chart">
          <Suspense fallback={<Loading />}>
            <ChartPanel first={drawn} rows={own} name={source} />
          </Suspense>
        </Tabs.Content>
      )}
      {sql !== undefined && (
        <Tabs.Content value="sql">
          <Suspense fallback={<Loading />}>
            <SqlPanel
              source={source}
              sql={sql}
              onRun={(changed) => {
                setView('table')
                void shown.run({ source, sql: changed })
              }}
            />
          </Suspense>
        </Tabs.Content>
      )}
    </Tabs.Root>
  )
}

const Tab = ({ value, icon, label }: { value: string; icon: IconName; label: string }) => (
  <Tabs.Trigger
    value={value}
    className="flex h-8 items-center gap-1.5 rounded-lg px-2.5 text-sm font-medium text-ink-2 hover:bg-sunken data-[state=active]:bg-accent-soft data-[state=active]:text-accent"
  >
    <Icon name={icon} size={16} />
    {label}
  </Tabs.Trigger>
)

/** The chart that was proposed, else one of the first columns that fit; undefined where nothing can be drawn. */
function drawable(columns: readonly Column[], shape: ChartShape | undefined): ChartShape | undefined {
  const has = (name: string | undefined) => columns.some((column) => column.name === name)
  const fits = shape && has(shape.x) && shape.y?.every(has) && shape.kind !== 'table' && shape.kind !== 'number'
  if (fits) return shape
  const y = columns.find(isNumeric)
  const x = columns.find((column) => column !== y)
  return x && y && columns.length > 1 ? { kind: 'bar', x: x.name, y: [y.name] } : undefined
}
