import { useId } from 'react'
import { useTexts } from '../../texts/texts.tsx'

type Props = Readonly<{
  title: string
  points: readonly Readonly<{ at: number; value: number }>[]
  write(value: number): string
  tone?: 'accent' | 'bad'
}>

const WIDTH = 300
const HEIGHT = 64
const SPAN_MS_MAX = 10 * 60_000
/** A gateway that has just started would else draw nothing but a stroke at the edge. */
const SPAN_MS_MIN = 60_000

/** One figure over the last ten minutes, with what it is now. */
export function Spark({ title, points, write, tone = 'accent' }: Props) {
  const { t } = useTexts()
  const shade = useId()
  const last = points.at(-1)
  const most = points.reduce((sum, { value }) => Math.max(sum, value), 0)
  const end = last?.at ?? 0
  const span = Math.min(SPAN_MS_MAX, Math.max(SPAN_MS_MIN, end - (points[0]?.at ?? 0)))
  const x = (at: number) => WIDTH - ((end - at) / span) * WIDTH
  const y = (value: number) => HEIGHT - 4 - (most === 0 ? 0 : (value / most) * (HEIGHT - 12))
  const seen = points.filter(({ at }) => x(at) >= 0)
  const line = seen.map(({ at, value }, i) => `${i === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  const area = seen.length < 2 ? '' : `${line}L${WIDTH} ${HEIGHT}L${x(seen[0]!.at).toFixed(1)} ${HEIGHT}Z`
  const now = last ? write(last.value) : '–'
  const color = tone === 'bad' ? 'var(--bad)' : 'var(--accent)'
  return (
    <figure className="min-w-0 rounded-xl border border-line bg-surface p-4">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="truncate text-sm text-ink-2">{title}</span>
        <span className="text-xs whitespace-nowrap text-ink-3">{t('run.chart.most', { most: write(most) })}</span>
      </figcaption>
      <div className="mt-0.5 text-xl font-semibold tabular-nums">{now}</div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('run.chart.says', { title, now, most: write(most) })}
        className="mt-2 h-16 w-full"
      >
        <defs>
          <linearGradient id={shade} x1="0" x2="0" y1="0" y2="1">
            <stop offset="0" stopColor={color} stopOpacity="0.28" />
            <stop offset="1" stopColor={color} stopOpacity="0.02" />
          </linearGradient>
        </defs>
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line)" />
        {area && <path d={area} fill={`url(#${shade})`} />}
        {line && <path d={line} fill="none" stroke={color} strokeWidth="1.75" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />}
      </svg>
    </figure>
  )
}
