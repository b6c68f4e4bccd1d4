import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { tool } from '../../api/client.ts'
import { Badge } from '../../kit/badge.tsx'
import { Sheet } from '../../kit/dialog.tsx'
import { Input } from '../../kit/field.tsx'
import { Failure, Loading } from '../../kit/states.tsx'
import { Time } from '../../kit/time.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Ran = Readonly<{ audit_id: string; code: string; time: string; source: string; text: string; kind: string; rows: number; ms: number }>
type Props = Readonly<{
  open: boolean
  onOpenChange(open: boolean): void
  onTake(sql: string, source: string): void
}>

const LAST = 200
const statements: ReadonlySet<string> = new Set(['read', 'explain', 'write'])

/** What one ran before, to be taken up again. */
export function HistorySheet({ open, onOpenChange, onTake }: Props) {
  const { t, n, tn } = useTexts()
  const [text, setText] = useState('')
  const ran = useQuery({
    queryKey: ['history'],
    queryFn: ({ signal }) => tool<{ calls: readonly Ran[] }>('get_query_history', { last: LAST }, signal),
    enabled: open,
    staleTime: 0,
  })
  const words = text.trim().toLowerCase()
  const shown = (ran.data?.calls ?? []).filter(
    (call) => call.source !== '' && statements.has(call.kind) && call.text.toLowerCase().includes(words),
  )
  return (
    <Sheet open={open} onOpenChange={onOpenChange} title={t('query.history')}>
      <div className="flex flex-col gap-2 p-3">
        <Input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t('query.history.search')}
          aria-label={t('query.history.search')}
        />
        {ran.isPending && <Loading />}
        {ran.error && <Failure problem={ran.error} retry={() => void ran.refetch()} />}
        {ran.isSuccess && shown.length === 0 && <p className="p-2 text-sm text-ink-2">{t('query.history.none')}</p>}
        <ul className="flex flex-col gap-1">
          {shown.map((call) => (
            <li key={call.audit_id}>
              <button
                type="button"
                onClick={() => {
                  onTake(call.text, call.source)
                  onOpenChange(false)
                }}
                className="flex w-full flex-col gap-1 rounded-lg border border-line px-3 py-2 text-left hover:border-accent"
              >
                <code className="line-clamp-3 font-mono text-xs break-all whitespace-pre-wrap">{call.text}</code>
                <span className="flex flex-wrap items-center gap-2 text-xs text-ink-2">
                  {call.source} · <Time at={call.time} /> ·{' '}
                  {call.code === 'ok' ? (
                    `${tn('count.rows', call.rows)} · ${n(Math.round(call.ms))} ms`
                  ) : (
                    <Badge tone="bad">{call.code}</Badge>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  )
}
