import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask, tool } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Icon } from '../../kit/icon.tsx'
import { Card, Rows } from '../../kit/page.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at, type ColumnAbout, type TableAbout } from './catalog.ts'
import { Description, Tags } from './note.tsx'

type ColumnProfile = Readonly<{
  name: string
  null_share?: number
  distinct?: number
  min?: string
  max?: string
  personal?: boolean
  frequent?: readonly Readonly<{ value: string; count: number }>[]
}>
type Profile = Readonly<{ table: string; role: string; rows?: number; sampled?: boolean; columns?: readonly ColumnProfile[] }>
type Index = Readonly<{ name: string; table: string; columns: readonly string[]; unique: boolean; primary: boolean }>

const FREQUENT = 5

/** Columns with what is known of them, and indexes. */
export function Columns({ source, about }: { source: string; about: TableAbout }) {
  const { t } = useTexts()
  const profiles = useQuery({
    queryKey: ['profile', source, about.table],
    queryFn: ({ signal }) =>
      ask<{ profiles?: readonly Profile[] }>(
        'GET',
        `${at(source, 'profile')}?${new URLSearchParams({ table: about.table })}`,
        undefined,
        signal,
      ),
    retry: false,
  })
  const profile = profiles.data?.profiles?.[0]
  const of = new Map(profile?.columns?.map((one) => [one.name, one]))
  const columns = [
    { key: 'name', head: t('catalog.col.name'), cell: (column: ColumnAbout) => <Name source={source} column={column} about={about} /> },
    {
      key: 'type',
      head: t('catalog.col.type'),
      cell: ({ type, native_type, nullable }: ColumnAbout) => (
        <span title={native_type}>
          {type}
          {nullable && <span className="block text-xs text-ink-3">{t('catalog.col.nullable')}</span>}
        </span>
      ),
    },
    {
      key: 'about',
      head: t('catalog.col.about'),
      wide: true,
      cell: ({ name, description, comment, tags }: ColumnAbout) => (
        <span className="flex flex-col gap-1">
          <Description
            source={source}
            table={about.table}
            column={name}
            name={name}
            text={description ?? comment}
            placeholder={t('catalog.col.describe')}
          />
          <Tags source={source} table={about.table} column={name} name={name} tags={tags} />
        </span>
      ),
    },
    {
      key: 'values',
      head: t('catalog.col.values'),
      cell: ({ name }: ColumnAbout) => <Values profile={of.get(name)} rows={profile?.rows} />,
    },
  ]
  return (
    <>
      <Card flush title={t('catalog.view.columns')} actions={<LookAtValues source={source} table={about.table} profile={profile} />}>
        <Rows label={t('catalog.view.columns')} rows={about.columns} keyOf={({ name }) => name} columns={columns} />
      </Card>
      <Indexes source={source} table={about.table} />
    </>
  )
}

function Name({ source, column, about }: { source: string; column: ColumnAbout; about: TableAbout }) {
  const { t } = useTexts()
  const refs = (about.foreign_keys ?? []).filter(({ columns }) => columns.includes(column.name))
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex flex-wrap items-center gap-1.5">
        <code className="font-mono font-medium">{column.name}</code>
        {about.primary_key?.includes(column.name) && (
          <Badge>
            <Icon name="key" size={12} /> {t('catalog.col.key')}
          </Badge>
        )}
        {column.masked && (
          <Badge tone="warn">
            <Icon name="lock" size={12} /> {t('catalog.col.masked', { kind: column.masked })}
          </Badge>
        )}
      </span>
      {refs.map((ref) => (
        <Link
          key={`${ref.table} ${ref.references.join()}`}
          to="/catalog/$source/$table"
          params={{ source, table: ref.table }}
          className="text-xs text-accent hover:underline"
        >
          {t('catalog.table.refs')} {ref.table}.{ref.references[ref.columns.indexOf(column.name)]}
        </Link>
      ))}
    </span>
  )
}

function Values({ profile, rows }: { profile: ColumnProfile | undefined; rows: number | undefined }) {
  const { t, n } = useTexts()
  if (!profile) return null
  const share = (value: number) => n(value, { style: 'percent', maximumFractionDigits: value < 0.01 ? 2 : 0 })
  const { null_share, distinct, min, max, frequent = [] } = profile
  const most = frequent[0]?.count ?? 1
  return (
    <span className="block w-56 text-xs whitespace-normal text-ink-2">
      {distinct !== undefined && t('catalog.col.distinct', { count: n(distinct) })}
      {null_share !== undefined && null_share > 0 && ` · ${t('catalog.col.empty', { share: share(null_share) })}`}
      {min !== undefined && max !== undefined && <span className="block truncate">{t('catalog.col.range', { min, max })}</span>}
      {frequent.length > 0 && distinct !== undefined && distinct <= 1_000 && (
        <span className="mt-1 block">
          {frequent.slice(0, FREQUENT).map(({ value, count }) => (
            <span key={value} className="flex items-center gap-1.5">
              <svg viewBox="0 0 40 6" className="h-1.5 w-10 shrink-0" preserveAspectRatio="none" aria-hidden="true">
                <rect width={Math.max(1, (count / most) * 40)} height="6" rx="1" fill="var(--accent)" />
              </svg>
              <span className="min-w-0 flex-1 truncate">{value}</span>
              <span className="text-ink-3 tabular-nums">{rows ? share(count / rows) : n(count)}</span>
            </span>
          ))}
        </span>
      )}
    </span>
  )
}

/** Profiles are made as one of the caller's roles, and show no more than it may see. */
function LookAtValues({ source, table, profile }: { source: string; table: string; profile: Profile | undefined }) {
  const { t, n } = useTexts()
  const { tell } = useToasts()
  const me = useMe()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const role = me.data?.principal.roles[0]
  const look = async () => {
    setBusy(true)
    try {
      await ask('POST', at(source, 'profile'), { role, tables: [table] })
      await queries.invalidateQueries({ queryKey: ['profile', source, table] })
    } catch (caught) {
      tell(problemOf(caught).message, { bad: true })
    } finally {
      setBusy(false)
    }
  }
  return (
    <span className="flex flex-wrap items-center gap-3">
      <span className="text-sm text-ink-3">
        {profile?.rows === undefined
          ? t('catalog.profile.none')
          : `${t('catalog.profile.says', { role: profile.role, rows: n(profile.rows) })}${profile.sampled ? ` (${t('catalog.profile.sampled')})` : ''}`}
      </span>
      <Button small icon="eye" disabled={busy || role === undefined} onClick={() => void look()}>
        {t(busy ? 'catalog.profile.looking' : 'catalog.profile.look')}
      </Button>
    </span>
  )
}

function Indexes({ source, table }: { source: string; table: string }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['indexes', source, table],
    queryFn: ({ signal }) => tool<{ indexes: readonly Index[] }>('list_indexes', { source, table }, signal),
    retry: false,
  })
  if (!asked.data || asked.data.indexes.length === 0) return null
  return (
    <Card title={t('catalog.table.indexes')}>
      <ul className="flex flex-col gap-1.5 text-sm">
        {asked.data.indexes.map(({ name, columns, unique, primary }) => (
          <li key={name} className="flex flex-wrap items-center gap-2">
            <code className="font-mono">{name}</code>
            <span className="text-ink-2">({columns.join(', ')})</span>
            {primary ? <Badge>{t('catalog.table.primary')}</Badge> : unique && <Badge>{t('catalog.table.unique')}</Badge>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
