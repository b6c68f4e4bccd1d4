import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import { Badge } from '../../kit/badge.tsx'
import { Icon } from '../../kit/icon.tsx'
import { PageFrame } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { iconOf } from '../../shell/source-list.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { SearchBox } from './tree.tsx'

type CatalogSource = Readonly<{
  source: string
  connector: string
  dialect: string
  description: string
  health?: Readonly<{ ok: boolean; at: string }>
  synced_at?: string
  tables?: number
  columns?: number
}>

/** Every source as the registry knows it. */
export function Overview() {
  const { t, n } = useTexts()
  const asked = useQuery({
    queryKey: ['catalog-sources'],
    queryFn: ({ signal }) => ask<{ sources: readonly CatalogSource[] }>('GET', '/api/catalog/sources', undefined, signal),
  })
  return (
    <PageFrame title={t('catalog.title')}>
      <div className="md:hidden">
        <SearchBox />
      </div>
      <p className="text-ink-2">{t('catalog.search.hint')}</p>
      {asked.error ? (
        <Failure problem={asked.error} retry={() => void asked.refetch()} />
      ) : !asked.data ? (
        <Loading />
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {asked.data.sources.map((one) => (
            <li key={one.source}>
              <Link
                to="/catalog/$source"
                params={{ source: one.source }}
                className="flex h-full flex-col gap-2 rounded-xl border border-line bg-surface p-4 hover:border-accent"
              >
                <span className="flex items-center gap-2">
                  <Icon name={iconOf(one.connector)} className="text-accent" />
                  <span className="flex-1 truncate text-lg font-semibold">{one.source}</span>
                  <Badge>{one.dialect}</Badge>
                </span>
                <span className="text-sm break-words text-ink-2">{one.description}</span>
                <span className="mt-auto text-sm text-ink-3">
                  {one.tables === undefined || one.columns === undefined
                    ? t('catalog.source.never')
                    : t('catalog.versions.counts', { tables: n(one.tables), columns: n(one.columns) })}
                  {one.synced_at && (
                    <>
                      {' · '}
                      {t('catalog.source.synced')} <Time at={one.synced_at} />
                    </>
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </PageFrame>
  )
}
