import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { ask } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { Sheet } from '../../kit/dialog.tsx'
import { Input } from '../../kit/field.tsx'
import { removeLater, useRemoved } from '../../kit/removals.ts'
import { Failure, Loading } from '../../kit/states.tsx'
import { useToasts } from '../../kit/toast.tsx'
import { useTexts } from '../../texts/texts.tsx'

type Saved = Readonly<{
  id: string
  source: string
  name: string
  description: string
  sql: string
  roles: readonly string[]
  own: boolean
  owner: string
  state: 'ok' | 'changed' | 'broken' | 'unknown'
  problem?: Readonly<{ message: string }>
  mend?: string
}>
type Props = Readonly<{ open: boolean; onOpenChange(open: boolean): void; onTake(sql: string, source: string, name: string): void }>

/** Saved queries, one's own and those that are shared with one. */
export function SavedSheet({ open, onOpenChange, onTake }: Props) {
  const { t } = useTexts()
  const { tell } = useToasts()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const hidden = useRemoved()
  const words = useDeferredValue(text.trim())
  const saved = useQuery({
    queryKey: ['saved', words],
    queryFn: ({ signal }) =>
      ask<{ queries: readonly Saved[] }>('GET', `/api/queries${words ? `?q=${encodeURIComponent(words)}` : ''}`, undefined, signal),
    enabled: open,
    placeholderData: (before) => before,
  })
  const remove = ({ id, name }: Saved) => {
    const undo = removeLater(id, () => {
      ask('DELETE', `/api/queries/${encodeURIComponent(id)}`).then(
        () => queries.invalidateQueries({ queryKey: ['saved'] }),
        (caught: unknown) => tell(problemOf(caught).message, { bad: true }),
      )
    })
    tell(t('query.saved.deleted', { name }), { undo })
  }
  const take = (one: Saved, sql = one.sql) => {
    onTake(sql, one.source, one.name)
    onOpenChange(false)
  }
  const shown = (saved.data?.queries ?? []).filter(({ id }) => !hidden.has(id))
  return (
    <Sheet open={open} onOpenChange={onOpenChange} title={t('query.saved')}>
      <div className="flex flex-col gap-2 p-3">
        <Input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t('query.saved.search')}
          aria-label={t('query.saved.search')}
        />
        {saved.isPending && <Loading />}
        {saved.error && <Failure problem={saved.error} retry={() => void saved.refetch()} />}
        {saved.isSuccess && shown.length === 0 && <p className="p-2 text-sm text-ink-2">{t('query.saved.none')}</p>}
        <ul className="flex flex-col gap-1">
          {shown.map((one) => (
            <li key={one.id} className="flex items-start gap-1 rounded-lg border border-line p-1 hover:border-accent">
              <button type="button" onClick={() => take(one)} className="flex min-w-0 flex-1 flex-col gap-1 px-2 py-1 text-left">
                <span className="font-medium break-words">{one.name}</span>
                {one.description && <span className="text-sm break-words text-ink-2">{one.description}</span>}
                <code className="line-clamp-2 font-mono text-xs break-all text-ink-2">{one.sql}</code>
                <span className="flex flex-wrap gap-1.5 text-xs text-ink-2">
                  {one.source} · {one.own ? t('query.saved.own') : t('query.saved.by', { owner: one.owner })}
                  {one.roles.length > 0 && <Badge>{t('query.saved.shared')}</Badge>}
                  {one.state === 'broken' && <Badge tone="bad">{t('query.saved.broken')}</Badge>}
                </span>
                {one.problem && <span className="text-xs text-bad">{one.problem.message}</span>}
              </button>
              {one.mend !== undefined && (
                <Button small onClick={() => take(one, one.mend)}>
                  {t('query.saved.mend')}
                </Button>
              )}
              {one.own && <IconButton small label={`${t('action.delete')}: ${one.name}`} icon="trash" onClick={() => remove(one)} />}
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  )
}
