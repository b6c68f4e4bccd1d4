import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Card } from '../../kit/page.tsx'
import { Empty, Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useTexts } from '../../texts/texts.tsx'
import { at } from './catalog.ts'

type Version = Readonly<{ version?: number; at: string; tables: number; columns: number; changes: Readonly<Record<string, number>> }>
type Change = Readonly<{ kind: string; table: string; column?: string; before?: string; after?: string; likeness?: number }>
type Diff = Readonly<{
  changes: readonly Change[]
  total: number
  breaks: readonly Readonly<{ use: { what: string; name: string }; text: string; mend: string; certain: boolean }>[]
}>

/** Versions of the schema with what changed; of one table only its changes. */
export function Versions({ source, table }: { source: string; table?: string }) {
  const { t } = useTexts()
  const asked = useQuery({
    queryKey: ['versions', source],
    queryFn: ({ signal }) => ask<{ versions: readonly Version[] }>('GET', at(source, 'versions'), undefined, signal),
    retry: false,
  })
  if (asked.error) {
    if (problemOf(asked.error).told.code === 'not_synchronised') return <Empty icon="history" title={t('catalog.source.never')} />
    return <Failure problem={asked.error} retry={() => void asked.refetch()} />
  }
  if (!asked.data) return <Loading />
  const { versions } = asked.data
  return (
    <>
      {versions.length <= 1 && <p className="text-ink-2">{t('catalog.versions.none')}</p>}
      <ol className="flex flex-col gap-3">
        {versions.map((version, i) => (
          <VersionEntry key={version.at} source={source} table={table} version={version} before={versions[i + 1]} open={i === 0} />
        ))}
      </ol>
    </>
  )
}

function VersionEntry({
  source,
  table,
  version,
  before,
  open: begins,
}: {
  source: string
  table: string | undefined
  version: Version
  before: Version | undefined
  open: boolean
}) {
  const { t, tn, n } = useTexts()
  const [open, setOpen] = useState(begins)
  const changes = Object.values(version.changes).reduce((sum, count) => sum + count, 0)
  return (
    <li>
      <Card
        title={
          <>
            {version.version === undefined ? t('catalog.versions.since') : t('catalog.versions.version', { number: version.version })} ·{' '}
            <Time at={version.at} />
          </>
        }
        says={t('catalog.versions.counts', { tables: n(version.tables), columns: n(version.columns) })}
        actions={
          before ? (
            <Button small aria-expanded={open} onClick={() => setOpen(!open)}>
              {tn('catalog.versions.changes', changes)}
            </Button>
          ) : (
            <Badge>{t('catalog.versions.first')}</Badge>
          )
        }
        flush
      >
        {open && before && <Changes source={source} table={table} from={before} to={version} />}
      </Card>
    </li>
  )
}

const nameOf = ({ version, at: time }: Version) => (version === undefined ? time : String(version))

function Changes({ source, table, from, to }: { source: string; table: string | undefined; from: Version; to: Version }) {
  const { t, n } = useTexts()
  const asked = useQuery({
    queryKey: ['diff', source, from.at, to.at],
    queryFn: ({ signal }) =>
      ask<Diff>('GET', `${at(source, 'diff')}?${new URLSearchParams({ from: nameOf(from), to: nameOf(to) })}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (asked.error) return <Failure problem={asked.error} />
  if (!asked.data) return <Loading lines={2} />
  const mine = (name: string) => table === undefined || name === table || name.endsWith(`.${table}`)
  const changes = asked.data.changes.filter((change) => mine(change.table))
  if (changes.length === 0) return <p className="px-4 py-3 text-ink-2">{t('catalog.versions.noneHere')}</p>
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <ul className="flex flex-col gap-1.5 text-sm">
        {changes.map((change) => (
          <li key={JSON.stringify(change)} className="flex flex-wrap items-baseline gap-2">
            <Badge tone={/removed/.test(change.kind) ? 'bad' : /added/.test(change.kind) ? 'good' : 'warn'}>
              {change.kind.replaceAll('_', ' ')}
            </Badge>
            <code className="font-mono">{change.column === undefined ? change.table : `${change.table}.${change.column}`}</code>
            {(change.before !== undefined || change.after !== undefined) && (
              <span className="break-words text-ink-2">
                {change.before} → {change.after}
              </span>
            )}
            {change.likeness !== undefined && (
              <span className="text-ink-3">{t('catalog.versions.likeness', { share: n(change.likeness, { style: 'percent' }) })}</span>
            )}
          </li>
        ))}
      </ul>
      {table === undefined && asked.data.breaks.length > 0 && (
        <div>
          <h3 className="font-medium text-warn">{t('catalog.versions.breaks')}</h3>
          <ul className="text-sm">
            {asked.data.breaks.map(({ use, text, mend }) => (
              <li key={`${use.what} ${use.name} ${text}`} className="break-words">
                {text} <span className="text-ink-2">{mend}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
