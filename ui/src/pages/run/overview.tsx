import { Link } from '@tanstack/react-router'
import { useHealth } from '../../api/me.ts'
import { Badge } from '../../kit/badge.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Fact, Failed } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Figures, type Point, useFigures } from './figures.ts'
import { Spark } from './spark.tsx'

/** Health, and the figures of now as small charts. */
export function Overview() {
  const { t } = useTexts()
  const { figures, points, live, error, refetch } = useFigures()
  if (error && !figures) return <Failed problem={error} retry={refetch} />
  if (!figures) return <Loading />
  return (
    <>
      {!figures.audit_writable && <Failure problem={new Error(t('run.audit.bad'))} />}
      <div className="flex items-center justify-between">
        <h2 className="text-base font-semibold">{t('run.live')}</h2>
        <span className="flex items-center gap-2 text-sm text-ink-2" role="status">
          <span className={`size-2 rounded-full ${live ? 'bg-good' : 'bg-warn animate-pulse-soft'}`} />
          {live ? t('run.live.on') : t('run.live.off')} · {t('run.chart.span')}
        </span>
      </div>
      <Charts points={points} running={figures.queries.length} />
      <Sources figures={figures} />
      <Machine figures={figures} />
    </>
  )
}

function Charts({ points, running }: { points: readonly Point[]; running: number }) {
  const { t, n } = useTexts()
  const of = (value: (point: Point) => number) => points.map((point) => ({ at: point.at, value: value(point) }))
  const each = (value: number) => n(value, { maximumFractionDigits: value < 10 ? 1 : 0 })
  const ms = (value: number) => `${n(value, { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
      <Spark title={t('run.chart.calls')} points={of(({ calls }) => calls)} write={each} />
      <Spark title={t('run.chart.latency')} points={of(({ p95 }) => p95)} write={ms} />
      <Spark title={t('run.chart.errors')} points={of(({ failed }) => failed)} write={each} tone="bad" />
      <Spark title={t('run.chart.cache')} points={of(({ cached }) => cached)} write={each} />
      <Spark title={t('run.chart.rows')} points={of(({ rows }) => rows)} write={each} />
      <Spark title={t('run.chart.loop')} points={of(({ loop }) => loop)} write={ms} />
      <Spark title={t('run.chart.memory')} points={of(({ memory }) => memory)} write={(mb) => `${n(Math.round(mb))} MB`} />
      <Running count={running} />
    </div>
  )
}

/** What runs at this moment, and the way to it. */
function Running({ count }: { count: number }) {
  const { t, n } = useTexts()
  return (
    <Link
      to="/run/$part"
      params={{ part: 'queries' }}
      className="flex flex-col rounded-xl border border-line bg-surface p-4 hover:border-line-strong"
    >
      <span className="text-sm text-ink-2">{t('run.chart.running')}</span>
      <span className="mt-0.5 text-xl font-semibold tabular-nums">{n(count)}</span>
      <span className="mt-auto flex items-center gap-1 pt-3 font-medium text-accent">
        {t('run.part.queries')} <Icon name="chevronRight" size={16} />
      </span>
    </Link>
  )
}

function Sources({ figures }: { figures: Figures }) {
  const { t, tn, n } = useTexts()
  const health = useHealth()
  return (
    <Card title={t('run.health')} flush>
      <ul className="divide-y divide-line">
        {figures.sources.map(({ source, version, pool }) => {
          const told = health.data?.sources?.[source]
          const of = figures.by_source[source]
          return (
            <li key={source} className="grid grid-cols-1 items-center gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[1.2fr_1fr_1.2fr]">
              <div className="min-w-0">
                <Link to="/catalog/$source" params={{ source }} className="font-medium hover:underline">
                  {source}
                </Link>
                <span className="ml-2 text-sm text-ink-3">{version}</span>
              </div>
              <div className="flex flex-wrap items-center gap-2">
                {told === undefined ? (
                  <Badge>{t('sources.unknown')}</Badge>
                ) : told.status === 'ok' ? (
                  <Badge tone="good">{t('run.health.ok', { ms: n(told.ms) })}</Badge>
                ) : (
                  <Badge tone="bad">{t('run.health.failed')}</Badge>
                )}
                {of && (
                  <span className="text-sm text-ink-2">
                    {tn('run.health.calls', of.total)} · {t('run.health.p95', { ms: n(of.p95_ms, { maximumFractionDigits: 1 }) })}
                    {of.failed > 0 && <span className="text-bad"> · {tn('run.health.failedCalls', of.failed)}</span>}
                  </span>
                )}
              </div>
              <Pool pool={pool} />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

function Pool({ pool }: { pool: Figures['sources'][number]['pool'] }) {
  const { t } = useTexts()
  if (!pool) return <span className="text-sm text-ink-3">{t('run.health.noPool')}</span>
  const share = pool.max === 0 ? 0 : Math.round((pool.busy / pool.max) * 100)
  return (
    <div className="text-sm text-ink-2">
      <div className="mb-1 flex justify-between gap-2">
        <span>{t('run.health.pool', { busy: pool.busy, max: pool.max })}</span>
        {pool.waiting > 0 && <span className="text-warn">{t('run.health.poolWaiting', { waiting: pool.waiting })}</span>}
      </div>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="h-1 w-full rounded-full bg-sunken">
        <rect width={share} height="4" fill={share > 85 ? 'var(--warn)' : 'var(--accent)'} />
      </svg>
    </div>
  )
}

function Machine({ figures: { uptime_s, cpu, memory, disk, event_loop } }: { figures: Figures }) {
  const { t, n } = useTexts()
  const share = (value: number) => n(value, { style: 'percent', maximumFractionDigits: 1 })
  const mb = (value: number) => (value >= 1024 ? `${n(value / 1024, { maximumFractionDigits: 1 })} GB` : `${n(Math.round(value))} MB`)
  return (
    <Card title={t('run.machine')}>
      <dl className="grid grid-cols-2 gap-4 lg:grid-cols-5">
        <Fact name={t('run.machine.uptime')}>{duration(uptime_s * 1000, n)}</Fact>
        <Fact name={t('run.machine.cpu')}>{t('run.machine.cores', { share: share(cpu.process_share), cores: cpu.cores })}</Fact>
        <Fact name={t('run.machine.memory')}>{mb(memory.process_mb)}</Fact>
        <Fact name={t('run.machine.loop')}>{share(event_loop.utilization)}</Fact>
        {disk && <Fact name={t('run.machine.disk')}>{t('run.machine.free', { free: mb(disk.free_mb), total: mb(disk.total_mb) })}</Fact>}
      </dl>
    </Card>
  )
}

/** A span of time in the unit that fits it. */
export function duration(ms: number, n: (value: number, options?: Intl.NumberFormatOptions) => string): string {
  const unit = (value: number, unit: string) =>
    n(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 })
  if (ms < 1_000) return unit(ms, 'millisecond')
  if (ms < 90_000) return unit(ms / 1_000, 'second')
  if (ms < 5_400_000) return unit(ms / 60_000, 'minute')
  return ms < 172_800_000 ? unit(ms / 3_600_000, 'hour') : unit(ms / 86_400_000, 'day')
}
