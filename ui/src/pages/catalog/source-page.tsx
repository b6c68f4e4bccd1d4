import { useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Button } from '../../kit/button.tsx'
import { Input } from '../../kit/field.tsx'
import { Card, Failed, PageFrame, Rows } from '../../kit/page.tsx'
import { Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at, useTables } from './catalog.ts'
import { Paths } from './paths.tsx'
import { Personal } from './personal.tsx'
import { Versions } from './versions.tsx'
import { Views } from './views.tsx'

const Graph = lazy(() => import('./graph.tsx').then(({ Graph }) => ({ default: Graph })))

const views = ['tables', 'graph', 'paths', 'personal', 'versions'] as const

/** One source: its tables, how they are joined, what is personal, what changed. */
export function SourcePage({ source }: { source: string }) {
  const { t } = useTexts()
  const { view = 'tables', table } = useSearch({ strict: false })
  return (
    <PageFrame
      title={source}
      actions={<Sync source={source} />}
      parts={<Views open={view} views={views.map((one) => ({ view: one, label: t(`catalog.view.${one}`) }))} />}
      wide={view === 'graph'}
    >
      <Suspense fallback={<Loading />}>
        {view === 'graph' ? (
          <Graph source={source} from={table} />
        ) : view === 'paths' ? (
          <Paths source={source} />
        ) : view === 'personal' ? (
          <Personal source={source} />
        ) : view === 'versions' ? (
          <Versions source={source} />
        ) : (
          <Tables source={source} />
        )}
      </Suspense>
    </PageFrame>
  )
}

function Sync({ source }: { source: string }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const sync = async () => {
    setBusy(true)
    try {
      const told = await ask<{ ok: boolean; total: number; text?: string }>('POST', at(source, 'sync'))
      if (told.ok) tell(t('catalog.source.syncedNow', { changes: n(told.total) }))
      else tell(t('catalog.source.syncFailed', { why: told.text ?? '' }), { bad: true })
      await queries.invalidateQueries()
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button small icon="refresh" disabled={busy} onClick={() => void sync()}>
      {t(busy ? 'catalog.source.syncing' : 'catalog.source.sync')}
    </Button>
  )
}

const SHOWN = 500

function Tables({ source }: { source: string }) {
  const { t, n } = useTexts()
  const tables = useTables(source)
  const [text, setText] = useState('')
  const word = useDeferredValue(text.trim().toLowerCase())
  if (tables.error) return <Failed problem={tables.error} retry={() => void tables.refetch()} />
  if (!tables.data) return <Loading />
  const shown = tables.data.tables.filter(({ table }) => table.toLowerCase().includes(word))
  return (
    <Card flush>
      <div className="border-b border-line p-3">
        <Input
          type="search"
          aria-label={t('catalog.tables.filter')}
          placeholder={t('catalog.tables.filter')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {shown.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('catalog.tables.none')}</p>
      ) : (
        <Rows
          label={t('catalog.view.tables')}
          rows={shown.slice(0, SHOWN)}
          keyOf={({ table, schema }) => `${schema} ${table}`}
          columns={[
            {
              key: 'table',
              head: t('catalog.tables.name'),
              cell: ({ table }) => (
                <Link to="/catalog/$source/$table" params={{ source, table }} className="font-mono font-medium hover:underline">
                  {table}
                </Link>
              ),
            },
            { key: 'kind', head: t('catalog.tables.kind'), cell: ({ kind }) => kind },
            { key: 'columns', head: t('catalog.tables.columns'), right: true, cell: ({ columns }) => n(columns) },
            {
              key: 'rows',
              head: t('catalog.tables.rows'),
              right: true,
              cell: ({ rows_estimate }) => (rows_estimate === undefined ? '–' : n(rows_estimate)),
            },
          ]}
        />
      )}
      {shown.length > SHOWN && (
        <p className="border-t border-line px-4 py-2 text-sm text-ink-3">{t('catalog.tree.more', { count: n(shown.length - SHOWN) })}</p>
      )}
    </Card>
  )
}
