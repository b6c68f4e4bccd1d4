import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { tool } from '../../api/client.ts'
import { Badge } from '../../kit/badge.tsx'
import { Icon } from '../../kit/icon.tsx'
import { PageFrame } from '../../kit/page.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { SearchBox } from './tree.tsx'

type Found = Readonly<{
  tables: readonly Readonly<{
    source: string
    table: string
    kind: string
    why: string
    comment?: string
    columns: readonly Readonly<{ name: string; type: string; masked?: string }>[]
    more_columns: number
  }>[]
  silent?: readonly string[]
}>

const LIMIT = 20
const COLUMNS = 6

/** Tables that fit what is typed, best first, with why. */
export function SearchResults({ words, source }: { words: string; source: string | undefined }) {
  const { t } = useTexts()
  const asked = useDeferredValue(words.trim())
  const found = useQuery({
    queryKey: ['search', asked, source],
    queryFn: ({ signal }) =>
      tool<Found>('search_schema', { query: asked, limit: LIMIT, ...(source === undefined ? {} : { source }) }, signal),
    enabled: asked !== '',
    placeholderData: (before) => before,
    retry: false,
  })
  const silent = found.data?.silent ?? []
  return (
    <PageFrame title={t('catalog.search.results')}>
      <div className="md:hidden">
        <SearchBox />
      </div>
      {found.error ? (
        <Failure problem={found.error} />
      ) : !found.data ? (
        <Loading />
      ) : (
        <div aria-live="polite" className="flex flex-col gap-3">
          {silent.length > 0 && <p className="text-sm text-warn">{t('catalog.search.silent', { sources: silent.join(', ') })}</p>}
          {found.data.tables.length === 0 && (
            <p className="text-ink-2">
              {t('catalog.search.none', { words: asked })} {t('catalog.search.hint')}
            </p>
          )}
          {found.data.tables.map((hit) => (
            <Link
              key={`${hit.source} ${hit.table}`}
              to="/catalog/$source/$table"
              params={{ source: hit.source, table: hit.table }}
              className="rounded-xl border border-line bg-surface p-4 hover:border-accent"
            >
              <div className="flex flex-wrap items-center gap-2">
                <Icon name="table" size={16} className="text-ink-3" />
                <span className="font-mono font-medium">{hit.table}</span>
                <Badge>{hit.source}</Badge>
              </div>
              <p className="mt-1 text-sm break-words text-ink-2">{hit.comment ? `${hit.comment} — ${hit.why}` : hit.why}</p>
              <p className="mt-1.5 truncate font-mono text-xs text-ink-3">
                {hit.columns
                  .slice(0, COLUMNS)
                  .map(({ name }) => name)
                  .join(' · ')}
                {hit.columns.length + hit.more_columns > COLUMNS && ' …'}
              </p>
            </Link>
          ))}
        </div>
      )}
    </PageFrame>
  )
}
