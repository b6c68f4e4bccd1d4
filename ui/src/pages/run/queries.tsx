import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, tool } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Card, Code, Failed, Rows } from '../../kit/page.tsx'
import { Failure, Loading, Spinner } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { type Figures, type RunningQuery, useFigures } from './figures.ts'
import { duration } from './overview.tsx'

/** What runs now, who calls, and what was slow. */
export function Queries() {
  const { figures, error, refetch } = useFigures()
  if (error && !figures) return <Failed problem={error} retry={refetch} />
  if (!figures) return <Loading />
  return (
    <>
      <RunningNow queries={figures.queries} />
      <Slow slow={figures.slow} />
      <Sessions sessions={figures.sessions} />
    </>
  )
}

function RunningNow({ queries }: { queries: readonly RunningQuery[] }) {
  const { t, n } = useTexts()
  return (
    <Card title={t('run.running')} flush>
      {queries.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('run.running.none')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {queries.map((query) => (
            <li key={query.id} className="flex flex-col gap-2 px-4 py-3">
              <div className="flex flex-wrap items-center gap-2">
                <Badge tone="accent">{query.source}</Badge>
                <span className="font-medium">{query.principal}</span>
                <span className="text-sm text-ink-3">
                  {query.door} · {t('run.running.for')} {duration(query.ms, n)}
                </span>
                <span className="flex-1" />
                <Cancel id={query.id} />
              </div>
              <p className="max-h-24 overflow-hidden font-mono text-xs break-words whitespace-pre-wrap text-ink-2">
                {query.sql || t('run.running.reading')}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Cancel({ id }: { id: string }) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [asked, setAsked] = useState(false)
  const cancel = async () => {
    setAsked(true)
    try {
      const { cancelled } = await ask<{ cancelled: boolean }>('POST', `/api/run/queries/${encodeURIComponent(id)}/cancel`, {})
      tell(t(cancelled ? 'run.running.cancelled' : 'run.running.over'))
      void queries.invalidateQueries({ queryKey: ['run'] })
    } catch (caught) {
      setAsked(false)
      tell(problemOf(caught).message, { bad: true })
    }
  }
  return (
    <Button look="danger" small icon="stop" disabled={asked} onClick={() => void cancel()}>
      {t('run.running.cancel')}
    </Button>
  )
}

function Sessions({ sessions }: { sessions: Figures['sessions'] }) {
  const { t, n } = useTexts()
  return (
    <Card title={t('run.sessions')} flush>
      {sessions.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('run.sessions.none')}</p>
      ) : (
        <Rows
          label={t('run.sessions')}
          rows={sessions}
          keyOf={({ principal, source }) => `${principal} ${source}`}
          columns={[
            { key: 'who', head: t('run.col.caller'), cell: ({ principal }) => <span className="font-medium">{principal}</span> },
            { key: 'source', head: t('run.col.source'), cell: ({ source }) => source },
            { key: 'requests', head: t('run.sessions.requests'), right: true, cell: ({ requests }) => n(requests) },
            { key: 'rows', head: t('run.sessions.rows'), right: true, cell: ({ rows }) => n(rows) },
            { key: 'running', head: t('run.running'), right: true, cell: ({ running }) => n(running) },
          ]}
        />
      )}
    </Card>
  )
}

type SlowOne = Figures['slow'][number]

function Slow({ slow }: { slow: Figures['slow'] }) {
  const { t } = useTexts()
  return (
    <Card title={t('run.slow')} says={t('run.slow.says')} flush>
      {slow.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t('run.slow.none')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {slow.map((one) => (
            <SlowEntry key={one.audit_id} slow={one} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function SlowEntry({ slow }: { slow: SlowOne }) {
  const { t, tn, n } = useTexts()
  const [advised, setAdvised] = useState(false)
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone="warn">{duration(slow.ms, n)}</Badge>
        <span className="font-medium">{slow.source}</span>
        <span className="text-sm text-ink-3">
          {slow.principal} · {tn('count.rows', slow.rows)} · <Time at={slow.at} />
        </span>
        <span className="flex-1" />
        <Button small icon="spark" aria-expanded={advised} onClick={() => setAdvised(!advised)}>
          {t('run.slow.advice')}
        </Button>
        <Link
          to="/query"
          search={{ source: slow.source, sql: slow.sql }}
          className="inline-flex h-8 items-center rounded-lg px-2.5 text-sm font-medium text-ink-2 hover:bg-sunken"
        >
          {t('run.slow.open')}
        </Link>
        <Link
          to="/govern/$part"
          params={{ part: 'audit' }}
          search={{ q: slow.audit_id }}
          className="inline-flex h-8 items-center rounded-lg px-2.5 text-sm font-medium text-ink-2 hover:bg-sunken"
        >
          {t('run.slow.audit')}
        </Link>
      </div>
      <p className="line-clamp-3 font-mono text-xs break-words whitespace-pre-wrap text-ink-2">{slow.sql}</p>
      {advised && <Advice slow={slow} />}
    </li>
  )
}

type Advised = Readonly<{
  would_run: boolean
  reason?: string
  hint?: string
  advice: readonly Readonly<{ about: string; text: string; instead?: string }>[]
  plan: readonly string[]
}>

function Advice({ slow: { source, sql } }: { slow: SlowOne }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['advice', source, sql],
    queryFn: ({ signal }) => tool<Advised>('optimize_query', { source, sql }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (asked.error) return <Failure problem={asked.error} />
  if (!asked.data)
    return (
      <p role="status" className="flex items-center gap-2 text-sm text-ink-2">
        <Spinner /> {t('state.loading')}
      </p>
    )
  const { advice, plan, reason, hint } = asked.data
  return (
    <div className="flex flex-col gap-3 rounded-lg bg-sunken p-3">
      {reason && <p>{[reason, hint].filter(Boolean).join(' ')}</p>}
      {!reason && advice.length === 0 && <p className="text-ink-2">{t('run.slow.noAdvice')}</p>}
      {advice.map(({ about, text, instead }) => (
        <div key={`${about} ${text}`}>
          <p>{text}</p>
          {instead && <Code text={instead} label={t('run.slow.instead')} />}
        </div>
      ))}
      {plan.length > 0 && <Code text={plan.join('\n')} label={t('run.slow.plan')} />}
    </div>
  )
}
