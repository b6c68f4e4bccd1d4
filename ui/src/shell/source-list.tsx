import { Link } from '@tanstack/react-router'
import { type SourceAbout, useHealth, useMe } from '../api/me.ts'
import { Icon, type IconName } from '../kit/icon.tsx'
import { useTexts } from '../texts/texts.tsx'

/** The picture of a kind of source: files, or a database. */
export const iconOf = (connector: string): IconName => (/duckdb|csv|parquet|file|s3/.test(connector) ? 'file' : 'database')

/** The sources that the caller may use, each with its kind and whether it answers; one opens a question to it. */
export function SourceList({ onGo }: { onGo?: () => void }) {
  const { t } = useTexts()
  const me = useMe()
  const health = useHealth()
  const sources = me.data?.sources ?? []
  return (
    <section aria-label={t('sources.title')} className="flex min-h-0 flex-col">
      <h2 className="px-3 pb-1 text-xs font-semibold tracking-wide text-ink-3 uppercase">{t('sources.title')}</h2>
      {me.isSuccess && sources.length === 0 && <p className="px-3 py-1 text-sm text-ink-2">{t('sources.none')}</p>}
      <ul className="flex min-h-0 flex-col gap-0.5 overflow-auto">
        {sources.map((source) => (
          <SourceEntry key={source.name} source={source} state={health.data?.sources?.[source.name]?.status} onGo={onGo} />
        ))}
      </ul>
    </section>
  )
}

function SourceEntry({ source, state, onGo }: { source: SourceAbout; state: 'ok' | 'failed' | undefined; onGo: (() => void) | undefined }) {
  const { t } = useTexts()
  const says = t(state === undefined ? 'sources.unknown' : `sources.${state}`)
  const dot = state === 'ok' ? 'bg-good' : state === 'failed' ? 'bg-bad' : 'bg-line-strong'
  return (
    <li>
      <Link
        to="/ask"
        search={{ source: source.name }}
        title={source.description ?? ''}
        {...(onGo ? { onClick: onGo } : {})}
        className="flex items-center gap-2.5 rounded-lg px-3 py-1.5 text-ink-2 hover:bg-sunken hover:text-ink"
      >
        <Icon name={iconOf(source.connector)} size={16} className="text-ink-3" />
        <span className="min-w-0 flex-1 truncate">{source.name}</span>
        <span className="text-xs text-ink-3">{source.dialect}</span>
        <span className={`size-2 rounded-full ${dot}`} title={says} />
        <span className="sr-only">{says}</span>
      </Link>
    </li>
  )
}
