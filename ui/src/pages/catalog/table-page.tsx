import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Badge } from '../../kit/badge.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Failed, PageFrame } from '../../kit/page.tsx'
import { Loading } from '../../kit/states.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { quoted, type TableAbout, useTable } from './catalog.ts'
import { Columns } from './columns.tsx'
import { Description, Tags } from './note.tsx'
import { Samples } from './samples.tsx'
import { Uses } from './uses.tsx'
import { Versions } from './versions.tsx'
import { Views } from './views.tsx'

const Graph = lazy(() => import('./graph.tsx').then(({ Graph }) => ({ default: Graph })))

const views = ['columns', 'samples', 'graph', 'uses', 'versions'] as const
const link =
  'inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-2.5 text-sm font-medium hover:bg-sunken'

/** One table: what it holds, what it is like, with what it is joined, who uses it, how it changed. */
export function TablePage({ source, table }: { source: string; table: string }) {
  const { t } = useTexts()
  const { view = 'columns' } = useSearch({ strict: false })
  const asked = useTable(source, table)
  const about = asked.data
  return (
    <PageFrame
      title={table}
      actions={
        <>
          <Link to="/catalog/$source" params={{ source }} className={`${link} md:hidden`}>
            {t('catalog.table.back')}
          </Link>
          <Link to="/ask" search={{ source }} className={`${link} hidden sm:inline-flex`}>
            <Icon name="ask" size={16} /> {t('catalog.table.ask')}
          </Link>
          {about && (
            <Link
              to="/query"
              search={{ source, sql: `SELECT *\nFROM ${quoted(about.table, about.dialect, about.schema)}\nLIMIT 100` }}
              className={link}
            >
              <Icon name="query" size={16} /> {t('catalog.table.query')}
            </Link>
          )}
        </>
      }
      parts={<Views open={view} views={views.map((one) => ({ view: one, label: t(`catalog.view.${one}`) }))} />}
      wide={view === 'graph'}
    >
      {asked.error ? (
        <Failed problem={asked.error} retry={() => void asked.refetch()} />
      ) : !about ? (
        <Loading />
      ) : (
        <>
          <Head source={source} about={about} />
          <Suspense fallback={<Loading />}>
            {view === 'samples' ? (
              <Samples source={source} about={about} />
            ) : view === 'graph' ? (
              <Graph source={source} from={table} />
            ) : view === 'uses' ? (
              <Uses source={source} table={table} />
            ) : view === 'versions' ? (
              <Versions source={source} table={table} />
            ) : (
              <Columns source={source} about={about} />
            )}
          </Suspense>
        </>
      )}
    </PageFrame>
  )
}

function Head({ source, about }: { source: string; about: TableAbout }) {
  const { t, n } = useTexts()
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone="accent">{source}</Badge>
        <Badge>{about.kind}</Badge>
        {about.rows_estimate !== undefined && (
          <span className="text-sm text-ink-2">{t('catalog.table.rows', { count: n(about.rows_estimate) })}</span>
        )}
        {about.owner && (
          <span className="text-sm text-ink-2">
            {t('catalog.table.owner')}: {about.owner}
          </span>
        )}
        <Tags source={source} table={about.table} name={about.table} tags={about.tags} />
      </div>
      <Description
        source={source}
        table={about.table}
        name={about.table}
        text={about.description ?? about.comment}
        placeholder={t('catalog.table.describe')}
      />
      {about.policies.length > 0 && (
        <Card title={t('catalog.table.policies')}>
          <ul className="list-disc pl-5 text-sm">
            {about.policies.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}
