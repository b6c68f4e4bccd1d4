import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { ask } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { problemOf } from '../../api/problem.ts'
import type { operations } from '../../api/schema.d.ts'
import { Button } from '../../kit/button.tsx'
import { Input, Select } from '../../kit/field.tsx'
import { Card, Failed, Rows } from '../../kit/page.tsx'
import { Empty, Loading } from '../../kit/states.tsx'
import { Time, zone } from '../../kit/time.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { AuditActions } from './audit-actions.tsx'
import { CallDetails, Outcome } from './call-details.tsx'

type Page = operations['get_api_audit']['responses'][200]['content']['application/json']
export type LoggedCall = Page['calls'][number]
export type Filters = Readonly<Record<'text' | 'mine' | 'principal' | 'source' | 'kind' | 'outcome' | 'since' | 'until', string>>

const kinds = ['data', 'read', 'explain', 'show', 'schema', 'write', 'ddl', 'admin', 'keys'] as const
const PAGE = 50

/** The query of the audit routes for these filters. */
export function queryOf(filters: Filters, more: Readonly<Record<string, string>> = {}): string {
  const time = (local: string) => (local === '' ? '' : new Date(local).toISOString())
  const all = { ...filters, since: time(filters.since), until: time(filters.until), ...more }
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
}

/** Every call, by filters that an address can hold. */
export function Audit() {
  const { t } = useTexts()
  const search = useSearch({ strict: false })
  const me = useMe()
  const [filters, setFilters] = useState<Filters>({
    ...{ text: search.q ?? '', mine: search.view === 'mine' ? 'true' : '', principal: search.role ?? '' },
    ...{ source: search.source ?? '', kind: search.q ? '' : 'data', outcome: '', since: '', until: '' },
  })
  const asked = useDeferredValue(filters)
  const pages = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam, signal }) =>
      ask<Page>('GET', `/api/audit?${queryOf(asked, { limit: String(PAGE), after: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
    staleTime: 0,
  })
  // Whoever administers nothing has their own calls at least.
  const refused = pages.error && problemOf(pages.error).told.code === 'action_refused' && filters.mine === ''
  if (refused) setFilters({ ...filters, mine: 'true' })
  const calls = pages.data?.pages.flatMap((page) => page.calls) ?? []
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-64 flex-1 text-ink-2">
          {t('govern.audit.says')} {t('time.zone', { zone })}
        </p>
        <AuditActions filters={filters} onAgain={() => void pages.refetch()} />
      </div>
      <FilterBar filters={filters} onChange={setFilters} sources={(me.data?.sources ?? []).map(({ name }) => name)} />
      {pages.error && !refused ? (
        <Failed problem={pages.error} retry={() => void pages.refetch()} />
      ) : !pages.data ? (
        <Loading />
      ) : calls.length === 0 ? (
        <Empty icon="history" title={t('govern.audit.none')} says={t('govern.audit.noneSays')} />
      ) : (
        <Calls calls={calls} single={calls.length === 1 ? calls[0]!.audit_id : undefined} />
      )}
      {pages.hasNextPage && (
        <div className="flex justify-center">
          <Button icon="arrowDown" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('govern.audit.more')}
          </Button>
        </div>
      )}
      {pages.data?.pages.at(-1)?.complete === false && <p className="text-sm text-ink-2">{t('govern.audit.incomplete')}</p>}
    </>
  )
}

function Calls({ calls, single }: { calls: readonly LoggedCall[]; single: string | undefined }) {
  const { t, n } = useTexts()
  const [open, setOpen] = useState<string>()
  const shown = open ?? single
  return (
    <Card flush>
      <Rows
        label={t('govern.part.audit')}
        rows={calls}
        keyOf={({ audit_id }) => audit_id}
        onOpen={({ audit_id }) => setOpen(shown === audit_id ? '' : audit_id)}
        openOf={(call) => (call.audit_id === shown ? <CallDetails call={call} /> : null)}
        columns={[
          {
            key: 'time',
            head: t('govern.audit.when'),
            cell: ({ time, audit_id }) => (
              <button type="button" aria-expanded={shown === audit_id} className="text-left hover:underline">
                <Time at={time} />
              </button>
            ),
          },
          { key: 'who', head: t('govern.audit.caller'), cell: ({ principal }) => <span className="font-medium">{principal ?? '–'}</span> },
          { key: 'source', head: t('govern.audit.source'), cell: ({ source }) => source || '–' },
          {
            key: 'what',
            head: t('govern.audit.what'),
            wide: true,
            cell: ({ text, sql, kind }) => (
              <span className="block truncate font-mono text-xs">
                {kind && <span className="mr-2 text-ink-3">{kind}</span>}
                {text || sql}
              </span>
            ),
          },
          { key: 'code', head: t('govern.audit.outcome'), cell: ({ code }) => <Outcome code={code} /> },
          { key: 'rows', head: t('govern.audit.rows'), right: true, cell: ({ rows }) => (rows === undefined ? '' : n(rows)) },
          { key: 'ms', head: t('govern.audit.took'), right: true, cell: ({ ms }) => (ms === undefined ? '' : `${n(Math.round(ms))} ms`) },
        ]}
      />
    </Card>
  )
}

function FilterBar({ filters, onChange, sources }: { filters: Filters; onChange(filters: Filters): void; sources: readonly string[] }) {
  const { t } = useTexts()
  const navigate = useNavigate()
  const set = (name: keyof Filters) => (value: string) => {
    const next = { ...filters, [name]: value }
    onChange(next)
    const search = { q: next.text, role: next.principal, source: next.source, view: next.mine ? 'mine' : '' }
    void navigate({
      to: '/govern/$part',
      params: { part: 'audit' },
      search: Object.fromEntries(Object.entries(search).filter(([, one]) => one !== '')),
      replace: true,
    })
  }
  const select = (name: keyof Filters, label: string, options: readonly (readonly [string, string])[]) => (
    <Select aria-label={label} value={filters[name]} onChange={({ target }) => set(name)(target.value)}>
      {options.map(([value, says]) => (
        <option key={value} value={value}>
          {says}
        </option>
      ))}
    </Select>
  )
  return (
    <search className="grid grid-cols-2 gap-2 md:grid-cols-4">
      <Input
        type="search"
        aria-label={t('action.search')}
        placeholder={t('govern.audit.search')}
        value={filters.text}
        onChange={({ target }) => set('text')(target.value)}
        className="col-span-2"
      />
      {select('mine', t('govern.audit.whose'), [
        ['', t('govern.audit.everyone')],
        ['true', t('govern.audit.mine')],
      ])}
      {select('source', t('govern.audit.source'), [['', t('govern.audit.anySource')], ...sources.map((one) => [one, one] as const)])}
      {select('kind', t('govern.audit.kind'), [
        ['', t('govern.audit.anyKind')],
        ...kinds.map((one) => [one, one === 'data' ? t('govern.audit.data') : one] as const),
      ])}
      {select('outcome', t('govern.audit.outcome'), [
        ['', t('govern.audit.anyOutcome')],
        ['ok', t('govern.audit.ok')],
        ['failed', t('govern.audit.failed')],
        ['open', t('govern.audit.open')],
      ])}
      <Input
        type="datetime-local"
        aria-label={t('govern.audit.since')}
        title={t('govern.audit.since')}
        value={filters.since}
        onChange={({ target }) => set('since')(target.value)}
      />
      <Input
        type="datetime-local"
        aria-label={t('govern.audit.until')}
        title={t('govern.audit.until')}
        value={filters.until}
        onChange={({ target }) => set('until')(target.value)}
      />
    </search>
  )
}
